"""The web application: every feature's routes on the one set of foundations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from litestar import Litestar, Request, Router
from litestar.config.cors import CORSConfig
from litestar.di import NamedDependency, Provide
from litestar.openapi import OpenAPIConfig
from litestar.plugins.pydantic import PydanticPlugin
from litestar.types import ASGIApp, BeforeRequestHookHandler
from msgspec import Raw
from pydantic import BaseModel

from server import health
from server.accounts import routes as accounts
from server.accounts.access import provide_me
from server.badges import routes as badges
from server.badges.codes import PublicUrlUnusable, check_public_url
from server.balance import routes as balance
from server.blocking import routes as blocking
from server.claims import routes as claims
from server.client_versions import Version, client_named, require_recent
from server.clock import Clock, utc_now
from server.connections import routes as connections
from server.contract import VERSION
from server.database import Database, SessionLifetime, open_database, provide_db
from server.devices import routes as devices
from server.direct import Direct
from server.directory import routes as directory
from server.docs import routes as docs
from server.doors import routes as doors
from server.events import routes as events
from server.exactness import SayAllowed, refuse_null_in_query
from server.exhibitors import routes as exhibitors
from server.exports import routes as exports
from server.interviews import routes as interviews
from server.introductions import routes as introductions
from server.limits import Limits
from server.live import routes as live
from server.live.watching import Boards
from server.logs import RequestLog
from server.moderation import routes as moderation
from server.my_data import routes as my_data
from server.nudges import routes as nudges
from server.people import routes as people
from server.photos import routes as photos
from server.photos.darkroom import Darkroom
from server.privacy import routes as privacy
from server.problems import EXCEPTION_HANDLERS
from server.reports import routes as reports
from server.reports.building import Reports
from server.requests import Languages, provide_client, provide_languages
from server.retries import PlayOnceMore
from server.scans import routes as scans
from server.settings import Settings, SettingsWrong
from server.stats import routes as stats
from server.suggestions import routes as suggestions
from server.sync import routes as sync
from server.transfer import LeanAnswers, PackedRequests
from server.who_to_meet import routes as who_to_meet

LARGEST_BODY = 1_000_000  # bytes; imports take more, and say so themselves

FEATURES = (
    accounts,
    people,
    privacy,
    events,
    devices,
    badges,
    directory,
    connections,
    photos,
    exhibitors,
    scans,
    doors,
    claims,
    suggestions,
    who_to_meet,
    interviews,
    introductions,
    balance,
    nudges,
    sync,
    blocking,
    moderation,
    my_data,
    stats,
    live,
    reports,
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
        app.state.leaving = False
        app.state.limits = Limits(database.direct, settings.secret("limit"))
        app.state.boards = Boards(database)
        app.state.reports = Reports()
        app.state.darkroom = Darkroom()
        try:
            yield
        finally:
            await database.close()

    return Litestar(
        route_handlers=[
            Router("/v1", route_handlers=[feature.routes for feature in FEATURES]),
            *badges.beside,
            *nudges.beside,
            *privacy.beside,
            docs.routes,
        ],
        dependencies={
            "settings": Provide(lambda: settings, sync_to_thread=False),
            "now": Provide(provide_now, sync_to_thread=False),
            "asked_languages": Provide(provide_languages, sync_to_thread=False),
            "client": Provide(provide_client, sync_to_thread=False),
            "database": Provide(provide_database, sync_to_thread=False),
            "direct": Provide(provide_direct, sync_to_thread=False),
            "limits": Provide(provide_limits, sync_to_thread=False),
            "boards": Provide(provide_boards, sync_to_thread=False),
            "reports": Provide(provide_reports, sync_to_thread=False),
            "darkroom": Provide(provide_darkroom, sync_to_thread=False),
            "db": Provide(provide_db),
            "me": Provide(provide_me),
        },
        lifespan=[with_database],
        exception_handlers=EXCEPTION_HANDLERS,
        type_encoders={BaseModel: as_json},
        # None leaves strictness to each field: False would let `false` pass for 0 wherever a field may be null.
        plugins=[PydanticPlugin(prefer_alias=True, validate_strict=None)],  # pyrefly: ignore[bad-argument-type]
        openapi_config=OpenAPIConfig(
            title="Hallway", version=VERSION, use_handler_docstrings=True, render_plugins=[], path="/-/schema"
        ),
        request_max_body_size=LARGEST_BODY,
        before_request=first_checks(settings),
        cors_config=cors(settings),
        logging_config=None,
    )


def as_json(model: BaseModel) -> Raw:
    """What pydantic writes by itself, without making a dictionary for msgspec to write."""
    return Raw(model.__pydantic_serializer__.to_json(model, by_alias=True))


def first_checks(settings: Settings) -> BeforeRequestHookHandler:
    """What is asked of every request. No guards: for each of those Litestar copies the handler, and runs it in a thread
    unless it is a coroutine, which is a tenth of the time that answering takes."""
    oldest = oldest_clients(settings)

    async def check(request: Request[Any, Any, Any]) -> None:
        require_recent(request, oldest)
        refuse_null_in_query(request)

    return check


def oldest_clients(settings: Settings) -> dict[str, Version]:
    named = {text: client_named(text) for text in settings.minimum_client_versions}
    for text, client in named.items():
        if client is None:
            raise SettingsWrong(f"HALLWAY_MINIMUM_CLIENT_VERSIONS: {text!r} is not like ios/1.4.0.")
    return dict(client for client in named.values() if client)


def cors(settings: Settings) -> CORSConfig | None:
    """Off unless configured: apps on phones need none."""
    if not settings.cors_origins:
        return None
    return CORSConfig(
        allow_origins=list(settings.cors_origins),
        allow_headers=[
            "Authorization",
            "Content-Type",
            "If-Match",
            "If-None-Match",
            "Hallway-Client",
            "X-Request-Id",
        ],
        expose_headers=["ETag", "Retry-After", "X-Request-Id"],
    )


def wrap(app: ASGIApp) -> ASGIApp:
    """What goes round every request, also those that find no route."""
    return RequestLog(LeanAnswers(PackedRequests(PlayOnceMore(SessionLifetime(SayAllowed(app))))))


def provide_database(request: Request[Any, Any, Any]) -> Database:
    return request.app.state.database


# Of dependencies that need nothing of each other Litestar makes a task each, in a group, which costs more than all that
# they do: a third of a millisecond of CPU in every request (decision 0023). So those of nearly every request come one
# after another, each asking for the one before it: settings, asked_languages, direct, limits, now, db, me.


def provide_direct(request: Request[Any, Any, Any], asked_languages: Languages) -> Direct:  # noqa: ARG001
    return request.app.state.database.direct


def provide_limits(request: Request[Any, Any, Any], direct: NamedDependency[Direct]) -> Limits:  # noqa: ARG001
    return request.app.state.limits


def provide_now(request: Request[Any, Any, Any], limits: NamedDependency[Limits]) -> datetime:  # noqa: ARG001
    """One time for the whole request."""
    return request.app.state.clock()


def provide_boards(request: Request[Any, Any, Any]) -> Boards:
    return request.app.state.boards


def provide_reports(request: Request[Any, Any, Any]) -> Reports:
    return request.app.state.reports


def provide_darkroom(request: Request[Any, Any, Any]) -> Darkroom:
    return request.app.state.darkroom
