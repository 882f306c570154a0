"""What does an event's run need to know? A handful of set-based reads, as one moment saw them."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.connections.models import Connection
from server.events.models import Attendance, Event
from server.people.models import Block, Card, Goals, Profile
from server.people.queries import is_leaving
from server.scans.models import Scan
from server.suggestions.due import OF_USE, STANDS
from server.suggestions.facts import EventFacts, Meeting, Person, Standing
from server.suggestions.models import PersonToMeet, Suggestion, SuggestionRun
from server.suggestions.recording import Stored
from server.suggestions.said import Said, described, said_by

# The action of an entry that asks nothing of the other and so counts in no cap.
QUIET = "write_note"
PORTION = 500  # rows
# What is over for its reader: it does not come back for this event, and its place is free.
FREED = frozenset({"dismissed", "ended"})


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts, and the event's suggestions as they were then."""

    facts: EventFacts
    stored: Sequence[Stored]


async def gather(db: AsyncSession, event_id: UUID, *, now: datetime) -> Gathered:
    """`db` is a REPEATABLE READ transaction, so that all reads see one moment."""
    ended_at = (await db.scalars(select(Event.ends_at).where(Event.id == event_id))).one()
    people = await _people(db, event_id, now=now)
    apart, signals = await _taps(db, event_id)
    blocks = await blocks_at(db, event_id)
    meetings = await _meetings(db, event_id, unused=apart)
    stored = await stored_lists(db, Suggestion, event_id)

    facts = EventFacts(
        ended_at=ended_at,
        people=people,
        meetings=meetings,
        signals=signals,
        excluded=blocks,
        set_aside=frozenset((one.person_id, one.other_id) for one in stored if one.state in FREED),
        standing=standing_of(stored),
    )
    return Gathered(facts, stored)


async def _people(db: AsyncSession, event_id: UUID, *, now: datetime) -> list[Person]:
    """Those who claimed their place and are not leaving. The others count in who met whom, and are never suggested."""
    inbound = await inbound_elsewhere(db, event_id, now=now)
    query = (
        select(*said_by(Attendance, Profile, Goals), Card.fields)
        .outerjoin(Profile, Profile.person_id == Attendance.person_id)
        .outerjoin(Goals, Goals.person_id == Attendance.person_id)
        .outerjoin(Card, and_(Card.person_id == Attendance.person_id, Card.kind == "met"))
        .where(
            Attendance.event_id == event_id,
            Attendance.account_id.is_not(None),
            ~is_leaving(Attendance.person_id),
        )
    )
    people = []
    async for *columns, fields in in_portions(db, query):
        said = Said(*columns)
        people.append(described(said, fields, inbound=inbound[said.person_id]))
    return people


async def inbound_elsewhere(db: AsyncSession, event_id: UUID, *, now: datetime) -> Counter[UUID]:
    """On how many lists of other events each of this event's people is: to be met there, or to be talked to again."""
    to_meet = await db.execute(
        select(PersonToMeet.other_id, func.count())
        .join(
            Attendance, and_(Attendance.event_id == event_id, Attendance.person_id == PersonToMeet.other_id)
        )
        .join(Event, Event.id == PersonToMeet.event_id)
        .where(PersonToMeet.event_id != event_id, PersonToMeet.state == "open", Event.doors_close_at > now)
        .group_by(PersonToMeet.other_id)
    )
    suggested = await db.execute(
        select(Suggestion.other_id, func.count())
        .join(Attendance, and_(Attendance.event_id == event_id, Attendance.person_id == Suggestion.other_id))
        .join(Event, Event.id == Suggestion.event_id)
        .join(SuggestionRun, SuggestionRun.event_id == Suggestion.event_id)
        .where(
            Suggestion.event_id != event_id,
            Suggestion.state.in_(("open", "snoozed")),
            Suggestion.action != QUIET,
            Event.doors_close_at > now - OF_USE,
        )
        .group_by(Suggestion.other_id)
    )
    return Counter(dict(to_meet.all())) + Counter(dict(suggested.all()))


