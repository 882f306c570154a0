"""A second place of one account at one event: joined into the first, as if there had been one from the start.

The joined place stays on the organizer's list, so that the next import finds it, and its badge and ticket go on
working. What was scanned of it is moved, so that nothing but codes and tickets has to know. Both places are locked:
whoever scans the joined one holds it first (`scans/gathering.py`), and is over or waits.
"""

from datetime import datetime

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID
from sqlalchemy.ext.asyncio import AsyncSession

from server.claims.merging import merge_people
from server.events.models import Attendance
from server.exhibitors.joining import join_leads


async def join(db: AsyncSession, mine: Attendance, second: Attendance, *, now: datetime) -> None:
    """Join `second`, which nobody claimed, into `mine`. Scans, encounters and connections are taken in the order that
    all deliveries take them."""
    second.status, second.joined_into_id, second.claimed_at = "joined", mine.id, now
    second.version += 1
    second.updated_at = now
    if second.checked_in_at is not None:
        mine.checked_in_at = min(mine.checked_in_at or second.checked_in_at, second.checked_in_at)
        second.checked_in_at = None
    await db.flush()  # the statements below read and name these rows

    facts = {
        "event": mine.event_id,
        "mine": mine.id,
        "second": second.id,
        "person": mine.person_id,
        "now": now,
    }
    for statement in STATEMENTS:
        await db.execute(statement, {name: facts[name] for name in statement.compile().params})
    await merge_people(db, second.person_id, mine.person_id, event_id=mine.event_id, now=now)
    await join_leads(db, mine.event_id, mine.id, second.id, now=now)


def statement(sql: str) -> TextClause:
    names = [name for name in ("event", "mine", "second", "person", "now") if f":{name}" in sql]
    types = {"now": TIMESTAMP(timezone=True)}
    return text(sql).bindparams(*(bindparam(name, type_=types.get(name, UUID())) for name in names))


STATEMENTS = (
    # Scans of oneself: refused as if they came now, and kept, so that one delivered again is answered the same.
    statement("""
        update scans set state = 'refused', reason = 'own_badge', scanner_attendance_id = :mine,
                         target_attendance_id = :mine, changed_at = :now
        where event_id = :event and scanner_id = :person and target_attendance_id = :second
          and purpose = 'meet' and state <> 'refused'
    """),
    statement("""
        update scans set target_attendance_id = :mine, changed_at = :now
        where event_id = :event and target_attendance_id = :second
    """),
    # An encounter follows from the scans that stand, which are distinct: earliest, latest and sums are exact.
    statement("""
        with gone as (
            delete from encounters where event_id = :event and (low_id = :second or high_id = :second)
            returning *
        ), others as (
            select case low_id when :second then high_id else low_id end as other, first_at, last_at,
                   case low_id when :second then scans_by_high else scans_by_low end as by_other,
                   case low_id when :second then scans_by_low else scans_by_high end as by_second
            from gone
        )
        insert into encounters as kept (event_id, low_id, high_id, first_at, last_at, scans_by_low, scans_by_high)
        select :event, least(other, :mine), greatest(other, :mine), first_at, last_at,
               case when other < :mine then by_other else by_second end,
               case when other < :mine then by_second else by_other end
        from others where other <> :mine
        order by 2, 3
        on conflict (event_id, low_id, high_id) do update set
            first_at = least(kept.first_at, excluded.first_at),
            last_at = greatest(kept.last_at, excluded.last_at),
            scans_by_low = kept.scans_by_low + excluded.scans_by_low,
            scans_by_high = kept.scans_by_high + excluded.scans_by_high
    """),
)
