"""What can be known of suggestions: what a person may see of theirs today."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.accounts.access import SignedIn
from server.connections.models import Connection
from server.direct import Direct, Statement
from server.events.models import Attendance, Event
from server.paging import read_cursor
from server.people.models import Card, Goals, Profile, Release
from server.people.queries import is_leaving, not_blocked
from server.suggestions.models import Suggestion, SuggestionRun
from server.suggestions.said import Said, said_by

INSTANT = TIMESTAMP(timezone=True)
Mine, Theirs = aliased(Connection), aliased(Connection)
MyPlace, TheirPlace = aliased(Attendance), aliased(Attendance)
MINE = and_(Mine.owner_id == Suggestion.person_id, Mine.other_id == Suggestion.other_id)
THEIRS = and_(Theirs.owner_id == Suggestion.other_id, Theirs.other_id == Suggestion.person_id)


class Found(NamedTuple):
    """A suggestion that its reader may see, with what decides how it reads today; in the order of `FOUND`. `given` are
    the fields that standing releases give the reader, `on_card` those on the other's card, if they have touched it."""

    id: UUID
    event_id: UUID
    rank: int
    reasons: str
    for_reader: str
    for_other: str
    action: str
    state: str
    snoozed_until: datetime | None
    seen_at: datetime | None
    created_at: datetime
    event_name: str
    event_closed_at: datetime
    my_signal: str
    their_signal: str
    given: list[str]
    on_card: list[str] | None
    mine: Said
    theirs: Said

    @classmethod
    def of(cls, row: Sequence[Any]) -> "Found":
        facts, people = len(cls._fields) - 2, len(Said._fields)
        return cls(*row[:facts], Said(*row[facts : facts + people]), Said(*row[facts + people :]))


async def list_suggestions(
    direct: Direct, me: SignedIn, *, now: datetime, event_id: UUID | None, cursor: str | None, limit: int
) -> list[Found]:
    """Those that wait for me, of the event that closed last first, then by rank; one more than the limit
    when there are more."""
    asked = {"me": me.person_id, "now": now, "event_id": event_id, "limit": limit + 1}
    if cursor is None:
        rows = await direct.read(FIRST_PAGE, **asked)
    else:
        closed_at, *rest = read_cursor(cursor, datetime, UUID, int, UUID)
        after = dict(zip(("after_event", "after_rank", "after_id"), rest, strict=True))
        rows = await direct.read(LATER_PAGE, **asked, closed_at=closed_at, **after)
    return [Found.of(row) for row in rows]


async def suggestions_by_id(db: AsyncSession, me: SignedIn, ids: Sequence[UUID]) -> list[Found]:
    """Those of mine with these ids that wait for me, now or once their time has come."""
    rows = await db.execute(WAITING, {"me": me.person_id, "ids": list(ids)})
    return [Found.of(row) for row in rows]


async def find_suggestion(db: AsyncSession, me: SignedIn, suggestion_id: UUID) -> Found | None:
    """One of mine, whatever became of it, if I may still see it."""
    row = (await db.execute(ONE, {"me": me.person_id, "ids": [suggestion_id]})).one_or_none()
    return None if row is None else Found.of(row)


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


MyProfile, TheirProfile = aliased(Profile), aliased(Profile)
MyGoals, TheirGoals = aliased(Goals), aliased(Goals)
given = func.array(
    select(func.unnest(Release.fields))
    .where(
        Release.recipient_id == Suggestion.person_id,
        Release.subject_id == Suggestion.other_id,
        Release.withdrawn_at.is_(None),
    )
    .scalar_subquery(),
    type_=ARRAY(Text),
)

# Built once, as a page of people met is (`connections/queries.py`).
FOUND = (
    visible(
        Suggestion.id,
        Suggestion.event_id,
        Suggestion.rank,
        cast(Suggestion.reasons, Text),
        Suggestion.for_reader,
        Suggestion.for_other,
        Suggestion.action,
        Suggestion.state,
        Suggestion.snoozed_until,
        Suggestion.seen_at,
        Suggestion.created_at,
        Event.name,
        Event.doors_close_at,
        Mine.signal,
        func.coalesce(Theirs.signal, "none"),
        given,
        Card.fields,
        *said_by(MyPlace, MyProfile, MyGoals),
        *said_by(TheirPlace, TheirProfile, TheirGoals),
    )
    .outerjoin(MyProfile, MyProfile.person_id == Suggestion.person_id)
    .outerjoin(MyGoals, MyGoals.person_id == Suggestion.person_id)
    .outerjoin(TheirProfile, TheirProfile.person_id == Suggestion.other_id)
    .outerjoin(TheirGoals, TheirGoals.person_id == Suggestion.other_id)
    .outerjoin(Card, and_(Card.person_id == Suggestion.other_id, Card.kind == "met"))
    .where(Suggestion.person_id == bindparam("me", type_=Uuid))
)
wanted_event = bindparam("event_id", type_=Uuid)
# Waiting for their reader: never acted on, or put off until a moment that has come; the best first.
OPEN = (
    FOUND.where(
        or_(
            Suggestion.state == "open",
            and_(Suggestion.state == "snoozed", Suggestion.snoozed_until <= bindparam("now", type_=INSTANT)),
        ),
        or_(wanted_event.is_(None), Suggestion.event_id == wanted_event),
    )
    .order_by(Event.doors_close_at.desc(), Suggestion.event_id, Suggestion.rank, Suggestion.id)
    .limit(bindparam("limit", type_=Integer))
)
FIRST_PAGE = Statement(OPEN)
closed_at = bindparam("closed_at", type_=INSTANT)
LATER_PAGE = Statement(
    OPEN.where(
        or_(
            Event.doors_close_at < closed_at,
            and_(
                Event.doors_close_at == closed_at,
                tuple_(Suggestion.event_id, Suggestion.rank, Suggestion.id)
                > tuple_(
                    bindparam("after_event", type_=Uuid),
                    bindparam("after_rank", type_=Integer),
                    bindparam("after_id", type_=Uuid),
                ),
            ),
        )
    )
)
ONE = FOUND.where(Suggestion.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
WAITING = ONE.where(Suggestion.state.in_(("open", "snoozed")))
