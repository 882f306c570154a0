"""What a client can ask about events: each file is one side of it."""

from litestar import Router

from server.events.routes import attendees, attending, audit, consents, events, importing, team

routes = Router(
    "/",
    tags=["events"],
    route_handlers=[
        *events.handlers,
        *team.handlers,
        *audit.handlers,
        *attendees.handlers,
        *importing.handlers,
        *attending.handlers,
        *consents.handlers,
    ],
)
