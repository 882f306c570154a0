"""What a client can ask about badges and tickets."""

import asyncio
from base64 import urlsafe_b64encode
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post, route
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter

from schemas.badges import (
    BadgeOut,
    BadgesIssuedOut,
    ReplacementIn,
    RevocationIn,
    TicketKeyList,
    TicketKeyOut,
    TicketMailingIn,
    TicketMailingOut,
    TicketOut,
)
from server.badges import actions, errors, mailings, queries
from server.badges.access import ByParticipant, provide_participant
from server.badges.codes import badge_url_prefix
from server.badges.drawing import LARGEST_SCALE, png, qr_matrix, svg
from server.badges.keys import published_keys, ticket_of
from server.badges.manual_codes import ManualCode
from server.badges.models import Badge
from server.badges.page import HEADERS, strangers_page
from server.badges.print_routes import handlers as print_handlers
from server.contract import operation
from server.database import Db
from server.events.access import (
    MANAGERS,
    SUPERVISORS,
    ByAttendee,
    ByOrganizer,
    organizer,
    provide_attendee,
)
from server.events.errors import AttendeeNotFound, EventNotFound, RoleRequired
from server.failures import IdReused
from server.limits import Limits, RateLimited
from server.requests import Now
from server.settings import Settings
from server.texts import say

Scale = Annotated[int, QueryParameter(description="Pixels a module.", ge=1, le=LARGEST_SCALE)]

BY_SUPERVISOR = {"dependencies": {"organizer": organizer(SUPERVISORS)}}
BY_MANAGER = {"dependencies": {"organizer": organizer(MANAGERS)}}
BY_ATTENDEE = {"dependencies": {"attendee": Provide(provide_attendee)}}
UNKEPT = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


def badge_out(badge: Badge, settings: Settings) -> BadgeOut:
    return BadgeOut(
        id=badge.id,
        attendance_id=badge.attendance_id,
        code=badge.code,
        manual_code=ManualCode(badge.manual_code).text,
        url=badge_url_prefix(settings.public_url) + badge.code,
        issued_at=badge.issued_at,
        revoked_at=badge.revoked_at,
        revoked_because=badge.revoked_because,
    )


@post(
    "/events/{event_id:str}/attendees/{attendance_id:str}/badge",
    **BY_SUPERVISOR,
    **operation(
        "issue_badge",
        "Issue an attendee's badge",
        EventNotFound,
        RoleRequired,
        AttendeeNotFound,
        errors.AttendeeNotExpected,
        again=BadgeOut,
    ),
)
async def issue_badge(
    attendance_id: FromPath[UUID],
    db: Db,
    organizer: ByOrganizer,
    settings: NamedDependency[Settings],
    now: Now,
) -> Response[BadgeOut]:
    """Whoever has a badge that stands keeps it, and it is answered with 200."""
    badge, issued = await actions.issue(db, organizer.event_id, attendance_id, now=now)
    return Response(badge_out(badge, settings), status_code=201 if issued else 200)


@post(
    "/events/{event_id:str}/badges",
    status_code=200,
    **BY_SUPERVISOR,
    **operation("issue_badges", "Issue every badge that is missing", EventNotFound, RoleRequired),
)
async def issue_badges(db: Db, organizer: ByOrganizer, now: Now) -> BadgesIssuedOut:
    """For all expected attendees without one."""
    issued, standing = await actions.issue_missing(db, organizer, now=now)
    return BadgesIssuedOut(issued=issued, standing=standing)


@post(
    "/events/{event_id:str}/badges/{badge_id:str}/replace",
    **BY_SUPERVISOR,
    **operation(
        "replace_badge",
        "Replace a badge that was lost",
        EventNotFound,
        RoleRequired,
        errors.BadgeNotFound,
        errors.AttendeeNotExpected,
        again=BadgeOut,
    ),
)
async def replace_badge(
    badge_id: FromPath[UUID],
    data: JSONBody[ReplacementIn],
    db: Db,
    organizer: ByOrganizer,
    settings: NamedDependency[Settings],
    now: Now,
) -> Response[BadgeOut]:
    """The old one is revoked from now on. Asked again for the same old one, the new one is answered with 200."""
    badge, issued = await actions.replace(db, organizer, badge_id, reason=data.reason, now=now)
    return Response(badge_out(badge, settings), status_code=201 if issued else 200)


