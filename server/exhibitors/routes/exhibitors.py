"""Exhibitors: created and renamed by an event's managers, found by who works for them."""

from uuid import UUID

from litestar import Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from schemas.exhibitors import (
    ExhibitorIn,
    ExhibitorOut,
    ExhibitorPage,
    ExhibitorPatch,
    MyExhibitorOut,
    MyExhibitorPage,
)
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.events.access import MANAGERS, TEAM, ByOrganizer, organizer
from server.events.errors import EventCancelled, EventNotFound, RoleRequired
from server.exhibitors import actions, errors, queries
from server.exhibitors.queries import Counted, MyExhibitor
from server.failures import CursorInvalid, IdReused, VersionRequired, VersionStale
from server.limits import Limits, RateLimited
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import IfMatch, Now, etag


@post(
    "/events/{event_id:str}/exhibitors",
    dependencies={"organizer": organizer(MANAGERS)},
    **operation(
        "create_exhibitor",
        "Add an exhibitor and name its admin",
        EventNotFound,
        RoleRequired,
        EventCancelled,
        errors.AlreadyStaff,
        IdReused,
        RateLimited,
        again=ExhibitorOut,
    ),
)
async def create_exhibitor(
    data: JSONBody[ExhibitorIn],
    db: Db,
    organizer: ByOrganizer,
    limits: NamedDependency[Limits],
    now: Now,
) -> Response[ExhibitorOut]:
    """For managers. Its admin is invited by mail; once they have joined, its staff and leads are the exhibitor's own
    business."""
    facts = actions.NewExhibitor(**data.model_dump())
    new = await actions.create_exhibitor(db, organizer, facts, limits=limits, now=now)
    exhibitor = await actions.get_exhibitor(db, organizer, data.id)
    (counted,) = await queries.count_leads(db, organizer, [exhibitor])
    return answer(counted, status_code=201 if new else 200)


@get(
    "/events/{event_id:str}/exhibitors",
    dependencies={"organizer": organizer(TEAM)},
    **operation("list_exhibitors", "List an event's exhibitors", EventNotFound, CursorInvalid),
)
async def list_exhibitors(
    db: Db, organizer: ByOrganizer, cursor: Cursor = None, limit: Limit = 50
) -> ExhibitorPage:
    """For the event's team, which sees how many leads there are, and never whom."""
    rows, more = cut(await queries.list_exhibitors(db, organizer, cursor=cursor, limit=limit), limit)
    last = rows[-1].exhibitor if more else None
    return ExhibitorPage(
        items=[exhibitor_out(row) for row in rows],
        next_cursor=write_cursor(last.name, last.id) if last else None,
    )


@patch(
    "/events/{event_id:str}/exhibitors/{exhibitor_id:str}",
    dependencies={"organizer": organizer(MANAGERS)},
    **operation(
        "update_exhibitor",
        "Edit an exhibitor",
        EventNotFound,
        RoleRequired,
        EventCancelled,
        errors.ExhibitorNotFound,
        VersionRequired,
        VersionStale,
    ),
)
async def update_exhibitor(
    exhibitor_id: FromPath[UUID],
    data: JSONBody[ExhibitorPatch],
    db: Db,
    organizer: ByOrganizer,
    now: Now,
    if_match: IfMatch = None,
) -> Response[ExhibitorOut]:
    """For managers."""
    exhibitor = await actions.update_exhibitor(
        db, organizer, exhibitor_id, data.changes(), if_match=if_match, now=now
    )
    (counted,) = await queries.count_leads(db, organizer, [exhibitor])
    return answer(counted)


@get("/me/exhibitors", **operation("list_my_exhibitors", "List the exhibitors I work for", CursorInvalid))
async def list_my_exhibitors(db: Db, me: Me, cursor: Cursor = None, limit: Limit = 50) -> MyExhibitorPage:
    """Also those where one of my addresses is invited. I need no place at the event to work there."""
    rows, more = cut(await queries.list_my_exhibitors(db, me, cursor=cursor, limit=limit), limit)
    return MyExhibitorPage(
        items=[my_exhibitor_out(row) for row in rows],
        next_cursor=write_cursor(rows[-1].event.id) if more else None,
    )


def answer(counted: Counted, *, status_code: int = 200) -> Response[ExhibitorOut]:
    return Response(exhibitor_out(counted), status_code=status_code, headers=etag(counted.exhibitor.version))


def exhibitor_out(counted: Counted) -> ExhibitorOut:
    exhibitor = counted.exhibitor
    return ExhibitorOut(
        id=exhibitor.id,
        name=exhibitor.name,
        booth=exhibitor.booth,
        leads=counted.leads,
        version=exhibitor.version,
    )


def my_exhibitor_out(mine: MyExhibitor) -> MyExhibitorOut:
    return MyExhibitorOut(
        event_id=mine.event.id,
        event_name=mine.event.name,
        doors_open_at=mine.event.doors_open_at,
        doors_close_at=mine.event.doors_close_at,
        exhibitor_id=mine.exhibitor.id,
        name=mine.exhibitor.name,
        booth=mine.exhibitor.booth,
        role=mine.role,
    )


handlers = [create_exhibitor, list_exhibitors, update_exhibitor, list_my_exhibitors]
