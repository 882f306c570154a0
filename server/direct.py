"""Single statements, straight through the driver, each committed by itself.

For what nearly every request asks (who is this, how often, what decides about this scan) and for scans: a statement
costs a sixth of the CPU that it costs through SQLAlchemy (decision 0023). Who may use it is listed in
tests/house/test_commits.py.
"""

import asyncio
from typing import Any

import asyncpg

from server.failures import OutcomeUnknown


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

    async def write(self, statement: str, *values: Any) -> list[asyncpg.Record]:
        """The same for what must be known to have happened. Raises OutcomeUnknown when the connection was lost."""
        pool = self._pool or await self._open()
        async with pool.acquire(timeout=10) as connection:
            try:
                return await connection.fetch(statement, *values)
            except (OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError) as lost:
                raise OutcomeUnknown from lost

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()

    async def _open(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url, min_size=0, max_size=self._size, reset=_nothing_to_reset, **self._cache
                )
            return self._pool


async def _nothing_to_reset(_: asyncpg.Connection) -> None:
    """A statement that commits by itself leaves nothing behind; asking the server to make sure is a round trip."""
