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

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import Attendance, Event
from server.interviews.outcomes import DENY_WITHIN
from server.stats.models import FinalStats
from server.stats.network import Pairs
from server.stats.rules import FINAL_AFTER

# A condition on attendances of `:event_id`: whoever is expected, or was when the doors closed. Nobody's figures show by
# being cancelled, or leaving, between two looks at a closed event.
COUNTED = """(status = 'expected' or coalesce(
        case status when 'left' then left_at when 'cancelled' then cancelled_at end, '-infinity'
    ) >= (select doors_close_at from events where events.id = :event_id))"""


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
class Counts:
    attendees: int
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
    groups: Sequence[GroupCount]
    people_by_encounters: Mapping[int, int]
    hours: Sequence[HourCount]
    sides: Sequence[SideCount]


async def count(db: AsyncSession, event: Event, groups: dict[str, str | None], *, now: datetime) -> Counts:
    """`groups` says in which group each type is counted; a type that is not in it counts with the small ones."""
    await db.execute(
        text("set local work_mem = '64MB'")
    )  # of this transaction: sums of a big event stay in memory
    found = await db.execute(
        COUNT,
        {
            "event_id": event.id,
            "zone": event.zone,
            "now": now,
            "deny_within": DENY_WITHIN,
            "types": [kind for kind, group in groups.items() if group is not None],
        },
    )
    facts: dict[str, Any] = json.loads(found.scalar_one())
    return Counts(
        **{
            **facts,
            "median": None if facts["median"] is None else float(facts["median"]),
            "waits": {row["step"]: WaitCount(float(row["days"]), row["people"]) for row in facts["waits"]},
            "groups": [GroupCount(**row) for row in facts["groups"]],
            "people_by_encounters": {
                int(encounters): people for encounters, people in facts["people_by_encounters"].items()
            },
            "hours": [
                HourCount(**{**row, "hour": datetime.fromisoformat(row["hour"]).astimezone(UTC)})
                for row in facts["hours"]
            ],
            "sides": [SideCount(**row) for row in facts["sides"]],
        }
    )


