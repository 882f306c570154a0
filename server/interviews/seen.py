"""How do its two people see an interview, each from their side?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.connections.queries import fields_shown
from server.events.models import Attendance
from server.interviews.models import Interview, OutcomeRow
from server.interviews.outcomes import Outcome, Said, Together, together
from server.interviews.states import PENDING, Side, State, state_at
from server.people.queries import blocked_since, leaving_among, profiles_of
from server.texts import say


@dataclass(frozen=True, slots=True)
class Times:
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Other:
    """The other one, as people who met see each other."""

    person_id: UUID
    name: str
    headline: str
    role: str
    organisation: str
    former: bool = False


@dataclass(frozen=True, slots=True)
class SeenOutcome:
    """What I said became of the talk (None: nothing yet), my debrief, and what I may be told of both sides' words."""

    mine: Outcome | None
    debrief: str
    recorded_at: datetime | None
    together: Together


@dataclass(frozen=True, slots=True)
class Seen:
    """An interview as one of its two people sees it now, expiry judged."""

    id: UUID
    side: Side
    other: Other
    event_id: UUID | None
    purpose: str
    ask: str
    offer: str
    minutes: int
    medium: str
    state: State
    waiting_for: Side | None
    proposal: int
    proposed_by: Side
    slots: tuple[Times, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    place: str
    reply: str
    resource: str
    answered_by: Side | None
    answered_at: datetime | None
    requested_at: datetime
    expires_at: datetime
    outcome: SeenOutcome


def side_of(interview: Interview, person_id: UUID) -> Side:
    return Side.ASKER if person_id == interview.asker_id else Side.HOST


def other_than(interview: Interview, person_id: UUID) -> UUID:
    return interview.host_id if person_id == interview.asker_id else interview.asker_id


async def as_seen(
    db: AsyncSession,
    person_id: UUID,
    interviews: Sequence[Interview],
    *,
    now: datetime,
    leaving_too: bool = False,
) -> list[Seen]:
    """`leaving_too` names those who are leaving: a letter that cancels a talk says with whom it was."""
    people = [other_than(interview, person_id) for interview in interviews]
    others = await others_of(db, person_id, people, leaving_too=leaving_too)
    rows = await _outcomes_of(db, interviews)
    return [
        _seen(interview, person_id, others, _outcome(interview, person_id, rows, now=now), now=now)
        for interview in interviews
    ]


async def _outcomes_of(
    db: AsyncSession, interviews: Sequence[Interview]
) -> dict[tuple[UUID, UUID], OutcomeRow]:
    """By interview and person."""
    rows = await db.scalars(
        select(OutcomeRow).where(OutcomeRow.interview_id.in_([interview.id for interview in interviews]))
    )
    return {(row.interview_id, row.person_id): row for row in rows}


def _outcome(
    interview: Interview, person_id: UUID, rows: dict[tuple[UUID, UUID], OutcomeRow], *, now: datetime
) -> SeenOutcome:
    mine = rows.get((interview.id, person_id))
    theirs = rows.get((interview.id, other_than(interview, person_id)))
    said = _said(interview, mine)
    return SeenOutcome(
        mine=Outcome(mine.outcome) if mine and said else None,
        debrief=mine.debrief if mine else "",
        recorded_at=mine.updated_at if mine and said else None,
        together=together(said, _said(interview, theirs), now=now),
    )


def _said(interview: Interview, row: OutcomeRow | None) -> Said | None:
    """What stands of it: nothing of a time that was moved since, or of a talk that was cancelled."""
    if row is None or interview.state != State.SCHEDULED or row.starts_at != interview.starts_at:
        return None
    return Said(held=row.outcome == Outcome.HELD, since=row.since)


def _seen(
    interview: Interview,
    person_id: UUID,
    others: dict[UUID, Other],
    outcome: SeenOutcome,
    *,
    now: datetime,
) -> Seen:
    length = timedelta(minutes=interview.minutes)
    state = state_at(State(interview.state), now=now, expires_at=interview.expires_at)
    proposed_by = side_of(interview, interview.proposed_by)
    waits = state in PENDING or interview.moving
    answerer = Side.HOST if proposed_by is Side.ASKER else Side.ASKER
    other = others[other_than(interview, person_id)]
    theirs_gone = other.former and person_id == interview.host_id
    return Seen(
        id=interview.id,
        side=side_of(interview, person_id),
        other=other,
        event_id=interview.event_id,
        purpose=interview.purpose,
        ask="" if theirs_gone else interview.ask,
        offer="" if theirs_gone else interview.offer,
        minutes=interview.minutes,
        medium=interview.medium,
        state=state,
        waiting_for=answerer if waits else None,
        proposal=interview.proposal,
        proposed_by=proposed_by,
        slots=tuple(Times(start, start + length) for start in interview.slots),
        starts_at=interview.starts_at,
        ends_at=interview.ends_at,
        place="" if other.former else interview.place,
        reply="" if other.former else interview.reply,
        resource="" if other.former else interview.resource,
        answered_by=side_of(interview, interview.answered_by) if interview.answered_by else None,
        answered_at=interview.answered_at,
        requested_at=interview.requested_at,
        expires_at=interview.expires_at,
        outcome=outcome,
    )


async def others_of(
    db: AsyncSession, reader_id: UUID, person_ids: Iterable[UUID], *, leaving_too: bool = False
) -> dict[UUID, Other]:
    """Who they are, as far as their cards show this reader; whoever has not named themselves has the name on their
    newest badge, and whoever is leaving none. The talks of two people stay theirs after a block, which shows nothing
    newer than itself."""
    everybody = set(person_ids)
    former = set() if leaving_too else await leaving_among(db, everybody)
    wanted = everybody - former
    profiles = await profiles_of(db, wanted)
    shown = await fields_shown(db, reader_id, wanted)
    blocked = await blocked_since(db, reader_id, wanted)

    named = {
        id_: profile.name
        for id_, profile in profiles.items()
        if profile.name and not (id_ in blocked and profile.updated_at > blocked[id_])
    }
    printed = await _printed_names(db, wanted - named.keys()) if wanted - named.keys() else {}
    return {id_: Other(id_, say("A former attendee"), "", "", "", former=True) for id_ in former} | {
        person_id: Other(
            person_id=person_id,
            name=named.get(person_id) or printed.get(person_id, ""),
            **{
                field: getattr(profiles[person_id], field)
                if person_id in profiles and field in shown.get(person_id, ())
                else ""
                for field in ("headline", "role", "organisation")
            },
        )
        for person_id in wanted
    }


async def _printed_names(db: AsyncSession, person_ids: set[UUID]) -> dict[UUID, str]:
    found = await db.execute(
        select(Attendance.person_id, Attendance.name)
        .where(Attendance.person_id.in_(person_ids))
        .order_by(Attendance.created_at)
    )
    return {row.person_id: row.name for row in found}
