"""What a client can ask about devices: a person's own, and an event's."""

from litestar import Router

from server.devices.routes import mine, stations

routes = Router("/", tags=["devices"], route_handlers=[*mine.handlers, *stations.handlers])
