"""Does a nudge still stand? Whoever has acted, however they came to it, is done with it: conditions, by kind."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, exists, or_, true
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import aliased

from server.balance.models import Activity
from server.connections.models import Connection
from server.connections.queries import both_said_yes
from server.interviews.models import Interview, OutcomeRow
from server.interviews.states import State
from server.nudges.introduced import still_stands
from server.nudges.models import Nudge, StoppedPerson
from server.nudges.paper_badges import still_on_paper
from server.people.models import Release
from server.people.queries import is_leaving, not_blocked
from server.suggestions.models import Suggestion
from server.suggestions.queries import visible


def of_fact(name: str) -> ColumnElement[Any]:
    """An id among a nudge's facts."""
    return cast(Nudge.facts[name].astext, PG_UUID)


event_id, interview_id, other_id, release_id, way_id, place_id = map(
    of_fact, ("event_id", "interview_id", "person_id", "release_id", "way_id", "attendance_id")
)


def of_use(now: datetime) -> ColumnElement[bool]:
    """To be shown, and if it was promised, sent: open, in time, not done elsewhere, and about nobody who is hidden."""
    return and_(Nudge.state == "open", Nudge.useful_until > now, still_to_do(now), _about_nobody_hidden())


def still_to_do(now: datetime) -> ColumnElement[bool]:
    return case(
        (Nudge.kind.in_(("request_expiring", "request_waiting", "talk_asked")), _waits_for_me(now)),
        (Nudge.kind == "thank", ~_said(OutcomeRow.outcome != "held")),
        (Nudge.kind == "talk_near", _is_booked()),
        (Nudge.kind == "debrief", and_(_is_booked(), ~_said(true()))),
        (Nudge.kind == "digest", _something_new()),
        (Nudge.kind == "reminder", _still_suggested()),
        (Nudge.kind == "note", _unnoted()),
        (Nudge.kind == "in_touch", _nothing_since()),
        (Nudge.kind == "given_at_stand", _still_given()),
        (Nudge.kind == "paper_badge", still_on_paper(event_id, place_id)),
        (Nudge.kind == "both_want_to_talk", both_said_yes(Nudge.person_id.expression, other_id)),
        *still_stands(way_id, now=now),
        else_=true(),
    )


def unseen() -> ColumnElement[bool]:
    """Whoever has looked at the list has acted on the digest, however they came to it."""
    return (Suggestion.state == "open") & Suggestion.seen_at.is_(None)


def _about_nobody_hidden() -> ColumnElement[bool]:
    """Whom a block hides, who is leaving, or whom the reader stopped. What is about nobody hides nobody."""
    stopped = exists().where(StoppedPerson.person_id == Nudge.person_id, StoppedPerson.other_id == other_id)
    there = and_(not_blocked(Nudge.person_id, other_id), ~is_leaving(other_id))
    shown = and_(there, or_(~Nudge.rationed, ~stopped))
    return or_(other_id.is_(None), shown)


def _waits_for_me(now: datetime) -> ColumnElement[bool]:
    mine_to_answer = case((Interview.state == State.REQUESTED, Interview.host_id), else_=Interview.asker_id)
    return exists().where(
        Interview.id == interview_id,
        Interview.state.in_((State.REQUESTED, State.COUNTERED)),
        Interview.expires_at > now,
        cast(Interview.proposal, Text) == Nudge.facts["proposal"].astext,
        mine_to_answer == Nudge.person_id,
    )


def _is_booked() -> ColumnElement[bool]:
    return exists().where(Interview.id == interview_id, Interview.state == State.SCHEDULED)


def _said(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        OutcomeRow.interview_id == interview_id, OutcomeRow.person_id == Nudge.person_id, condition
    )


def _something_new() -> ColumnElement[bool]:
    mine = visible(Suggestion.id).where(Suggestion.person_id == Nudge.person_id, unseen())
    return mine.where(Suggestion.event_id == event_id).correlate(Nudge).exists()


def _still_suggested() -> ColumnElement[bool]:
    """The one it names, on which nothing was done."""
    mine = visible(Suggestion.id).where(Suggestion.person_id == Nudge.person_id, Suggestion.state == "open")
    tapped = aliased(Connection)
    done = exists().where(
        tapped.owner_id == Nudge.person_id,
        tapped.other_id == other_id,
        tapped.signalled_at > Nudge.created_at,
    )
    named = mine.where(Suggestion.event_id == event_id, Suggestion.other_id == other_id)
    return and_(named.correlate(Nudge).exists(), ~done)


def _unnoted() -> ColumnElement[bool]:
    return _connected(Connection.note == "")


def _nothing_since() -> ColumnElement[bool]:
    """No contact since it came: neither met again, nor asked or answered, nor logged."""
    two = (Interview.asker_id, Interview.host_id)
    asked = exists().where(
        Nudge.person_id.in_(two), other_id.in_(two), Interview.updated_at > Nudge.created_at
    )
    logged = exists().where(
        Activity.person_id == Nudge.person_id,
        Activity.with_person_id == other_id,
        Activity.logged_at >= Nudge.created_at,
    )
    return and_(_connected(Connection.last_met_at <= Nudge.created_at), ~asked, ~logged)


def _connected(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Connection.owner_id == Nudge.person_id,
        Connection.other_id == other_id,
        Connection.removed_at.is_(None),
        Connection.signal != "never",
        condition,
    )


def _still_given() -> ColumnElement[bool]:
    """Whoever took it back has acted, however they came to it."""
    return exists().where(
        Release.subject_id == Nudge.person_id, Release.id == release_id, Release.withdrawn_at.is_(None)
    )
