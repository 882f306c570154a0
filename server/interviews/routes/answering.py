"""Answering a request or another time, moving and cancelling what is booked."""

from typing import Any

from litestar import post
from litestar.params import JSONBody

from schemas.interviews import AcceptIn, CancelIn, DeclineIn, InterviewOut, ProposeIn, WithdrawIn
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.interviews import answers, errors
from server.interviews.wire import InterviewId, interview_out
from server.requests import Now

ANSWERED = (errors.InterviewNotFound, errors.NoLongerOpen, errors.NotYourTurn)


@post(
    "/interviews/{interview_id:str}/accept",
    status_code=200,
    **operation(
        "accept_interview",
        "Accept one of the times proposed",
        *ANSWERED,
        errors.ProposalChanged,
        errors.SlotNotProposed,
        errors.SlotTaken,
        errors.NoSlotLeft,
    ),
)
async def accept_interview(
    interview_id: InterviewId, data: JSONBody[AcceptIn], db: Db, me: Me, now: Now
) -> InterviewOut:
    """Of a request, or for moving a booked talk. Both get a calendar invitation by mail."""
    interview = await answers.accept(db, me, interview_id, **dict(data), now=now)
    return await interview_out(db, me, interview, now)


@post(
    "/interviews/{interview_id:str}/counter",
    status_code=200,
    **operation("counter_interview", "Answer with other times", *ANSWERED, errors.ProposalChanged),
)
async def counter_interview(
    interview_id: InterviewId, data: JSONBody[ProposeIn], db: Db, me: Me, now: Now
) -> InterviewOut:
    """It is the other's turn then, for ten days."""
    interview = await answers.counter(db, me, interview_id, **_proposed(data), now=now)
    return await interview_out(db, me, interview, now)


@post(
    "/interviews/{interview_id:str}/decline",
    status_code=200,
    **operation("decline_interview", "Decline", *ANSWERED, errors.ProposalChanged),
)
async def decline_interview(
    interview_id: InterviewId, data: JSONBody[DeclineIn], db: Db, me: Me, now: Now
) -> InterviewOut:
    """A request; or another time for a booked talk, which then stands as it was."""
    interview = await answers.decline(db, me, interview_id, **dict(data), now=now)
    return await interview_out(db, me, interview, now)


@post(
    "/interviews/{interview_id:str}/withdraw",
    status_code=200,
    **operation("withdraw_interview", "Take back what I proposed", *ANSWERED, errors.ProposalChanged),
)
async def withdraw_interview(
    interview_id: InterviewId, data: JSONBody[WithdrawIn], db: Db, me: Me, now: Now
) -> InterviewOut:
    """My request; or another time for a booked talk, which then stands as it was."""
    interview = await answers.withdraw(db, me, interview_id, **dict(data), now=now)
    return await interview_out(db, me, interview, now)


@post(
    "/interviews/{interview_id:str}/reschedule",
    status_code=200,
    **operation(
        "reschedule_interview",
        "Propose another time for a booked talk",
        *ANSWERED,
        errors.NotScheduled,
        errors.ProposalChanged,
    ),
)
async def reschedule_interview(
    interview_id: InterviewId, data: JSONBody[ProposeIn], db: Db, me: Me, now: Now
) -> InterviewOut:
    """The old time stands until the other accepts one of these, by `accept_interview`."""
    interview = await answers.reschedule(db, me, interview_id, **_proposed(data), now=now)
    return await interview_out(db, me, interview, now)


@post(
    "/interviews/{interview_id:str}/cancel",
    status_code=200,
    **operation("cancel_interview", "Cancel a booked talk", *ANSWERED, errors.NotScheduled),
)
async def cancel_interview(
    interview_id: InterviewId, data: JSONBody[CancelIn], db: Db, me: Me, now: Now
) -> InterviewOut:
    """Both get it taken out of their calendars by mail."""
    interview = await answers.cancel(db, me, interview_id, reply=data.reply, now=now)
    return await interview_out(db, me, interview, now)


def _proposed(data: ProposeIn) -> dict[str, Any]:
    return {"proposal": data.proposal, "slots": tuple(data.slots), "reply": data.reply}


handlers = [
    accept_interview,
    counter_interview,
    decline_interview,
    withdraw_interview,
    reschedule_interview,
    cancel_interview,
]
