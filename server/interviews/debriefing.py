"""After the talk: what I say became of it, and what I write down for myself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.interviews.booking import lock_interview
from server.interviews.errors import NotScheduled, NotStarted
from server.interviews.models import Interview, OutcomeRow
from server.interviews.outcomes import Outcome
from server.interviews.states import State


async def record_outcome(
    db: AsyncSession,
    me: SignedIn,
    interview_id: UUID,
    *,
    outcome: Outcome,
    debrief: str | None,
    now: datetime,
) -> Interview:
    """Say what became of my talk, or say it otherwise; None keeps the debrief. Raises NotScheduled, NotStarted."""
    interview = await lock_interview(db, me, interview_id)
    if interview.state != State.SCHEDULED or interview.starts_at is None:
        raise NotScheduled
    if now < interview.starts_at:
        raise NotStarted

    row = await db.get(OutcomeRow, (interview.id, me.person_id))
    if row is None:
        row = OutcomeRow(interview_id=interview.id, person_id=me.person_id, debrief="", updated_at=now)
        db.add(row)
    unsaid = row.starts_at != interview.starts_at  # also what was said of a time that was moved since
    if unsaid or (row.outcome == Outcome.HELD) is not (outcome is Outcome.HELD):
        row.since = now
    if unsaid or row.outcome != outcome or debrief not in {None, row.debrief}:
        row.updated_at = now
    row.starts_at, row.outcome = interview.starts_at, outcome
    row.debrief = row.debrief if debrief is None else debrief
    await db.flush()  # so that the answer reads it
    return interview
