"""What a client can ask about interviews: each file is one side of it."""

from litestar import Router

from server.interviews.routes import answering, asking, calendars, feeds, hours, kits, outcomes

routes = Router(
    "/",
    tags=["interviews"],
    route_handlers=[
        *hours.handlers,
        *asking.handlers,
        *answering.handlers,
        *calendars.handlers,
        *feeds.handlers,
        *kits.handlers,
        *outcomes.handlers,
    ],
)
