"""One page of what has changed for a person."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.changes import CURSORS_LAST
from server.direct import Direct
from server.failures import CursorExpired
from server.paging import cut
from server.sync import queries
from server.sync.cursors import Cursor, parse
from server.sync.objects import Objects, look_at
from server.sync.queries import Glance


@dataclass(frozen=True, slots=True)
class Page:
    objects: Objects
    next_cursor: str
    has_more: bool


async def read_changes(
    db: AsyncSession, direct: Direct, me: SignedIn, *, cursor: str | None, limit: int, now: datetime
) -> Page:
    """What the cursor does not hold, or without one everything. Raises CursorInvalid, CursorExpired.

    The first page fixes what will have been read after the last, so that pages are of one moment; what changes
    meanwhile comes after it.
    """
    before = None if cursor is None else parse(cursor)
    seen = await queries.glance(direct, me, seen=before and before.seen)
    if before is not None:
        _check(before, me, seen, now=now)
    reading = _reading(before, me, seen, now=now)
    if before is not None and before.upto is None and not seen.something_new:
        return Page(Objects(), reading.done().text(), has_more=False)

    found = queries.list_everything if reading.seen is None else queries.list_changed
    items, more = cut(await found(db, me, reading, limit=limit), limit)
    objects = await look_at(db, me, items, now=now)
    after = replace(reading, after=items[-1].position) if more else reading.done()
    return Page(objects, after.text(), has_more=more)


def _check(cursor: Cursor, me: SignedIn, seen: Glance, *, now: datetime) -> None:
    if (
        cursor.generation != seen.generation
        or cursor.person_id != me.person_id
        or now - cursor.seen_at > CURSORS_LAST
    ):
        raise CursorExpired


def _reading(before: Cursor | None, me: SignedIn, seen: Glance, *, now: datetime) -> Cursor:
    """Where to go on: a reading that was begun, or a new one up to what can be seen now."""
    if before is None:
        return Cursor(
            generation=seen.generation,
            person_id=me.person_id,
            seen=None,
            seen_at=now,
            upto=seen.snapshot,
            upto_at=now,
        )
    return before if before.upto is not None else replace(before, upto=seen.snapshot, upto_at=now)
