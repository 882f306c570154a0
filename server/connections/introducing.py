"""Two people introduced by a third: a connection without a meeting, in which both have given."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.connections.models import Connection
from server.connections.releases import release


async def introduce(db: AsyncSession, a: UUID, b: UUID, *, now: datetime) -> None:
    """Both agreed: each sees the other, with what their card gives, as after scanning each other. The ledger says
    `introduction`. Rows are taken in the order that everybody takes them; who removed the other sees them again."""
    low, high = sorted((a, b))
    new = insert(Connection).values(
        [
            {
                "owner_id": owner,
                "other_id": other,
                "first_met_at": now,
                "last_met_at": now,
                "shared_at": now,
                "introduced_at": now,
                "updated_at": now,
            }
            for owner, other in ((low, high), (high, low))
        ]
    )
    await db.execute(
        new.on_conflict_do_update(
            index_elements=[Connection.owner_id, Connection.other_id],
            set_={
                "first_met_at": func.least(Connection.first_met_at, new.excluded.first_met_at),
                "last_met_at": func.greatest(Connection.last_met_at, new.excluded.last_met_at),
                "shared_at": now,
                "introduced_at": func.coalesce(Connection.introduced_at, now),
                "removed_at": None,
                "updated_at": now,
            },
        )
    )
    await release(db, [(a, b)], event_id=None, source="introduction", now=now)
