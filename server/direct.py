"""Single statements, straight through the driver, each committed by itself.

For what nearly every request asks (who is this, how often, what decides about this scan) and for scans: a statement
costs a sixth of the CPU that it costs through SQLAlchemy (decision 0023). Who may use it is listed in
tests/house/test_commits.py.
"""

import asyncio
from typing import Any

import asyncpg
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from server.failures import OutcomeUnknown

LOST = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresConnectionError)
"""What the driver raises when a connection breaks; the third, when it does in the midst of an exchange."""
LONGEST_CLOSING = 5.0  # seconds


class Statement:
    """A query written with SQLAlchemy and compiled once, so that only its values travel. What is the same for all is
    written into it; what differs is a `bindparam`, never a list of unknown length (`= any(…)` takes those)."""

    def __init__(self, query: Executable) -> None:
        compiled = query.compile(dialect=PGDialect_asyncpg())  # type: ignore[attr-defined]
        self.text = str(compiled)
        self._values = [(name, compiled.params[name]) for name in compiled.positiontup or ()]

    def values(self, given: dict[str, Any]) -> list[Any]:
        """In the order of `$1`, `$2`, …"""
        return [given.get(name, constant) for name, constant in self._values]


class Direct:
    """A pool of its own, opened when first used."""

    def __init__(self, url: str, *, size: int, statement_cache: bool) -> None:
        self._url = url
        self._size = size
        self._cache = {} if statement_cache else {"statement_cache_size": 0}
        self._opening = asyncio.Lock()
        self._pool: asyncpg.Pool | None = None

    async def fetch(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """All rows. Values go where `$1`, `$2`, … stand."""
        pool = self._pool or await self._open()
        async with pool.acquire(timeout=10) as connection:
            return await connection.fetch(statement, *values)

    async def read(self, statement: Statement, **values: Any) -> list[asyncpg.Record]:
        """All rows of a statement that only reads."""
        return await self.fetch(statement.text, *statement.values(values))

    async def write(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """The same for what must be known to have happened. Raises OutcomeUnknown when the connection was lost."""
        pool = self._pool or await self._open()
        async with pool.acquire(timeout=10) as connection:
            try:
                return await connection.fetch(statement, *values)
            except LOST as lost:
                raise OutcomeUnknown from lost

    async def close(self) -> None:
        if self._pool is not None:
            await close_pool(self._pool)

    async def _open(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url, min_size=0, max_size=self._size, reset=_nothing_to_reset, **self._cache
                )
            return self._pool


async def close_pool(pool: asyncpg.Pool) -> None:
    """A database that does not answer keeps nobody from ending."""
    try:
        async with asyncio.timeout(LONGEST_CLOSING):
            await pool.close()
    except TimeoutError:
        pool.terminate()


async def _nothing_to_reset(_: asyncpg.Connection) -> None:
    """A statement that commits by itself leaves nothing behind; asking the server to make sure is a round trip."""