@post(
    "/events/{event_id:str}/badges/{badge_id:str}/revoke",
    status_code=200,
    **BY_SUPERVISOR,
    **operation("revoke_badge", "Revoke a badge", EventNotFound, RoleRequired, errors.BadgeNotFound),
)
async def revoke_badge(
    badge_id: FromPath[UUID],
    data: JSONBody[RevocationIn],
    db: Db,
    organizer: ByOrganizer,
    settings: NamedDependency[Settings],
    now: Now,
) -> BadgeOut:
    """From now on: what was captured before still counts."""
    return badge_out(await actions.revoke(db, organizer, badge_id, reason=data.reason, now=now), settings)


@get(
    "/events/{event_id:str}/attendees/{attendance_id:str}/badge.svg",
    media_type="image/svg+xml",
    **BY_SUPERVISOR,
    **operation(
        "get_badge_image",
        "Draw an attendee's badge code (SVG)",
        EventNotFound,
        RoleRequired,
        errors.BadgeNotFound,
    ),
)
async def get_badge_image(
    attendance_id: FromPath[UUID], db: Db, organizer: ByOrganizer, settings: NamedDependency[Settings]
) -> Response[bytes]:
    """For the team. Black on white, with its quiet zone."""
    badge = await queries.get_standing_badge(db, organizer.event_id, attendance_id)
    return await drawn_as_svg(badge, settings)


@get(
    "/events/{event_id:str}/attendees/{attendance_id:str}/badge.png",
    media_type="image/png",
    **BY_SUPERVISOR,
    **operation(
        "get_badge_png",
        "Draw an attendee's badge code (PNG)",
        EventNotFound,
        RoleRequired,
        errors.BadgeNotFound,
    ),
)
async def get_badge_png(
    attendance_id: FromPath[UUID],
    db: Db,
    organizer: ByOrganizer,
    settings: NamedDependency[Settings],
    scale: Scale = 8,
) -> Response[bytes]:
    """For the team. Black on white, with its quiet zone."""
    badge = await queries.get_standing_badge(db, organizer.event_id, attendance_id)
    return await drawn_as_png(badge, settings, scale)


@get(
    "/events/{event_id:str}/me/badge",
    **BY_ATTENDEE,
    **operation("get_my_badge", "Read my badge", EventNotFound, errors.AttendeeNotExpected),
)
async def get_my_badge(
    db: Db, attendee: ByAttendee, settings: NamedDependency[Settings], now: Now
) -> BadgeOut:
    """Issued when first asked for. Its URL is the QR code's content."""
    badge, _ = await actions.issue(db, attendee.event_id, attendee.attendance_id, now=now)
    return badge_out(badge, settings)


@get(
    "/events/{event_id:str}/me/badge.svg",
    media_type="image/svg+xml",
    **BY_ATTENDEE,
    **operation("get_my_badge_image", "Draw my badge code (SVG)", EventNotFound, errors.AttendeeNotExpected),
)
async def get_my_badge_image(
    db: Db, attendee: ByAttendee, settings: NamedDependency[Settings], now: Now
) -> Response[bytes]:
    """Black on white, with its quiet zone."""
    badge, _ = await actions.issue(db, attendee.event_id, attendee.attendance_id, now=now)
    return await drawn_as_svg(badge, settings)


@get(
    "/events/{event_id:str}/me/badge.png",
    media_type="image/png",
    **BY_ATTENDEE,
    **operation("get_my_badge_png", "Draw my badge code (PNG)", EventNotFound, errors.AttendeeNotExpected),
)
async def get_my_badge_png(
    db: Db, attendee: ByAttendee, settings: NamedDependency[Settings], now: Now, scale: Scale = 8
) -> Response[bytes]:
    """Black on white, with its quiet zone."""
    badge, _ = await actions.issue(db, attendee.event_id, attendee.attendance_id, now=now)
    return await drawn_as_png(badge, settings, scale)


