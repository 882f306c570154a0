"""What did people choose about nudges, and what time is it where they are?"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import any_of
from server.devices.models import Device
from server.events.models import Attendance, Event
from server.nudges.choices import Choices, KindChoice, Mailing
from server.nudges.hours import UTC_NAME, Hours, first_known, zone_named
from server.nudges.models import NudgePreferences, StoppedPerson
from server.people.models import Profile

log = structlog.get_logger()


async def choices_of(db: AsyncSession, people: Collection[UUID]) -> dict[UUID, Choices]:
    """Of everybody asked for; who chose nothing has the beginning's."""
    rows = await db.scalars(
        select(NudgePreferences)
        .where(NudgePreferences.person_id == any_of(people))
        .execution_options(populate_existing=True)
    )
    said = {row.person_id: row for row in rows}
    stopped: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for person_id, other_id in await db.execute(
        select(StoppedPerson.person_id, StoppedPerson.other_id).where(
            StoppedPerson.person_id == any_of(people)
        )
    ):
        stopped[person_id].add(other_id)
    return {
        person_id: as_choices(said.get(person_id), stopped_people=frozenset(stopped[person_id]))
        for person_id in people
    }


def as_choices(row: NudgePreferences | None, *, stopped_people: frozenset[UUID]) -> Choices:
    if row is None:
        return Choices(stopped_people=stopped_people)
    return Choices(
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        weekly=row.weekly,
        paused_until=row.paused_until,
        stopped=row.stopped_at is not None,
        mails_stopped=row.mails_stopped_at is not None,
        details_in_push=row.details_in_push,
        kinds={kind: as_kind_choice(said) for kind, said in row.kinds.items()},
        stopped_people=stopped_people,
    )


def as_kind_choice(said: Mapping[str, Any]) -> KindChoice:
    return KindChoice(wanted=said["wanted"], push=said["push"], email=Mailing(said["email"]))


async def hours_of(
    db: AsyncSession, people: Collection[UUID], choices: Mapping[UUID, Choices], *, now: datetime
) -> dict[UUID, Hours]:
    """Everybody's waking hours, in the zone they are in (`zones_of`)."""
    zones = await zones_of(db, people, now=now)
    return {
        person_id: Hours(
            first_known(zones[person_id]), choices[person_id].quiet_from, choices[person_id].quiet_until
        )
        for person_id in people
    }


async def zone_of(db: AsyncSession, person_id: UUID, *, now: datetime) -> ZoneInfo:
    """By whose clock a person reads."""
    return first_known((await zones_of(db, [person_id], now=now))[person_id])


async def zones_of(db: AsyncSession, people: Collection[UUID], *, now: datetime) -> dict[UUID, list[str]]:
    """The zones that speak for each, the best first: what their phone reported last, else their profile's, else that
    of the event they last came to. One that was removed from the tz database is said in the log, and passed over."""
    reported = select(Device.person_id, Device.zone).where(
        Device.person_id == any_of(people), Device.revoked_at.is_(None)
    )
    # A profile begins with UTC, which nobody chose: where the person was says more.
    chosen = select(Profile.person_id, Profile.zone).where(
        Profile.person_id == any_of(people), Profile.zone != UTC_NAME
    )
    visited = (
        select(Attendance.person_id, Event.zone)
        .join(Event, Event.id == Attendance.event_id)
        .where(Attendance.person_id == any_of(people), Event.doors_open_at <= now)
    )
    the_best_first = (
        reported.order_by(Device.reported_at.desc()),
        chosen,
        visited.order_by(Event.doors_open_at.desc()),
    )
    found: dict[UUID, list[str]] = {person_id: [] for person_id in people}
    for query in the_best_first:
        for person_id, zone in await db.execute(query):
            found[person_id].append(zone)
    unknown = {zone for zones in found.values() for zone in zones if zone_named(zone) is None}
    if unknown:
        log.warning("zones_unknown", zones=sorted(unknown))
    return found
