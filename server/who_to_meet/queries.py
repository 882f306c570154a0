"""What can be known of people to meet: where something changed, and what a person may see of theirs today."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, literal_column, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.connections.models import Connection
from server.directory.queries import Listed, entries_of, listed_to
from server.events.access import Attendee
from server.events.models import Attendance, Event
from server.paging import read_cursor
from server.people.models import Goals, Profile
from server.people.queries import goals_of, profiles_of
from server.scans.models import Scan
from server.suggestions.due import REFILL_AFTER, REFILL_SHARE
from server.suggestions.facts import Person
from server.suggestions.models import PeopleToMeetRun, PersonToMeet
from server.suggestions.reasons import Explanation
from server.suggestions.today import Made, explain_today
from server.who_to_meet.gathering import described

# Lists are made from so long before the doors open, until they close.
AHEAD = timedelta(days=60)
# The row of a change may become visible a moment after the time it carries.
QUIET = timedelta(seconds=10)


async def events_with_news(db: AsyncSession, *, now: datetime) -> Sequence[UUID]:
    """Events about to come or going on where somebody came, changed what they say, met somebody or wanted somebody else
    since the last run. The longer a run takes, the longer the pause after it."""
    since = func.coalesce(PeopleToMeetRun.until, literal_column("timestamptz '-infinity'"))
    took = func.make_interval(0, 0, 0, 0, 0, 0, PeopleToMeetRun.took_ms / 1000.0)
    said = (
        select(Attendance.id)
        .outerjoin(Profile, Profile.person_id == Attendance.person_id)
        .outerjoin(Goals, Goals.person_id == Attendance.person_id)
        .where(
            Attendance.event_id == Event.id,
            Attendance.account_id.is_not(None),
            func.greatest(Attendance.updated_at, Profile.updated_at, Goals.updated_at) > since,
        )
        .exists()
    )
    met = exists().where(Scan.event_id == Event.id, Scan.changed_at > since)
    dismissed = exists().where(
        PersonToMeet.event_id == Event.id, PersonToMeet.state == "dismissed", PersonToMeet.updated_at > since
    )
    found = await db.scalars(
        select(Event.id)
        .outerjoin(PeopleToMeetRun, PeopleToMeetRun.event_id == Event.id)
        .where(
            Event.doors_open_at <= now + AHEAD,
            Event.doors_close_at > now,
            Event.cancelled_at.is_(None),
            or_(
                PeopleToMeetRun.event_id.is_(None),
                PeopleToMeetRun.ran_at <= now - func.greatest(REFILL_AFTER, REFILL_SHARE * took),
            ),
            or_(said, met, dismissed),
        )
        .order_by(Event.doors_open_at, Event.id)
    )
    return found.all()


@dataclass(frozen=True, slots=True)
class Shown:
    entry: PersonToMeet
    person: Listed
    why: Explanation


async def list_people_to_meet(
    db: AsyncSession, attendee: Attendee, *, now: datetime, cursor: str | None, limit: int
) -> list[PersonToMeet]:
    """Mine at this event, best first, as consents, blocks and meetings are now; one more than the limit when there are
    more."""
    query = _still_to_meet(attendee, now=now).where(PersonToMeet.state == "open")
    if cursor is not None:
        query = query.where(
            tuple_(PersonToMeet.rank, PersonToMeet.id) > tuple_(*read_cursor(cursor, int, UUID))
        )
    found = await db.scalars(query.order_by(PersonToMeet.rank, PersonToMeet.id).limit(limit + 1))
    return list(found)


async def find_person_to_meet(
    db: AsyncSession, attendee: Attendee, person_id: UUID, *, now: datetime
) -> PersonToMeet | None:
    """One of mine, dismissed or not, if I may still see it; locked."""
    query = _still_to_meet(attendee, now=now).where(PersonToMeet.other_id == person_id)
    return await db.scalar(query.with_for_update(of=PersonToMeet))


def _still_to_meet(attendee: Attendee, *, now: datetime) -> Select[Any]:
    me = attendee.person_id
    known = exists().where(
        Connection.owner_id == me,
        Connection.other_id == PersonToMeet.other_id,
        or_(
            Connection.first_met_at.is_not(None),
            Connection.removed_at.is_not(None),
            Connection.signal == "never",
        ),
    )
    unwanted = exists().where(
        Connection.owner_id == PersonToMeet.other_id,
        Connection.other_id == me,
        or_(Connection.removed_at.is_not(None), Connection.signal == "never"),
    )
    return (
        listed_to(me)
        .with_only_columns(PersonToMeet)
        .join(
            PersonToMeet,
            and_(
                PersonToMeet.event_id == Attendance.event_id,
                PersonToMeet.other_id == Attendance.person_id,
                PersonToMeet.person_id == me,
            ),
        )
        .join(Event, Event.id == Attendance.event_id)
        .where(
            Attendance.event_id == attendee.event_id,
            Event.doors_close_at > now,
            Event.cancelled_at.is_(None),
            ~known,
            ~unwanted,
        )
    )


async def show(db: AsyncSession, me: SignedIn, entries: Sequence[PersonToMeet]) -> list[Shown]:
    """In the order given; as many queries for one as for many."""
    listed = await entries_of(db, me, [(entry.event_id, entry.other_id) for entry in entries])
    people = {one.person_id: one for one in listed}
    mine = described(
        me.person_id,
        (await profiles_of(db, [me.person_id])).get(me.person_id),
        (await goals_of(db, [me.person_id])).get(me.person_id),
    )
    return [
        Shown(entry, there, _why(entry, mine, there))
        for entry in entries
        if (there := people.get(entry.other_id)) is not None
    ]


def _why(entry: PersonToMeet, mine: Person, there: Listed) -> Explanation:
    made = Made(entry.reasons, entry.for_reader, entry.for_other, entry.action)
    theirs = described(there.person_id, there.profile, there.goals)
    return replace(explain_today(made, mine, theirs, my_tap="none", their_tap="none"), action=entry.action)
