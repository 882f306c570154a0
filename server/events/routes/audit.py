"""What the team did, as those who answer for the event read it."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from schemas.audit import AuditEntryOut, AuditPage
from server.contract import operation
from server.database import Db
from server.events import audit, errors
from server.events.access import MANAGERS, ByOrganizer, organizer
from server.failures import CursorInvalid
from server.paging import Cursor, Limit, cut, write_cursor


@get(
    "/events/{event_id:str}/audit_log",
    dependencies={"organizer": organizer(MANAGERS)},
    **operation(
        "list_audit_log",
        "List what the team did",
        errors.EventNotFound,
        errors.RoleRequired,
        CursorInvalid,
    ),
)
async def list_audit_log(
    db: Db,
    organizer: ByOrganizer,
    operation: Annotated[
        str | None,
        QueryParameter(description="Only this operation.", max_length=100, pattern=r"^[a-z_]*$"),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> AuditPage:
    """For managers. Every change and every file taken away, by whom and about what; nothing of attendees but ids. A
    call that failed is not listed; the same call made again is listed again. It is kept as long as the event's list."""
    found = await audit.list_audit_log(db, organizer, operation=operation, cursor=cursor, limit=limit)
    rows, more = cut(found, limit)
    return AuditPage(
        items=[AuditEntryOut.model_validate(row) for row in rows],
        next_cursor=write_cursor(rows[-1].id) if more else None,
    )


handlers = [list_audit_log]
