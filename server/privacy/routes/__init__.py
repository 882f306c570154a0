"""What a client can ask about privacy: each file is one side of it."""

from litestar import Router

from server.privacy.routes import leaving, retention

routes = Router("/", tags=["privacy"], route_handlers=[*leaving.handlers, *retention.handlers])
