"""What is counted of an event. One statement counts everything that can be added up, so that its parts agree.

Only expected attendees count, on both sides of an encounter; whoever is gone since the doors closed still does.
"""

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import Attendance, Event
from server.interviews.outcomes import DENY_WITHIN
from server.stats.models import FinalStats
from server.stats.network import Pairs
from server.stats.rules import FINAL_AFTER
from server.stats.statements import COUNT, COUNT_CUTS, COUNTED, PAIRS


async def people_by_type(db: AsyncSession, event_id: UUID) -> dict[str, int]:
    rows = await db.execute(
        select(Attendance.type, func.count().label("people"))
        .where(Attendance.event_id == event_id, text(COUNTED).bindparams(event_id=event_id))
        .group_by(Attendance.type)
    )
    return {row.type: row.people for row in rows}


@dataclass(frozen=True, slots=True)
class GroupCount:
    group: str | None
    people: int
    met: int


@dataclass(frozen=True, slots=True)
class HourCount:
    hour: datetime
    encounters: int
    people: int


@dataclass(frozen=True, slots=True)
class SideCount:
    """Encounters between two groups and how many of the first took part; within a group each counts from both ends."""

    group: str | None
    other_group: str | None
    encounters: int
    people: int


@dataclass(frozen=True, slots=True)
class WaitCount:
    """Days from an encounter to a step after it, the median, and how many people are in the pairs that came so far."""

    days: float
    people: int


@dataclass(frozen=True, slots=True)
class EndCount:
    """Of people of type `kind` with people of type `other` in one hour: encounters, from this end, and the people as a
    set of 63 places, in which more may be than can be counted, and never fewer. Types by their place, from 1; 0 is a
    small one."""

    kind: int
    other: int
    hour: datetime
    encounters: int
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    attendees: int
    groups: Sequence[GroupCount]
    hours: Sequence[HourCount]
    sides: Sequence[SideCount]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts(Cuts):
    claimed: int
    met: int
    scanned: int
    scanned_by: int
    met_five_or_more: int
    median: float | None
    encounters: int
    mutual: int
    scans: int
    across_types: int
    across_organisations: int
    suggested: int
    requested: int
    accepted: int
    held: int
    waits: Mapping[str, WaitCount]
    people_by_encounters: Mapping[int, int]


async def count(db: AsyncSession, event: Event, groups: dict[str, str | None], *, now: datetime) -> Counts:
    """`groups` says in which group each type is counted; a type that is not in it counts with the small ones."""
    facts = await _ask(db, COUNT, event, groups, now=now, deny_within=DENY_WITHIN)
    return Counts(
        **{
            **facts,
            **_cuts(facts),
            "median": None if facts["median"] is None else float(facts["median"]),
            "waits": {row["step"]: WaitCount(float(row["days"]), row["people"]) for row in facts["waits"]},
            "people_by_encounters": {
                int(encounters): people for encounters, people in facts["people_by_encounters"].items()
            },
        }
    )


async def count_cuts(
    db: AsyncSession, event: Event, groups: dict[str, str | None]
) -> tuple[Cuts, list[EndCount]]:
    """The cuts as `count` counts them, and what they are counted from."""
    facts = await _ask(db, COUNT_CUTS, event, groups)
    ends = [EndCount(**{**row, "hour": _hour(row["hour"])}) for row in facts.pop("ends")]
    return Cuts(**{**facts, **_cuts(facts)}), ends


async def _ask(
    db: AsyncSession, statement: TextClause, event: Event, groups: dict[str, str | None], **more: Any
) -> dict[str, Any]:
    await db.execute(
        text("set local work_mem = '64MB'")
    )  # of this transaction: sums of a big event stay in memory
    found = await db.execute(
        statement, {"event_id": event.id, "zone": event.zone, "types": shown_kinds(groups), **more}
    )
    return json.loads(found.scalar_one())


def shown_kinds(groups: dict[str, str | None]) -> list[str]:
    """Types that are counted by themselves, in the order in which statements number them."""
    return [kind for kind, group in groups.items() if group is not None]


def _cuts(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "groups": [GroupCount(**row) for row in facts["groups"]],
        "hours": [HourCount(**{**row, "hour": _hour(row["hour"])}) for row in facts["hours"]],
        "sides": [SideCount(**row) for row in facts["sides"]],
    }


def _hour(said: str) -> datetime:
    return datetime.fromisoformat(said).astimezone(UTC)


async def read_pairs(db: AsyncSession, event_id: UUID) -> Pairs:
    """Who met whom, people numbered from one, always in the same way. Read in pieces, so that no other request waits
    for all of it."""
    lows, highs = array("i"), array("i")
    rows = await db.stream(PAIRS, {"event_id": event_id}, execution_options={"yield_per": 500})
    async for low, met in rows:
        lows.extend([low] * len(met))
        highs.extend(met)
    return Pairs(lows, highs)


async def find_final(db: AsyncSession, event_id: UUID) -> FinalStats | None:
    return await db.get(FinalStats, event_id)


async def final_without_stats(db: AsyncSession, *, now: datetime, limit: int) -> Sequence[UUID]:
    """Events whose figures can be fixed and are not yet, the oldest first."""
    fixed = select(FinalStats.event_id).where(FinalStats.event_id == Event.id)
    found = await db.scalars(
        select(Event.id)
        .where(Event.doors_close_at <= now - FINAL_AFTER, ~fixed.exists())
        .order_by(Event.doors_close_at, Event.id)
        .limit(limit)
    )
    return found.all()
