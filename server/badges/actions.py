"""What can happen to badges: they are issued, replaced and revoked."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.badges.codes import new_badge_code
from server.badges.errors import AttendeeNotExpected, BadgeNotFound
from server.badges.manual_codes import new_manual_code
from server.badges.models import Badge
from server.badges.queries import count_standing, find_standing_badge, without_badge
from server.events.access import Organizer
from server.events.errors import AttendeeNotFound
from server.events.models import LEADS_TO, Attendance, Event
from server.failures import Busy
from server.ids import new_id

BADGES = Badge.__table__
TRIES = 8
AT_ONCE = 1000  # badges in one statement: some milliseconds of drawing lots, then the loop is free again


async def issue(
    db: AsyncSession, event_id: UUID, attendance_id: UUID, *, now: datetime
) -> tuple[Badge, bool]:
    """The badge of a place, and whether it was issued just now: whoever has one keeps it."""
    if await _hold(db, event_id, attendance_id) != "expected":
        raise AttendeeNotExpected

    reference = await event_reference(db, event_id)
    for _ in range(TRIES):
        issued = await _insert(db, event_id, [attendance_id], reference, now=now)
        standing = await find_standing_badge(db, event_id, attendance_id)
        if standing is not None:
            return standing, issued == 1
    raise Busy


async def _hold(db: AsyncSession, event_id: UUID, attendance_id: UUID) -> str:
    """A place's status, which nobody changes meanwhile. Places are locked before badges, whatever happens."""
    status = await db.scalar(
        select(Attendance.status)
        .where(Attendance.event_id == event_id, Attendance.id == attendance_id)
        .with_for_update(read=True)
    )
    if status is None:
        raise AttendeeNotFound
    return status


async def issue_missing(db: AsyncSession, organizer: Organizer, *, now: datetime) -> tuple[int, int]:
    """A badge for every expected attendee without one: how many were issued, and how many stand now."""
    reference = await event_reference(db, organizer.event_id)
    issued = 0
    for _ in range(TRIES):  # a second round only if two lots were the same
        missing = (await db.scalars(without_badge(organizer.event_id))).all()
        for start in range(0, len(missing), AT_ONCE):
            places = missing[start : start + AT_ONCE]
            issued += await _insert(db, organizer.event_id, places, reference, now=now)
        if not missing:
            break
    return issued, await count_standing(db, organizer.event_id)


async def event_reference(db: AsyncSession, event_id: UUID) -> bytes:
    """The three bytes by which the event's codes are known. Whoever holds a proof for the event knows it is there."""
    return (await db.scalars(select(Event.code_reference).where(Event.id == event_id))).one()


async def _insert(
    db: AsyncSession, event_id: UUID, places: Sequence[UUID], reference: bytes, *, now: datetime
) -> int:
    """Insert new badges; a place that got one meanwhile, or a lot drawn before, is left out. How many were inserted."""
    rows: list[dict[str, Any]] = [
        {
            "event_id": event_id,
            "id": new_id(),
            "attendance_id": place,
            "code": new_badge_code(reference, secrets.token_bytes).text,
            "manual_code": new_manual_code(secrets.token_bytes).characters,
            "issued_at": now,
        }
        for place in places
    ]
    inserted = await db.execute(insert(BADGES).on_conflict_do_nothing().returning(BADGES.c.id), rows)
    return len(inserted.all())


async def replace(
    db: AsyncSession, organizer: Organizer, badge_id: UUID, *, reason: str, now: datetime
) -> tuple[Badge, bool]:
    """Revoke a badge from now on and issue another. Asked again, the same other one is answered."""
    badge, place = await _lock(db, organizer.event_id, badge_id)
    await _revoke(db, badge, place, reason, now=now)
    await db.flush()  # only one badge of a place may stand
    return await issue(db, organizer.event_id, place, now=now)


async def revoke(
    db: AsyncSession, organizer: Organizer, badge_id: UUID, *, reason: str, now: datetime
) -> Badge:
    """What was captured before still counts. Revoking again changes nothing, not even the reason."""
    badge, place = await _lock(db, organizer.event_id, badge_id)
    await _revoke(db, badge, place, reason, now=now)
    return badge


async def _lock(db: AsyncSession, event_id: UUID, badge_id: UUID) -> tuple[Badge, UUID]:
    """A badge, and the place it leads to."""
    this = (Badge.event_id == event_id, Badge.id == badge_id)
    issued_to = await db.scalar(select(Badge.attendance_id).where(*this))
    if issued_to is None:
        raise BadgeNotFound
    await _hold(db, event_id, issued_to)
    place = (
        await db.scalars(select(LEADS_TO).where(Attendance.event_id == event_id, Attendance.id == issued_to))
    ).one()
    if place != issued_to:
        await _hold(db, event_id, place)
    return (await db.scalars(select(Badge).where(*this).with_for_update())).one(), place


async def _revoke(db: AsyncSession, badge: Badge, place: UUID, reason: str, *, now: datetime) -> None:
    """With it go the badges of places that were joined with its own: nobody at a desk knows that there are more."""
    if badge.revoked_at is not None:
        return
    worn = (
        select(Badge)
        .join(Attendance, (Attendance.event_id == Badge.event_id) & (Attendance.id == Badge.attendance_id))
        .where(
            Badge.event_id == badge.event_id,
            Badge.revoked_at.is_(None),
            or_(Attendance.id == place, Attendance.joined_into_id == place),
        )
        .order_by(Badge.id)
        .with_for_update(of=Badge)
    )
    for one in await db.scalars(worn):
        one.revoked_at, one.revoked_because = now, reason
