"""Who answers long reads: a standby that has everything its primary had when asked, else the primary.

No clock says how far behind it is: the time of the last transaction replayed is old on an idle primary that nobody
is behind of. The primary says where its log ends, and the standby whether it has come as far (decision 0041).
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from server.database import Database
from server.direct import LOST
from server.metrics import LONG_READS

log = structlog.get_logger()

SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""Execution options of a transaction that reads one moment, and writes nothing."""

PATIENCE = 5.0  # seconds that a standby has to catch up
LOOK_EVERY = 0.1  # seconds

Found = TypeVar("Found")


class StandbyUnfit(Exception):
    """Why it is not read from, in words for whoever runs it."""


async def read_apart(
    database: Database, primary: AsyncSession, read: Callable[[AsyncSession], Awaitable[Found]]
) -> Found:
    """What `read` finds in one moment, no earlier than now. It may be called twice: whatever the standby fails with,
    the primary is asked once more. `primary` is a session in a SNAPSHOT, which is still there afterwards."""
    if database.standby is None:
        return await read(primary)
    try:
        async with database.standby.connect() as connection:
            await catch_up(connection, await primary.connection())
            await connection.execution_options(**SNAPSHOT)
            async with AsyncSession(connection, expire_on_commit=False) as reader:
                found = await read(reader)
    except (StandbyUnfit, SQLAlchemyError, asyncpg.PostgresError, *LOST) as failed:
        log.warning("standby_left_out", error=type(failed).__name__)
        LONG_READS.labels("primary").inc()
        return await read(primary)
    LONG_READS.labels("standby").inc()
    await primary.execute(text("select"))  # raises if it was lost, and what it locked with it
    return found


async def catch_up(standby: AsyncConnection, primary: AsyncConnection) -> None:
    """Wait until it has everything that is committed on the primary now. Raises StandbyUnfit."""
    cluster, end = (await primary.execute(END)).one()
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while True:
        follows, missing = (await standby.execute(REPLAYED, {"cluster": cluster, "end": end})).one()
        await standby.rollback()
        if not follows:
            raise StandbyUnfit("is no standby of this database")
        if missing <= 0:
            return
        if asyncio.get_running_loop().time() > deadline:
            raise StandbyUnfit(f"is {missing} bytes behind after {PATIENCE:.0f} s")
        await asyncio.sleep(LOOK_EVERY)


# Where the log was written to, not where it was flushed to: a commit that is not durable yet counts too.
END = text("select system_identifier, cast(pg_current_wal_insert_lsn() as text) from pg_control_system()")
REPLAYED = text(
    "select pg_is_in_recovery() and system_identifier = :cluster,"
    " pg_wal_lsn_diff(cast(cast(:end as text) as pg_lsn), pg_last_wal_replay_lsn()) from pg_control_system()"
)
