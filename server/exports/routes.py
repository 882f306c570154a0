"""What a client can ask about exports."""

from datetime import datetime
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from schemas.exports import ExportIn, ExportOut, ExportPage
from server.contract import operation
from server.database import Database, Db
from server.events.access import ANALYSTS, ByOrganizer, organizer
from server.events.errors import EventNotFound, RoleRequired
from server.exports import actions, errors, queries
from server.exports.models import Export
from server.exports.rules import state_of
from server.failures import CursorInvalid, IdReused
from server.limits import Limits, RateLimited
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import Now

BY_ANALYST = {"dependencies": {"organizer": organizer(ANALYSTS)}}


def export_out(export: Export, *, now: datetime) -> ExportOut:
    return ExportOut(
        id=export.id,
        event_id=export.event_id,
        kind=export.kind,
        format=export.format,
        state=state_of(export.state, expires_at=export.expires_at, now=now),
        reason=export.reason,
        rows=export.rows,
        size=export.size,
        requested_at=export.requested_at,
        ready_at=export.ready_at,
        expires_at=export.expires_at,
    )


@post(
    "/events/{event_id:str}/exports",
    **BY_ANALYST,
    **operation(
        "create_export",
        "Ask for a file of an event's figures",
        EventNotFound,
        RoleRequired,
        errors.EventNotClosed,
        IdReused,
        RateLimited,
        again=ExportOut,
    ),
)
async def create_export(
    data: JSONBody[ExportIn], db: Db, organizer: ByOrganizer, limits: NamedDependency[Limits], now: Now
) -> Response[ExportOut]:
    """It is made in the background; `get_export` says when it is ready. Who met whom is for managers, once the doors
    have closed."""
    export, made = await actions.create_export(
        db, organizer, data.id, kind=data.kind, form=data.format, limits=limits, now=now
    )
    return Response(export_out(export, now=now), status_code=201 if made else 200)


@get(
    "/events/{event_id:str}/exports",
    **BY_ANALYST,
    **operation("list_exports", "List an event's exports", EventNotFound, RoleRequired, CursorInvalid),
)
async def list_exports(
    db: Db, organizer: ByOrganizer, now: Now, cursor: Cursor = None, limit: Limit = 50
) -> ExportPage:
    """With how far each is."""
    rows, more = cut(await queries.list_exports(db, organizer, cursor=cursor, limit=limit), limit)
    return ExportPage(
        items=[export_out(row, now=now) for row in rows],
        next_cursor=write_cursor(rows[-1].requested_at, rows[-1].id) if more else None,
    )


@get(
    "/events/{event_id:str}/exports/{export_id:str}",
    **BY_ANALYST,
    **operation("get_export", "Read an export's state", EventNotFound, RoleRequired, errors.ExportNotFound),
)
async def get_export(export_id: FromPath[UUID], db: Db, organizer: ByOrganizer, now: Now) -> ExportOut:
    """Ask again until it is ready, then `download_export`."""
    return export_out(await queries.get_export(db, organizer, export_id), now=now)


@get(
    "/events/{event_id:str}/exports/{export_id:str}/file",
    media_type="text/csv",
    **BY_ANALYST,
    **operation(
        "download_export",
        "Download an export",
        EventNotFound,
        RoleRequired,
        errors.ExportNotFound,
        errors.ExportNotReady,
        errors.ExportFailed,
        errors.ExportExpired,
        recorded=True,
    ),
)
async def download_export(
    export_id: FromPath[UUID],
    db: Db,
    organizer: ByOrganizer,
    database: NamedDependency[Database],
    now: Now,
) -> Stream:
    """The role counts that the organizer has now."""
    export = await queries.get_file(db, organizer, export_id, now=now)
    return Stream(
        queries.read_file(database, export.id),
        media_type="text/csv",
        headers={
            "content-disposition": f'attachment; filename="{export.kind}-{export.requested_at:%Y-%m-%d}.csv"',
            "content-length": str(export.size),
            "cache-control": "no-store",
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
        },
    )


routes = Router(
    "/", tags=["exports"], route_handlers=[create_export, list_exports, get_export, download_export]
)
