"""What does a run need to know of an event? A handful of set-based reads, as one moment saw them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.connections.models import Connection
from server.events.models import Attendance
from server.people.models import Goals, Profile
from server.people.queries import is_leaving
from server.suggestions.facts import Person
from server.suggestions.gathering import (
    FREED,
    blocks_at,
    in_portions,
    inbound_elsewhere,
    standing_of,
    stored_lists,
)
from server.suggestions.models import PersonToMeet
from server.suggestions.recording import Stored
from server.suggestions.said import capacity_of
from server.who_to_meet.rules import MeetFacts


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts, and the event's lists as they were then."""

    facts: MeetFacts
    stored: Sequence[Stored]


async def gather(db: AsyncSession, event_id: UUID, *, now: datetime) -> Gathered:
    """`db` is a REPEATABLE READ transaction, so that all reads see one moment."""
    people, listed = await _people(db, event_id, now=now)
    contacts = await _contacts(db, event_id)
    apart = await _apart(db, event_id) | await blocks_at(db, event_id)
    # Whom they have met since, or may not see any more, keeps no place.
    stored = await stored_lists(db, PersonToMeet, event_id)
    standing = [
        one
        for one in standing_of(stored)
        if one.other_id in listed
        and not {(one.person_id, one.other_id), (one.other_id, one.person_id)} & apart
    ]
    facts = MeetFacts(
        people=people,
        listed=listed,
        contacts=contacts,
        apart=apart,
        set_aside={(one.person_id, one.other_id) for one in stored if one.state in FREED},
        standing=standing,
    )
    return Gathered(facts, stored)


async def _people(db: AsyncSession, event_id: UUID, *, now: datetime) -> tuple[list[Person], set[UUID]]:
    """Those who take part, in the words that the directory shows, and who of them is in it."""
    inbound = await inbound_elsewhere(db, event_id, now=now)
    query = (
        select(Attendance.person_id, Attendance.listed, Profile, Goals)
        .outerjoin(Profile, Profile.person_id == Attendance.person_id)
        .outerjoin(Goals, Goals.person_id == Attendance.person_id)
        .where(
            Attendance.event_id == event_id,
            Attendance.account_id.is_not(None),
            Attendance.status == "expected",
            Attendance.paused.is_(False),
            ~is_leaving(Attendance.person_id),
        )
    )
    people, listed = [], set()
    async for person_id, is_listed, profile, goals in in_portions(db, query):
        people.append(described(person_id, profile, goals, inbound=inbound[person_id]))
        if is_listed:
            listed.add(person_id)
    return people, listed


def described(person_id: UUID, profile: Profile | None, goals: Goals | None, *, inbound: int = 0) -> Person:
    """A person in the words that the directory shows, and their own targets."""
    profile, goals = profile or Profile(), goals or Goals()
    return Person(
        person_id=person_id,
        organisation=profile.organisation or "",
        role=profile.role or "",
        situation=goals.situation or "",
        target_roles=tuple(goals.target_roles or ()),
        asks=tuple(goals.asks or ()),
        offers=tuple(goals.offers or ()),
        capacity=capacity_of(goals),
        inbound_elsewhere=inbound,
    )


async def _contacts(db: AsyncSession, event_id: UUID) -> dict[UUID, set[UUID]]:
    """Whom each has met anywhere; connections that either side removed or keeps private are never used."""
    theirs = aliased(Connection)
    query = (
        select(Connection.owner_id, func.array_agg(Connection.other_id))
        .join(Attendance, and_(Attendance.event_id == event_id, Attendance.person_id == Connection.owner_id))
        .join(theirs, and_(theirs.owner_id == Connection.other_id, theirs.other_id == Connection.owner_id))
        .where(
            *(
                condition
                for side in (Connection, theirs)
                for condition in (
                    side.first_met_at.is_not(None),
                    side.removed_at.is_(None),
                    side.private.is_(False),
                )
            )
        )
        .group_by(Connection.owner_id)
    )
    return {owner: set(others) async for owner, others in in_portions(db, query)}


async def _apart(db: AsyncSession, event_id: UUID) -> set[tuple[UUID, UUID]]:
    """Those who have met, or of whom one wants to see the other no more."""
    one, two = aliased(Attendance), aliased(Attendance)
    query = (
        select(Connection.owner_id, func.array_agg(Connection.other_id))
        .join(one, and_(one.event_id == event_id, one.person_id == Connection.owner_id))
        .join(two, and_(two.event_id == event_id, two.person_id == Connection.other_id))
        .where(
            or_(
                Connection.first_met_at.is_not(None),
                Connection.removed_at.is_not(None),
                Connection.signal == "never",
            )
        )
        .group_by(Connection.owner_id)
    )
    return {(owner, other) async for owner, others in in_portions(db, query) for other in others}
