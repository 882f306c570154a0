"""What can happen to devices: they are registered, say what is new about them, and are revoked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import Account
from server.devices import rules
from server.devices.errors import DeviceNotFound, TooManyDevices
from server.devices.models import Device
from server.devices.tokens import DeviceToken, write_device_token
from server.failures import IdReused
from server.limits import Limits
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Registered:
    device: Device
    device_token: str
    is_new: bool


async def register(
    db: AsyncSession,
    me: SignedIn,
    device_id: UUID,
    facts: dict[str, Any],
    *,
    limits: Limits,
    settings: Settings,
    now: datetime,
) -> Registered:
    """Make a device of mine, or replace what it said of itself; the token is the same each time.

    Raises IdReused for a revoked one: what its token still brings must be told apart for ever.
    """
    await limits.take(rules.REGISTRATIONS, str(me.person_id), now=now)
    await _lock_devices(db, me)
    device = await _take_push_token(db, me, device_id, facts["push_token"])
    is_new = device is None
    if device is None:
        if await _count_standing(db, me) >= rules.MOST_DEVICES:
            raise TooManyDevices
        device = Device(person_id=me.person_id, id=device_id, registered_at=now, seen_at=now)
        db.add(device)
    elif device.revoked_at is not None:
        raise IdReused("This device was revoked; choose a new id.")

    for name, value in facts.items():
        setattr(device, name, value)
    device.reported_at = now
    token = DeviceToken(person_id=me.person_id, device_id=device_id)
    return Registered(device, write_device_token(settings.secret("session"), token), is_new)


async def _lock_devices(db: AsyncSession, me: SignedIn) -> None:
    """One registration of an account at a time, so that two of one id, or one too many, wait for each other."""
    await db.execute(select(Account.id).where(Account.id == me.account_id).with_for_update(key_share=True))


async def _take_push_token(
    db: AsyncSession, me: SignedIn, device_id: UUID, push_token: str | None
) -> Device | None:
    """My device, or None. A push token is one installation: whoever had it before was signed in there before me,
    and must not be pushed to any more. All rows are taken in one order."""
    wanted = (Device.person_id == me.person_id) & (Device.id == device_id)
    if push_token is not None:
        wanted |= Device.push_token == push_token
    found = await db.scalars(
        select(Device)
        .where(wanted)
        .order_by(Device.person_id, Device.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    device = None
    for row in found:
        if (row.person_id, row.id) == (me.person_id, device_id):
            device = row
        else:
            row.push_token = None
    return device


async def _count_standing(db: AsyncSession, me: SignedIn) -> int:
    count = await db.scalar(
        select(func.count()).where(Device.person_id == me.person_id, Device.revoked_at.is_(None))
    )
    return count or 0


async def revoke(db: AsyncSession, me: SignedIn, device_id: UUID, *, now: datetime) -> None:
    """End a device of mine; ending it again changes nothing. Raises DeviceNotFound."""
    device = await db.scalar(
        select(Device).where(Device.person_id == me.person_id, Device.id == device_id).with_for_update()
    )
    if device is None:
        raise DeviceNotFound
    if device.revoked_at is None:
        device.revoked_at, device.push_token = now, None
