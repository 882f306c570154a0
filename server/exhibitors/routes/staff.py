"""Who works for an exhibitor."""

from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from schemas.exhibitors import StaffIn, StaffOut, StaffPage
from server.contract import operation
from server.database import Db
from server.events.errors import RoleRequired
from server.exhibitors import errors, staff
from server.exhibitors.access import ANYBODY, NAMING, ByExhibitorStaff, exhibitor_staff
from server.failures import CursorInvalid, IdReused
from server.limits import Limits, RateLimited
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import Now


@get(
    "/events/{event_id:str}/exhibitors/{exhibitor_id:str}/staff",
    dependencies={"exhibitor_staff": exhibitor_staff(ANYBODY)},
    **operation(
        "list_exhibitor_staff",
        "List an exhibitor's staff",
        errors.ExhibitorNotFound,
        RoleRequired,
        CursorInvalid,
    ),
)
async def list_exhibitor_staff(
    db: Db, exhibitor_staff: ByExhibitorStaff, cursor: Cursor = None, limit: Limit = 50
) -> StaffPage:
    """For all of them; for the event's managers until an admin has joined."""
    rows, more = cut(await staff.list_staff(db, exhibitor_staff, cursor=cursor, limit=limit), limit)
    return StaffPage(
        items=[StaffOut.model_validate(row) for row in rows],
        next_cursor=write_cursor(rows[-1].name, rows[-1].id) if more else None,
    )


@post(
    "/events/{event_id:str}/exhibitors/{exhibitor_id:str}/staff",
    dependencies={"exhibitor_staff": exhibitor_staff(NAMING)},
    **operation(
        "add_exhibitor_staff",
        "Add somebody to an exhibitor's staff",
        errors.ExhibitorNotFound,
        RoleRequired,
        errors.AlreadyStaff,
        errors.AddressNeeded,
        IdReused,
        RateLimited,
        again=StaffOut,
    ),
)
async def add_exhibitor_staff(
    data: JSONBody[StaffIn],
    db: Db,
    exhibitor_staff: ByExhibitorStaff,
    limits: NamedDependency[Limits],
    now: Now,
) -> Response[StaffOut]:
    """For admins; for the event's managers until one has joined. The address is invited by mail; whoever proves it and
    uses it first is the member, whatever becomes of the address."""
    facts = staff.NewMember(**data.model_dump())
    member, new = await staff.add_staff(db, exhibitor_staff, facts, limits=limits, now=now)
    return Response(StaffOut.model_validate(member), status_code=201 if new else 200)


@delete(
    "/events/{event_id:str}/exhibitors/{exhibitor_id:str}/staff/{staff_id:str}",
    dependencies={"exhibitor_staff": exhibitor_staff(ANYBODY)},
    **operation(
        "remove_exhibitor_staff",
        "Remove somebody from an exhibitor's staff, or leave it",
        errors.ExhibitorNotFound,
        RoleRequired,
        errors.StaffNotFound,
    ),
)
async def remove_exhibitor_staff(
    staff_id: FromPath[UUID], db: Db, exhibitor_staff: ByExhibitorStaff, now: Now
) -> None:
    """Admins remove anybody, everybody removes themselves. What they captured before still counts when it arrives. An
    exhibitor without an admin gets another from the event's managers."""
    await staff.remove_staff(db, exhibitor_staff, staff_id, now=now)


handlers = [list_exhibitor_staff, add_exhibitor_staff, remove_exhibitor_staff]
