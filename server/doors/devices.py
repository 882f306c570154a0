"""Which devices does an event have, and what do they still have to deliver?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from server.devices import stations
from server.devices.access import keeper_of
from server.devices.models import EventDevice
from server.events.access import Organizer
from server.scans.models import DeviceCount, Scan, SequenceUse


@dataclass(frozen=True, slots=True)
class Counted:
    """What a device said it counted, and what of it has not arrived."""

    last_sequence: int | None = None
    backlog: int | None = None
    reported_at: datetime | None = None


async def list_devices(
    db: AsyncSession, organizer: Organizer, *, cursor: str | None, limit: int
) -> Sequence[tuple[EventDevice, Counted]]:
    """In the order of their ids, one more than the limit when there are more."""
    devices = await stations.list_devices(db, keeper_of(organizer), cursor=cursor, limit=limit)
    counted = await _counted(db, organizer.event_id, [device.id for device in devices])
    return [(device, counted.get(device.id, Counted())) for device in devices]


async def _counted(db: AsyncSession, event_id: UUID, device_ids: Collection[UUID]) -> dict[UUID, Counted]:
    arrived = union(
        select(Scan.device_id, Scan.sequence).where(
            Scan.event_id == event_id, Scan.scanner_id.in_(device_ids), Scan.sequence.is_not(None)
        ),
        select(SequenceUse.device_id, SequenceUse.sequence).where(
            SequenceUse.event_id == event_id, SequenceUse.scanner_id.in_(device_ids)
        ),
    ).subquery()
    rows = await db.execute(
        select(
            DeviceCount.device_id,
            DeviceCount.last_sequence,
            DeviceCount.last_sequence - func.count(arrived.c.sequence),
            DeviceCount.reported_at,
        )
        .outerjoin(
            arrived,
            and_(
                arrived.c.device_id == DeviceCount.device_id,
                arrived.c.sequence <= DeviceCount.last_sequence,
            ),
        )
        .where(DeviceCount.event_id == event_id, DeviceCount.scanner_id.in_(device_ids))
        .group_by(DeviceCount.device_id, DeviceCount.last_sequence, DeviceCount.reported_at)
    )
    return {device_id: Counted(*said) for device_id, *said in rows}
