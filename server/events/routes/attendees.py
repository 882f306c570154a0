"""The organizer's list: imported, and edited by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, get, patch, post
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import FromPath, JSONBody, QueryParameter

from schemas.attendees import (
    AttendeeIn,
    AttendeeOut,
    AttendeePage,
    AttendeePatch,
    ImportNoteOut,
    ImportOut,
    ImportProblemOut,
    MissingOut,
)
from server.contract import operation
from server.database import Db
from server.events import attendees, errors
from server.events.access import DOOR, MANAGERS, SUPERVISORS, ByOrganizer, organizer
from server.events.import_plan import ImportPlan
from server.events.importing import MOST_SAID
from server.events.importing import import_attendees as import_list
from server.events.models import Attendance
from server.events.rules import NewAttendee
from server.failures import CursorInvalid, Fault, IdReused, InvalidRequest, VersionRequired, VersionStale
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import IfMatch, Now, etag

LARGEST_LIST = 10_000_000  # bytes
LIST_TYPES = ("text/csv", "application/octet-stream")


@dataclass
class TakesList(Operation):
    """Says in the contract what the handler reads itself, after it has seen the proof."""

    def __post_init__(self) -> None:
        file = Schema(
            type=OpenAPIType.STRING,
            examples=["Order;Name;E-mail\nABC12-1;Grace Hopper;grace@example.org\n"],
        )
        self.request_body = RequestBody(
            required=True,
            description="The list as your spreadsheet or ticket shop saves it, at most 10 MB and 50,000 rows.",
            content={media_type: OpenAPIMediaType(schema=file) for media_type in LIST_TYPES},
        )


@post(
    "/events/{event_id:str}/attendees/import",
    status_code=200,
    request_max_body_size=LARGEST_LIST,
    operation_class=TakesList,
    dependencies={"organizer": organizer(MANAGERS)},
    **operation(
        "import_attendees",
        "Import a list of attendees (CSV)",
        errors.EventNotFound,
        errors.RoleRequired,
        errors.EventCancelled,
        errors.ImportUnreadable,
        errors.ImportInvalid,
    ),
)
async def import_attendees(
    *,
    request: Request[Any, Any, Any],
    db: Db,
    organizer: ByOrganizer,
    now: Now,
    dry_run: Annotated[bool, QueryParameter(description="Only say what would happen.")] = False,
    skip_invalid: Annotated[
        bool, QueryParameter(description="Import the rows that can be used; else all or nothing.")
    ] = False,
    missing: Annotated[
        Literal["keep", "cancel"],
        QueryParameter(description="What becomes of places that earlier lists had and this one has not."),
    ] = "keep",
) -> ImportOut:
    """For managers. Rows belong to the place with their external id, else to the one with their e-mail address.

    Several rows with one address and different ids are several places. A column for the status cancels, and takes
    back. What is printed changes, never a profile or who claimed a place, and nobody is mailed. In failures,
    `pointer` is `line/12/E-mail`."""
    require_list(request.headers)
    plan = await import_list(
        db,
        organizer,
        await request.body(),
        dry_run=dry_run,
        skip_invalid=skip_invalid,
        cancel_missing=missing == "cancel",
        now=now,
    )
    return import_out(plan, dry_run=dry_run)


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
        Literal["expected", "cancelled", "left"] | None, QueryParameter(description="Only those.")
    ] = None,
    claimed: Annotated[
        bool | None, QueryParameter(description="Only the places claimed, or not claimed.")
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
            db, organizer, status=status, claimed=claimed, prefix=q, cursor=cursor, limit=limit
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
    data: JSONBody[AttendeeIn], db: Db, organizer: ByOrganizer, now: Now
) -> Response[AttendeeOut]:
    """For supervisors. An import never counts them as missing."""
    attendance, new = await attendees.add_attendee(db, organizer, NewAttendee(**data.model_dump()), now=now)
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
    now: Now,
    if_match: IfMatch = None,
) -> Response[AttendeeOut]:
    """For supervisors: what is printed, never a profile."""
    return answer(
        await attendees.update_attendee(
            db, organizer, attendance_id, data.changes(), if_match=if_match, now=now
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


def require_list(headers: Mapping[str, str]) -> None:
    given = headers.get("content-type", "").split(";")[0].strip().lower()
    if given not in LIST_TYPES:
        fault = Fault("header/content-type", "media_type_unknown", "Send the file as text/csv.")
        raise InvalidRequest(faults=(fault,))


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
        claimed=attendance.account_id is not None,
        checked_in_at=attendance.checked_in_at,
        version=attendance.version,
    )


def import_out(plan: ImportPlan, *, dry_run: bool) -> ImportOut:
    return ImportOut(
        dry_run=dry_run,
        rows=plan.rows,
        created=len(plan.created),
        updated=plan.updated,
        cancelled=plan.cancelled,
        reinstated=plan.reinstated,
        unchanged=plan.unchanged,
        skipped=plan.skipped,
        missing=len(plan.missing),
        missing_attendees=[
            MissingOut(
                attendance_id=place.id,
                name=place.entry.name,
                email=place.entry.email,
                external_id=place.entry.external_id,
            )
            for place in plan.missing[:MOST_SAID]
        ],
        problems=[ImportProblemOut.model_validate(problem) for problem in plan.problems[:MOST_SAID]],
        more_problems=max(0, len(plan.problems) - MOST_SAID),
        notes=[ImportNoteOut.model_validate(note) for note in plan.notes],
    )


handlers = [import_attendees, list_attendees, add_attendee, update_attendee, cancel_attendee]
