"""What must a door know that decides alone? Which tickets and badges count no more, and what changed since it asked.

Every change is stamped with its transaction (`pg_current_xact_id`). A cursor holds the oldest transaction that was
still under way when the first page was read: whatever that page did not see has this number or a higher one. So an
item may come twice and none is left out. See decisions/0020-tickets.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.badges.access import Door
from server.badges.codes import DIGEST_BYTES
from server.failures import CursorExpired
from server.generation import generation
from server.paging import cut, read_cursor, write_cursor


@dataclass(frozen=True, slots=True)
class Revocations:
    """A page, and where the next begins. `has_more`: it is there already."""

    items: Sequence[Row[Any]]
    next_cursor: str
    has_more: bool


# One statement, so that the snapshot is that of the rows. The digest is that of `BadgeCode`.
CHANGED = text(f"""
    with changed as (
        select 'ticket' as kind, id as attendance_id, revocation_xid as xid, id,
            case when status = 'expected' then ticket_serial end as lowest_serial, null as badge_digest
        from attendances where event_id = :event_id and revocation_xid >= :since
        union all
        select 'badge', attendance_id, revocation_xid, id, null,
            left(encode(sha256(convert_to(code, 'UTF8')), 'hex'), {2 * DIGEST_BYTES})
        from badges where event_id = :event_id and revocation_xid >= :since
    )
    select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as under_way, page.*
    from (values (1)) as always left join lateral (
        select * from changed where (xid, id) > (:after_xid, cast(:after_id as uuid)) order by xid, id limit :most
    ) page on true
    order by xid, id
""")  # noqa: S608 - of a constant
NOTHING_READ = (0, UUID(int=0))


async def list_revocations(db: AsyncSession, door: Door, *, cursor: str | None, limit: int) -> Revocations:
    """What changed since the cursor, or everything. Raises CursorInvalid, CursorExpired."""
    now = await generation(db)
    since, next_since, after = 0, 0, NOTHING_READ
    if cursor is not None:
        before, since, next_since, *after = read_cursor(cursor, str, int, int, int, UUID)
        if before != now:
            raise CursorExpired

    rows = (
        await db.execute(
            CHANGED,
            {
                "event_id": door.event_id,
                "since": since,
                "after_xid": after[0],
                "after_id": after[1],
                "most": limit + 1,
            },
        )
    ).all()
    next_since = next_since or rows[0].under_way
    items, more = cut([row for row in rows if row.kind is not None], limit)
    if more:
        following = write_cursor(now, since, next_since, items[-1].xid, items[-1].id)
    else:
        following = write_cursor(now, next_since, 0, *NOTHING_READ)
    return Revocations(items, following, more)
