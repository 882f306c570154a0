"""What happens when somebody who was imported, and claimed nothing, says on the page of their ticket's mail that
Hallway shall leave them alone. Their place stays the organizer's."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.erased import digest
from server.accounts.models import AccountEmail, ErasedAddress
from server.badges.models import TicketLetter
from server.events.models import Attendance, Event
from server.events.opted_out import hide
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
        await hide(db, place.event_id, [place.id], now=now)
    return True
