"""What can happen when a ticket or a list of badges came into wrong hands: others take their place."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.badges.actions import issue_missing
from server.badges.errors import AttendeeNotExpected, TicketSerialUnknown
from server.badges.models import Badge
from server.badges.tickets import LATEST_SERIAL
from server.events.access import Organizer
from server.events.errors import AttendeeNotFound
from server.events.models import Attendance
from server.failures import Fault, InvalidRequest


async def replace_ticket(
    db: AsyncSession, organizer: Organizer, attendance_id: UUID, *, serial: int, now: datetime
) -> Attendance:
    """The ticket of this serial opens no door any more, from now on. Where it was replaced already, nothing happens.

    Raises AttendeeNotFound, AttendeeNotExpected, TicketSerialUnknown."""
    place = await db.scalar(
        select(Attendance)
        .where(Attendance.event_id == organizer.event_id, Attendance.id == attendance_id)
        .with_for_update(key_share=True)
    )
    if place is None:
        raise AttendeeNotFound
    if place.status not in {"expected", "joined"}:
        raise AttendeeNotExpected
    if serial > min(place.ticket_serial, LATEST_SERIAL - 1):
        raise TicketSerialUnknown
    if serial == place.ticket_serial:
        place.ticket_serial += 1
        place.ticket_replaced_at = now
    return place


async def replace_badges(
    db: AsyncSession, organizer: Organizer, *, issued_before: datetime, now: datetime
) -> tuple[int, int]:
    """Revoke every badge that was issued before then, and issue others: how many were revoked, and how many stand.

    The same time again revokes nothing more."""
    if issued_before > now:
        fault = Fault("/issued_before", "time_in_future", "Not later than now.")
        raise InvalidRequest(faults=(fault,))
    # Places are locked before badges, whatever happens.
    await db.execute(
        select(Attendance.id)
        .where(Attendance.event_id == organizer.event_id)
        .order_by(Attendance.id)
        .with_for_update(read=True)
    )
    revoked = await db.execute(
        update(Badge)
        .where(
            Badge.event_id == organizer.event_id,
            Badge.revoked_at.is_(None),
            Badge.issued_at < issued_before,
        )
        .values(revoked_at=now, revoked_because="leaked")
        .returning(Badge.id)
    )
    count = len(revoked.all())
    _, standing = await issue_missing(db, organizer, now=now)
    return count, standing