async def drawn_as_svg(badge: Badge, settings: Settings) -> Response[bytes]:
    matrix = await asyncio.to_thread(qr_matrix, badge_url_prefix(settings.public_url), badge.code)
    drawing = svg(matrix, title=say("Badge code")).encode()
    return Response(drawing, media_type="image/svg+xml", headers=UNKEPT)


async def drawn_as_png(badge: Badge, settings: Settings, scale: int) -> Response[bytes]:
    matrix = await asyncio.to_thread(qr_matrix, badge_url_prefix(settings.public_url), badge.code)
    drawing = await asyncio.to_thread(png, matrix, scale=scale)
    return Response(drawing, media_type="image/png", headers=UNKEPT)


@get(
    "/events/{event_id:str}/me/ticket",
    **BY_ATTENDEE,
    **operation("get_my_ticket", "Read my ticket", EventNotFound),
)
async def get_my_ticket(
    db: Db, attendee: ByAttendee, settings: NamedDependency[Settings], now: Now
) -> Response[TicketOut]:
    """Private, signed, opens the door, offline too."""
    attendance = await queries.get_attendance(db, attendee.event_id, attendee.attendance_id)
    ticket = await ticket_of(db, attendance, master=settings.secret("ticket"), now=now)
    return Response(TicketOut.model_validate(ticket), headers=UNKEPT)


@get(
    "/events/{event_id:str}/ticket_keys",
    dependencies={"participant": Provide(provide_participant)},
    **operation("get_ticket_keys", "Read the keys that verify tickets", EventNotFound),
)
async def get_ticket_keys(
    db: Db, participant: ByParticipant, settings: NamedDependency[Settings], now: Now
) -> TicketKeyList:
    """With them a door decides alone: the signature is right, the key was not compromised yet, the serial is the
    highest known."""
    keys = await published_keys(db, participant.event_id, master=settings.secret("ticket"), now=now)
    return TicketKeyList(
        items=[
            TicketKeyOut(
                version=key.version,
                algorithm="Ed25519",
                public_key=urlsafe_b64encode(key.public_key).decode().rstrip("="),
                created_at=key.created_at,
                compromised_from=key.compromised_from,
            )
            for key in keys
        ]
    )


@post(
    "/events/{event_id:str}/ticket_mailings",
    **BY_MANAGER,
    **operation(
        "send_tickets",
        "Mail tickets to attendees",
        EventNotFound,
        RoleRequired,
        AttendeeNotFound,
        errors.RecipientsContradictory,
        IdReused,
        RateLimited,
        again=TicketMailingOut,
    ),
)
async def send_tickets(
    data: JSONBody[TicketMailingIn],
    db: Db,
    organizer: ByOrganizer,
    limits: NamedDependency[Limits],
    now: Now,
) -> Response[TicketMailingOut]:
    """To the addresses that were imported. Whoever is cancelled before the mail leaves gets none."""
    mailing, ordered = await mailings.send_tickets(
        db,
        organizer,
        data.id,
        recipients=data.recipients,
        chosen=data.attendance_ids,
        limits=limits,
        now=now,
    )
    return Response(TicketMailingOut.model_validate(mailing), status_code=201 if ordered else 200)


@route(
    ["/b/{code:str}", "/B/{code:str}"],
    http_method=["GET", "HEAD"],
    media_type="text/html",
    include_in_schema=False,
    opt={"public": True},
)
async def open_badge(code: FromPath[str]) -> Response[str]:  # noqa: ARG001
    """A stranger's camera: the same page for every code, whether anybody wears it or not."""
    return Response(strangers_page(), headers=HEADERS)


routes = Router(
    "/",
    tags=["badges"],
    route_handlers=[
        issue_badge,
        issue_badges,
        replace_badge,
        revoke_badge,
        get_badge_image,
        get_badge_png,
        get_my_badge,
        get_my_badge_image,
        get_my_badge_png,
        get_my_ticket,
        get_ticket_keys,
        send_tickets,
        *print_handlers,
    ],
)
