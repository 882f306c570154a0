"""What a client can ask about exports."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter
from litestar.response import Stream

from schemas.exports import ColumnOut, ExportIn, ExportOut, ExportPage
from server.contract import operation
from server.database import Database, Db
from server.events.access import ANALYSTS, ByOrganizer, Organizer, organizer, record
from server.events.errors import EventNotFound, RoleRequired
from server.exports import access, actions, dictionary, errors, queries
from server.exports.columns import listing
from server.exports.links import Link
from server.exports.models import Export
from server.exports.ranges import part_of
from server.exports.rules import file_name, state_of, who_may
from server.failures import CursorInvalid, IdReused
from server.limits import Limits, RateLimited
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import Now
from server.settings import Settings

BY_ANALYST = {"dependencies": {"organizer": organizer(ANALYSTS)}}
BYTES = "application/octet-stream"
UNKEPT = {"cache-control": "no-store"}

PartOf = Annotated[
    Literal["data", "dictionary"],
    QueryParameter(description="`data`: the file; `dictionary`: what its columns mean, as CSV."),
]
Range = Annotated[
    str | None,
    HeaderParameter(name="Range", description="One range of bytes, as `bytes=1000-`.", max_length=100),
]
IfRange = Annotated[
    str | None,
    HeaderParameter(
        name="If-Range", description="The `ETag` of what is there already; else all is sent.", max_length=100
    ),
]


def export_out(export: Export, organizer: Organizer, settings: Settings, *, now: datetime) -> ExportOut:
    state = state_of(export.state, expires_at=export.expires_at, now=now)
    url = None
    if state == "ready" and organizer.role in who_may(export.kind):
        link = Link.new(export_id=export.id, account_id=organizer.account_id, now=now)
        url = f"{settings.public_url.rstrip('/')}/v1/export_files/{link.text(settings.secret('session'))}"
    about = dictionary.about(export)
    return ExportOut(
        id=export.id,
        event_id=export.event_id,
        kind=export.kind,
        format=export.format,
        cut=export.cut,
        type=export.cut_type,
        people=export.people,
        state=state,
        reason=export.reason,
        rows=export.rows,
        rows_expected=export.rows_expected,
        left_out=export.left_out,
        size=export.size,
        columns=[ColumnOut.model_validate(column) for column in about.columns],
        notes=about.notes,
        requested_at=export.requested_at,
        ready_at=export.ready_at,
        expires_at=export.expires_at,
        download_url=url,
        dictionary_url=url and f"{url}?part=dictionary",
    )


@post(
    "/events/{event_id:str}/exports",
    **BY_ANALYST,
    **operation(
        "create_export",
        "Ask for a file of an event's figures",
        EventNotFound,
        RoleRequired,
        errors.ExportContradictory,
        errors.FormatUnavailable,
        errors.EventNotClosed,
        errors.CutEmpty,
        IdReused,
        RateLimited,
        again=ExportOut,
        description="It is made in the background; `get_export` says how far it is and then where. Analysts order what "
        f"tells of five people or more, managers also rows about people.\n\n{listing()}",
    ),
)
async def create_export(
    data: JSONBody[ExportIn],
    db: Db,
    organizer: ByOrganizer,
    settings: NamedDependency[Settings],
    limits: NamedDependency[Limits],
    now: Now,
) -> Response[ExportOut]:
    export, made = await actions.create_export(
        db,
        organizer,
        data.id,
        kind=data.kind,
        form=data.format,
        cut=data.cut,
        cut_type=data.type,
        people=data.people,
        limits=limits,
        now=now,
    )
    return Response(export_out(export, organizer, settings, now=now), status_code=201 if made else 200)


@get(
    "/events/{event_id:str}/exports",
    **BY_ANALYST,
    **operation("list_exports", "List an event's exports", EventNotFound, RoleRequired, CursorInvalid),
)
async def list_exports(
    db: Db,
    organizer: ByOrganizer,
    settings: NamedDependency[Settings],
    now: Now,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ExportPage:
    """With how far each is."""
    rows, more = cut(await queries.list_exports(db, organizer, cursor=cursor, limit=limit), limit)
    return ExportPage(
        items=[export_out(row, organizer, settings, now=now) for row in rows],
        next_cursor=write_cursor(rows[-1].requested_at, rows[-1].id) if more else None,
    )


@get(
    "/events/{event_id:str}/exports/{export_id:str}",
    **BY_ANALYST,
    **operation("get_export", "Read an export's state", EventNotFound, RoleRequired, errors.ExportNotFound),
)
async def get_export(
    export_id: FromPath[UUID], db: Db, organizer: ByOrganizer, settings: NamedDependency[Settings], now: Now
) -> ExportOut:
    """Ask again until it is ready, then open its `download_url`."""
    return export_out(await queries.get_export(db, organizer, export_id), organizer, settings, now=now)


@get(
    "/export_files/{link:str}",
    media_type=BYTES,
    **operation(
        "download_export",
        "Download an export",
        RoleRequired,
        errors.ExportNotFound,
        errors.DownloadLinkExpired,
        errors.ExportNotReady,
        errors.ExportFailed,
        errors.ExportExpired,
        errors.ExportTakenBack,
        errors.RangeNotSatisfiable,
        public=True,
        parts=True,
    ),
)
async def download_export(
    link: FromPath[str],
    request: Request[Any, Any, Any],
    db: Db,
    settings: NamedDependency[Settings],
    database: NamedDependency[Database],
    now: Now,
    part: PartOf = "data",
    wanted: Range = None,
    if_range: IfRange = None,
) -> Stream | Response[bytes]:
    """`get_export` says the link, which is good for ten minutes and opens without signing in; the role counts that the
    organizer has when it is opened. A download that broke off goes on with `Range` and, so that nothing else is joined
    to it, `If-Range`; with a new link, when that one is over."""
    organizer, export = await access.organizer_of(db, link, settings.secret("session"), now=now)
    await queries.require_file(db, organizer, export, now=now)
    await record(db, organizer, request, subject_id=export.id, now=now)
    if part == "dictionary":
        return Response(
            dictionary.as_csv(export),
            media_type=BYTES,
            headers={
                **UNKEPT,
                "content-disposition": _attachment(
                    file_name(export.kind, export.requested_at, "dictionary.csv")
                ),
            },
        )

    size, etag = export.size or 0, f'"{export.id}"'
    found = part_of(size, wanted, if_range, etag)
    if found is None:
        raise errors.RangeNotSatisfiable(size=size)
    name = file_name(export.kind, export.requested_at, export.format)
    return Stream(
        queries.read_file(database, export.id, found),
        media_type=BYTES,
        status_code=200 if found.whole else 206,
        headers={
            **UNKEPT,
            "content-disposition": _attachment(name),
            "content-length": str(found.end - found.begin),
            "accept-ranges": "bytes",
            "etag": etag,
            **({} if found.whole else {"content-range": found.content_range}),
        },
    )


def _attachment(name: str) -> str:
    return f'attachment; filename="{name}"'


routes = Router(
    "/", tags=["exports"], route_handlers=[create_export, list_exports, get_export, download_export]
)
