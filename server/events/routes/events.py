"""Events: created, listed, read, edited, cancelled."""

from uuid import UUID

from litestar import Response, get, patch, post
from litestar.params import FromPath, JSONBody

from schemas.events import EventIn, EventOut, EventPage, EventPatch
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.events import actions, errors, queries
from server.events.access import MANAGERS, OWNERS, ByOrganizer, organizer
from server.events.queries import MyEvent
from server.events.rules import NewEvent, minutes_between
from server.failures import CursorInvalid, IdReused, VersionRequired, VersionStale
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import IfMatch, Now, etag


@post(
    "/events",
    **operation("create_event", "Create an event", errors.OrganizerNotAllowed, IdReused, again=EventOut),
)
async def create_event(data: JSONBody[EventIn], db: Db, me: Me, now: Now) -> Response[EventOut]:
    """I own it then, under my first address. Only accounts that the operator allowed; times may lie in the past."""
    new = await actions.create_event(db, me, NewEvent(**data.model_dump()), now=now)
    return answer(await queries.get_my_event(db, me, data.id), status_code=201 if new else 200)


@get("/events", **operation("list_my_events", "List the events I run or attend", CursorInvalid))
async def list_my_events(db: Db, me: Me, cursor: Cursor = None, limit: Limit = 50) -> EventPage:
    """Also those where one of my addresses is invited and the place not yet claimed."""
    rows, more = cut(await queries.list_my_events(db, me, cursor=cursor, limit=limit), limit)
    return EventPage(
        items=[event_out(row) for row in rows],
        next_cursor=write_cursor(rows[-1].event.starts_at, rows[-1].event.id) if more else None,
    )


@get("/events/{event_id:str}", **operation("get_event", "Read an event", errors.EventNotFound))
async def get_event(event_id: FromPath[UUID], db: Db, me: Me) -> Response[EventOut]:
    """For its team, its attendees, and whoever is invited by an address of theirs."""
    return answer(await queries.get_my_event(db, me, event_id))


@patch(
    "/events/{event_id:str}",
    dependencies={"organizer": organizer(MANAGERS)},
    **operation(
        "update_event",
        "Edit an event",
        errors.EventNotFound,
        errors.RoleRequired,
        errors.EventCancelled,
        VersionRequired,
        VersionStale,
    ),
)
async def update_event(
    data: JSONBody[EventPatch],
    db: Db,
    me: Me,
    organizer: ByOrganizer,
    now: Now,
    if_match: IfMatch = None,
) -> Response[EventOut]:
    """For managers."""
    await actions.update_event(db, organizer, data.changes(), if_match=if_match, now=now)
    return answer(await queries.get_my_event(db, me, organizer.event_id))


@post(
    "/events/{event_id:str}/cancel",
    status_code=200,
    dependencies={"organizer": organizer(OWNERS)},
    **operation("cancel_event", "Cancel an event", errors.EventNotFound, errors.RoleRequired),
)
async def cancel_event(db: Db, me: Me, organizer: ByOrganizer, now: Now) -> Response[EventOut]:
    """For owners, and for good: nothing about the event or its list can be changed after."""
    await actions.cancel_event(db, organizer, now=now)
    return answer(await queries.get_my_event(db, me, organizer.event_id))


def answer(mine: MyEvent, *, status_code: int = 200) -> Response[EventOut]:
    return Response(event_out(mine), status_code=status_code, headers=etag(mine.event.version))


def event_out(mine: MyEvent) -> EventOut:
    event = mine.event
    return EventOut(
        id=event.id,
        name=event.name,
        venue=event.venue,
        zone=event.zone,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        doors_open_at=event.doors_open_at,
        doors_close_at=event.doors_close_at,
        doors_before_minutes=minutes_between(event.doors_open_at, event.starts_at),
        doors_after_minutes=minutes_between(event.ends_at, event.doors_close_at),
        check_in_required=event.check_in_required,
        badge_opens_door=event.badge_opens_door,
        paper_badge_mail=event.paper_badge_mail,
        cancelled_at=event.cancelled_at,
        my_role=mine.role,
        my_attendance=mine.attendance,
        my_attendance_id=mine.attendance_id,
        version=event.version,
    )


handlers = [create_event, list_my_events, get_event, update_event, cancel_event]
