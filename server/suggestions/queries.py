"""What can be known of suggestions: what a person may see of theirs today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.accounts.access import SignedIn
from server.connections.models import Connection
from server.events.models import Attendance, Event
from server.paging import read_cursor
from server.people.models import Release
from server.people.queries import is_leaving, not_blocked
from server.suggestions.models import Suggestion, SuggestionRun

Mine, Theirs = aliased(Connection), aliased(Connection)
MyPlace, TheirPlace = aliased(Attendance), aliased(Attendance)
MINE = and_(Mine.owner_id == Suggestion.person_id, Mine.other_id == Suggestion.other_id)
THEIRS = and_(Theirs.owner_id == Suggestion.other_id, Theirs.other_id == Suggestion.person_id)


@dataclass(frozen=True, slots=True)
class Found:
    """A suggestion that its reader may see, with what decides how it reads today."""

    suggestion: Suggestion
    event: Event
    my_place: Attendance
    their_place: Attendance
    my_signal: str
    their_signal: str


async def list_suggestions(
    db: AsyncSession, me: SignedIn, *, now: datetime, event_id: UUID | None, cursor: str | None, limit: int
) -> list[Found]:
    """Those that wait for me, of the event that closed last first, then by rank; one more than the limit
    when there are more."""
    query = visible(*FOUND).where(Suggestion.person_id == me.person_id, still_open(now))
    if event_id is not None:
        query = query.where(Suggestion.event_id == event_id)
    if cursor is not None:
        closed_at, *rest = read_cursor(cursor, datetime, UUID, int, UUID)
        later = tuple_(Suggestion.event_id, Suggestion.rank, Suggestion.id) > tuple(rest)
        query = query.where(
            or_(Event.doors_close_at < closed_at, and_(Event.doors_close_at == closed_at, later))
        )
    query = query.order_by(
        Event.doors_close_at.desc(), Suggestion.event_id, Suggestion.rank, Suggestion.id
    ).limit(limit + 1)
    return [Found(*row) for row in await db.execute(query)]


async def suggestions_by_id(db: AsyncSession, me: SignedIn, ids: Sequence[UUID]) -> list[Found]:
    """Those of mine with these ids that wait for me, now or once their time has come."""
    rows = await db.execute(
        visible(*FOUND)
        .where(
            Suggestion.person_id == me.person_id,
            Suggestion.id.in_(ids),
            Suggestion.state.in_(("open", "snoozed")),
        )
        .execution_options(populate_existing=True)
    )
    return [Found(*row) for row in rows]


async def find_suggestion(db: AsyncSession, me: SignedIn, suggestion_id: UUID) -> Found | None:
    """One of mine, whatever became of it, if I may still see it."""
    row = await db.execute(
        visible(*FOUND)
        .where(Suggestion.id == suggestion_id, Suggestion.person_id == me.person_id)
        .execution_options(populate_existing=True)
    )
    found = row.one_or_none()
    return None if found is None else Found(*found)


async def released_to(
    db: AsyncSession, me: SignedIn, person_ids: Sequence[UUID]
) -> dict[UUID, frozenset[str]]:
    """The fields of each of these people that a standing release gives me."""
    rows = await db.execute(
        select(Release.subject_id, Release.fields).where(
            Release.recipient_id == me.person_id,
            Release.subject_id.in_(person_ids),
            Release.withdrawn_at.is_(None),
        )
    )
    given: dict[UUID, frozenset[str]] = {}
    for subject_id, fields in rows:
        given[subject_id] = given.get(subject_id, frozenset()) | set(fields)
    return given


def visible(*columns: Any) -> Select[Any]:
    """Suggestions that their reader may see as things stand now, whenever they were made: published, both still
    there and not paused, met and not removed, neither blocked nor said `never`, the card not taken back."""
    return (
        select(*columns)
        .select_from(Suggestion)
        .join(Event, Event.id == Suggestion.event_id)
        .join(
            SuggestionRun,
            and_(
                SuggestionRun.event_id == Suggestion.event_id,
                SuggestionRun.published_at.is_not(None),
            ),
        )
        .join(MyPlace, _takes_part(MyPlace, Suggestion.person_id))
        .join(TheirPlace, _takes_part(TheirPlace, Suggestion.other_id))
        .join(Mine, MINE)
        .outerjoin(Theirs, THEIRS)
        .where(
            still_meant(),
            # Whoever is leaving may think better of it, as whoever paused.
            ~is_leaving(Suggestion.person_id),
            ~is_leaving(Suggestion.other_id),
            or_(~_released(Release.withdrawn_at.is_not(None)), _released(Release.withdrawn_at.is_(None))),
        )
    )


def still_meant() -> ColumnElement[bool]:
    """Of a suggestion joined with both sides of the connection: met and not removed, neither blocked nor said `never`,
    not answered."""
    return and_(
        Mine.first_met_at.is_not(None),
        Mine.removed_at.is_(None),
        Mine.signal != "never",
        # A tap on the suggestion itself answers it; an earlier one was known when it was made.
        ~and_(Mine.signal == "not_now", Mine.signalled_at > Suggestion.created_at),
        func.coalesce(Theirs.signal, "none") != "never",
        Theirs.removed_at.is_(None),
        not_blocked(Suggestion.person_id, Suggestion.other_id),
    )


def still_open(now: datetime) -> ColumnElement[bool]:
    """Waiting for its reader: never acted on, or put off until a moment that has come."""
    return or_(
        Suggestion.state == "open", and_(Suggestion.state == "snoozed", Suggestion.snoozed_until <= now)
    )


FOUND = (
    Suggestion,
    Event,
    MyPlace,
    TheirPlace,
    Mine.signal,
    func.coalesce(Theirs.signal, "none"),
)


def _takes_part(place: type[Attendance], person_id: Any) -> ColumnElement[bool]:
    return and_(
        place.event_id == Suggestion.event_id,
        place.person_id == person_id,
        place.account_id.is_not(None),
        place.status == "expected",
        place.paused.is_(False),
    )


def _released(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Release.subject_id == Suggestion.other_id,
        Release.recipient_id == Suggestion.person_id,
        Release.purpose == "card",
        condition,
    )
