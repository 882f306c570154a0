"""What somebody said about their hours: stored as they said it, edited, and read for the rules."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.failures import Fault, InvalidRequest
from server.interviews.models import AvailabilityRow
from server.interviews.windows import (
    Availability,
    AvailabilityProblem,
    DayRepeated,
    ExceptionDay,
    Hours,
    Window,
    WindowEmpty,
    WindowsOverlap,
    default_availability,
    problems_with,
)
from server.people.queries import profiles_of
from server.versions import edit

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
UTC_NAME = "Etc/UTC"
FAULTS: dict[type[AvailabilityProblem], tuple[str, str]] = {
    WindowEmpty: ("window_empty", "It ends when or before it starts; past midnight, make it two."),
    WindowsOverlap: ("windows_overlap", "It overlaps an earlier one of the same day."),
    DayRepeated: ("day_repeated", "This date is there already."),
}


def first_hours(person_id: UUID, *, now: datetime) -> AvailabilityRow:
    """What holds for somebody who set nothing."""
    usual = default_availability(ZoneInfo(UTC_NAME))
    return AvailabilityRow(
        person_id=person_id,
        windows=[
            {"weekday": WEEKDAYS[window.weekday], "start": _clock(window.start), "end": _clock(window.end)}
            for window in usual.windows
        ],
        exceptions=[],
        buffer_minutes=usual.buffer // timedelta(minutes=1),
        notice_hours=usual.minimum_notice // timedelta(hours=1),
        version=1,
        updated_at=now,
    )


async def hours_of(db: AsyncSession, person_id: UUID, *, now: datetime) -> AvailabilityRow:
    found = await db.scalar(select(AvailabilityRow).where(AvailabilityRow.person_id == person_id))
    return found or first_hours(person_id, now=now)


async def zone_of(db: AsyncSession, person_id: UUID) -> str:
    profile = (await profiles_of(db, [person_id])).get(person_id)
    return profile.zone if profile else UTC_NAME


async def update_hours(
    db: AsyncSession, me: SignedIn, changes: dict[str, Any], *, if_match: str | None, now: datetime
) -> AvailabilityRow:
    """Edit my hours. Raises InvalidRequest naming every window and day that cannot be meant."""
    first = first_hours(me.person_id, now=now)
    await db.execute(
        insert(AvailabilityRow)
        .values(
            {column.key: getattr(first, column.key) for column in AvailabilityRow.__mapper__.column_attrs}
        )
        .on_conflict_do_nothing()
    )
    hours = (
        await db.scalars(
            select(AvailabilityRow).where(AvailabilityRow.person_id == me.person_id).with_for_update()
        )
    ).one()
    edited = edit(hours, changes, if_match=if_match, now=now)
    problems = problems_with(availability_in(edited, zone=UTC_NAME))
    if problems:
        raise InvalidRequest(faults=tuple(_fault(problem) for problem in problems))
    return edited


def _fault(problem: AvailabilityProblem) -> Fault:
    return Fault("".join(f"/{step}" for step in problem.where), *FAULTS[type(problem)])


def availability_in(row: AvailabilityRow, *, zone: str, per_week: int | None = None) -> Availability:
    return Availability(
        zone=ZoneInfo(zone),
        windows=tuple(Window(WEEKDAYS.index(said["weekday"]), *_hours(said)) for said in row.windows),
        exceptions=tuple(
            ExceptionDay(date.fromisoformat(said["day"]), tuple(_hours(hours) for hours in said["windows"]))
            for said in row.exceptions
        ),
        buffer=timedelta(minutes=row.buffer_minutes),
        minimum_notice=timedelta(hours=row.notice_hours),
        per_week=per_week,
    )


def _hours(said: dict[str, Any]) -> Hours:
    return time.fromisoformat(said["start"]), time.fromisoformat(said["end"])


def _clock(at: time) -> str:
    return at.isoformat("minutes")
