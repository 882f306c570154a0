"""What organizers can ask about tickets: that they are mailed, and that one is replaced."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from schemas.badges import TicketMailingIn, TicketMailingOut, TicketReplacedOut, TicketReplacementIn
from server.badges import errors, mailings, replacing
from server.badges.models import TicketMailing
from server.contract import operation
from server.database import Db
from server.events.access import MANAGERS, SUPERVISORS, ByOrganizer, organizer
from server.events.errors import AttendeeNotFound, EventNotFound, RoleRequired
from server.failures import IdReused
from server.limits import Limits, RateLimited
from server.requests import Now
from server.settings import Settings

BY_MANAGER = {"dependencies": {"organizer": organizer(MANAGERS)}}


@post(
    "/events/{event_id:str}/attendees/{attendance_id:str}/ticket/replace",
    status_code=200,
    dependencies={"organizer": organizer(SUPERVISORS)},
    **operation(
        "replace_ticket",
        "Replace a ticket that came into wrong hands",
        EventNotFound,
        RoleRequired,
        AttendeeNotFound,
        errors.AttendeeNotExpected,
        errors.TicketSerialUnknown,
    ),
)
async def replace_ticket(
    attendance_id: FromPath[UUID],
    data: JSONBody[TicketReplacementIn],
    db: Db,
    organizer: ByOrganizer,
    now: Now,
) -> TicketReplacedOut:
    """For supervisors. The old one opens no door from now on; doors without signal learn it by
    `list_revocations`."""
    place = await replacing.replace_ticket(db, organizer, attendance_id, serial=data.serial, now=now)
    return TicketReplacedOut(
        attendance_id=place.id, ticket_serial=place.ticket_serial, replaced_at=place.ticket_replaced_at
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
    settings: NamedDependency[Settings],
    now: Now,
) -> Response[TicketMailingOut]:
    """To the addresses that were imported. Whoever is cancelled before the mail leaves gets none. A new order mails
    the same tickets again."""
    mailing, ordered = await mailings.send_tickets(
        db,
        organizer,
        data.id,
        recipients=data.recipients,
        chosen=data.attendance_ids,
        limits=limits,
        settings=settings,
        now=now,
    )
    return Response(
        await mailing_out(db, mailing),
        status_code=201 if ordered else 200,
    )


@get(
    "/events/{event_id:str}/ticket_mailings/{mailing_id:str}",
    **BY_MANAGER,
    **operation(
        "get_ticket_mailing",
        "Read what became of an order to mail tickets",
        EventNotFound,
        RoleRequired,
        errors.TicketMailingNotFound,
    ),
)
async def get_ticket_mailing(mailing_id: FromPath[UUID], db: Db, organizer: ByOrganizer) -> TicketMailingOut:
    """How many were mailed, and what became of them."""
    return await mailing_out(db, await mailings.get_mailing(db, organizer, mailing_id))


async def mailing_out(db: AsyncSession, mailing: TicketMailing) -> TicketMailingOut:
    return TicketMailingOut(
        id=mailing.id,
        recipients=mailing.recipients,
        promised=mailing.promised,
        left_out=mailing.left_out,
        bounced=await mailings.count_bounced(db, mailing),
        requested_at=mailing.requested_at,
    )


handlers = (replace_ticket, send_tickets, get_ticket_mailing)
