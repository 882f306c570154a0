"""The organizer's list, one attendee at a time."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from schemas.attendees import (
    AttendeeIn,
    AttendeeOut,
    AttendeePage,
    AttendeePatch,
)
from server.contract import operation
from server.database import Db
from server.events import attendees, errors
from server.events.access import DOOR, SUPERVISORS, ByOrganizer, organizer
from server.events.models import Attendance
from server.events.rules import NewAttendee
from server.failures import CursorInvalid, IdReused, VersionRequired, VersionStale
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import IfMatch, Now, etag
from server.settings import Settings


@get(
    "/events/{event_id:str}/attendees",
    dependencies={"organizer": organizer(DOOR)},
    **operation(
        "list_attendees", "List who is expected", errors.EventNotFound, errors.RoleRequired, CursorInvalid
    ),
)
async def list_attendees(
    db: Db,
    organizer: ByOrganizer,
    status: Annotated[
        Literal["expected", "cancelled", "left", "joined"] | None,
        QueryParameter(description="Only those."),
    ] = None,
    claimed: Annotated[
        bool | None, QueryParameter(description="Only the places claimed, or not claimed.")
    ] = None,
    bounced: Annotated[
        bool | None, QueryParameter(description="Only those mail to whom came back, or did not.")
    ] = None,
    q: Annotated[
        str,
        QueryParameter(
            description="How the name or the e-mail address begins.",
            max_length=200,
            pattern=r"^[^\x00-\x1f]*$",
        ),
    ] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> AttendeePage:
    """For the team, save analysts."""
    rows, more = cut(
        await attendees.list_attendees(
            db,
            organizer,
            status=status,
            claimed=claimed,
            bounced=bounced,
            prefix=q,
            cursor=cursor,
            limit=limit,
        ),
        limit,
    )
    return AttendeePage(
        items=[attendee_out(row) for row in rows],
        next_cursor=write_cursor(rows[-1].name, rows[-1].id) if more else None,
    )


@post(
    "/events/{event_id:str}/attendees",
    dependencies={"organizer": organizer(SUPERVISORS)},
    **operation(
        "add_attendee",
        "Add an attendee by hand",
        errors.EventNotFound,
        errors.RoleRequired,
        errors.EventCancelled,
        errors.AlreadyListed,
        errors.ExternalIdTaken,
        errors.ExternalCodeTaken,
        IdReused,
        again=AttendeeOut,
    ),
)
async def add_attendee(
    data: JSONBody[AttendeeIn],
    db: Db,
    organizer: ByOrganizer,
    settings: NamedDependency[Settings],
    now: Now,
) -> Response[AttendeeOut]:
    """For supervisors. An import never counts them as missing."""
    attendance, new = await attendees.add_attendee(
        db, organizer, NewAttendee(**data.model_dump()), settings=settings, now=now
    )
    return answer(attendance, status_code=201 if new else 200)


@patch(
    "/events/{event_id:str}/attendees/{attendance_id:str}",
    dependencies={"organizer": organizer(SUPERVISORS)},
    **operation(
        "update_attendee",
        "Edit an attendee",
        errors.EventNotFound,
        errors.RoleRequired,
        errors.EventCancelled,
        errors.AttendeeNotFound,
        errors.AttendeeLeft,
        errors.AttendeeJoined,
        errors.AlreadyListed,
        errors.ExternalIdTaken,
        errors.ExternalCodeTaken,
        VersionRequired,
        VersionStale,
    ),
)
async def update_attendee(
    attendance_id: FromPath[UUID],
    data: JSONBody[AttendeePatch],
    db: Db,
    organizer: ByOrganizer,
    settings: NamedDependency[Settings],
    now: Now,
    if_match: IfMatch = None,
) -> Response[AttendeeOut]:
    """For supervisors: what is printed, never a profile."""
    return answer(
        await attendees.update_attendee(
            db, organizer, attendance_id, data.changes(), if_match=if_match, settings=settings, now=now
        )
    )


@post(
    "/events/{event_id:str}/attendees/{attendance_id:str}/cancel",
    status_code=200,
    dependencies={"organizer": organizer(SUPERVISORS)},
    **operation(
        "cancel_attendee",
        "Cancel an attendee's place",
        errors.EventNotFound,
        errors.RoleRequired,
        errors.AttendeeNotFound,
    ),
)
async def cancel_attendee(
    attendance_id: FromPath[UUID], db: Db, organizer: ByOrganizer, now: Now
) -> Response[AttendeeOut]:
    """For supervisors. `update_attendee` takes it back."""
    return answer(await attendees.cancel_attendee(db, organizer, attendance_id, now=now))


def answer(attendance: Attendance, *, status_code: int = 200) -> Response[AttendeeOut]:
    return Response(attendee_out(attendance), status_code=status_code, headers=etag(attendance.version))


def attendee_out(attendance: Attendance) -> AttendeeOut:
    return AttendeeOut(
        attendance_id=attendance.id,
        name=attendance.name,
        email=attendance.email,
        external_id=attendance.external_id,
        external_code=attendance.external_code,
        pronouns=attendance.pronouns,
        organisation=attendance.organisation,
        role=attendance.role,
        type=attendance.type,
        status=attendance.status,
        joined_into=attendance.joined_into_id,
        claimed=attendance.claimed_at is not None,
        checked_in_at=attendance.checked_in_at,
        email_bounced_at=attendance.email_bounced_at,
        ticket_serial=attendance.ticket_serial,
        version=attendance.version,
    )


handlers = [list_attendees, add_attendee, update_attendee, cancel_attendee]
