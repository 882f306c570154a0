"""Who may: the proofs that scans come from a person, by a session or by a device of theirs, or from a device of an
event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import bearer_token, signed_in
from server.devices.errors import DeviceRevoked
from server.devices.models import Device, EventDevice
from server.devices.rules import SEEN_EVERY
from server.devices.tokens import StationToken, read_device_token, read_station_token
from server.direct import Direct
from server.events.access import Organizer
from server.events.models import Event
from server.failures import SignInRequired
from server.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """Proof: this request carries a token of a session or of a device that still stands. It is all that a device
    token proves: who asks for `SignedIn` does not take one.

    `id` is under what its scans are kept: the person, or a device of an event, which scans at that `event_id` only.
    """

    id: UUID
    device_id: UUID | None
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Proof: this request carries a token of a session or of a device, which may have been revoked: what such a
    device captured before must still be kept. Only deliveries take this."""

    scanner: Scanner
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """Proof: this request carries the token of a device of an event whose doors have not closed."""

    event_id: UUID
    device_id: UUID
    event_name: str
    station: str
    purpose: str
    exhibitor_id: UUID | None
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Keeper:
    """Proof: whoever asks may invite, see and revoke devices of an event: all of them, or one exhibitor's. Made from
    the proofs of who that is."""

    event_id: UUID
    exhibitor_id: UUID | None = None

    @property
    def purpose(self) -> str:
        return "door" if self.exhibitor_id is None else "exhibitor"


def keeper_of(organizer: Organizer) -> Keeper:
    return Keeper(event_id=organizer.event_id)


ByStation = NamedDependency[Station]
ByScanner = NamedDependency[Scanner]
ByDeliverer = NamedDependency[Deliverer]


async def provide_scanner(deliverer: NamedDependency[Deliverer]) -> Scanner:
    if deliverer.revoked_at is not None:
        raise DeviceRevoked
    return deliverer.scanner


async def provide_deliverer(
    request: Request[Any, Any, Any],
    db: NamedDependency[AsyncSession],
    direct: NamedDependency[Direct],
    now: NamedDependency[datetime],
    settings: NamedDependency[Settings],
) -> Deliverer:
    text, secret = bearer_token(request), settings.secret("session")
    if (device := read_device_token(secret, text)) is not None:
        scanner = Scanner(id=device.person_id, device_id=device.device_id)
        seen = await direct.fetch(DEVICE, device.person_id, device.device_id)
        this = and_(Device.person_id == device.person_id, Device.id == device.device_id)
        return Deliverer(scanner, await _see(db, Device, this, seen, now=now))
    if (station := read_station_token(secret, text)) is not None:
        scanner = Scanner(id=station.device_id, device_id=station.device_id, event_id=station.event_id)
        seen = await direct.fetch(STATION, station.event_id, station.device_id)
        this = and_(EventDevice.event_id == station.event_id, EventDevice.id == station.device_id)
        return Deliverer(scanner, await _see(db, EventDevice, this, seen, now=now))
    me = await signed_in(direct, text, now=now, settings=settings)
    return Deliverer(Scanner(id=me.person_id, device_id=None))


DEVICE = """
    select seen_at, revoked_at from devices
    where person_id = $1 and id = $2
      and not exists (select from persons where persons.id = person_id and leaving_at is not null)
"""
STATION = (
    "select seen_at, revoked_at from event_devices where event_id = $1 and id = $2 and seen_at is not null"
)


async def _see(
    db: AsyncSession,
    kind: type[Device | EventDevice],
    this: ColumnElement[bool],
    seen: Sequence[tuple[datetime, datetime | None]],
    *,
    now: datetime,
) -> datetime | None:
    """Since when the device's token does not count. Raises SignInRequired for one that never did.

    What is written is written at most once a minute, and of many requests at once only by the first."""
    if not seen:
        raise SignInRequired
    seen_at, revoked_at = seen[0]
    if seen_at <= now - SEEN_EVERY:
        await db.execute(update(kind).where(this, kind.seen_at <= now - SEEN_EVERY).values(seen_at=now))
    return revoked_at


async def provide_station(
    request: Request[Any, Any, Any],
    db: NamedDependency[AsyncSession],
    now: NamedDependency[datetime],
    settings: NamedDependency[Settings],
) -> Station:
    token = read_station_token(settings.secret("session"), bearer_token(request))
    if token is None:
        raise SignInRequired
    return await find_station(db, token, now=now)


async def find_station(db: AsyncSession, token: StationToken, *, now: datetime) -> Station:
    """Raises DeviceRevoked, also once the doors have closed."""
    this = (EventDevice.event_id == token.event_id, EventDevice.id == token.device_id)
    found = (
        await db.execute(
            select(
                Event.name,
                EventDevice.station,
                EventDevice.purpose,
                EventDevice.exhibitor_id,
                Event.doors_close_at,
                EventDevice.seen_at,
            )
            .join(Event, Event.id == EventDevice.event_id)
            .where(
                *this,
                EventDevice.provisioned_at.is_not(None),
                EventDevice.revoked_at.is_(None),
                Event.doors_close_at > now,
                Event.cancelled_at.is_(None),
            )
        )
    ).one_or_none()
    if found is None:
        raise DeviceRevoked
    name, station, purpose, exhibitor_id, ends_at, seen_at = found
    if seen_at <= now - SEEN_EVERY:
        await db.execute(
            update(EventDevice).where(*this, EventDevice.seen_at <= now - SEEN_EVERY).values(seen_at=now)
        )
    return Station(
        event_id=token.event_id,
        device_id=token.device_id,
        event_name=name,
        station=station,
        purpose=purpose,
        exhibitor_id=exhibitor_id,
        ends_at=ends_at,
    )
