"""An event's devices: supervisors invite and revoke them, exhibitors their own; a code turns a phone into one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.devices import rules
from server.devices.access import Keeper, Station, find_station
from server.devices.errors import DoorsClosed, EventDeviceNotFound, ProvisioningCodeInvalid
from server.devices.models import EventDevice
from server.devices.tokens import (
    StationToken,
    read_provisioning_code,
    write_provisioning_code,
    write_station_token,
)
from server.events.models import Event
from server.failures import IdReused
from server.limits import Limits
from server.paging import read_cursor
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Invited:
    """`code` is None once it cannot be used any more."""

    device: EventDevice
    code: str | None
    is_new: bool


async def invite(
    db: AsyncSession,
    keeper: Keeper,
    device_id: UUID,
    *,
    station: str,
    settings: Settings,
    now: datetime,
) -> Invited:
    """The code is derived, so asking again shows the same one for as long as it works."""
    event = (await db.scalars(select(Event).where(Event.id == keeper.event_id))).one()
    if event.doors_close_at <= now or event.cancelled_at is not None:
        raise DoorsClosed
    inserted = await db.scalar(
        insert(EventDevice)
        .values(
            event_id=keeper.event_id,
            id=device_id,
            station=station,
            purpose=keeper.purpose,
            exhibitor_id=keeper.exhibitor_id,
            invited_at=now,
            code_expires_at=min(now + rules.CODE_LIFETIME, event.doors_close_at),
        )
        .on_conflict_do_nothing()
        .returning(EventDevice.id)
    )

    device = await get_device(db, Keeper(keeper.event_id), device_id)
    if (device.station, device.exhibitor_id) != (station, keeper.exhibitor_id):
        raise IdReused
    usable = not device.provisioned_at and not device.revoked_at and now < device.code_expires_at
    token = StationToken(event_id=keeper.event_id, device_id=device_id)
    code = write_provisioning_code(settings.secret("code"), token) if usable else None
    return Invited(device, code, inserted is not None)


async def provision(
    db: AsyncSession,
    code: str,
    *,
    label: str,
    platform: str,
    client: str,
    limits: Limits,
    settings: Settings,
    now: datetime,
) -> tuple[Station, str]:
    """One UPDATE uses the code up: of two phones that read it, one gets the token."""
    await limits.take(rules.PROVISIONS_PER_CLIENT, client, now=now)
    token = read_provisioning_code(settings.secret("code"), code)
    if token is None:
        raise ProvisioningCodeInvalid
    used = await db.scalar(
        update(EventDevice)
        .where(
            EventDevice.event_id == token.event_id,
            EventDevice.id == token.device_id,
            EventDevice.provisioned_at.is_(None),
            EventDevice.revoked_at.is_(None),
            EventDevice.code_expires_at > now,
        )
        .values(provisioned_at=now, seen_at=now, label=label, platform=platform)
        .returning(EventDevice.id)
    )
    if used is None:
        raise ProvisioningCodeInvalid
    station = await find_station(db, token, now=now)
    return station, write_station_token(settings.secret("session"), token)


async def list_devices(
    db: AsyncSession, keeper: Keeper, *, cursor: str | None, limit: int
) -> Sequence[EventDevice]:
    """In the order of their ids, one more than the limit when there are more."""
    query = select(EventDevice).where(_kept_by(keeper))
    if cursor is not None:
        query = query.where(EventDevice.id > read_cursor(cursor, UUID)[0])
    return (await db.scalars(query.order_by(EventDevice.id).limit(limit + 1))).all()


async def get_device(db: AsyncSession, keeper: Keeper, device_id: UUID) -> EventDevice:
    """Raises EventDeviceNotFound."""
    device = await db.scalar(select(EventDevice).where(_kept_by(keeper), EventDevice.id == device_id))
    if device is None:
        raise EventDeviceNotFound
    return device


def _kept_by(keeper: Keeper) -> ColumnElement[bool]:
    """A supervisor keeps all of an event's devices, an exhibitor its own."""
    mine = EventDevice.event_id == keeper.event_id
    return mine if keeper.exhibitor_id is None else mine & (EventDevice.exhibitor_id == keeper.exhibitor_id)


async def revoke(db: AsyncSession, keeper: Keeper, device_id: UUID, *, now: datetime) -> None:
    await get_device(db, keeper, device_id)
    await db.execute(
        update(EventDevice)
        .where(
            EventDevice.event_id == keeper.event_id,
            EventDevice.id == device_id,
            EventDevice.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
