"""Who goes in and out?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.devices.models import EventDevice
from server.doors.rules import is_inside
from server.events.models import Attendance, Event
from server.scans.models import Scan


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Who passes a door, and whether they were inside before: since when, and through which door."""

    attendance_id: UUID
    name: str
    type: str
    inside_since: datetime | None
    inside_by: str | None


async def find_passage(db: AsyncSession, event_id: UUID, scanner_id: UUID, scan_id: UUID) -> Passage | None:
    """Of an entry or exit that is recorded and stands; else None."""
    found = (
        await db.execute(
            select(Scan.captured_at, Attendance.id, Attendance.name, Attendance.type, Event.zone)
            .join(Event, Event.id == Scan.event_id)
            .join(
                Attendance,
                (Attendance.event_id == Scan.event_id) & (Attendance.id == Scan.target_attendance_id),
            )
            .where(
                Scan.event_id == event_id,
                Scan.scanner_id == scanner_id,
                Scan.id == scan_id,
                Scan.purpose.in_(("entry", "exit")),
                Scan.state == "recorded",
                Scan.undone_at.is_(None),
            )
        )
    ).one_or_none()
    if found is None:
        return None
    at, attendance_id, name, kind, zone = found
    last = (
        await db.execute(
            select(Scan.purpose, Scan.captured_at, EventDevice.station)
            .outerjoin(
                EventDevice, (EventDevice.event_id == Scan.event_id) & (EventDevice.id == Scan.scanner_id)
            )
            .where(
                Scan.event_id == event_id,
                Scan.target_attendance_id == attendance_id,
                Scan.purpose.in_(("entry", "exit")),
                Scan.state == "recorded",
                Scan.undone_at.is_(None),
                tuple_(Scan.captured_at, Scan.scanner_id, Scan.id) < tuple_(at, scanner_id, scan_id),
            )
            .order_by(Scan.captured_at.desc(), Scan.scanner_id.desc(), Scan.id.desc())
            .limit(1)
        )
    ).one_or_none()
    purpose, before_at, station = last or (None, None, None)
    inside = is_inside(purpose, before_at, at=at, zone=zone)
    return Passage(
        attendance_id=attendance_id,
        name=name,
        type=kind,
        inside_since=before_at if inside else None,
        inside_by=station if inside else None,
    )
