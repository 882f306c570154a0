"""What can be known of exhibitors: which there are, and which I work for."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.events.access import Organizer
from server.events.models import Event
from server.exhibitors.access import is_staff_of
from server.exhibitors.models import Exhibitor, StaffMember
from server.exhibitors.rules import told
from server.paging import read_cursor
from server.people.models import Release


@dataclass(frozen=True, slots=True)
class Counted:
    """An exhibitor, and how many leads it has, as organizers are told it."""

    exhibitor: Exhibitor
    leads: int


async def list_exhibitors(
    db: AsyncSession, organizer: Organizer, *, cursor: str | None, limit: int
) -> Sequence[Counted]:
    """By name, one more than the limit when there are more."""
    query = select(Exhibitor).where(Exhibitor.event_id == organizer.event_id)
    if cursor is not None:
        query = query.where(tuple_(Exhibitor.name, Exhibitor.id) > tuple_(*read_cursor(cursor, str, UUID)))
    found = (await db.scalars(query.order_by(Exhibitor.name, Exhibitor.id).limit(limit + 1))).all()
    return await count_leads(db, organizer, found)


async def count_leads(
    db: AsyncSession, organizer: Organizer, exhibitors: Sequence[Exhibitor]
) -> Sequence[Counted]:
    rows = await db.execute(
        select(Release.exhibitor_id, func.count())
        .where(
            Release.event_id == organizer.event_id,
            Release.exhibitor_id.in_([exhibitor.id for exhibitor in exhibitors]),
            Release.withdrawn_at.is_(None),
        )
        .group_by(Release.exhibitor_id)
    )
    counts = dict(rows.all())
    return [Counted(exhibitor, told(counts.get(exhibitor.id, 0))) for exhibitor in exhibitors]


@dataclass(frozen=True, slots=True)
class MyExhibitor:
    exhibitor: Exhibitor
    event: Event
    role: str


async def list_my_exhibitors(
    db: AsyncSession, me: SignedIn, *, cursor: str | None, limit: int
) -> Sequence[MyExhibitor]:
    """In the order of their events' ids, one more than the limit when there are more. Of two invitations to one
    event the one that counts."""
    query = (
        select(Exhibitor, Event, StaffMember.role)
        .ext(distinct_on(StaffMember.event_id))
        .select_from(StaffMember)
        .join(
            Exhibitor,
            (Exhibitor.event_id == StaffMember.event_id) & (Exhibitor.id == StaffMember.exhibitor_id),
        )
        .join(Event, Event.id == StaffMember.event_id)
        .where(is_staff_of(me.account_id), StaffMember.removed_at.is_(None))
        .order_by(
            StaffMember.event_id, StaffMember.account_id.is_(None), StaffMember.added_at, StaffMember.id
        )
    )
    if cursor is not None:
        query = query.where(StaffMember.event_id > read_cursor(cursor, UUID)[0])
    return [MyExhibitor(*row) for row in await db.execute(query.limit(limit + 1))]
