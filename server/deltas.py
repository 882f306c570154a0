"""Lists that can be read on: everything at first, then what changed since.

Every change is stamped with its transaction (`pg_current_xact_id`), by triggers. A cursor holds the oldest
transaction that was still under way when the first page was read: whatever that page did not see has this number or a
higher one. So an item may come twice and none is left out. See decisions/0020-tickets.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.failures import CursorExpired
from server.generation import generation
from server.paging import cut, read_cursor, write_cursor

NOTHING_READ = (0, UUID(int=0))


@dataclass(frozen=True, slots=True)
class Delta:
    """A page, and where the next begins. `has_more`: it is there already."""

    items: Sequence[Row[Any]]
    next_cursor: str
    has_more: bool


def delta_of(changed: str) -> TextClause:
    """A statement for `read_delta`. `changed` selects `kind`, `xid`, `id` and more, of rows with `xid >= :since`. It is
    one statement, so that the snapshot is that of the rows."""
    return text(f"""
        with changed as ({changed})
        select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as under_way, page.*
        from (values (1)) as always left join lateral (
            select * from changed where (xid, id) > (:after_xid, cast(:after_id as uuid))
            order by xid, id limit :most
        ) page on true
        order by xid, id
    """)  # noqa: S608 - of constants


async def read_delta(
    db: AsyncSession, statement: TextClause, facts: Mapping[str, Any], *, cursor: str | None, limit: int
) -> Delta:
    """What changed since the cursor, or everything. Raises CursorInvalid, CursorExpired."""
    now = await generation(db)
    since, next_since, after = 0, 0, NOTHING_READ
    if cursor is not None:
        before, since, next_since, *after = read_cursor(cursor, str, int, int, int, UUID)
        if before != now:
            raise CursorExpired
    asked = {"since": since, "after_xid": after[0], "after_id": after[1], "most": limit + 1}
    rows = (await db.execute(statement, {**facts, **asked})).all()
    next_since = next_since or rows[0].under_way
    items, more = cut([row for row in rows if row.kind is not None], limit)
    if more:
        following = write_cursor(now, since, next_since, items[-1].xid, items[-1].id)
    else:
        following = write_cursor(now, next_since, 0, *NOTHING_READ)
    return Delta(items, following, more)