async def _taps(
    db: AsyncSession, event_id: UUID
) -> tuple[set[frozenset[UUID]], Mapping[tuple[UUID, UUID], str]]:
    """Pairs that either side keeps private or removed, which nothing is made of; and everybody's signals."""
    rows = await db.execute(
        _between(select(Connection.owner_id, Connection.other_id, Connection.signal, _kept_out), event_id)
    )
    apart: set[frozenset[UUID]] = set()
    signals = {}
    for owner_id, other_id, signal, kept_out in rows:
        if kept_out:
            apart.add(frozenset((owner_id, other_id)))
        if signal != "none":
            signals[owner_id, other_id] = signal
    return apart, signals


_kept_out = or_(Connection.private, Connection.removed_at.is_not(None)).label("kept_out")


def _between(query: Any, event_id: UUID) -> Any:
    """Connections that say something, between two people of this event."""
    one, two = aliased(Attendance), aliased(Attendance)
    return (
        query.join(one, and_(one.event_id == event_id, one.person_id == Connection.owner_id))
        .join(two, and_(two.event_id == event_id, two.person_id == Connection.other_id))
        .where(or_(Connection.signal != "none", _kept_out))
    )


async def blocks_at(db: AsyncSession, event_id: UUID) -> frozenset[tuple[UUID, UUID]]:
    one, two = aliased(Attendance), aliased(Attendance)
    rows = await db.execute(
        select(Block.blocker_id, Block.blocked_id)
        .join(one, and_(one.event_id == event_id, one.person_id == Block.blocker_id))
        .join(two, and_(two.event_id == event_id, two.person_id == Block.blocked_id))
    )
    return frozenset((blocker, blocked) for blocker, blocked in rows)


async def _meetings(db: AsyncSession, event_id: UUID, *, unused: set[frozenset[UUID]]) -> list[Meeting]:
    """By person, since ids of attendances are the event's own. Encounters count no single times, so these come
    from the scans that stand, as encounters do."""
    scanner, target = aliased(Attendance), aliased(Attendance)
    low = func.least(scanner.person_id, target.person_id)
    high = func.greatest(scanner.person_id, target.person_id)
    query = (
        select(
            low,
            high,
            func.array_agg(Scan.captured_at).filter(scanner.person_id < target.person_id),
            func.array_agg(Scan.captured_at).filter(scanner.person_id > target.person_id),
        )
        .select_from(Scan)
        .join(scanner, and_(scanner.event_id == Scan.event_id, scanner.id == Scan.scanner_attendance_id))
        .join(target, and_(target.event_id == Scan.event_id, target.id == Scan.target_attendance_id))
        .where(Scan.event_id == event_id, *STANDS, scanner.person_id != target.person_id)
        .group_by(low, high)
    )
    return [
        Meeting(one, two, by_low=tuple(by_one or ()), by_high=tuple(by_two or ()))
        async for one, two, by_one, by_two in in_portions(db, query)
        if frozenset((one, two)) not in unused
    ]


async def in_portions(db: AsyncSession, query: Select[Any]) -> AsyncIterator[Any]:
    """The rows of a large answer, while whatever else this process serves goes on in between."""
    async for rows in (await db.stream(query)).partitions(PORTION):
        for row in rows:
            yield row


async def stored_lists(
    db: AsyncSession, table: type[Suggestion | PersonToMeet], event_id: UUID
) -> list[Stored]:
    query = select(
        table.id,
        table.person_id,
        table.other_id,
        table.rank,
        table.score,
        table.reasons,
        table.for_reader,
        table.for_other,
        table.action,
        table.state,
        table.seen_at.is_not(None).label("seen"),
    ).where(table.event_id == event_id)
    return [Stored(*row) async for row in in_portions(db, query)]


def standing_of(stored: Sequence[Stored]) -> list[Standing]:
    """What a run leaves where it is. Whoever was asked already is asked nothing more by it."""
    return [
        Standing(one.person_id, one.other_id, one.rank, quiet=one.action == QUIET or one.state == "acted")
        for one in stored
        if not one.replaceable and one.state not in FREED
    ]
