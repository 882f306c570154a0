"""The web application: every feature's routes on the one set of foundations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from litestar import Litestar, Request, Router
from litestar.di import NamedDependency, Provide
from litestar.openapi import OpenAPIConfig
from litestar.plugins.pydantic import PydanticPlugin
from litestar.types import ASGIApp

from server import health
from server.accounts import routes as accounts
from server.accounts.access import provide_me
from server.badges import routes as badges
from server.badges.codes import PublicUrlUnusable, check_public_url
from server.claims import routes as claims
from server.clock import Clock, utc_now
from server.connections import routes as connections
from server.database import Database, SessionLifetime, open_database, provide_db
from server.devices import routes as devices
from server.direct import Direct
from server.directory import routes as directory
from server.docs import routes as docs
from server.doors import routes as doors
from server.events import routes as events
from server.exhibitors import routes as exhibitors
from server.exports import routes as exports
from server.interviews import routes as interviews
from server.limits import Limits
from server.live import routes as live
from server.live.watching import Boards
from server.logs import RequestLog
from server.nudges import routes as nudges
from server.people import routes as people
from server.problems import EXCEPTION_HANDLERS
from server.requests import provide_client
from server.retries import PlayOnceMore
from server.scans import routes as scans
from server.settings import Settings, SettingsWrong
from server.stats import routes as stats
from server.suggestions import routes as suggestions
from server.sync import routes as sync

LARGEST_BODY = 1_000_000  # bytes; imports take more, and say so themselves

FEATURES = (
    accounts,
    people,
    events,
    devices,
    badges,
    directory,
    connections,
    exhibitors,
    scans,
    doors,
    claims,
    suggestions,
    interviews,
    nudges,
    sync,
    stats,
    live,
    exports,
    health,
)


def create_app(settings: Settings, *, clock: Clock = utc_now) -> Litestar:
    """The application, without the middleware that must also see what Litestar refuses (see `wrap`)."""
    try:
        check_public_url(settings.public_url)
    except PublicUrlUnusable as wrong:
        raise SettingsWrong(f"HALLWAY_PUBLIC_URL stands on every badge: {wrong}.") from wrong

    @asynccontextmanager
    async def with_database(app: Litestar) -> AsyncIterator[None]:
        database = open_database(settings)
        app.state.database = database
        app.state.clock = clock
        app.state.limits = Limits(database.direct, settings.secret("limit"))
        app.state.boards = Boards(database)
        try:
            yield
        finally:
            await database.close()

    return Litestar(
        route_handlers=[
            Router("/v1", route_handlers=[feature.routes for feature in FEATURES]),
            *badges.beside,
            docs.routes,
        ],
        dependencies={
            "settings": Provide(lambda: settings, sync_to_thread=False),
            "now": Provide(provide_now, sync_to_thread=False),
            "client": Provide(provide_client, sync_to_thread=False),
            "database": Provide(provide_database, sync_to_thread=False),
            "direct": Provide(provide_direct, sync_to_thread=False),
            "limits": Provide(provide_limits, sync_to_thread=False),
            "boards": Provide(provide_boards, sync_to_thread=False),
            "db": Provide(provide_db),
            "me": Provide(provide_me),
        },
        lifespan=[with_database],
        exception_handlers=EXCEPTION_HANDLERS,
        plugins=[PydanticPlugin(prefer_alias=True)],
        openapi_config=OpenAPIConfig(
            title="Hallway", version="0.1.0", use_handler_docstrings=True, render_plugins=[], path="/-/schema"
        ),
        request_max_body_size=LARGEST_BODY,
        logging_config=None,
    )


def wrap(app: ASGIApp) -> ASGIApp:
    """What goes round every request, also those that find no route."""
    return RequestLog(PlayOnceMore(SessionLifetime(app)))


def provide_database(request: Request[Any, Any, Any]) -> Database:
    return request.app.state.database


# Of dependencies that need nothing of each other Litestar makes a task each, in a group, which costs more than all that
# they do: a third of a millisecond of CPU in every request (decision 0023). So those of nearly every request come one
# after another, each asking for the one before it: settings, direct, limits, now, db, me.


def provide_direct(request: Request[Any, Any, Any], settings: NamedDependency[Settings]) -> Direct:  # noqa: ARG001
    return request.app.state.database.direct


def provide_limits(request: Request[Any, Any, Any], direct: NamedDependency[Direct]) -> Limits:  # noqa: ARG001
    return request.app.state.limits


def provide_now(request: Request[Any, Any, Any], limits: NamedDependency[Limits]) -> datetime:  # noqa: ARG001
    """One time for the whole request."""
    return request.app.state.clock()


def provide_boards(request: Request[Any, Any, Any]) -> Boards:
    return request.app.state.boards
