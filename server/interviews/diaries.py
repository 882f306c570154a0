"""When can people talk? What they said about their hours, and what is booked."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from server.interviews.hours import UTC_NAME, availability_in, first_hours
from server.interviews.models import AvailabilityRow, Booking, Interview
from server.interviews.slots import Busy, Diary
from server.people.queries import goals_of, profiles_of

TALKS_PER_WEEK = 2
THIS_WEEK = timedelta(days=8)
"""Far enough back to count every talk of the present week, wherever it begins."""


async def diaries_of(
    db: AsyncSession, person_ids: Collection[UUID], *, now: datetime, without: UUID | None = None
) -> dict[UUID, Diary]:
    """Everybody's hours and talks from this week on. `without` leaves one interview out: to move it."""
    found = await db.scalars(select(AvailabilityRow).where(AvailabilityRow.person_id.in_(person_ids)))
    rows = {row.person_id: row for row in found}
    profiles = await profiles_of(db, person_ids)
    goals = await goals_of(db, person_ids)
    busy = await _busy(db, person_ids, since=now - THIS_WEEK, without=without)
    return {
        person_id: Diary(
            availability_in(
                rows.get(person_id) or first_hours(person_id, now=now),
                zone=profiles[person_id].zone if person_id in profiles else UTC_NAME,
                per_week=goals[person_id].talks_per_week if person_id in goals else TALKS_PER_WEEK,
            ),
            tuple(busy[person_id]),
        )
        for person_id in person_ids
    }


async def _busy(
    db: AsyncSession, person_ids: Collection[UUID], *, since: datetime, without: UUID | None
) -> dict[UUID, list[Busy]]:
    query = (
        select(Booking.person_id, Booking.during, Interview.host_id)
        .join(Interview, Interview.id == Booking.interview_id)
        .where(Booking.person_id.in_(person_ids), Booking.during.overlaps(Range(since, None)))
    )
    if without is not None:
        query = query.where(Booking.interview_id != without)
    busy: dict[UUID, list[Busy]] = {person_id: [] for person_id in person_ids}
    for person_id, during, host_id in await db.execute(query):
        busy[person_id].append(Busy(during.lower, during.upper, hosting=person_id == host_id))
    return busy
