"""What can happen to one's own place at an event: its consents change, one leaves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.events.access import Attendee
from server.events.consent_texts import require_known
from server.events.consents import SHARING, changed_consents, choose_consents
from server.events.errors import EventNotFound
from server.events.models import Attendance
from server.people.actions import withdraw_leads
from server.requests import require_version


async def get_my_attendance(db: AsyncSession, me: SignedIn, event_id: UUID) -> Attendance:
    """The place I claimed, also after I left. Raises EventNotFound for who claimed none."""
    attendance = await db.scalar(
        select(Attendance).where(Attendance.event_id == event_id, Attendance.account_id == me.account_id)
    )
    if attendance is None:
        raise EventNotFound
    return attendance


async def list_my_attendances(db: AsyncSession, me: SignedIn, ids: Sequence[UUID]) -> Sequence[Attendance]:
    """Those of these places that I claimed."""
    found = await db.scalars(
        select(Attendance).where(Attendance.account_id == me.account_id, Attendance.id.in_(ids))
    )
    return found.all()


async def choose(
    db: AsyncSession,
    attendee: Attendee,
    chosen: dict[str, bool],
    *,
    text_version: int | None,
    if_match: str | None,
    now: datetime,
) -> Attendance:
    """`text_version` is of the words that were shown. Raises ConsentTextUnknown, VersionStale."""
    require_known(text_version)
    attendance = await _lock_mine(db, attendee.event_id, attendee.account_id)
    require_version(if_match, attendance.version)

    if changed_consents(attendance, chosen):
        choose_consents(db, attendance, chosen, text_version=text_version, now=now)
        attendance.version += 1
        attendance.updated_at = now
    return attendance


async def leave(db: AsyncSession, me: SignedIn, event_id: UUID, *, now: datetime) -> Attendance:
    """Leave the event; leaving again changes nothing. Nothing is shared any more, and exhibitors lose what they got;
    what happened stays."""
    attendance = await _lock_mine(db, event_id, me.account_id)

    if attendance.status != "left":
        choose_consents(db, attendance, dict.fromkeys(SHARING, False), text_version=None, now=now)
        await withdraw_leads(db, me.person_id, event_id, now=now)
        attendance.status, attendance.left_at = "left", now
        attendance.version += 1
        attendance.updated_at = now
    return attendance


async def _lock_mine(db: AsyncSession, event_id: UUID, account_id: UUID) -> Attendance:
    attendance = await db.scalar(
        select(Attendance)
        .where(Attendance.event_id == event_id, Attendance.account_id == account_id)
        .with_for_update(key_share=True)
    )
    if attendance is None:
        raise EventNotFound
    return attendance
