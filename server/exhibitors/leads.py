"""Leads follow from scans, and are kept with what was noted at them.

Rows are taken in one order everywhere, so that no two deliveries wait for each other: places, leads by (exhibitor,
place), then what belongs to them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import Attendance
from server.exhibitors.giving import settle
from server.exhibitors.models import Lead, LeadScan
from server.ids import new_id

Key = tuple[UUID, UUID]
"""An exhibitor and a place at the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A recorded scan of a visitor's badge for an exhibitor, as it is now; undone ones do not stand."""

    exhibitor_id: UUID
    attendance_id: UUID
    scanner_id: UUID
    scan_id: UUID
    captured_at: datetime
    stands: bool
    given_at_stand: bool
    text_version: int | None
    staff_id: UUID | None
    annotated_at: datetime
    rating: int
    label: str
    note: str
    tags: Sequence[str]

    @property
    def key(self) -> Key:
        return self.exhibitor_id, self.attendance_id


async def keep_leads(
    db: AsyncSession, event_id: UUID, captures: Collection[Captured], *, now: datetime
) -> None:
    """Bring leads up to date with scans: new, annotated or undone ones, in any order and any number of times."""
    if not captures:
        return
    await _hold_places(db, event_id, {capture.attendance_id for capture in captures})
    leads = await _take_leads(db, event_id, captures, now=now)
    await _keep_scans(db, event_id, captures, leads)

    await settle(db, event_id, list(leads.values()), now=now)


async def _hold_places(db: AsyncSession, event_id: UUID, attendance_ids: Collection[UUID]) -> None:
    """Before anything of the leads is taken: whoever claims, joins or leaves meanwhile waits, or was first."""
    await db.execute(
        select(Attendance.id)
        .where(Attendance.event_id == event_id, Attendance.id.in_(attendance_ids))
        .order_by(Attendance.id)
        .with_for_update(read=True)
    )


async def _take_leads(
    db: AsyncSession, event_id: UUID, captures: Collection[Captured], *, now: datetime
) -> dict[Key, Lead]:
    """The leads concerned, made where a scan stands, and locked. What was never a lead and is undone makes none."""
    wanted = sorted({capture.key for capture in captures if capture.stands})
    if wanted:
        rows = [
            {
                "event_id": event_id,
                "id": new_id(),
                "exhibitor_id": exhibitor_id,
                "attendance_id": attendance_id,
                "given": {},
                "version": 0,
                "created_at": now,
                "updated_at": now,
            }
            for exhibitor_id, attendance_id in wanted
        ]
        await db.execute(insert(Lead.__table__).on_conflict_do_nothing(), rows)
    found = await db.scalars(
        select(Lead)
        .where(
            Lead.event_id == event_id,
            tuple_(Lead.exhibitor_id, Lead.attendance_id).in_({capture.key for capture in captures}),
        )
        .order_by(Lead.exhibitor_id, Lead.attendance_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {(lead.exhibitor_id, lead.attendance_id): lead for lead in found}


async def _keep_scans(
    db: AsyncSession, event_id: UUID, captures: Iterable[Captured], leads: dict[Key, Lead]
) -> None:
    ordered = sorted(captures, key=lambda capture: (capture.scanner_id, capture.scan_id))
    rows = [_scan_row(event_id, capture, leads[capture.key]) for capture in ordered if capture.stands]
    gone = [(capture.scanner_id, capture.scan_id) for capture in ordered if not capture.stands]
    if rows:
        await db.execute(KEEP_SCAN, rows)
    if gone:
        await db.execute(
            delete(LeadScan).where(
                LeadScan.event_id == event_id, tuple_(LeadScan.scanner_id, LeadScan.scan_id).in_(gone)
            )
        )


_new = insert(LeadScan.__table__)
KEEP_SCAN = _new.on_conflict_do_update(
    index_elements=[LeadScan.event_id, LeadScan.scanner_id, LeadScan.scan_id],
    set_={name: _new.excluded[name] for name in ("annotated_at", "rating", "label", "note", "tags")},
)


def _scan_row(event_id: UUID, capture: Captured, lead: Lead) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "scanner_id": capture.scanner_id,
        "scan_id": capture.scan_id,
        "lead_id": lead.id,
        "captured_at": capture.captured_at,
        "given_at_stand": capture.given_at_stand,
        "text_version": capture.text_version,
        "staff_id": capture.staff_id,
        "annotated_at": capture.annotated_at,
        "rating": capture.rating,
        "label": capture.label,
        "note": capture.note,
        "tags": list(capture.tags),
    }
