"""Who might be due, and what is known of them: a fixed number of statements for everybody together.

Each asks only for what may be of use about now (`kinds.py` says since when and until when); what is due, the pure
`rules.py` decides. People whom a block, a removal or a `never` hides are in nobody's facts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import any_of
from server.events.models import Event
from server.nudges import statements
from server.nudges.chosen import choices_of, hours_of
from server.nudges.deliveries import last_pushes, reachable
from server.nudges.facts import EventDay, Facts, NewSuggestions, Talk, Tie, Told, Waiting
from server.nudges.hours import day_of, first_known
from server.nudges.models import Nudge
from server.suggestions.models import Suggestion, SuggestionRun
from server.suggestions.queries import visible

DAY = timedelta(days=1)
SUGGESTIONS_LAST = 12 * DAY
"""From when an event closed until the last reminder is of use."""
REMEMBERED = 120 * DAY
"""No occasion lasts so long, so no older nudge can come twice."""


@dataclass(slots=True)
class Known:
    """What was found of one person so far."""

    waiting: list[Waiting] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    suggestions: list[NewSuggestions] = field(default_factory=list)
    days: list[EventDay] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)


async def who_might_be_due(db: AsyncSession, *, now: datetime) -> list[Facts]:
    known: defaultdict[UUID, Known] = defaultdict(Known)
    for row in await db.execute(statements.WAITING, {"now": now}):
        known[row.person_id].waiting.append(Waiting(*row[1:]))
    for row in await db.execute(statements.TALKS, {"now": now}):
        known[row.person_id].talks.append(Talk(*row[1:]))
    for row in await db.execute(statements.TIES, {"now": now}):
        known[row.person_id].ties.append(Tie(*row[1:]))
    for person_id, new in await _suggestions(db, now=now):
        known[person_id].suggestions.append(new)
    for person_id, day in await _days(db, now=now):
        known[person_id].days.append(day)
    for (person_id,) in await db.execute(statements.WEEKLY, {"now": now}):
        known[person_id]  # whoever has something open, to be told of once a week

    return await _facts(db, known, now=now)


async def _suggestions(db: AsyncSession, *, now: datetime) -> Iterable[tuple[UUID, NewSuggestions]]:
    """Of each event that closed lately, what a person may see today and has not set aside."""
    best_first = func.array_agg(aggregate_order_by(Suggestion.other_id, Suggestion.rank, Suggestion.id))
    rows = await db.execute(
        visible(
            Suggestion.person_id,
            Suggestion.event_id,
            Event.doors_close_at,
            SuggestionRun.published_at,
            best_first,
            func.bool_and(Suggestion.seen_at.is_not(None)),
        )
        .where(
            Suggestion.state == "open",
            Event.cancelled_at.is_(None),
            Event.doors_close_at > now - SUGGESTIONS_LAST,
        )
        .group_by(Suggestion.person_id, Suggestion.event_id, Event.doors_close_at, SuggestionRun.published_at)
    )
    found = [(row[0], NewSuggestions(*row[1:4], other_id=row[4][0], looked=row[5])) for row in rows]
    events = {new.event_id for _, new in found}
    acted = {tuple(row) for row in await db.execute(statements.ACTED, {"events": list(events)})}
    return [(person_id, new) for person_id, new in found if (person_id, new.event_id) not in acted]


async def _days(db: AsyncSession, *, now: datetime) -> list[tuple[UUID, EventDay]]:
    """Today, by the clock of each event whose doors are open today, for whoever met somebody new."""
    open_ = await db.execute(
        select(Event.id, Event.zone).where(
            Event.doors_open_at <= now, Event.doors_close_at > now - DAY, Event.cancelled_at.is_(None)
        )
    )
    days = {event_id: day_of(now, first_known([zone])) for event_id, zone in open_}
    rows = await db.execute(
        statements.DAYS,
        {
            "events": list(days),
            "begins": [day.begins for day in days.values()],
            "ends": [day.ends for day in days.values()],
        },
    )
    return [
        (
            row.person_id,
            EventDay(
                event_id=row.event_id,
                day=days[row.event_id].date,
                noon=days[row.event_id].noon,
                met_at=row.met_at,
                unnoted=row.unnoted,
                other_id=row.other_id,
            ),
        )
        for row in rows
    ]


async def _facts(db: AsyncSession, known: Mapping[UUID, Known], *, now: datetime) -> list[Facts]:
    people = list(known)
    choices = await choices_of(db, people)
    hours = await hours_of(db, people, choices, now=now)
    reached = await reachable(db, people)
    pushed = await last_pushes(db, people, now=now)
    told = await _told(db, people, now=now)
    return [
        Facts(
            person_id=person_id,
            hours=hours[person_id],
            choices=choices[person_id],
            reachable=reached[person_id],
            pushed_at=pushed.get(person_id),
            waiting=tuple(found.waiting),
            talks=tuple(found.talks),
            suggestions=tuple(found.suggestions),
            days=tuple(found.days),
            ties=tuple(found.ties),
            told=tuple(told[person_id]),
        )
        for person_id, found in known.items()
    ]


async def _told(
    db: AsyncSession, people: Collection[UUID], *, now: datetime
) -> defaultdict[UUID, list[Told]]:
    found: defaultdict[UUID, list[Told]] = defaultdict(list)
    rows = await db.execute(
        select(
            Nudge.person_id,
            Nudge.kind,
            Nudge.subject,
            Nudge.created_at,
            Nudge.local_date,
            Nudge.useful_until,
            Nudge.state,
            Nudge.snoozed_until,
        ).where(Nudge.person_id == any_of(people), Nudge.rationed, Nudge.created_at > now - REMEMBERED)
    )
    for row in rows:
        found[row.person_id].append(Told(*row[1:]))
    return found
