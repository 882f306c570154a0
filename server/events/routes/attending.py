"""The attendees' side: my own place, and who else lets me see them."""

from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import Provide
from litestar.params import FromPath, JSONBody

from schemas.attendees import AttendanceOut, AttendancePatch, ListedPersonOut, PeoplePage
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.events import attending, directory, errors
from server.events.access import ByAttendee, provide_attendee
from server.events.directory import Listed
from server.events.models import Attendance
from server.failures import CursorInvalid, VersionRequired, VersionStale
from server.paging import Cursor, Limit, cut, write_cursor
from server.people.models import Goals, Profile
from server.requests import IfMatch, Now, etag


@get(
    "/events/{event_id:str}/attendance",
    **operation("get_my_attendance", "Read my place at an event", errors.EventNotFound),
)
async def get_my_attendance(event_id: FromPath[UUID], db: Db, me: Me) -> Response[AttendanceOut]:
    """Once claimed; also after I left."""
    return answer(await attending.get_my_attendance(db, me, event_id))


@patch(
    "/events/{event_id:str}/attendance",
    dependencies={"attendee": Provide(provide_attendee)},
    **operation(
        "update_my_attendance",
        "Choose what I agree to at an event",
        errors.EventNotFound,
        VersionRequired,
        VersionStale,
    ),
)
async def update_my_attendance(
    data: JSONBody[AttendancePatch], db: Db, attendee: ByAttendee, now: Now, if_match: IfMatch = None
) -> Response[AttendanceOut]:
    """Judged from now on; every change is kept with the wording I saw."""
    return answer(await attending.choose(db, attendee, data.changes(), if_match=if_match, now=now))


@post(
    "/events/{event_id:str}/attendance/leave",
    status_code=200,
    **operation("leave_event", "Leave an event", errors.EventNotFound),
)
async def leave_event(event_id: FromPath[UUID], db: Db, me: Me, now: Now) -> Response[AttendanceOut]:
    """I am no longer listed or scanned by exhibitors there, and no list of the organizer brings me back."""
    return answer(await attending.leave(db, me, event_id, now=now))


@get(
    "/events/{event_id:str}/people",
    dependencies={"attendee": Provide(provide_attendee)},
    **operation("list_people", "List the attendees who want to be seen", errors.EventNotFound, CursorInvalid),
)
async def list_people(db: Db, attendee: ByAttendee, cursor: Cursor = None, limit: Limit = 50) -> PeoplePage:
    """For attendees who claimed their place. I am not in it myself."""
    rows, more = cut(await directory.list_people(db, attendee, cursor=cursor, limit=limit), limit)
    return PeoplePage(
        items=[person_out(row) for row in rows],
        next_cursor=write_cursor(rows[-1].name, rows[-1].person_id) if more else None,
    )


def answer(attendance: Attendance) -> Response[AttendanceOut]:
    body = AttendanceOut(
        attendance_id=attendance.id,
        event_id=attendance.event_id,
        person_id=attendance.person_id,
        name=attendance.name,
        pronouns=attendance.pronouns,
        organisation=attendance.organisation,
        role=attendance.role,
        type=attendance.type,
        status=attendance.status,
        listed=attendance.listed,
        exhibitors_may_scan=attendance.exhibitors_may_scan,
        named_in_exports=attendance.named_in_exports,
        paused=attendance.paused,
        claimed_at=attendance.claimed_at,
        checked_in_at=attendance.checked_in_at,
        version=attendance.version,
    )
    return Response(body, headers=etag(attendance.version))


def person_out(listed: Listed) -> ListedPersonOut:
    profile, goals = listed.profile or NO_PROFILE, listed.goals or NO_GOALS
    return ListedPersonOut(
        person_id=listed.person_id,
        type=listed.type,
        name=listed.name,
        pronouns=profile.pronouns,
        headline=profile.headline,
        role=profile.role,
        organisation=profile.organisation,
        links=profile.links,
        asks=goals.asks,
        offers=goals.offers,
        open_to_talk=goals.open_to_talk,
        talk_topics=goals.talk_topics if goals.open_to_talk else [],
    )


# A person without a row has an empty one.
NO_PROFILE = Profile(pronouns="", headline="", role="", organisation="", links=[])
NO_GOALS = Goals(asks=[], offers=[], open_to_talk=False, talk_topics=[])

handlers = [get_my_attendance, update_my_attendance, leave_event, list_people]
