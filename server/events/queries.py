"""What can be known of events: which are mine, and what I am in each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import AccountEmail
from server.events.access import RANKS, Role, membership_of
from server.events.errors import EventNotFound
from server.events.models import Attendance, Event, TeamMember
from server.paging import read_cursor


@dataclass(frozen=True, slots=True)
class MyEvent:
    """An event and what I am in it. `attendance` is `unclaimed` for a place that one of my addresses can claim."""

    event: Event
    role: Role | None
    attendance: str | None
    attendance_id: UUID | None


async def get_my_event(db: AsyncSession, me: SignedIn, event_id: UUID) -> MyEvent:
    """An event that I run, attend, or was invited to. Raises EventNotFound for anybody else."""
    event = await db.scalar(select(Event).where(Event.id == event_id, Event.id.in_(_ids_of_mine(me))))
    if event is None:
        raise EventNotFound
    return (await _with_what_i_am(db, me, [event]))[0]


async def list_my_events(
    db: AsyncSession, me: SignedIn, *, cursor: str | None, limit: int
) -> Sequence[MyEvent]:
    """The latest first, one more than the limit when there are more."""
    query = select(Event).where(Event.id.in_(_ids_of_mine(me)))
    if cursor is not None:
        query = query.where(tuple_(Event.starts_at, Event.id) < tuple_(*read_cursor(cursor, datetime, UUID)))
    events = await db.scalars(query.order_by(Event.starts_at.desc(), Event.id.desc()).limit(limit + 1))
    return await _with_what_i_am(db, me, events.all())


def _unclaimed(me: SignedIn) -> ColumnElement[bool]:
    addresses = select(AccountEmail.email).where(AccountEmail.account_id == me.account_id)
    return and_(
        Attendance.account_id.is_(None), Attendance.status == "expected", Attendance.email.in_(addresses)
    )


def _ids_of_mine(me: SignedIn) -> Select[tuple[UUID]]:
    mine = (
        select(TeamMember.event_id)
        .where(membership_of(me.account_id))
        .union(
            select(Attendance.event_id).where(Attendance.account_id == me.account_id),
            select(Attendance.event_id).where(_unclaimed(me)),
        )
        .subquery()
    )
    return select(mine.c.event_id)


async def _with_what_i_am(db: AsyncSession, me: SignedIn, events: Sequence[Event]) -> Sequence[MyEvent]:
    ids = [event.id for event in events]
    roles = await _roles(db, me, ids)
    places = await _places(db, me, ids)
    return [
        MyEvent(event, roles.get(event.id), *places.get(event.id, (None, None)))  # nothing of mine: both null
        for event in events
    ]


async def _roles(db: AsyncSession, me: SignedIn, event_ids: Collection[UUID]) -> dict[UUID, Role]:
    found = await db.execute(
        select(TeamMember.event_id, TeamMember.role).where(
            TeamMember.event_id.in_(event_ids), membership_of(me.account_id)
        )
    )
    held: dict[UUID, set[str]] = {}
    for event_id, role in found:
        held.setdefault(event_id, set()).add(role)
    return {event_id: next(role for role in RANKS if role in roles) for event_id, roles in held.items()}


async def _places(
    db: AsyncSession, me: SignedIn, event_ids: Collection[UUID]
) -> dict[UUID, tuple[str, UUID | None]]:
    """What I claimed comes before what I could claim: other places under my address are other people's."""
    invited = await db.scalars(
        select(Attendance.event_id).where(Attendance.event_id.in_(event_ids), _unclaimed(me))
    )
    places: dict[UUID, tuple[str, UUID | None]] = dict.fromkeys(invited, ("unclaimed", None))
    claimed = await db.execute(
        select(Attendance.event_id, Attendance.status, Attendance.id).where(
            Attendance.event_id.in_(event_ids), Attendance.account_id == me.account_id
        )
    )
    for event_id, status, attendance_id in claimed:
        places[event_id] = (status, attendance_id)
    return places
