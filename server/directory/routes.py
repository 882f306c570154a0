"""What a client can ask about the others at an event."""

from litestar import Router, get
from litestar.di import Provide

from schemas.attendees import PeoplePage
from server.contract import operation
from server.database import Db
from server.directory import queries
from server.directory.wire import person_out
from server.events import errors
from server.events.access import ByAttendee, provide_attendee
from server.failures import CursorInvalid
from server.paging import Cursor, Limit, cut, write_cursor


@get(
    "/events/{event_id:str}/people",
    dependencies={"attendee": Provide(provide_attendee)},
    **operation("list_people", "List the attendees who want to be seen", errors.EventNotFound, CursorInvalid),
)
async def list_people(db: Db, attendee: ByAttendee, cursor: Cursor = None, limit: Limit = 50) -> PeoplePage:
    """For attendees who claimed their place. I am not in it myself."""
    rows, more = cut(await queries.list_people(db, attendee, cursor=cursor, limit=limit), limit)
    return PeoplePage(
        items=[person_out(row) for row in rows],
        next_cursor=write_cursor(rows[-1].name, rows[-1].person_id) if more else None,
    )


routes = Router("/", tags=["attendance"], route_handlers=[list_people])
