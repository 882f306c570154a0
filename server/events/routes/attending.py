"""The attendees' side: my own place."""

from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import Provide
from litestar.params import FromPath, JSONBody

from schemas.attendees import AttendanceOut, AttendancePatch
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.events import attending, errors
from server.events.access import ByAttendee, provide_attendee
from server.events.consents import agreed_words
from server.events.models import Attendance
from server.events.wire import attendance_out
from server.failures import VersionRequired, VersionStale
from server.requests import IfMatch, Now, etag


@get(
    "/events/{event_id:str}/attendance",
    **operation("get_my_attendance", "Read my place at an event", errors.EventNotFound),
)
async def get_my_attendance(event_id: FromPath[UUID], db: Db, me: Me) -> Response[AttendanceOut]:
    """Once claimed; also after I left."""
    return await answer(db, await attending.get_my_attendance(db, me, event_id))


@patch(
    "/events/{event_id:str}/attendance",
    dependencies={"attendee": Provide(provide_attendee)},
    **operation(
        "update_my_attendance",
        "Choose what I agree to at an event",
        errors.EventNotFound,
        errors.ConsentTextUnknown,
        VersionRequired,
        VersionStale,
    ),
)
async def update_my_attendance(
    data: JSONBody[AttendancePatch], db: Db, attendee: ByAttendee, now: Now, if_match: IfMatch = None
) -> Response[AttendanceOut]:
    """Judged from now on; every change is kept with the version of the words I saw (`list_consent_texts`). Taking
    something back needs none."""
    chosen = data.changes()
    text_version = chosen.pop("text_version", None)
    return await answer(
        db,
        await attending.choose(db, attendee, chosen, text_version=text_version, if_match=if_match, now=now),
    )


@post(
    "/events/{event_id:str}/attendance/leave",
    status_code=200,
    **operation("leave_event", "Leave an event", errors.EventNotFound),
)
async def leave_event(event_id: FromPath[UUID], db: Db, me: Me, now: Now) -> Response[AttendanceOut]:
    """I am no longer listed or scanned by exhibitors there, and no list of the organizer brings me back."""
    return await answer(db, await attending.leave(db, me, event_id, now=now))


async def answer(db: Db, attendance: Attendance) -> Response[AttendanceOut]:
    words = await agreed_words(db, [attendance])
    return Response(attendance_out(attendance, words[attendance.id]), headers=etag(attendance.version))


handlers = [get_my_attendance, update_my_attendance, leave_event]
