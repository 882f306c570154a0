"""What a client can ask about exhibitors: each file is one side of it."""

from litestar import Router

from server.exhibitors.routes import devices, exhibitors, leads, staff

routes = Router(
    "/",
    tags=["exhibitors"],
    route_handlers=[*exhibitors.handlers, *staff.handlers, *devices.handlers, *leads.handlers],
)
