"""What is kept of a delivery: scans under their keys, undos, and the annotations and signals that win."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.scans.deliveries import Capture, Delivery, Undo
from server.scans.judging import Judgement
from server.scans.models import Scan, ScanUndo, SequenceUse
from server.scans.rules import Annotation, Reason, Tap, undo_counts


async def keep_undos(
    db: AsyncSession, event_id: UUID, scanner_id: UUID, undos: Sequence[Undo], *, now: datetime
) -> None:
    """Keep each undo, whether or not its scan is here; of several, the earliest counts."""
    earliest: dict[UUID, datetime] = {}
    for undo_ in undos:
        earliest[undo_.id] = min(undo_.undone_raw_at, earliest.get(undo_.id, undo_.undone_raw_at))
    if not earliest:
        return
    new = insert(ScanUndo).values(
        [
            {
                "event_id": event_id,
                "scanner_id": scanner_id,
                "scan_id": scan_id,
                "undone_raw_at": at,
                "received_at": now,
            }
            for scan_id, at in sorted(earliest.items())
        ]
    )
    await db.execute(
        new.on_conflict_do_update(
            index_elements=[ScanUndo.event_id, ScanUndo.scanner_id, ScanUndo.scan_id],
            set_={"undone_raw_at": func.least(ScanUndo.undone_raw_at, new.excluded.undone_raw_at)},
        )
    )


async def keep(
    db: AsyncSession,
    event_id: UUID,
    scanner_id: UUID,
    delivery: Delivery,
    judgements: Iterable[Judgement],
    undos: Mapping[UUID, datetime],
) -> set[UUID]:
    """Store scans in the order of their ids; returns which of them were not there yet."""
    rows = [
        {
            "event_id": event_id,
            "scanner_id": scanner_id,
            "received_at": delivery.clock.received_at,
            "changed_at": delivery.clock.received_at,
            "skew_ms": delivery.clock.skew // timedelta(milliseconds=1),
            "time_doubtful": delivery.clock.doubtful,
            "device_id": delivery.device_id,
            **_row(judgement, delivery, undos.get(judgement.capture.id)),
        }
        for judgement in sorted(judgements, key=lambda judgement: judgement.capture.id)
    ]
    if not rows:
        return set()
    kept = await db.execute(KEEP, rows)
    return set(kept.scalars())


KEEP = insert(Scan.__table__).on_conflict_do_nothing().returning(Scan.__table__.c.id)


def _row(judgement: Judgement, delivery: Delivery, undone_raw_at: datetime | None) -> dict[str, Any]:
    capture, tap = judgement.capture, judgement.capture.tap
    undone = undone_raw_at is not None and undo_counts(
        captured_raw_at=capture.captured_raw_at, undone_raw_at=undone_raw_at
    )
    return {
        "id": capture.id,
        "scanner_attendance_id": judgement.scanner_attendance_id,
        "target_attendance_id": judgement.target and judgement.target.attendance_id,
        "sequence": capture.sequence,
        "code": capture.reading.text,
        "manual_code": capture.reading.manual,
        "is_ticket": capture.reading.ticket is not None,
        "purpose": capture.purpose,
        "captured_raw_at": capture.captured_raw_at,
        "captured_at": judgement.captured_at,
        "state": judgement.state,
        "reason": judgement.reason,
        "label": capture.annotation.label,
        "note": capture.annotation.note,
        "tags": list(capture.annotation.tags),
        "rating": capture.annotation.rating,
        "exhibitor_id": judgement.exhibitor_id,
        "staff_id": judgement.staff_id,
        "given_at_stand": capture.said.given_at_stand,
        "text_version": capture.said.text_version,
        "annotated_raw_at": capture.annotation.at,
        "signal": tap and tap.signal,
        "signalled_raw_at": tap and tap.at,
        "undone_at": delivery.clock.corrected(undone_raw_at) if undone and undone_raw_at else None,
    }


async def keep_sequences(
    db: AsyncSession, event_id: UUID, scanner_id: UUID, delivery: Delivery, stored: Mapping[UUID, Scan]
) -> None:
    """Remember under which numbers scans came again that are kept under others: these numbers are not missing, and
    one under which two scans came was given twice."""
    uses = {
        (capture.sequence, capture.id)
        for capture in delivery.captures
        if delivery.device_id is not None
        and capture.sequence is not None
        and (scan := stored.get(capture.id)) is not None
        and (scan.device_id, scan.sequence) != (delivery.device_id, capture.sequence)
    }
    if not uses:
        return
    rows = [
        {
            "event_id": event_id,
            "scanner_id": scanner_id,
            "device_id": delivery.device_id,
            "sequence": sequence,
            "scan_id": scan_id,
        }
        for sequence, scan_id in sorted(uses)
    ]
    await db.execute(insert(SequenceUse).on_conflict_do_nothing(), rows)


def tells_news(scan: Scan, capture: Capture) -> bool:
    """Whether a delivery of the same fact brings a later annotation or signal than the one that was kept."""
    if capture.pointer is not None:
        return False
    tapped = scan.signal and scan.signalled_raw_at and Tap(scan.signalled_raw_at, scan.signal)
    return capture.annotation > annotation_of(scan) or (
        capture.tap is not None and (not tapped or capture.tap > tapped)
    )


def annotate(stored: Mapping[UUID, Scan], captures: Iterable[Capture]) -> set[UUID]:
    """Let later annotations of the same facts win; returns which scans changed."""
    changed = set()
    for capture in captures:
        scan = stored.get(capture.id)
        if scan is None or capture.pointer is not None or not same_fact(scan, capture):
            continue
        if capture.annotation > annotation_of(scan):
            scan.annotated_raw_at, scan.note = capture.annotation.at, capture.annotation.note
            scan.label, scan.tags = capture.annotation.label, list(capture.annotation.tags)
            scan.rating = capture.annotation.rating
            changed.add(scan.id)
        tapped = scan.signal and scan.signalled_raw_at and Tap(scan.signalled_raw_at, scan.signal)
        if capture.tap is not None and (not tapped or capture.tap > tapped):
            scan.signalled_raw_at, scan.signal = capture.tap.at, capture.tap.signal
            changed.add(scan.id)
    return changed


def annotation_of(scan: Scan) -> Annotation:
    return Annotation(scan.annotated_raw_at, scan.note, scan.label, tuple(scan.tags), scan.rating)


def undo(stored: Mapping[UUID, Scan], undos: Mapping[UUID, datetime], *, now: datetime) -> set[UUID]:
    """Mark what was taken back in time; returns which scans were only now."""
    undone = set()
    for scan_id, undone_raw_at in undos.items():
        scan = stored.get(scan_id)
        if scan is None or scan.undone_at is not None:
            continue
        if undo_counts(captured_raw_at=scan.captured_raw_at, undone_raw_at=undone_raw_at):
            scan.undone_at = min(undone_raw_at + timedelta(milliseconds=scan.skew_ms), now)
            scan.changed_at = now
            undone.add(scan_id)
    return undone


def same_fact(scan: Scan, capture: Capture) -> bool:
    """Whether a delivery says what was kept under its id. What could not be read is like nothing else unread."""
    if capture.pointer is not None or scan.reason == Reason.MALFORMED:
        return scan.reason == Reason.MALFORMED and capture.reading.fault is Reason.MALFORMED
    return (scan.code, scan.purpose, scan.captured_raw_at, scan.given_at_stand, scan.text_version) == (
        capture.reading.text,
        capture.purpose,
        capture.captured_raw_at,
        capture.said.given_at_stand,
        capture.said.text_version,
    )
