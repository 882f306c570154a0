"""What a client can ask about privacy: each file is one side of it."""

from litestar import Router

from server.privacy.routes import leaving

routes = Router("/", tags=["privacy"], route_handlers=[*leaving.handlers])
