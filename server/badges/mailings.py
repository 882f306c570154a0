"""Tickets by mail: an organizer's order becomes one letter for each place, once."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_unless_there
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.erased import unwanted_among
from server.badges.errors import RecipientsContradictory, TicketMailingNotFound
from server.badges.models import TicketLetter, TicketMailing
from server.events.access import Organizer
from server.events.errors import AttendeeNotFound
from server.events.models import Attendance
from server.failures import IdReused
from server.ids import new_id
from server.limits import Limit, Limits
from server.mail import Mail, post_mails
from server.settings import Settings

LETTERS = TicketLetter.__table__
AT_ONCE = 500  # letters in one statement, so that the loop is free in between
MAILINGS_PER_EVENT = Limit("ticket_mailings_per_event", most=50, per=timedelta(days=1))


async def send_tickets(
    db: AsyncSession,
    organizer: Organizer,
    mailing_id: UUID,
    *,
    recipients: str,
    chosen: Sequence[UUID],
    limits: Limits,
    settings: Settings,
    now: datetime,
) -> tuple[TicketMailing, bool]:
    """Promise the mails of an order, and say whether it is new. The same order again promises nothing."""
    if (recipients == "chosen") != bool(chosen):
        raise RecipientsContradictory
    await limits.take(MAILINGS_PER_EVENT, str(organizer.event_id), now=now)

    ordered = await db.scalar(
        insert_unless_there(TicketMailing)
        .values(
            event_id=organizer.event_id,
            id=mailing_id,
            account_id=organizer.account_id,
            recipients=recipients,
            chosen=_digest(chosen),
            promised=0,
            left_out=0,
            requested_at=now,
        )
        .on_conflict_do_nothing()
        .returning(TicketMailing.id)
    )
    mailing = (
        await db.scalars(
            select(TicketMailing).where(
                TicketMailing.event_id == organizer.event_id, TicketMailing.id == mailing_id
            )
        )
    ).one()
    if (mailing.recipients, mailing.chosen) != (recipients, _digest(chosen)):
        raise IdReused
    if ordered is not None:
        await _promise(db, mailing, set(chosen), settings=settings, now=now)
    return mailing, ordered is not None


async def get_mailing(db: AsyncSession, organizer: Organizer, mailing_id: UUID) -> TicketMailing:
    """Raises TicketMailingNotFound."""
    mailing = await db.get(TicketMailing, (organizer.event_id, mailing_id))
    if mailing is None:
        raise TicketMailingNotFound
    return mailing


async def count_bounced(db: AsyncSession, mailing: TicketMailing) -> int:
    """How many of its letters came back so far."""
    count = await db.scalar(
        select(func.count())
        .select_from(TicketLetter)
        .where(
            TicketLetter.event_id == mailing.event_id,
            TicketLetter.mailing_id == mailing.id,
            TicketLetter.bounced_at.is_not(None),
        )
    )
    return count or 0


async def note_bounce(db: AsyncSession, mail: Mail, status: str, now: datetime) -> None:
    """That a ticket came back, at the letter and at the place it was for."""
    returned = await db.execute(
        update(TicketLetter)
        .where(TicketLetter.id == mail.subject_id)
        .values(bounced_at=now, bounced_with=status)
        .returning(TicketLetter.event_id, TicketLetter.attendance_id, TicketLetter.sent_to)
    )
    for event_id, attendance_id, address in returned:
        await db.execute(
            update(Attendance)
            .where(Attendance.event_id == event_id, Attendance.id == attendance_id)
            .values(bounced_email=address, bounced_at=now)
        )


def _digest(chosen: Sequence[UUID]) -> str:
    """The same for the same places in any order."""
    return hashlib.sha256(b"".join(sorted(place.bytes for place in set(chosen)))).hexdigest()


async def _promise(
    db: AsyncSession, mailing: TicketMailing, chosen: set[UUID], *, settings: Settings, now: datetime
) -> None:
    meant = [Attendance.event_id == mailing.event_id]
    if mailing.recipients == "chosen":
        meant.append(Attendance.id.in_(chosen))
    else:
        meant.append(Attendance.status == "expected")
    if mailing.recipients == "unclaimed":
        meant.append(Attendance.account_id.is_(None))
    count = await db.scalar(select(func.count()).select_from(Attendance).where(*meant)) or 0
    if mailing.recipients == "chosen" and count != len(chosen):
        raise AttendeeNotFound

    rows = await db.execute(
        select(Attendance.id, Attendance.email)
        .where(*meant, Attendance.status == "expected", Attendance.email.is_not(None))
        .order_by(Attendance.id)
    )
    found = rows.all()
    unwanted = await unwanted_among(db, (row.email for row in found), settings)
    reachable = [row.id for row in found if row.email.lower() not in unwanted]
    for start in range(0, len(reachable), AT_ONCE):
        letters = [
            {"event_id": mailing.event_id, "mailing_id": mailing.id, "attendance_id": place, "id": new_id()}
            for place in reachable[start : start + AT_ONCE]
        ]
        await db.execute(insert(LETTERS), letters)
        await post_mails(db, "ticket", [letter["id"] for letter in letters], now=now)
    mailing.promised, mailing.left_out = len(reachable), count - len(reachable)
