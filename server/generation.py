"""Which database answers. It changes by itself when what phones were told may be lost: recovering to an earlier time
and promoting a standby begin a new timeline, restoring a dump makes another database or another cluster.

Putting back a disk snapshot changes none of these: start such a server through recovery, which does.
"""

import hashlib
from collections.abc import Sequence

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

# Columns for a statement that asks for other things too; `generation` makes one name of their values.
PARTS = (
    func.substr(func.pg_walfile_name(func.pg_current_wal_insert_lsn()), 1, 8),
    select(text("system_identifier::text")).select_from(func.pg_control_system()).scalar_subquery(),
    select(text("oid::text"))
    .select_from(text("pg_database"))
    .where(text("datname = current_database()"))
    .scalar_subquery(),
)


def generation(parts: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


async def get_generation(db: AsyncSession) -> str:
    return generation((await db.execute(select(*PARTS))).one())
