"""What can be known of nudges: who might be due, and what a person is reminded of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, exists, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.connections.queries import both_said_yes
from server.events.models import Attendance, Event
from server.nudges.models import Nudge
from server.nudges.rules import KINDS, Facts, NewSuggestions
from server.paging import read_cursor
from server.people.models import Profile, Release
from server.suggestions.models import Suggestion, SuggestionRun
from server.suggestions.queries import visible

# What a profile begins with: nobody's choice, so where the person was says more.
NO_ZONE = "Etc/UTC"


async def who_might_be_due(db: AsyncSession, *, now: datetime) -> list[Facts]:
    """One entry for each person and zone: those with suggestions that they never looked at, of an event not
    longer gone than a digest is of use, who were not reminded of them. Cheap, since it is asked all the time:
    whether they may still see these suggestions is asked once, when a digest is due (`who_has_something_new`)."""
    zone = case((Profile.zone != NO_ZONE, Profile.zone), else_=Event.zone)
    rows = await db.execute(
        select(
            Suggestion.person_id, zone, Suggestion.event_id, Event.doors_close_at, SuggestionRun.published_at
        )
        .distinct()
        .join(Event, Event.id == Suggestion.event_id)
        .join(SuggestionRun, SuggestionRun.event_id == Suggestion.event_id)
        .outerjoin(Profile, Profile.person_id == Suggestion.person_id)
        .where(
            unseen(),
            SuggestionRun.published_at.is_not(None),
            # The first morning may be a day later than the doors.
            Event.doors_close_at > now - KINDS["digest"].of_use - timedelta(days=1),
            ~exists().where(
                Nudge.person_id == Suggestion.person_id,
                Nudge.kind == "digest",
                Nudge.subject == cast(Suggestion.event_id, Text),
            ),
        )
    )
    found: dict[tuple[UUID, str], list[NewSuggestions]] = {}
    for person_id, zone_name, event_id, closed_at, published_at in rows:
        new = NewSuggestions(event_id, closed_at, published_at)
        found.setdefault((person_id, zone_name), []).append(new)
    return [Facts(person_id, zone_name, tuple(new)) for (person_id, zone_name), new in found.items()]


async def who_has_something_new(
    db: AsyncSession, wanted: Iterable[tuple[UUID, UUID]]
) -> set[tuple[UUID, UUID]]:
    """Of these (person, event) the ones with a suggestion that the person may see today and has not looked at."""
    query = visible(Suggestion.person_id, Suggestion.event_id).where(
        unseen(), tuple_(Suggestion.person_id, Suggestion.event_id).in_(list(wanted))
    )
    return {(row[0], row[1]) for row in await db.execute(query)}


@dataclass(frozen=True, slots=True)
class Reminder:
    """A nudge with what its words are made of today."""

    nudge: Nudge
    event_name: str | None
    person_name: str | None


async def list_nudges(
    db: AsyncSession, me: SignedIn, *, now: datetime, cursor: str | None, limit: int
) -> list[Reminder]:
    """What is of use to me now, the newest first; one more than the limit when there are more."""
    query = _reminders(me).where(_of_use(now))
    if cursor is not None:
        query = query.where(tuple_(Nudge.created_at, Nudge.id) < read_cursor(cursor, datetime, UUID))
    query = query.order_by(Nudge.created_at.desc(), Nudge.id.desc()).limit(limit + 1)
    return [Reminder(*row) for row in await db.execute(query)]


async def nudges_by_id(
    db: AsyncSession, me: SignedIn, ids: Sequence[UUID], *, now: datetime
) -> list[Reminder]:
    """Those of mine with these ids that are of use now."""
    return [Reminder(*row) for row in await db.execute(_reminders(me).where(_of_use(now), Nudge.id.in_(ids)))]


async def find_nudge(db: AsyncSession, me: SignedIn, nudge_id: UUID) -> Reminder | None:
    """One of mine, whatever became of it, locked."""
    row = await db.execute(_reminders(me).where(Nudge.id == nudge_id).with_for_update(of=Nudge))
    found = row.one_or_none()
    return None if found is None else Reminder(*found)


def unseen() -> ColumnElement[bool]:
    """Whoever has looked at the list has acted on the digest, however they came to it."""
    return (Suggestion.state == "open") & Suggestion.seen_at.is_(None)


def _reminders(me: SignedIn) -> Select[Any]:
    return (
        select(Nudge, Event.name, func.coalesce(func.nullif(Profile.name, ""), _printed_name))
        .outerjoin(Event, Event.id == _event_id)
        .outerjoin(Profile, Profile.person_id == _person_id)
        .where(Nudge.person_id == me.person_id)
    )


def _of_use(now: datetime) -> ColumnElement[bool]:
    return and_(
        Nudge.state == "open",
        Nudge.useful_until > now,
        or_(Nudge.kind != "digest", _something_new()),
        or_(Nudge.kind != "given_at_stand", _still_given()),
        or_(Nudge.kind != "both_want_to_talk", both_said_yes(Nudge.person_id.expression, _person_id)),
    )


_event_id = cast(Nudge.facts["event_id"].astext, PG_UUID)
_person_id = cast(Nudge.facts["person_id"].astext, PG_UUID)
_printed_name = (
    select(Attendance.name)
    .where(Attendance.person_id == _person_id)
    .order_by(Attendance.created_at.desc())
    .limit(1)
    .scalar_subquery()
)


def _still_given() -> ColumnElement[bool]:
    """Whoever took it back has acted, however they came to it."""
    released = cast(Release.id, Text) == Nudge.subject
    return exists().where(Release.subject_id == Nudge.person_id, released, Release.withdrawn_at.is_(None))


def _something_new() -> ColumnElement[bool]:
    mine = visible(Suggestion.id).where(Suggestion.person_id == Nudge.person_id, unseen())
    return mine.where(Suggestion.event_id == _event_id).correlate(Nudge).exists()
