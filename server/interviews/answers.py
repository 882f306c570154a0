"""What can happen to an interview once it was asked for: the answers of its two people.

An answer carries the number of the proposal it answers, so that nobody accepts or declines times they have not
seen. The same answer by the same person with the same arguments changes nothing and tells nobody.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.interviews import booking, rules
from server.interviews.judging import Answer
from server.interviews.models import Interview
from server.interviews.states import Action


async def accept(
    db: AsyncSession,
    me: SignedIn,
    interview_id: UUID,
    *,
    proposal: int,
    starts_at: datetime | None,
    place: str,
    now: datetime,
) -> Interview:
    """Book one of the times proposed, of a request or for moving a booked talk."""
    answer = await Answer.begin(
        db, me, interview_id, now=now, verb="accept", proposal=proposal, starts_at=starts_at, place=place
    )
    moves = answer.about_new_time
    decided = answer.judge(Action.ACCEPT_RESCHEDULE if moves else Action.ACCEPT, proposal=proposal)
    if decided is None:
        return answer.interview

    await booking.book(db, answer.interview, starts_at, now=now)
    answer.record(decided)
    answer.interview.place = place or answer.interview.place
    await answer.tell_calendars("interview_moved" if moves else "interview_scheduled")
    return answer.interview


async def counter(
    db: AsyncSession,
    me: SignedIn,
    interview_id: UUID,
    *,
    proposal: int,
    slots: tuple[datetime, ...],
    reply: str,
    now: datetime,
) -> Interview:
    """Answer a request with other times; the other has as long again to answer them."""
    answer = await Answer.begin(
        db, me, interview_id, now=now, verb="counter", proposal=proposal, slots=slots, reply=reply
    )
    decided = answer.judge(Action.COUNTER, proposal=proposal)
    if decided is None:
        return answer.interview

    answer.propose(slots)
    answer.record(decided, reply=reply)
    answer.interview.expires_at = now + rules.ANSWER_WITHIN
    return answer.interview


async def decline(
    db: AsyncSession,
    me: SignedIn,
    interview_id: UUID,
    *,
    proposal: int,
    reply: str,
    resource: str,
    now: datetime,
) -> Interview:
    """Say no to a request, perhaps with something to read instead, or to another time for a booked talk: the old one
    stands then."""
    answer = await Answer.begin(
        db, me, interview_id, now=now, verb="decline", proposal=proposal, reply=reply, resource=resource
    )
    action = Action.DECLINE_RESCHEDULE if answer.about_new_time else Action.DECLINE
    decided = answer.judge(action, proposal=proposal)
    if decided is not None:
        answer.record(decided, reply=reply, resource=resource)
    return answer.interview


async def withdraw(
    db: AsyncSession, me: SignedIn, interview_id: UUID, *, proposal: int, now: datetime
) -> Interview:
    """Take back a request, or another time that I proposed for a booked talk."""
    answer = await Answer.begin(db, me, interview_id, now=now, verb="withdraw", proposal=proposal)
    action = Action.WITHDRAW_RESCHEDULE if answer.about_new_time else Action.WITHDRAW
    decided = answer.judge(action, proposal=proposal)
    if decided is not None:
        answer.record(decided)
    return answer.interview


async def reschedule(
    db: AsyncSession,
    me: SignedIn,
    interview_id: UUID,
    *,
    proposal: int,
    slots: tuple[datetime, ...],
    reply: str,
    now: datetime,
) -> Interview:
    """Propose other times for a booked talk, which stands until the other accepts one."""
    answer = await Answer.begin(
        db, me, interview_id, now=now, verb="reschedule", proposal=proposal, slots=slots, reply=reply
    )
    decided = answer.judge(Action.RESCHEDULE, proposal=proposal)
    if decided is None:
        return answer.interview

    answer.propose(slots)
    answer.record(decided, reply=reply)
    return answer.interview


async def cancel(
    db: AsyncSession, me: SignedIn, interview_id: UUID, *, reply: str, now: datetime
) -> Interview:
    """End a booking: both are free again, and both calendars are told."""
    answer = await Answer.begin(db, me, interview_id, now=now, verb="cancel", reply=reply)
    decided = answer.judge(Action.CANCEL)
    if decided is None:
        return answer.interview

    await booking.free(db, answer.interview)
    answer.record(decided, reply=reply)
    await answer.tell_calendars("interview_cancelled")
    return answer.interview
