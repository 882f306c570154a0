"""Is this ticket genuine? Looked at once, when it arrives: what is kept of it has no signature."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.badges.models import TicketKey
from server.badges.tickets import TicketRefused, verify_ticket
from server.scans.deliveries import Capture, Delivery
from server.scans.rules import Reading, Reason


async def check_tickets(db: AsyncSession, event_id: UUID, delivery: Delivery) -> Delivery:
    """The same delivery, in which a ticket of another event, or one that we did not sign, is at fault."""
    if not any(capture.reading.token and capture.purpose != "meet" for capture in delivery.captures):
        return delivery
    rows = await db.execute(
        select(TicketKey.version, TicketKey.public_key).where(TicketKey.event_id == event_id)
    )
    # A signature takes a tenth of a millisecond, and there may be 500.
    captures = await asyncio.to_thread(
        lambda keys: [
            replace(capture, reading=_checked(capture, event_id, keys)) for capture in delivery.captures
        ],
        dict(rows.all()),
    )
    return replace(delivery, captures=captures)


def _checked(capture: Capture, event_id: UUID, keys: Mapping[int, bytes]) -> Reading:
    reading = capture.reading
    if reading.ticket is None or reading.token is None or capture.purpose == "meet":
        return reading
    if reading.ticket.event_id != event_id:
        return replace(reading, token=None, fault=Reason.OTHER_EVENT)
    try:
        verify_ticket(reading.token, keys)
    except TicketRefused:
        return replace(reading, token=None, fault=Reason.TICKET_FORGED)
    return replace(reading, token=None)
