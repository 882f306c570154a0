"""People meet: their phones deliver what they scanned, late, twice and out of order, as phones do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from server.demo.api import Phone, together
from server.demo.arriving import Badge, Guest
from server.demo.conference import PlannedScan
from server.demo.phones import Batch
from server.demo.progress import Tick
from server.demo.signals import PlannedSignal

# Each delivery measures the phone's clock by when it arrives: those that queue too long would measure the queue.
_AT_ONCE: Final = 8
_DEVICES: Final = uuid5(NAMESPACE_URL, "https://example.org/hallway/demo/devices")


@dataclass(slots=True)
class Deliveries:
    """How scans were answered: the outcomes counted, `refused` by why."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)


async def deliver_scans(
    event_id: str,
    guests: Mapping[int, Guest],
    badges: Mapping[int, Badge],
    batches: Sequence[Batch],
    *,
    done: Tick,
) -> Deliveries:
    deliveries = Deliveries()

    async def deliver(batch: Batch) -> None:
        phone = guests[batch.person].phone
        answer = await phone.post(f"/v1/events/{event_id}/scans/sync", as_delivered(batch, badges))
        for item in answer["items"]:
            deliveries.outcomes[item["outcome"]] += 1
            if item["code"]:
                deliveries.reasons[item["code"]] += 1
        done()

    await together(batches, deliver, done=lambda: None, at_once=_AT_ONCE)
    return deliveries


def as_delivered(batch: Batch, badges: Mapping[int, Badge]) -> dict[str, Any]:
    """What the phone sends, with all times as its own clock shows them."""
    return {
        "device_id": str(uuid5(_DEVICES, str(batch.person))),
        "device_time": batch.on_its_clock(datetime.now(UTC)).isoformat(),
        "items": [_item(batch, scan, badges) for scan in batch.scans],
    }


def _item(batch: Batch, scan: PlannedScan, badges: Mapping[int, Badge]) -> dict[str, Any]:
    remark = scan.remark
    item: dict[str, Any] = {
        "id": str(scan.id),
        "sequence": scan.sequence,
        "code": badges[scan.scanned].url,
        "captured_at": batch.on_its_clock(scan.captured_at).isoformat(),
        "label": remark.label,
        "note": remark.note,
        "tags": list(remark.tags),
    }
    if remark.signal:
        item["signal"] = remark.signal
    if remark.annotated_at:
        item["annotated_at"] = batch.on_its_clock(remark.annotated_at).isoformat()
    return item


async def say_signals(guests: Mapping[int, Guest], signals: Sequence[PlannedSignal], *, done: Tick) -> None:
    """Those that are said later, on the connection, by either side, whoever scanned."""

    async def say(signal: PlannedSignal) -> None:
        other = guests[signal.other].phone.person_id
        await _put(guests[signal.person].phone, f"/v1/connections/{other}/signal", {"signal": signal.signal})

    await together(signals, say, done=done)


async def _put(phone: Phone, path: str, body: dict[str, Any]) -> None:
    await phone.call("PUT", path, json=body)
