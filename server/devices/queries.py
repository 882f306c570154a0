"""What can be known of devices."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.devices.errors import DeviceNotFound
from server.devices.models import Device
from server.paging import read_cursor


async def list_devices(db: AsyncSession, me: SignedIn, *, cursor: str | None, limit: int) -> Sequence[Device]:
    """Mine in the order of their ids, one more than the limit when there are more."""
    query = select(Device).where(Device.person_id == me.person_id)
    if cursor is not None:
        query = query.where(Device.id > read_cursor(cursor, UUID)[0])
    return (await db.scalars(query.order_by(Device.id).limit(limit + 1))).all()


async def get_device(db: AsyncSession, me: SignedIn, device_id: UUID) -> Device:
    """Raises DeviceNotFound."""
    device = await db.scalar(select(Device).where(Device.person_id == me.person_id, Device.id == device_id))
    if device is None:
        raise DeviceNotFound
    return device
