"""What does the server have of a device's scans, and is it still the server that the device spoke to before?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.devices.access import Scanner
from server.events.errors import EventNotFound
from server.generation import generation
from server.scans.gathering import get_place
from server.scans.models import DeviceCount, Scan
from server.scans.queries import count_parked

MOST_RANGES = 100
MOST_REFUSED = 100
MOST_REUSED = 100


@dataclass(frozen=True, slots=True)
class SequenceRange:
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class RefusedScan:
    id: UUID
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    generation: str
    received_through: int
    missing: Sequence[SequenceRange]
    parked: int
    refused: Sequence[RefusedScan]
    reused_sequences: Sequence[int]
    safe_to_wipe: bool


async def get_sync_state(
    db: AsyncSession, me: Scanner, event_id: UUID, *, device_id: UUID, last_sequence: int, now: datetime
) -> SyncState:
    """Raises EventNotFound. What a device says of itself is remembered: its backlog can be seen then."""
    if me.event_id not in {None, event_id}:
        raise EventNotFound
    await get_place(db, event_id)
    if device_id == me.device_id:
        await note_count(db, me, event_id, last_sequence, now=now)
    mine = (Scan.event_id == event_id, Scan.scanner_id == me.id)
    missing = await _missing(db, event_id, me.id, device_id, last_sequence)
    refused = await db.execute(
        select(Scan.id, Scan.reason)
        .where(*mine, Scan.state == "refused")
        .order_by(Scan.received_at.desc(), Scan.id)
        .limit(MOST_REFUSED)
    )
    return SyncState(
        generation=await generation(db),
        received_through=missing[0].first - 1 if missing else last_sequence,
        missing=missing,
        parked=await count_parked(db, event_id, me.id),
        refused=[RefusedScan(scan_id, reason or "") for scan_id, reason in refused],
        reused_sequences=await _reused(db, event_id, me.id, device_id),
        safe_to_wipe=not missing,
    )


async def note_count(
    db: AsyncSession, me: Scanner, event_id: UUID, last_sequence: int, *, now: datetime
) -> None:
    """How far a device that proved itself has counted; a smaller number came late."""
    new = insert(DeviceCount).values(
        event_id=event_id,
        scanner_id=me.id,
        device_id=me.device_id,
        last_sequence=last_sequence,
        reported_at=now,
    )
    await db.execute(
        new.on_conflict_do_update(
            index_elements=[DeviceCount.event_id, DeviceCount.scanner_id, DeviceCount.device_id],
            set_={
                "last_sequence": func.greatest(DeviceCount.last_sequence, new.excluded.last_sequence),
                "reported_at": func.greatest(DeviceCount.reported_at, new.excluded.reported_at),
            },
        )
    )


async def _missing(
    db: AsyncSession, event_id: UUID, scanner_id: UUID, device_id: UUID, last_sequence: int
) -> list[SequenceRange]:
    """The gaps in `1..last_sequence`, found between neighbours, so that a huge number costs nothing."""
    rows = await db.execute(
        GAPS,
        {
            "event_id": event_id,
            "scanner_id": scanner_id,
            "device_id": device_id,
            "last": last_sequence,
            "most": MOST_RANGES,
        },
    )
    return [SequenceRange(first, last) for first, last in rows]


async def _reused(db: AsyncSession, event_id: UUID, scanner_id: UUID, device_id: UUID) -> list[int]:
    rows = await db.scalars(
        REUSED,
        {"event_id": event_id, "scanner_id": scanner_id, "device_id": device_id, "most": MOST_REUSED},
    )
    return list(rows)


# Every number under which a scan came, also those that were given to a scan kept under another.
USES = """
    with uses as (
        select sequence, id from scans
        where event_id = :event_id and scanner_id = :scanner_id and device_id = :device_id and sequence > 0
        union
        select sequence, scan_id from sequence_uses
        where event_id = :event_id and scanner_id = :scanner_id and device_id = :device_id
    )"""
GAPS = text(f"""{USES}, received as (
        select distinct sequence from uses where sequence <= :last
        union all select 0::bigint union all select cast(:last as bigint) + 1
    ), neighbours as (
        select sequence, lead(sequence) over (order by sequence) as next from received
    )
    select sequence + 1, next - 1 from neighbours where next - sequence > 1 order by sequence limit :most
""")  # noqa: S608 - of two constants
REUSED = text(f"""{USES}
    select sequence from uses group by sequence having count(*) > 1 order by sequence limit :most
""")  # noqa: S608 - of two constants
