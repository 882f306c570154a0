"""What can be known of badges."""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.badges.errors import BadgeNotFound
from server.badges.models import Badge
from server.events.errors import AttendeeNotFound
from server.events.models import Attendance


async def get_attendance(db: AsyncSession, event_id: UUID, attendance_id: UUID) -> Attendance:
    """Raises AttendeeNotFound."""
    attendance = await db.get(Attendance, (event_id, attendance_id))
    if attendance is None:
        raise AttendeeNotFound
    return attendance


async def find_standing_badge(db: AsyncSession, event_id: UUID, attendance_id: UUID) -> Badge | None:
    return await db.scalar(
        select(Badge).where(
            Badge.event_id == event_id, Badge.attendance_id == attendance_id, Badge.revoked_at.is_(None)
        )
    )


async def get_standing_badge(db: AsyncSession, event_id: UUID, attendance_id: UUID) -> Badge:
    """Raises BadgeNotFound, also for an attendance of another event."""
    badge = await find_standing_badge(db, event_id, attendance_id)
    if badge is None:
        raise BadgeNotFound
    return badge


def without_badge(event_id: UUID) -> Select[tuple[UUID]]:
    """The places of expected attendees who have no badge that stands, in order."""
    standing = select(Badge.attendance_id).where(
        Badge.event_id == event_id,
        Badge.attendance_id == Attendance.id,
        Badge.revoked_at.is_(None),
    )
    return (
        select(Attendance.id)
        .where(Attendance.event_id == event_id, Attendance.status == "expected", ~standing.exists())
        .order_by(Attendance.id)
    )


async def count_standing(db: AsyncSession, event_id: UUID) -> int:
    """How many expected attendees have a badge."""
    count = await db.scalar(
        select(func.count())
        .select_from(Badge)
        .join(Attendance, (Attendance.event_id == Badge.event_id) & (Attendance.id == Badge.attendance_id))
        .where(Badge.event_id == event_id, Badge.revoked_at.is_(None), Attendance.status == "expected")
    )
    return count or 0
