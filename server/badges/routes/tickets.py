"""What can be asked about tickets: the keys that verify them, and that they are mailed."""

from base64 import urlsafe_b64encode

from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from schemas.badges import TicketKeyList, TicketKeyOut, TicketMailingIn, TicketMailingOut
from server.badges import errors, mailings
from server.badges.access import ByParticipant, provide_participant
from server.badges.keys import published_keys
from server.contract import operation
from server.database import Db
from server.events.access import MANAGERS, ByOrganizer, organizer
from server.events.errors import AttendeeNotFound, EventNotFound, RoleRequired
from server.failures import IdReused
from server.limits import Limits, RateLimited
from server.requests import Now
from server.settings import Settings

BY_MANAGER = {"dependencies": {"organizer": organizer(MANAGERS)}}


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


handlers = (get_ticket_keys, send_tickets)
