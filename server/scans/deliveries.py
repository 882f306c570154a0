"""What did a phone send? Every item is read alone, so that a wrong one costs only itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from schemas.scans import Count, ScanIn, ScanUndoItemIn
from server.problems import pointer
from server.scans.rules import (
    NOTHING_SAID,
    Annotation,
    Clock,
    Reading,
    Reason,
    Said,
    Tap,
    clock_of,
    printable,
    read,
)

IDS = TypeAdapter(UUID)
COUNTS = TypeAdapter(Count)


class LenientScan(ScanIn, extra="ignore"):
    """An older server must take what a newer phone sends."""


class LenientUndo(ScanUndoItemIn, extra="ignore"):
    """The same for undos."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A scan as it was sent. One that could not be read has a `pointer` to its fault, and its time is our receipt."""

    index: int
    id: UUID
    sequence: int | None
    reading: Reading
    purpose: str
    captured_raw_at: datetime
    said: Said = NOTHING_SAID
    annotation: Annotation
    tap: Tap | None
    pointer: str | None = None

    @property
    def tells_something(self) -> bool:
        """Whether there is more to it than that a code was read."""
        nothing = Annotation(self.captured_raw_at, "", "", ())
        return self.tap is not None or self.annotation != nothing or self.said != NOTHING_SAID


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    index: int
    id: UUID
    undone_raw_at: datetime


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item without an id that could be read: it is answered, but there is no key to keep it under."""

    index: int
    pointer: str
    id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one request brought."""

    clock: Clock
    device_id: UUID | None
    captures: Sequence[Capture]
    undos: Sequence[Undo] = ()
    unreadable: Sequence[Unreadable] = ()
    unreadable_undos: Sequence[Unreadable] = ()
    last_sequence: int | None = None

    @property
    def ids(self) -> set[UUID]:
        return {item.id for item in (*self.captures, *self.undos)}

    @property
    def size(self) -> int:
        return len(self.captures) + len(self.undos)

    @property
    def brings_something(self) -> bool:
        return bool(self.size or self.unreadable or self.unreadable_undos or self.last_sequence is not None)


def single(
    scan: ScanIn, *, device_id: UUID | None, device_time: datetime | None, public_url: str, now: datetime
) -> Delivery:
    return Delivery(
        clock=clock_of(device_time, received_at=now),
        device_id=device_id,
        captures=(_capture(0, scan, public_url),),
    )


def single_undo(scan_id: UUID, undone_raw_at: datetime, *, now: datetime) -> Delivery:
    return Delivery(
        clock=clock_of(None, received_at=now),
        device_id=None,
        captures=(),
        undos=(Undo(index=0, id=scan_id, undone_raw_at=undone_raw_at),),
    )


def batch(
    items: Sequence[Any],
    undos: Sequence[Any],
    *,
    device_id: UUID | None,
    device_time: datetime,
    last_sequence: int | None,
    public_url: str,
    now: datetime,
) -> Delivery:
    scans = [_read_scan(index, item, public_url, now) for index, item in enumerate(items)]
    taken_back = [_read_undo(index, item) for index, item in enumerate(undos)]
    return Delivery(
        clock=clock_of(device_time, received_at=now),
        device_id=device_id,
        captures=[scan for scan in scans if isinstance(scan, Capture)],
        undos=[undo for undo in taken_back if isinstance(undo, Undo)],
        unreadable=[scan for scan in scans if isinstance(scan, Unreadable)],
        unreadable_undos=[undo for undo in taken_back if isinstance(undo, Unreadable)],
        last_sequence=last_sequence,
    )


def _read_scan(index: int, item: Any, public_url: str, now: datetime) -> Capture | Unreadable:
    try:
        return _capture(index, LenientScan.model_validate(item), public_url)
    except ValidationError as wrong:
        where = f"/items/{index}{pointer(wrong.errors()[0]['loc'])}"
    scan_id = _part(item, "id", IDS)
    if scan_id is None:
        return Unreadable(index, where)
    raw = item.get("code")
    return Capture(
        index=index,
        id=scan_id,
        sequence=_part(item, "sequence", COUNTS),
        reading=Reading(printable(raw) if isinstance(raw, str) else "", fault=Reason.MALFORMED),
        purpose="meet",
        captured_raw_at=now,
        annotation=Annotation(now, "", "", ()),
        tap=None,
        pointer=where,
    )


def _read_undo(index: int, item: Any) -> Undo | Unreadable:
    try:
        undo = LenientUndo.model_validate(item)
    except ValidationError as wrong:
        where = f"/undos/{index}{pointer(wrong.errors()[0]['loc'])}"
        return Unreadable(index, where, _part(item, "id", IDS))
    return Undo(index=index, id=undo.id, undone_raw_at=undo.undone_at)


def _part(item: Any, name: str, kind: TypeAdapter[Any]) -> Any:
    """One field of an item of which another field is wrong, or None."""
    if not isinstance(item, dict):
        return None
    try:
        return kind.validate_python(item.get(name))
    except ValidationError:
        return None


def _capture(index: int, scan: ScanIn, public_url: str) -> Capture:
    at = scan.annotated_at or scan.captured_at
    return Capture(
        index=index,
        id=scan.id,
        sequence=scan.sequence,
        reading=read(scan.code, public_url=public_url),
        purpose=scan.purpose,
        captured_raw_at=scan.captured_at,
        said=_said(scan),
        annotation=Annotation(at, scan.note, scan.label, tuple(dict.fromkeys(scan.tags)), scan.rating or 0),
        tap=Tap(at, scan.signal) if scan.signal else None,
    )


def _said(scan: ScanIn) -> Said:
    """Words that were shown say nothing unless they were agreed to."""
    return Said(
        given_at_stand=scan.given_at_stand,
        text_version=scan.text_version if scan.given_at_stand else None,
        staff_id=scan.staff_id,
    )
