"""People met: both sides of their connection, and what each gives the other.

A pair's two rows are locked in the order (owner, other) before anything is read that follows from them, so that
whoever comes second reads what the first wrote.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.connections.models import Connection, ScanNote
from server.connections.releases import WORDS, withdraw


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """A scan between two people. `at` is None for one that does not stand: then only its signal counts."""

    scanner_id: UUID
    other_id: UUID
    at: datetime | None
    signal: str | None = None
    signalled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The scans by one of two people of the other that stand, at one event."""

    event_id: UUID
    scanner_id: UUID
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    owner_id: UUID
    other_id: UUID
    scan_id: UUID
    captured_at: datetime
    label: str
    note: str
    tags: Sequence[str]

    @property
    def says_something(self) -> bool:
        return bool(self.label or self.note or self.tags)


async def meet(db: AsyncSession, event_id: UUID, scans: Sequence[Met], *, now: datetime) -> None:
    """Let scans at one event count for both sides, and release what they give. Who removed the other sees them
    again when a scan is later than that."""
    if not scans:
        return
    await db.execute(
        MEET,
        {
            "event_id": event_id,
            "scanners": [scan.scanner_id for scan in scans],
            "others": [scan.other_id for scan in scans],
            "times": [scan.at for scan in scans],
            "taps": [scan.signal for scan in scans],
            "tap_times": [scan.signalled_at for scan in scans],
            **WORDS,
            "now": now,
        },
    )


MEET = text(
    "select add_connections(:event_id, :scanners, :others, :times, :taps, :tap_times,"
    " :first_card, :contact, :printed, :now)"
)


async def restate(
    db: AsyncSession, event_id: UUID, a: UUID, b: UUID, standing: Sequence[Standing], *, now: datetime
) -> None:
    """Say anew when two people met, after scans at this event were undone. Both rows are locked by `meet` already.

    Scans of an older event may have been purged: what it left behind, when they first met, stays.
    """
    rows = {
        (row.owner_id, row.other_id): row
        for row in await db.scalars(
            select(Connection)
            .where(tuple_(Connection.owner_id, Connection.other_id).in_([(a, b), (b, a)]))
            .execution_options(populate_existing=True)
        )
    }
    for (owner_id, _), row in rows.items():
        if row.first_event_id is None and row.introduced_at is None:
            continue
        kept_elsewhere = row.first_event_id not in {event_id, None} and all(
            part.event_id != row.first_event_id for part in standing
        )
        first = min(((part.first_at, part.event_id) for part in standing), default=(None, None))
        if row.introduced_at is not None and (first[0] is None or row.introduced_at < first[0]):
            first = (row.introduced_at, None)  # whatever scans are undone, they were introduced
        mine = [part.last_at for part in standing if part.scanner_id == owner_id]
        if not kept_elsewhere:
            row.first_met_at, row.first_event_id = first
            row.scanned_at = max(mine, default=None)
        row.last_met_at = max((part.last_at for part in standing), default=row.first_met_at)
        if row.introduced_at is not None:
            row.last_met_at = max(row.last_met_at or row.introduced_at, row.introduced_at)
        if row.first_met_at is None:
            row.shared_at = None  # the wrong person: what was given goes with the meeting
        row.updated_at = now
    await db.flush()  # what is given follows from these rows

    met = all(row.first_met_at is not None for row in rows.values())
    mutual = all(row.scanned_at is not None or row.shared_at is not None for row in rows.values())
    if not met:
        await withdraw(db, a, b, ("card", "contact"), because="undone", now=now)
    elif not mutual:
        await withdraw(db, a, b, ("contact",), because="undone", now=now)


async def keep_notes(db: AsyncSession, event_id: UUID, notes: Iterable[Noted]) -> None:
    """What was noted at scans, as it stands now; a note that was emptied goes."""
    ordered = sorted(notes, key=lambda noted: (noted.owner_id, noted.scan_id))
    written = [noted for noted in ordered if noted.says_something]
    emptied = [(noted.owner_id, noted.scan_id) for noted in ordered if not noted.says_something]
    if written:
        new = insert(ScanNote).values(
            [
                {
                    "owner_id": noted.owner_id,
                    "event_id": event_id,
                    "scan_id": noted.scan_id,
                    "other_id": noted.other_id,
                    "captured_at": noted.captured_at,
                    "label": noted.label,
                    "note": noted.note,
                    "tags": list(noted.tags),
                }
                for noted in written
            ]
        )
        said = {name: new.excluded[name] for name in ("label", "note", "tags")}
        await db.execute(
            new.on_conflict_do_update(
                index_elements=[ScanNote.owner_id, ScanNote.event_id, ScanNote.scan_id], set_=said
            )
        )
    if emptied:
        await db.execute(
            delete(ScanNote).where(
                ScanNote.event_id == event_id, tuple_(ScanNote.owner_id, ScanNote.scan_id).in_(emptied)
            )
        )