COUNT = text(f"""
with person as materialized (
    select id, cast(row_number() over () as int) as number, person_id, account_id is not null as claimed,
        lower(btrim(organisation)) as organisation,
        case when type = any(cast(:types as text[])) then type end as kind
    from attendances where event_id = :event_id and {COUNTED}
), met as materialized (
    select low.number as low, high.number as high, e.scans_by_low, e.scans_by_high,
        date_trunc('hour', e.first_at, :zone) as hour, e.first_at,
        low.kind as low_kind, high.kind as high_kind,
        low.kind is distinct from high.kind as across_types,
        low.organisation <> '' and high.organisation <> '' and low.organisation <> high.organisation
            as across_organisations,
        least(low.person_id, high.person_id) as a, greatest(low.person_id, high.person_id) as b
    from encounters e join person low on low.id = e.low_id join person high on high.id = e.high_id
    where e.event_id = :event_id
), side as materialized (
    select low as number, scans_by_low as made, scans_by_high as got, low_kind as kind, high_kind as other, hour
    from met
    union all
    select high, scans_by_high, scans_by_low, high_kind, low_kind, hour from met
), degree as materialized (
    select number, count(*) as encounters, sum(made) > 0 as scanned, sum(got) > 0 as scanned_by
    from side group by number
), outcome as (
    select i.id,
        count(*) filter (where o.outcome = 'held') as claims,
        min(o.since) filter (where o.outcome = 'held') as claimed_since,
        min(o.since) filter (where o.outcome <> 'held') as denied_since
    from interviews i join outcomes o on o.interview_id = i.id and o.starts_at = i.starts_at
    where i.event_id = :event_id and i.state = 'scheduled' group by i.id
), talk as (
    select least(asker_id, host_id) as a, greatest(asker_id, host_id) as b,
        min(requested_at) as requested_at,
        min(answered_at) filter (where starts_at is not null) as accepted_at,
        min(starts_at) as held_at,
        bool_or(starts_at is not null) as accepted,
        -- As `interviews/outcomes.py:was_held`; a test holds them together.
        bool_or(claims = 2 or (claims = 1 and
            coalesce(denied_since, cast(:now as timestamptz)) >= claimed_since + cast(:deny_within as interval))
        ) as held
    from interviews left join outcome using (id) where event_id = :event_id group by 1, 2
), hint as (
    select least(person_id, other_id) as a, greatest(person_id, other_id) as b, min(created_at) as suggested_at
    from suggestions where event_id = :event_id group by 1, 2
), wait as (
    select step, percentile_cont(0.5) within group (order by extract(epoch from at - first_at) / 86400) as days,
        cast((select count(distinct one) from unnest(array_agg(low) || array_agg(high)) as one) as int) as people
    from (
        select 'suggested' as step, low, high, first_at, suggested_at as at from met join hint using (a, b)
        union all
        select step, low, high, first_at, at from met join talk using (a, b), lateral (values
            ('requested', requested_at), ('accepted', accepted_at), ('held', case when held then held_at end)
        ) as steps (step, at)
    ) as stepped where at is not null group by step
), hour as (
    select hour, cast(sum(encounters) as bigint) / 2 as encounters, count(*) as people
    from (select hour, number, count(*) as encounters from side group by 1, 2) each group by 1
), mix as (
    select kind as group, other as other_group, cast(sum(encounters) as bigint) as encounters, count(*) as people
    from (select kind, other, number, count(*) as encounters from side group by 1, 2, 3) each group by 1, 2
)
select json_build_object(
    'attendees', (select count(*) from person),
    'claimed', (select count(*) from person where claimed),
    'met', (select count(*) from degree),
    'scanned', (select count(*) from degree where scanned),
    'scanned_by', (select count(*) from degree where scanned_by),
    'met_five_or_more', (select count(*) from degree where encounters >= 5),
    'median', (select percentile_cont(0.5) within group (order by coalesce(encounters, 0))
        from person left join degree using (number)),
    'encounters', (select count(*) from met),
    'mutual', (select count(*) from met where scans_by_low > 0 and scans_by_high > 0),
    'scans', (select coalesce(sum(scans_by_low + scans_by_high), 0) from met),
    'across_types', (select count(*) from met where across_types),
    'across_organisations', (select count(*) from met where across_organisations),
    'suggested', (select count(*) from met join hint using (a, b)),
    'requested', (select count(*) from met join talk using (a, b)),
    'accepted', (select count(*) from met join talk using (a, b) where accepted),
    'held', (select count(*) from met join talk using (a, b) where held),
    'waits', (select coalesce(json_agg(w), '[]') from wait w),
    'groups', (select coalesce(json_agg(g), '[]') from (
        select kind as group, count(*) as people, count(degree.number) as met
        from person left join degree using (number) group by kind) g),
    'people_by_encounters', (select coalesce(json_object_agg(encounters, people), '{{}}') from (
        select encounters, count(*) as people from degree group by encounters) d),
    'hours', (select coalesce(json_agg(h order by h.hour), '[]') from hour h),
    'sides', (select coalesce(json_agg(m), '[]') from mix m)
)::text
""")


async def read_pairs(db: AsyncSession, event_id: UUID) -> Pairs:
    """Who met whom, people numbered from one, always in the same way. Read in pieces, so that no other request waits
    for all of it."""
    lows, highs = array("i"), array("i")
    rows = await db.stream(PAIRS, {"event_id": event_id}, execution_options={"yield_per": 500})
    async for low, met in rows:
        lows.extend([low] * len(met))
        highs.extend(met)
    return Pairs(lows, highs)


PAIRS = text(f"""
with person as materialized (
    select id, cast(row_number() over (order by id) as int) as number
    from attendances where event_id = :event_id and {COUNTED}
)
select low.number, array_agg(high.number)
from encounters e join person low on low.id = e.low_id join person high on high.id = e.high_id
where e.event_id = :event_id group by low.number
""")


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
