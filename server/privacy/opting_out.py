"""What happens when somebody who was imported, and claimed nothing, says on the page of their ticket's mail that
Hallway shall leave them alone. Their place stays the organizer's."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.erased import digest
from server.accounts.models import AccountEmail, ErasedAddress, Person
from server.badges.models import TicketLetter
from server.events.models import Attendance, Event
from server.people.models import Release
from server.settings import Settings


async def event_of_letter(db: AsyncSession, letter_id: UUID) -> str | None:
    """The name of the event whose ticket it brought; None once that is purged."""
    return await db.scalar(
        select(Event.name)
        .join(TicketLetter, TicketLetter.event_id == Event.id)
        .where(TicketLetter.id == letter_id, TicketLetter.sent_to.is_not(None))
    )


async def opt_out(db: AsyncSession, letter_id: UUID, *, settings: Settings, now: datetime) -> bool:
    """Mail the letter's address nothing more, and show its place to nobody, unless somebody claimed it: they have an
    account for that. Whether the letter is still known; again, it changes nothing."""
    letter = await db.scalar(select(TicketLetter).where(TicketLetter.id == letter_id))
    if letter is None or letter.sent_to is None:
        return False
    place = await db.scalar(
        select(Attendance)
        .where(Attendance.event_id == letter.event_id, Attendance.id == letter.attendance_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if place is None or place.claimed_at is not None:
        return True
    address = letter.sent_to.lower()
    known = await db.scalar(select(AccountEmail.id).where(AccountEmail.email == address))
    if known is None:
        row = {"digest": digest(settings, address), "erased_at": now}
        await db.execute(insert(ErasedAddress).values(row).on_conflict_do_nothing())
    if place.email is not None and place.email.lower() == address:
        await _hide(db, place, now=now)
    return True


async def _hide(db: AsyncSession, place: Attendance, *, now: datetime) -> None:
    """Whoever got something of them has it no longer, and stands that capture them later get nothing, as of everybody
    who left."""
    hidden = await db.scalar(
        update(Person)
        .where(Person.id == place.person_id, Person.leaving_at.is_(None))
        .values(leaving_at=now)
        .returning(Person.id)
    )
    if hidden is None:
        return
    place.left_at = now
    await db.execute(
        update(Release)
        .where(Release.subject_id == place.person_id, Release.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
