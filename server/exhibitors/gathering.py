"""What decides about leads? Gathered for all scans of a delivery at once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Account
from server.devices.models import EventDevice
from server.events.models import Attendance, ConsentChange
from server.exhibitors.access import membership_of, memberships
from server.exhibitors.giving import BY_THE_SUBJECT
from server.exhibitors.models import StaffMember
from server.exhibitors.rules import ConsentChange as Change
from server.exhibitors.rules import Member, Stand, Visitor
from server.people.models import Release


async def find_stand(
    db: AsyncSession, event_id: UUID, scanner_id: UUID, attendance_ids: Collection[UUID]
) -> Stand:
    """For whom a scanner, who is a person or a device of the event, captures leads, and what the visitors agreed to."""
    exhibitor_id = await db.scalar(
        select(EventDevice.exhibitor_id).where(EventDevice.event_id == event_id, EventDevice.id == scanner_id)
    )
    if exhibitor_id is not None:
        members = await _staff_ever(db, event_id, exhibitor_id)
    else:
        members = await _memberships(db, event_id, scanner_id)
    exhibitors = {exhibitor_id} if exhibitor_id else {member.exhibitor_id for member in members}
    return Stand(
        exhibitor_id=exhibitor_id,
        members=members,
        visitors=await _visitors(db, event_id, exhibitors, attendance_ids),
    )


async def _staff_ever(db: AsyncSession, event_id: UUID, exhibitor_id: UUID) -> Sequence[Member]:
    rows = await db.scalars(
        select(StaffMember).where(StaffMember.event_id == event_id, StaffMember.exhibitor_id == exhibitor_id)
    )
    return [_member(row) for row in rows]


async def _memberships(db: AsyncSession, event_id: UUID, person_id: UUID) -> Sequence[Member]:
    account_id = await db.scalar(select(Account.id).where(Account.person_id == person_id))
    if account_id is None:
        return []
    await membership_of(db, event_id, account_id)  # capturing uses an invitation
    return [_member(row) for row in await db.scalars(memberships(event_id, account_id))]


def _member(row: StaffMember) -> Member:
    return Member(
        staff_id=row.id,
        exhibitor_id=row.exhibitor_id,
        added_at=row.added_at,
        removed_at=row.removed_at,
    )


async def _visitors(
    db: AsyncSession, event_id: UUID, exhibitors: Collection[UUID], attendance_ids: Collection[UUID]
) -> dict[UUID, Visitor]:
    """What each agreed to and took back. A person who works for two exhibitors one after the other is rare, and what
    a visitor took back from either counts for both."""
    consents: defaultdict[UUID, list[Change]] = defaultdict(list)
    for attendance_id, given, changed_at in await db.execute(
        select(ConsentChange.attendance_id, ConsentChange.given, ConsentChange.changed_at)
        .where(
            ConsentChange.event_id == event_id,
            ConsentChange.attendance_id.in_(attendance_ids),
            ConsentChange.consent == "exhibitors_may_scan",
        )
        .order_by(ConsentChange.changed_at, ConsentChange.id)
    ):
        consents[attendance_id].append(Change(given, changed_at))

    taken_back: defaultdict[UUID, list[datetime]] = defaultdict(list)
    for attendance_id, withdrawn_at in await db.execute(
        select(Attendance.id, Release.withdrawn_at)
        .join(Release, Release.subject_id == Attendance.person_id)
        .where(
            Attendance.event_id == event_id,
            Attendance.id.in_(attendance_ids),
            Release.event_id == event_id,
            Release.exhibitor_id.in_(exhibitors),
            BY_THE_SUBJECT,
        )
    ):
        taken_back[attendance_id].append(withdrawn_at)

    for attendance_id, left_at in await db.execute(
        select(Attendance.id, Attendance.left_at).where(
            Attendance.event_id == event_id,
            Attendance.id.in_(attendance_ids),
            Attendance.left_at.is_not(None),
        )
    ):
        taken_back[attendance_id].append(left_at)

    return {
        attendance_id: Visitor(consents=consents[attendance_id], taken_back_at=taken_back[attendance_id])
        for attendance_id in attendance_ids
    }
