"""Who holds which time? Locks in one order, then one row per person, guarded by the exclusion constraint."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import Person
from server.database import violated
from server.interviews.diaries import diaries_of
from server.interviews.errors import InterviewNotFound, NoSlotLeft, SlotNotProposed, SlotTaken
from server.interviews.models import Booking, Interview
from server.interviews.queries import seen_by_me
from server.interviews.slots import Slot, first_free


async def lock_people(db: AsyncSession, *person_ids: UUID) -> None:
    """Lock these people until the end of the transaction, in id order: everything that books, or counts before
    it writes, begins so, and therefore never deadlocks. Rows that merely refer to them are not held up."""
    await db.execute(
        select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update(key_share=True)
    )


async def lock_interview(db: AsyncSession, me: SignedIn, interview_id: UUID) -> Interview:
    """An interview of mine with its two people, locked, as it is from then on. Raises InterviewNotFound."""
    found = await db.execute(
        select(Interview.asker_id, Interview.host_id).where(
            Interview.id == interview_id, seen_by_me(me.person_id)
        )
    )
    people = found.one_or_none()
    if people is None:
        raise InterviewNotFound
    await lock_people(db, *people)
    return (await db.scalars(select(Interview).where(Interview.id == interview_id).with_for_update())).one()


async def book(db: AsyncSession, interview: Interview, wanted: datetime | None, *, now: datetime) -> None:
    """Book the wanted one of the proposed times, or the first still free, in place of any booked before.

    Both people are locked. Raises SlotNotProposed, SlotTaken, NoSlotLeft.
    """
    slot = await _choose(db, interview, wanted, now=now)

    await free(db, interview)
    during = Range(slot.start, slot.end)
    try:
        await db.execute(
            insert(Booking),
            [
                {"interview_id": interview.id, "person_id": person_id, "during": during}
                for person_id in sorted((interview.asker_id, interview.host_id))
            ],
        )
    except IntegrityError as taken:
        if violated(taken) == "ex_bookings_one_at_a_time":
            raise SlotTaken from taken
        raise
    interview.starts_at, interview.ends_at = slot.start, slot.end


async def free(db: AsyncSession, interview: Interview) -> None:
    """Give the booked time back to both."""
    await db.execute(delete(Booking).where(Booking.interview_id == interview.id))


async def _choose(db: AsyncSession, interview: Interview, wanted: datetime | None, *, now: datetime) -> Slot:
    if wanted is not None and wanted not in interview.slots:
        raise SlotNotProposed
    starts: Sequence[datetime] = interview.slots if wanted is None else [wanted]
    length = timedelta(minutes=interview.minutes)
    diaries = await diaries_of(db, [interview.asker_id, interview.host_id], now=now, without=interview.id)
    slot = first_free(
        [Slot(start, start + length) for start in starts],
        asker=diaries[interview.asker_id],
        host=diaries[interview.host_id],
        now=now,
    )
    if slot is None:
        raise NoSlotLeft if wanted is None else SlotTaken
    return slot
