"""Which key signs an event's tickets? The first is made when first needed; what is published is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.badges.errors import TicketKeyNotFound, TicketKeysExhausted
from server.badges.models import TicketKey
from server.badges.tickets import LATEST_KEY_VERSION, Ticket, derive_key, public_key_bytes, sign_ticket
from server.events.access import Organizer
from server.events.models import Attendance
from server.failures import Busy, Fault, InvalidRequest

TRIES = 3
KEPT_FOR_LEAKS = 55  # versions that no rotation uses up


@dataclass(frozen=True, slots=True)
class SignedTicket:
    """A ticket and the token that a door reads."""

    token: str
    event_id: UUID
    attendance_id: UUID
    serial: int
    key_version: int


async def published_keys(
    db: AsyncSession, event_id: UUID, *, master: bytes, now: datetime
) -> Sequence[TicketKey]:
    """The event's public keys, the oldest first; never none, so that a door can fetch them ahead."""
    await signing_key(db, event_id, master=master, now=now)
    return await _keys(db, event_id)


async def ticket_of(
    db: AsyncSession, attendance: Attendance, *, master: bytes, now: datetime
) -> SignedTicket:
    """The place's ticket. The same key and serial give the same token, however often it is asked for."""
    version, key = await signing_key(db, attendance.event_id, master=master, now=now)
    ticket = Ticket(
        event_id=attendance.event_id,
        attendance_id=attendance.id,
        serial=attendance.ticket_serial,
        key_version=version,
    )
    return SignedTicket(
        token=sign_ticket(ticket, key),
        event_id=ticket.event_id,
        attendance_id=ticket.attendance_id,
        serial=ticket.serial,
        key_version=version,
    )


async def signing_key(
    db: AsyncSession, event_id: UUID, *, master: bytes, now: datetime
) -> tuple[int, Ed25519PrivateKey]:
    """The newest trusted key and its version. Made if there is none: at first, after a leak, and after the ticket
    secret was changed, since the published key of the old secret would call every new ticket forged."""
    for _ in range(TRIES):
        keys = await _keys(db, event_id)
        for stored in reversed(keys):
            key = derive_key(master, event_id, stored.version)
            if stored.compromised_from is None and public_key_bytes(key) == stored.public_key:
                return stored.version, key

        # Two may need a key at once: whoever comes second finds it in the next round.
        await _publish(db, event_id, keys[-1].version + 1 if keys else 1, master=master, now=now)
    raise Busy


async def rotate(
    db: AsyncSession, organizer: Organizer, *, newest: int, master: bytes, now: datetime
) -> Sequence[TicketKey]:
    """Sign with a new key from now on; what is out stays valid. `newest` is the version to be followed: where it is
    followed already, nothing happens. Raises TicketKeyNotFound, TicketKeysExhausted."""
    keys = await published_keys(db, organizer.event_id, master=master, now=now)
    if newest > keys[-1].version:
        raise TicketKeyNotFound
    if newest == keys[-1].version:
        if newest >= LATEST_KEY_VERSION - KEPT_FOR_LEAKS:
            raise TicketKeysExhausted
        await _publish(db, organizer.event_id, newest + 1, master=master, now=now)
    return await _keys(db, organizer.event_id)


async def report_compromised(
    db: AsyncSession, organizer: Organizer, version: int, *, since: datetime, master: bytes, now: datetime
) -> Sequence[TicketKey]:
    """A key proves nothing to whoever reads a ticket from `since` on, which a later report only moves back. There
    is another key at once. Raises TicketKeyNotFound."""
    if since > now:
        fault = Fault("/compromised_from", "time_in_future", "Not later than now.")
        raise InvalidRequest(faults=(fault,))
    if not 0 <= version <= LATEST_KEY_VERSION:
        raise TicketKeyNotFound
    reported = await db.execute(
        update(TicketKey)
        .where(TicketKey.event_id == organizer.event_id, TicketKey.version == version)
        .values(compromised_from=func.least(TicketKey.compromised_from, since))
        .returning(TicketKey.version)
    )
    if reported.one_or_none() is None:
        raise TicketKeyNotFound
    return await published_keys(db, organizer.event_id, master=master, now=now)


async def _publish(db: AsyncSession, event_id: UUID, version: int, *, master: bytes, now: datetime) -> None:
    """Publish this version's key, unless somebody just did."""
    key = derive_key(master, event_id, version)
    await db.execute(
        insert(TicketKey)
        .values(event_id=event_id, version=version, public_key=public_key_bytes(key), created_at=now)
        .on_conflict_do_nothing()
    )


async def _keys(db: AsyncSession, event_id: UUID) -> Sequence[TicketKey]:
    found = await db.scalars(
        select(TicketKey)
        .where(TicketKey.event_id == event_id)
        .order_by(TicketKey.version)
        .execution_options(populate_existing=True)
    )
    return found.all()
