"""What can be asked about ticket keys, and what a door asks that decides alone."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence

from litestar import get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from schemas.badges import (
    KeyReportIn,
    KeyRotationIn,
    RevocationOut,
    RevocationPage,
    TicketKeyList,
    TicketKeyOut,
)
from server.badges import errors, keys, revocations
from server.badges.access import ByDoor, ByParticipant, provide_door, provide_participant
from server.badges.models import TicketKey
from server.contract import operation
from server.database import Db
from server.devices.errors import DeviceRevoked
from server.events.access import OWNERS, ByOrganizer, organizer
from server.events.errors import EventNotFound, RoleRequired
from server.failures import CursorExpired, CursorInvalid
from server.paging import Cursor, Limit
from server.requests import Now
from server.settings import Settings

BY_OWNER = {"dependencies": {"organizer": organizer(OWNERS)}}


def key_list(found: Sequence[TicketKey]) -> TicketKeyList:
    return TicketKeyList(
        items=[
            TicketKeyOut(
                version=key.version,
                algorithm="Ed25519",
                public_key=urlsafe_b64encode(key.public_key).decode().rstrip("="),
                created_at=key.created_at,
                compromised_from=key.compromised_from,
            )
            for key in found
        ]
    )


@get(
    "/events/{event_id:str}/ticket_keys",
    dependencies={"participant": Provide(provide_participant)},
    **operation(
        "get_ticket_keys", "Read the keys that verify tickets", EventNotFound, DeviceRevoked, or_station=True
    ),
)
async def get_ticket_keys(
    db: Db, participant: ByParticipant, settings: NamedDependency[Settings], now: Now
) -> TicketKeyList:
    """For the team, attendees and devices at the door. With them and `list_revocations` a door decides alone: the
    signature is right, the key was not compromised by now, the serial is not lower than the lowest that counts."""
    found = await keys.published_keys(db, participant.event_id, master=settings.secret("ticket"), now=now)
    return key_list(found)


@post(
    "/events/{event_id:str}/ticket_keys/rotate",
    status_code=200,
    **BY_OWNER,
    **operation(
        "rotate_ticket_keys",
        "Sign tickets with a new key",
        EventNotFound,
        RoleRequired,
        errors.TicketKeyNotFound,
        errors.TicketKeysExhausted,
    ),
)
async def rotate_ticket_keys(
    data: JSONBody[KeyRotationIn],
    db: Db,
    organizer: ByOrganizer,
    settings: NamedDependency[Settings],
    now: Now,
) -> TicketKeyList:
    """For owners. Tickets that are out stay valid; whoever reads theirs again gets it signed with the new key."""
    found = await keys.rotate(
        db, organizer, newest=data.newest_version, master=settings.secret("ticket"), now=now
    )
    return key_list(found)


@post(
    "/events/{event_id:str}/ticket_keys/{version:str}/compromised",
    status_code=200,
    **BY_OWNER,
    **operation(
        "report_ticket_key_compromised",
        "Report that a ticket key leaked",
        EventNotFound,
        RoleRequired,
        errors.TicketKeyNotFound,
    ),
)
async def report_ticket_key_compromised(
    version: FromPath[int],
    data: JSONBody[KeyReportIn],
    db: Db,
    organizer: ByOrganizer,
    settings: NamedDependency[Settings],
    now: Now,
) -> TicketKeyList:
    """For owners. Nothing in a ticket says when it was signed: from then on none of this key opens a door, and who
    came in before stays in. Doors learn it by `get_ticket_keys`. There is a new key at once: attendees' apps read a
    new ticket by themselves, `send_tickets` mails one to everybody else."""
    found = await keys.report_compromised(
        db,
        organizer,
        version,
        since=data.compromised_from,
        master=settings.secret("ticket"),
        now=now,
    )
    return key_list(found)


@get(
    "/events/{event_id:str}/revocations",
    dependencies={"door": Provide(provide_door)},
    **operation(
        "list_revocations",
        "Read which tickets and badges count no more",
        EventNotFound,
        RoleRequired,
        DeviceRevoked,
        CursorInvalid,
        CursorExpired,
        or_station=True,
    ),
)
async def list_revocations(db: Db, door: ByDoor, cursor: Cursor = None, limit: Limit = 200) -> RevocationPage:
    """For the door's team and its devices. Without a cursor everything, else what changed since; ask again whenever
    there is signal."""
    page = await revocations.list_revocations(db, door, cursor=cursor, limit=limit)
    return RevocationPage(
        items=[RevocationOut.model_validate(item) for item in page.items],
        next_cursor=page.next_cursor,
        has_more=page.has_more,
    )


handlers = (get_ticket_keys, rotate_ticket_keys, report_ticket_key_compromised, list_revocations)
