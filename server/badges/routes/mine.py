"""What attendees can ask about their own badge and ticket."""

from litestar import Response, get
from litestar.di import NamedDependency, Provide

from schemas.badges import BadgeOut, TicketOut
from server.badges import actions, errors, queries
from server.badges.keys import ticket_of
from server.badges.routes.answers import UNKEPT, Scale, badge_out, drawn_as_png, drawn_as_svg
from server.contract import operation
from server.database import Db
from server.events.access import ByAttendee, provide_attendee
from server.events.errors import EventNotFound
from server.requests import Now
from server.settings import Settings

BY_ATTENDEE = {"dependencies": {"attendee": Provide(provide_attendee)}}


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


handlers = (get_my_badge, get_my_badge_image, get_my_badge_png, get_my_ticket)
