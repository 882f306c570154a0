"""What can happen on the organizer's list, one attendee at a time. Files are imported in `importing.py`.

Whatever makes or renames a place locks the event first: so nobody takes an id, a code or an address meanwhile.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import false, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Person
from server.events.access import Organizer
from server.events.actions import lock_event, lock_open_event
from server.events.errors import (
    AlreadyListed,
    AttendeeJoined,
    AttendeeLeft,
    AttendeeNotFound,
    ExternalCodeTaken,
    ExternalIdTaken,
)
from server.events.models import Attendance
from server.events.opted_out import hide_unwanted
from server.events.rules import NewAttendee, fingerprint
from server.failures import IdReused
from server.ids import new_id
from server.paging import read_cursor
from server.requests import require_version
from server.settings import Settings
from server.versions import edit

IDENTITY = ("email", "external_id", "external_code")


async def list_attendees(
    db: AsyncSession,
    organizer: Organizer,
    *,
    status: str | None,
    claimed: bool | None,
    bounced: bool | None,
    prefix: str,
    cursor: str | None,
    limit: int,
) -> Sequence[Attendance]:
    """By printed name, one more than the limit when there are more; `prefix` is of the name or the address."""
    query = select(Attendance).where(
        Attendance.event_id == organizer.event_id, Attendance.purged_at.is_(None)
    )
    if status is not None:
        query = query.where(Attendance.status == status)
    if claimed is not None:
        query = query.where(Attendance.claimed_at.is_not(None) == claimed)
    if bounced is not None:
        query = query.where(func.coalesce(Attendance.email == Attendance.bounced_email, false()) == bounced)
    if prefix:
        wanted = func.lower(prefix)
        query = query.where(
            func.starts_with(func.lower(Attendance.name), wanted)
            | func.starts_with(func.coalesce(Attendance.email, ""), wanted)
        )
    if cursor is not None:
        after = read_cursor(cursor, str, UUID)
        query = query.where(tuple_(Attendance.name, Attendance.id) > tuple_(*after))
    return (await db.scalars(query.order_by(Attendance.name, Attendance.id).limit(limit + 1))).all()


async def add_attendee(
    db: AsyncSession, organizer: Organizer, facts: NewAttendee, *, settings: Settings, now: datetime
) -> tuple[Attendance, bool]:
    """Add a place by hand; the attendance, and whether it is new. Whoever opted out before stays out."""
    await lock_open_event(db, organizer.event_id)
    content = fingerprint(asdict(facts))
    there = await _find(db, organizer, facts.id)
    if there is not None:
        if there.created_as != content:
            raise IdReused
        return there, False
    await _check_free(db, organizer, facts.id, {name: getattr(facts, name) for name in IDENTITY})

    person = Person(id=new_id(), created_at=now)
    attendance = Attendance(
        event_id=organizer.event_id,
        person_id=person.id,
        created_as=content,
        created_at=now,
        updated_at=now,
        **asdict(facts),
    )
    db.add(person)
    await db.flush()  # the attendance refers to the person
    db.add(attendance)
    await db.flush()  # its defaults are in the answer
    await hide_unwanted(db, organizer.event_id, {attendance.id: attendance.email}, settings=settings, now=now)
    return attendance, True


async def update_attendee(
    db: AsyncSession,
    organizer: Organizer,
    attendance_id: UUID,
    changes: dict[str, Any],
    *,
    if_match: str | None,
    settings: Settings,
    now: datetime,
) -> Attendance:
    """Edit what is printed. A changed address never moves a claimed place; an empty one is none. Whose address it is
    now may have opted out before, and stays out."""
    await lock_open_event(db, organizer.event_id)
    attendance = await _lock(db, organizer, attendance_id)
    require_version(if_match, attendance.version)
    if "status" in changes and attendance.status == "left":
        raise AttendeeLeft
    if "status" in changes and attendance.status == "joined":
        raise AttendeeJoined
    changes = {name: (value or None) if name in IDENTITY else value for name, value in changes.items()}
    before = {name: getattr(attendance, name) for name in IDENTITY}
    after = {name: changes.get(name, before[name]) for name in IDENTITY}
    if after != before:
        await _check_free(db, organizer, attendance_id, after)

    if changes.get("status") == "expected":
        changes["cancelled_at"] = None
    edit(attendance, changes, if_match=if_match, now=now)
    if attendance.email != before["email"]:
        await db.flush()  # places are hidden by statements
        await hide_unwanted(
            db, organizer.event_id, {attendance.id: attendance.email}, settings=settings, now=now
        )
    return attendance


async def cancel_attendee(
    db: AsyncSession, organizer: Organizer, attendance_id: UUID, *, now: datetime
) -> Attendance:
    """Cancel a place; one that is cancelled or joined, or whose person left, stays as it is."""
    await lock_event(db, organizer.event_id)
    attendance = await _lock(db, organizer, attendance_id)
    if attendance.status == "expected":
        attendance.status, attendance.cancelled_at = "cancelled", now
        attendance.version += 1
        attendance.updated_at = now
    return attendance


async def _lock(db: AsyncSession, organizer: Organizer, attendance_id: UUID) -> Attendance:
    attendance = await db.scalar(
        select(Attendance)
        .where(Attendance.event_id == organizer.event_id, Attendance.id == attendance_id)
        .with_for_update(key_share=True)
    )
    if attendance is None:
        raise AttendeeNotFound
    return attendance


async def _find(db: AsyncSession, organizer: Organizer, attendance_id: UUID) -> Attendance | None:
    return await db.scalar(
        select(Attendance).where(Attendance.event_id == organizer.event_id, Attendance.id == attendance_id)
    )


async def _check_free(
    db: AsyncSession, organizer: Organizer, attendance_id: UUID, wanted: dict[str, str | None]
) -> None:
    """Raises if another attendance has the id or the code, or has the address while this one would have no id:
    no import could tell such two apart."""
    same = [getattr(Attendance, name) == wanted[name] for name in IDENTITY if wanted[name] is not None]
    others = await db.execute(
        select(Attendance.external_id, Attendance.external_code).where(
            Attendance.event_id == organizer.event_id, Attendance.id != attendance_id, or_(false(), *same)
        )
    )
    for external_id, external_code in others:
        if wanted["external_id"] is None:
            alike = wanted["external_code"] is None or external_code != wanted["external_code"]
            raise AlreadyListed if alike else ExternalCodeTaken
        if external_id == wanted["external_id"]:
            raise ExternalIdTaken
        if wanted["external_code"] is not None and external_code == wanted["external_code"]:
            raise ExternalCodeTaken
