"""Who of an event's attendees lets the others see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.access import Attendee
from server.events.models import Attendance
from server.paging import read_cursor
from server.people.models import Goals, Profile
from server.people.queries import goals_of, not_blocked, profiles_of


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry. The name is the one they want to be called by, else the printed one; the rest is as they say it
    themselves, since printing something is not saying it."""

    person_id: UUID
    type: str
    name: str
    profile: Profile | None
    goals: Goals | None


async def list_people(
    db: AsyncSession, attendee: Attendee, *, cursor: str | None, limit: int
) -> Sequence[Listed]:
    """By name, one more than the limit when there are more. Consents and blocks are those of now."""
    name = func.coalesce(func.nullif(Profile.name, ""), Attendance.name)
    query = (
        select(Attendance.person_id, Attendance.type, name.label("name"))
        .outerjoin(Profile, Profile.person_id == Attendance.person_id)
        .where(
            Attendance.event_id == attendee.event_id,
            Attendance.status == "expected",
            Attendance.account_id.is_not(None),
            Attendance.listed,
            ~Attendance.paused,
            Attendance.id != attendee.attendance_id,
            not_blocked(attendee.person_id, Attendance.person_id.expression),
        )
    )
    if cursor is not None:
        query = query.where(tuple_(name, Attendance.person_id) > tuple_(*read_cursor(cursor, str, UUID)))
    rows = (await db.execute(query.order_by(name, Attendance.person_id).limit(limit + 1))).all()

    people = [row.person_id for row in rows]
    profiles, goals = await profiles_of(db, people), await goals_of(db, people)
    return [
        Listed(row.person_id, row.type, row.name, profiles.get(row.person_id), goals.get(row.person_id))
        for row in rows
    ]
