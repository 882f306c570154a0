"""What a client can ask about prints of badges."""

import asyncio
from datetime import datetime
from io import BytesIO
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream

from schemas.badges import BadgeLayout, BadgePrintIn, BadgePrintOut, BadgePrintPage, SheetPage
from server.badges import errors, prints, queries
from server.badges.codes import badge_url_prefix
from server.badges.manual_codes import ManualCode
from server.badges.models import BadgePrint
from server.contract import operation
from server.database import Database, Db
from server.events.access import SUPERVISORS, ByOrganizer, organizer
from server.events.errors import AttendeeNotFound, EventNotFound, RoleRequired
from server.events.models import Event
from server.failures import CursorInvalid, IdReused
from server.limits import Limits, RateLimited
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import Now
from server.settings import Settings

BY_SUPERVISOR = {"dependencies": {"organizer": organizer(SUPERVISORS)}}
UNKEPT = {"cache-control": "no-store"}

LayoutOf = Annotated[BadgeLayout, QueryParameter(description="`a6` or `card`.")]
PageOf = Annotated[SheetPage, QueryParameter(description="`a4`, `letter` or `single`.")]


def print_out(found: BadgePrint, *, now: datetime) -> BadgePrintOut:
    fields = {name: getattr(found, name) for name in BadgePrintOut.model_fields}
    return BadgePrintOut(**{**fields, "state": prints.state_of(found, now=now)})


@post(
    "/events/{event_id:str}/badge_prints",
    **BY_SUPERVISOR,
    **operation(
        "print_badges",
        "Print badges (PDF)",
        EventNotFound,
        RoleRequired,
        AttendeeNotFound,
        errors.AttendeeNotExpected,
        errors.PrintContradictory,
        errors.NothingToPrint,
        IdReused,
        RateLimited,
        again=BadgePrintOut,
    ),
)
async def print_badges(
    data: JSONBody[BadgePrintIn],
    db: Db,
    organizer: ByOrganizer,
    limits: NamedDependency[Limits],
    now: Now,
) -> Response[BadgePrintOut]:
    """Drawn in the background; `get_badge_print` says how far it is. Whoever has no badge is issued one; whoever
    has one is printed the same code again."""
    ordered, made = await prints.print_badges(
        db,
        organizer,
        data.id,
        who=data.who,
        attendance_id=data.attendance_id,
        layout=data.layout,
        page=data.page,
        double_sided=data.double_sided,
        order=data.order,
        limits=limits,
        now=now,
    )
    return Response(print_out(ordered, now=now), status_code=201 if made else 200)


@get(
    "/events/{event_id:str}/badge_prints",
    **BY_SUPERVISOR,
    **operation("list_badge_prints", "List what was printed", EventNotFound, RoleRequired, CursorInvalid),
)
async def list_badge_prints(
    db: Db, organizer: ByOrganizer, now: Now, cursor: Cursor = None, limit: Limit = 50
) -> BadgePrintPage:
    """With how far each is."""
    found = await prints.list_badge_prints(db, organizer, cursor=cursor, limit=limit)
    rows, more = cut(found, limit)
    return BadgePrintPage(
        items=[print_out(row, now=now) for row in rows],
        next_cursor=write_cursor(rows[-1].requested_at, rows[-1].id) if more else None,
    )


@get(
    "/events/{event_id:str}/badge_prints/{print_id:str}",
    **BY_SUPERVISOR,
    **operation(
        "get_badge_print", "Read how far a print is", EventNotFound, RoleRequired, errors.PrintNotFound
    ),
)
async def get_badge_print(
    print_id: FromPath[UUID], db: Db, organizer: ByOrganizer, now: Now
) -> BadgePrintOut:
    """Ask again until it is ready, then `download_badge_print`."""
    return print_out(await prints.get_badge_print(db, organizer, print_id), now=now)


@get(
    "/events/{event_id:str}/badge_prints/{print_id:str}/file",
    media_type="application/pdf",
    **BY_SUPERVISOR,
    **operation(
        "download_badge_print",
        "Download a print",
        EventNotFound,
        RoleRequired,
        errors.PrintNotFound,
        errors.PrintNotReady,
        errors.PrintFailed,
        errors.PrintExpired,
        recorded=True,
    ),
)
async def download_badge_print(
    print_id: FromPath[UUID],
    db: Db,
    organizer: ByOrganizer,
    database: NamedDependency[Database],
    now: Now,
) -> Stream:
    """The sheet as PDF, once it is ready."""
    found = await prints.get_file(db, organizer, print_id, now=now)
    return Stream(
        prints.read_file(database, found.id),
        media_type="application/pdf",
        headers={
            "content-disposition": f'attachment; filename="badges-{found.requested_at:%Y-%m-%d}.pdf"',
            "content-length": str(found.size),
            **UNKEPT,
        },
    )


@get(
    "/events/{event_id:str}/attendees/{attendance_id:str}/badge.pdf",
    media_type="application/pdf",
    **BY_SUPERVISOR,
    **operation(
        "get_badge_pdf",
        "Draw an attendee's badge for printing (PDF)",
        EventNotFound,
        RoleRequired,
        AttendeeNotFound,
        errors.BadgeNotFound,
        recorded=True,
    ),
)
async def get_badge_pdf(
    attendance_id: FromPath[UUID],
    db: Db,
    organizer: ByOrganizer,
    settings: NamedDependency[Settings],
    layout: LayoutOf = "a6",
    page: PageOf = "single",
) -> Response[bytes]:
    """One badge, at once, for the printer at the desk. It is not in the log of prints."""
    attendance = await queries.get_attendance(db, organizer.event_id, attendance_id)
    badge = await queries.get_standing_badge(db, organizer.event_id, attendance_id)
    event = await db.get_one(Event, organizer.event_id)
    facts = attendance.name, attendance.pronouns, attendance.organisation, attendance.role, attendance.type
    file = await asyncio.to_thread(
        draw_one,
        (*facts, badge.code, ManualCode(badge.manual_code).text),
        event_name=event.name,
        url_prefix=badge_url_prefix(settings.public_url),
        layout=layout,
        page=page,
    )
    return Response(file, media_type="application/pdf", headers=UNKEPT)


def draw_one(wearer: tuple[str, ...], **looks: Any) -> bytes:
    """Reportlab and the fonts are 10 MB, and most processes never draw."""
    from server.badges.printing.layout import Wearer  # noqa: PLC0415
    from server.badges.printing.sheet import print_sheets  # noqa: PLC0415

    file = BytesIO()
    print_sheets(file, [Wearer(*wearer)], **looks)
    return file.getvalue()


handlers = (print_badges, list_badge_prints, get_badge_print, download_badge_print, get_badge_pdf)
