"""Acting from a nudge: one call does what it asks for, by the action of the feature it is about, and it is done on all
devices. What is no longer there answers as that feature does."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.connections.actions import update_connection
from server.connections.queries import get_connection
from server.failures import Fault, InvalidRequest
from server.interviews import answers, debriefing
from server.interviews.outcomes import Outcome
from server.nudges.errors import NudgeNotFound, OutcomeNotOffered, SnoozeTooLong
from server.nudges.kinds import KINDS
from server.nudges.models import Nudge
from server.nudges.preferences import stop_person
from server.nudges.queries import Reminder, find_nudge


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody says to a nudge."""

    outcome: str
    until: datetime | None = None
    text: str | None = None
    starts_at: datetime | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Acting:
    """One answer to one nudge of mine, locked."""

    db: AsyncSession
    me: SignedIn
    nudge: Nudge
    answer: Answer
    now: datetime

    def about(self, name: str) -> UUID:
        return UUID(self.nudge.facts[name])


async def act_on_nudge(
    db: AsyncSession, me: SignedIn, nudge_id: UUID, answer: Answer, *, now: datetime
) -> Reminder:
    """Once done or dismissed it does not come back, and the same answer again changes nothing. Of two answers the later
    stands, with the time of the first. Raises NudgeNotFound, OutcomeNotOffered, SnoozeTooLong, InvalidRequest, and
    what the feature's own action raises."""
    reminder = await find_nudge(db, me, nudge_id)
    if reminder is None:
        raise NudgeNotFound
    nudge = reminder.nudge
    if answer.outcome not in KINDS[nudge.kind].outcomes:
        raise OutcomeNotOffered

    await DOING[answer.outcome](Acting(db, me, nudge, answer, now))
    nudge.state = STATES.get(answer.outcome, "done")
    nudge.snoozed_until = answer.until if answer.outcome == "snoozed" else None
    nudge.acted_at = nudge.acted_at or now
    return reminder


STATES = {"dismissed": "dismissed", "person_stopped": "dismissed", "declined": "done", "snoozed": "snoozed"}


async def _nothing(acting: Acting) -> None:
    """It was done elsewhere, or is not wanted: there is nothing more to do."""


async def _snooze(acting: Acting) -> None:
    until = acting.answer.until
    if until is None:
        raise InvalidRequest(faults=(Fault("/until", "missing", "Say until when."),))
    if not acting.now < until < acting.nudge.useful_until:
        raise SnoozeTooLong


async def _stop_person(acting: Acting) -> None:
    await stop_person(acting.db, acting.me.person_id, acting.about("person_id"), now=acting.now)


async def _accept(acting: Acting) -> None:
    await answers.accept(
        acting.db,
        acting.me,
        acting.about("interview_id"),
        proposal=int(acting.nudge.facts["proposal"]),
        starts_at=acting.answer.starts_at,
        place="",
        now=acting.now,
    )


async def _decline(acting: Acting) -> None:
    await answers.decline(
        acting.db,
        acting.me,
        acting.about("interview_id"),
        proposal=int(acting.nudge.facts["proposal"]),
        reply=acting.answer.text or "",
        now=acting.now,
    )


async def _say_held(acting: Acting) -> None:
    await _record(acting, Outcome.HELD)


async def _say_not_held(acting: Acting) -> None:
    await _record(acting, Outcome.NOT_HELD)


async def _record(acting: Acting, outcome: Outcome) -> None:
    await debriefing.record_outcome(
        acting.db,
        acting.me,
        acting.about("interview_id"),
        outcome=outcome,
        debrief=acting.answer.text,
        now=acting.now,
    )


async def _note(acting: Acting) -> None:
    """Below what I noted before, unless it stands there already."""
    text = acting.answer.text
    if not text:
        raise InvalidRequest(faults=(Fault("/text", "missing", "Say what to note."),))
    other_id = acting.answer.person_id or acting.about("person_id")
    before = (await get_connection(acting.db, acting.me, other_id)).note
    if text not in before:
        note = "\n\n".join(part for part in (before, text) if part)
        await update_connection(acting.db, acting.me, other_id, {"note": note}, if_match="*", now=acting.now)


DOING: Mapping[str, Callable[[Acting], Awaitable[None]]] = {
    "done": _nothing,
    "dismissed": _nothing,
    "contacted": _nothing,  # that it was done is the contact (`statements.py`)
    "snoozed": _snooze,
    "person_stopped": _stop_person,
    "accepted": _accept,
    "declined": _decline,
    "thanked": _say_held,
    "held": _say_held,
    "not_held": _say_not_held,
    "noted": _note,
}
