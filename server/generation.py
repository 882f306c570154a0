"""Which database answers? What phones were told holds for one generation of it only."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

# Columns, for a statement that asks for other things too.
PARTS = (
    func.substr(func.pg_walfile_name(func.pg_current_wal_insert_lsn()), 1, 8),
    select(text("system_identifier::text")).select_from(func.pg_control_system()).scalar_subquery(),
    text("(select oid::text from pg_database where datname = current_database())"),
)


async def generation(db: AsyncSession) -> str:
    """Which database answers. It changes by itself when scans may have been lost: recovering to an earlier time and
    promoting a standby begin a new timeline, restoring a dump makes another database or another cluster.

    Putting back a disk snapshot changes none of these: start such a server through recovery, which does.
    """
    return generation_of((await db.execute(select(*PARTS))).one())


def generation_of(parts: Sequence[str]) -> str:
    """One name for the values of PARTS."""
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]
