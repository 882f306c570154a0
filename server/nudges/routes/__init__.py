"""What a client can ask about nudges, and what a browser can that followed an address in a mail."""

from litestar import Router

from server.nudges.routes import mailed, nudges

routes = Router("/", tags=["nudges"], route_handlers=[*nudges.handlers])
beside = mailed.handlers
"""At the root of the host, not in the API."""
