"""The database: the ways to it, and the one transaction of a request.

Middleware owns a session's lifetime, one dependency owns its commit, and nobody else commits
(the exceptions are listed in tests/house/test_commits.py).
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar.di import NamedDependency
from litestar.types import ASGIApp, Receive, Scope, Send
from sqlalchemy import ColumnElement, MetaData, Text, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.pool import NullPool

from server.direct import LONGEST_CLOSING, LOST, Direct
from server.failures import Failure, OutcomeUnknown
from server.settings import Settings

Db = NamedDependency[AsyncSession]


class Base(DeclarativeBase):
    """Every table. Constraint names are derived, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text, UUID: PG_UUID, list[str]: ARRAY(Text)}  # noqa: RUF012


def instant(**options: Any) -> Any:
    return mapped_column(TIMESTAMP(timezone=True), **options)


def any_of(ids: Iterable[UUID]) -> ColumnElement[Any]:
    """For `column == any_of(ids)`, however many there are: `in_` makes an argument of each, and a statement takes
    32,767 at most."""
    return any_(literal(list(ids), ARRAY(PG_UUID())))


@dataclass(frozen=True, slots=True)
class Database:
    """The ways to PostgreSQL: sessions in transactions; statements that commit by themselves (an engine must be
    created as AUTOCOMMIT; setting it per execution loses the gain); and the same past SQLAlchemy, where that counts."""

    engine: AsyncEngine
    autocommit: AsyncEngine
    direct: Direct
    standby: AsyncEngine | None = None
    """For `standby.py` alone, which sees to it that it does not lag."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction for a job or a command: committed at the end, rolled back on any error."""
        async with AsyncSession(self.engine, expire_on_commit=False) as db, db.begin():
            yield db

    async def close(self) -> None:
        with suppress(TimeoutError):  # of a database that does not answer
            async with asyncio.timeout(LONGEST_CLOSING):
                await self.engine.dispose()
                await self.autocommit.dispose()
        await self.direct.close()
        if self.standby is not None:
            await self.standby.dispose()


def open_database(settings: Settings, *, pool_size: int | None = None) -> Database:
    url = async_url(settings.database_url or "")
    size = pool_size or settings.pool_size
    options: dict[str, Any] = {
        "pool_size": size,
        "max_overflow": 0,
        "pool_timeout": 10,
        "pool_use_lifo": True,
        "hide_parameters": True,  # an error's text may be logged; what people wrote may not
        "connect_args": {} if settings.statement_cache else NO_STATEMENT_CACHE,
    }
    return Database(
        engine=create_async_engine(url, **options),
        autocommit=create_async_engine(url, isolation_level="AUTOCOMMIT", **options),
        direct=Direct(driver_url(url), size=size, statement_cache=settings.statement_cache),
        standby=open_standby(settings) if settings.database_url_reads else None,
    )


def open_standby(settings: Settings) -> AsyncEngine:
    """A connection for each read: they are few and long, and one kept would be broken after the standby's restart."""
    patience = {"timeout": STANDBY_CONNECTS, "command_timeout": STANDBY_ANSWERS}
    return create_async_engine(
        async_url(settings.database_url_reads or ""),
        poolclass=NullPool,
        hide_parameters=True,
        connect_args=patience if settings.statement_cache else {**patience, **NO_STATEMENT_CACHE},
    )


STANDBY_CONNECTS = 5  # seconds
STANDBY_ANSWERS = 60  # seconds; copying has its own time (exports/building.py)

# For PgBouncer before 1.21, which cannot keep prepared statements apart.
NO_STATEMENT_CACHE = {"statement_cache_size": 0, "prepared_statement_cache_size": 0}


def async_url(url: str) -> str:
    """Any spelling of a PostgreSQL URL, as SQLAlchemy wants it for asyncpg."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme.split("+")[0] in {"postgres", "postgresql"}:
        return f"postgresql+asyncpg://{rest}"
    return url


def driver_url(url: str) -> str:
    """The same, as asyncpg itself wants it."""
    return async_url(url).replace("postgresql+asyncpg://", "postgresql://", 1)


class SessionLifetime:
    """ASGI middleware: whatever happened, the request's session is rolled back and given back.

    It must be middleware: Litestar does not close a generator dependency when a later dependency raises.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        finally:
            session: AsyncSession | None = scope.get("state", {}).pop("session", None)
            if session is not None and session.in_transaction():
                await session.close()


async def provide_db(
    scope: Scope,
    now: NamedDependency[datetime],  # noqa: ARG001 - comes before it (app.py)
) -> AsyncGenerator[AsyncSession, None]:
    """The request's session, committed after its answer was serialized and before the answer is sent."""
    session = AsyncSession(scope["litestar_app"].state.database.engine, expire_on_commit=False)
    scope["state"]["session"] = session
    try:
        yield session
    except Failure as failure:
        if failure.commits:
            await commit(session)
        raise
    else:
        session.add_all(session.info.pop(IF_IT_SUCCEEDS, ()))
        await commit(session)


IF_IT_SUCCEEDS = "if_it_succeeds"


def write_if_it_succeeds(db: AsyncSession, row: Base) -> None:
    """Add a row at the end of a request that did what it was asked to."""
    db.info.setdefault(IF_IT_SUCCEEDS, []).append(row)


def write_nothing_more(db: AsyncSession) -> None:
    """Forget such rows: nothing was done after all."""
    db.info.pop(IF_IT_SUCCEEDS, None)


async def commit(session: AsyncSession) -> None:
    """Commit, if anything was begun, and say so when nobody can know whether it happened."""
    if not session.in_transaction():
        return
    try:
        await session.commit()
    except (DBAPIError, OSError) as lost:
        if connection_lost(lost):
            raise OutcomeUnknown from lost
        raise


def connection_lost(error: BaseException) -> bool:
    """Whether it broke, as SQLAlchemy or the driver says it."""
    driver = getattr(getattr(error, "orig", None), "__cause__", None) or error
    return isinstance(driver, LOST) or getattr(error, "connection_invalidated", False)


def sqlstate(error: BaseException) -> str | None:
    """The SQLSTATE of a database error (PostgreSQL appendix A), or None."""
    return getattr(getattr(error, "orig", error), "sqlstate", None)


UNDONE = frozenset({"40P01", "40001"})
"""Deadlock and serialization failure: everything was undone, and may be done once more at once."""
BUSY = UNDONE | {"55P03", "57014"}
"""These, a lock and a statement that took too long."""


def will_pass(error: BaseException) -> bool:
    """Whether the database was busy or away, so that a later try may go through."""
    if connection_lost(error) or isinstance(error, PoolTimeout):
        return True
    state = sqlstate(error) or ""
    return state in BUSY or state.startswith(("08", "53", "57P"))


def violated(error: BaseException) -> str | None:
    """The name of the constraint that a statement ran into, or None."""
    cause: BaseException | None = getattr(error, "orig", None)
    while cause is not None:
        name = getattr(cause, "constraint_name", None)
        if name:
            return name
        cause = cause.__cause__
    return None
