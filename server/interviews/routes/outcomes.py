"""What became of a talk."""

from litestar import put
from litestar.params import JSONBody

from schemas.interviews import InterviewOut
from schemas.outcomes import OutcomeIn
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.interviews import debriefing, errors
from server.interviews.outcomes import Outcome
from server.interviews.wire import InterviewId, interview_out
from server.requests import Now


@put(
    "/interviews/{interview_id:str}/outcome",
    **operation(
        "record_outcome",
        "Say what became of a talk",
        errors.InterviewNotFound,
        errors.NotScheduled,
        errors.NotStarted,
    ),
)
async def record_outcome(
    interview_id: InterviewId, data: JSONBody[OutcomeIn], db: Db, me: Me, now: Now
) -> InterviewOut:
    """From its start on, as often as I like; the last word counts. The debrief is mine alone, and so is a no."""
    interview = await debriefing.record_outcome(
        db, me, interview_id, outcome=Outcome(data.outcome), debrief=data.debrief, now=now
    )
    return await interview_out(db, me, interview, now)


handlers = [record_outcome]
