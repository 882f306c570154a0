"""Booked talks in people's calendars."""

from litestar import Response, get
from litestar.di import NamedDependency

from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.interviews import errors, mails, queries
from server.interviews.wire import InterviewId
from server.requests import Now
from server.settings import Settings


@get(
    "/interviews/{interview_id:str}/calendar",
    media_type="text/calendar",
    **operation(
        "get_interview_calendar",
        "Download a talk for a calendar",
        errors.InterviewNotFound,
        errors.NotScheduled,
    ),
)
async def get_interview_calendar(
    interview_id: InterviewId, db: Db, me: Me, settings: NamedDependency[Settings], now: Now
) -> Response[bytes]:
    """iCalendar (RFC 5545), METHOD:PUBLISH, in my zone, under the same UID as in the mails."""
    interview = await queries.get_interview(db, me, interview_id)
    return Response(
        await mails.calendar_file(db, interview, me.person_id, mails.sender(settings), now=now),
        media_type="text/calendar",
        headers={"content-disposition": 'attachment; filename="talk.ics"', "cache-control": "no-store"},
    )


handlers = [get_interview_calendar]
