"""Whose ticket is this? Decided with the event's published keys, as a door does."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.badges.codes import BadgeCode, CodeMalformed, parse_code
from server.badges.manual_codes import ManualCode
from server.badges.models import TicketKey
from server.badges.tickets import Ticket, TicketRefused, verify_ticket
from server.claims.errors import BadgeDoesNotClaim, TicketInvalid


async def attendance_of_ticket(db: AsyncSession, event_id: UUID, token: str) -> Ticket:
    """What a genuine ticket of this event says; whether it was replaced is for the caller to see. One signed with
    a key that was compromised at any time claims nothing, since nothing in it says when it was signed.

    Raises TicketInvalid, BadgeDoesNotClaim.
    """
    if _is_badge(token):
        raise BadgeDoesNotClaim
    keys = await db.execute(
        select(TicketKey.version, TicketKey.public_key).where(
            TicketKey.event_id == event_id, TicketKey.compromised_from.is_(None)
        )
    )
    try:
        ticket = verify_ticket(token, dict(keys.all()))
    except TicketRefused as refused:
        raise TicketInvalid from refused
    if ticket.event_id != event_id:
        raise TicketInvalid
    return ticket


def _is_badge(token: str) -> bool:
    try:
        return isinstance(parse_code(token), BadgeCode | ManualCode)
    except CodeMalformed:
        return False
