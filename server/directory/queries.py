"""Who of an event's attendees lets the others see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.badges.codes import BadgeCode, parse_code
from server.badges.models import Badge
from server.events.access import Attendee
from server.events.models import Attendance
from server.paging import read_cursor
from server.people.models import Goals, Profile
from server.people.queries import goals_of, is_leaving, not_blocked, profiles_of


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry. The name is the one they want to be called by, else the printed one; the rest is as they say it
    themselves, since printing something is not saying it."""

    event_id: UUID
    person_id: UUID
    type: str
    name: str
    badge_digest: str | None
    profile: Profile | None
    goals: Goals | None


NAME = func.coalesce(func.nullif(Profile.name, ""), Attendance.name)


async def list_people(
    db: AsyncSession, attendee: Attendee, *, cursor: str | None, limit: int
) -> Sequence[Listed]:
    """By name, one more than the limit when there are more. Consents and blocks are those of now."""
    query = listed_to(attendee.person_id).where(Attendance.event_id == attendee.event_id)
    if cursor is not None:
        query = query.where(tuple_(NAME, Attendance.person_id) > tuple_(*read_cursor(cursor, str, UUID)))
    return await _entries(db, query.order_by(NAME, Attendance.person_id).limit(limit + 1))


async def entries_of(db: AsyncSession, me: SignedIn, people: Iterable[tuple[UUID, UUID]]) -> Sequence[Listed]:
    """The entries of these (event, person) at the events where I have a place."""
    query = listed_to(me.person_id).where(
        Attendance.event_id.in_(where_i_am(me)),
        tuple_(Attendance.event_id, Attendance.person_id).in_(list(people)),
    )
    return await _entries(db, query)


def is_listed(me: SignedIn, person_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """A condition: this person is listed to me at an event where I have a place."""
    there = listed_to(me.person_id).where(
        Attendance.event_id.in_(where_i_am(me)), Attendance.person_id == person_id
    )
    return there.exists()


def where_i_am(me: SignedIn) -> Select[Any]:
    return select(Attendance.event_id).where(
        Attendance.account_id == me.account_id, Attendance.status == "expected"
    )


def listed_to(person_id: UUID) -> Select[Any]:
    """Everybody listed at any event, save this person and whoever is blocked from them."""
    return (
        select(Attendance.event_id, Attendance.person_id, Attendance.type, NAME.label("name"), Badge.code)
        .outerjoin(Profile, Profile.person_id == Attendance.person_id)
        .outerjoin(Badge, _worn())
        .where(
            Attendance.status == "expected",
            Attendance.account_id.is_not(None),
            Attendance.listed,
            ~Attendance.paused,
            Attendance.person_id != person_id,
            not_blocked(person_id, Attendance.person_id.expression),
            ~is_leaving(Attendance.person_id.expression),
        )
    )


def _worn() -> ColumnElement[bool]:
    return and_(
        Badge.event_id == Attendance.event_id,
        Badge.attendance_id == Attendance.id,
        Badge.revoked_at.is_(None),
    )


async def _entries(db: AsyncSession, query: Select[Any]) -> list[Listed]:
    rows = (await db.execute(query)).all()
    people = [row.person_id for row in rows]
    profiles, goals = await profiles_of(db, people), await goals_of(db, people)
    return [
        Listed(
            event_id=row.event_id,
            person_id=row.person_id,
            type=row.type,
            name=row.name,
            badge_digest=_digest(row.code),
            profile=profiles.get(row.person_id),
            goals=goals.get(row.person_id),
        )
        for row in rows
    ]


def _digest(code: str | None) -> str | None:
    """By which who has read a badge finds the name; the code has 80 random bits, so nobody finds it from this."""
    badge = None if code is None else parse_code(code)
    return badge.digest.hex() if isinstance(badge, BadgeCode) else None
