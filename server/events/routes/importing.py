"""The organizer's list, imported as a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import QueryParameter

from schemas.attendees import ImportNoteOut, ImportOut, ImportProblemOut, MissingOut
from server.contract import operation
from server.database import Db
from server.events import errors, importing
from server.events.access import MANAGERS, ByOrganizer, organizer
from server.events.import_plan import ImportPlan
from server.events.importing import MOST_SAID
from server.failures import Fault, InvalidRequest
from server.requests import Now
from server.settings import Settings

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
    settings: NamedDependency[Settings],
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
    plan = await importing.import_attendees(
        db,
        organizer,
        await request.body(),
        dry_run=dry_run,
        skip_invalid=skip_invalid,
        cancel_missing=missing == "cancel",
        settings=settings,
        now=now,
    )
    return import_out(plan, dry_run=dry_run)


def require_list(headers: Mapping[str, str]) -> None:
    given = headers.get("content-type", "").split(";")[0].strip().lower()
    if given not in LIST_TYPES:
        fault = Fault("header/content-type", "media_type_unknown", "Send the file as text/csv.")
        raise InvalidRequest(faults=(fault,))


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


handlers = [import_attendees]
