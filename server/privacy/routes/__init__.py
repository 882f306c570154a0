"""What a client can ask about privacy: each file is one side of it."""

from litestar import Router

from server.privacy.routes import leaving, opting_out, retention

routes = Router("/", tags=["privacy"], route_handlers=[*leaving.handlers, *retention.handlers])
beside = opting_out.handlers
"""At the root of the host, not in the API."""
