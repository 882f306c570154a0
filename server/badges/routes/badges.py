"""What organizers can ask about badges: issue, replace, revoke and draw them."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from schemas.badges import (
    BadgeOut,
    BadgesIssuedOut,
    BadgesReplacedOut,
    BadgesReplacementIn,
    ReplacementIn,
    RevocationIn,
)
from server.badges import actions, errors, queries, replacing
from server.badges.routes.answers import Scale, badge_out, drawn_as_png, drawn_as_svg
from server.contract import operation
from server.database import Db
from server.events.access import MANAGERS, SUPERVISORS, ByOrganizer, organizer
from server.events.errors import AttendeeNotFound, EventNotFound, RoleRequired
from server.requests import Now
from server.settings import Settings

BY_SUPERVISOR = {"dependencies": {"organizer": organizer(SUPERVISORS)}}


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


@post(
    "/events/{event_id:str}/badges/replace",
    status_code=200,
    dependencies={"organizer": organizer(MANAGERS)},
    **operation("replace_badges", "Replace all badges of a list that leaked", EventNotFound, RoleRequired),
)
async def replace_badges(
    data: JSONBody[BadgesReplacementIn], db: Db, organizer: ByOrganizer, now: Now
) -> BadgesReplacedOut:
    """For managers. `print_badges` with `not_printed` then prints the new ones; what was captured before still
    counts."""
    replaced, standing = await replacing.replace_badges(
        db, organizer, issued_before=data.issued_before, now=now
    )
    return BadgesReplacedOut(replaced=replaced, standing=standing)


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


handlers = (
    issue_badge,
    issue_badges,
    replace_badge,
    replace_badges,
    revoke_badge,
    get_badge_image,
    get_badge_png,
)
