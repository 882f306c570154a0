"""What a client can ask about badges and tickets: each file is one side of it."""

from litestar import Router

from server.badges.routes import badges, keys, mine, pages, prints, tickets

routes = Router(
    "/",
    tags=["badges"],
    route_handlers=[*badges.handlers, *mine.handlers, *keys.handlers, *tickets.handlers, *prints.handlers],
)
beside = pages.handlers
"""At the root of the host, not in the API."""
