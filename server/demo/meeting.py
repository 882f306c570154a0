"""People meet: their phones deliver what they scanned, through the queue that clients are given to port."""

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from openapi.examples.scan_queue import ScanQueue
from server.demo.api import Phone, together
from server.demo.arriving import Badge, Guest
from server.demo.conference import PlannedScan
from server.demo.phones import Batch, Line
from server.demo.progress import Tick
from server.demo.signals import PlannedSignal

# Each delivery measures the phone's clock by when it arrives: those that queue too long would measure the queue.
_AT_ONCE: Final = 8


@dataclass(slots=True)
class Deliveries:
    """How scans were answered: the outcomes counted, `refused` by why."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def count(self, answer: dict[str, Any]) -> None:
        for item in answer.get("items", []):
            self.outcomes[item["outcome"]] += 1
            if item["code"]:
                self.reasons[item["code"]] += 1


async def deliver_scans(
    event_id: str,
    guests: Mapping[int, Guest],
    badges: Mapping[int, Badge],
    batches: Sequence[Batch],
    *,
    done: Tick,
) -> Deliveries:
    deliveries = Deliveries()
    apps = {
        batch.person: ScanningApp(event_id, guests[batch.person].phone, batch.device_time_offset, deliveries)
        for batch in batches
    }

    async def deliver(batch: Batch) -> None:
        await apps[batch.person].come_online(batch, badges)
        done()

    await together(batches, deliver, done=lambda: None, at_once=_AT_ONCE)
    await together(apps.values(), ScanningApp.finish, done=lambda: None, at_once=_AT_ONCE)
    return deliveries


class ScanningApp:
    """An app with its queue, on a phone whose clock is `ahead` (negative: behind)."""

    def __init__(self, event_id: str, phone: Phone, ahead: timedelta, deliveries: Deliveries) -> None:
        self._phone, self._ahead, self._deliveries = phone, ahead, deliveries
        self._file = sqlite3.connect(":memory:")
        self._one_at_a_time = asyncio.Lock()
        self._true_time: datetime | None = None  # None: what it is now
        self._line = Line.GOOD
        self._held_up: list[tuple[str, dict[str, Any]]] = []
        chance = random.Random(phone.email)
        self._queue = ScanQueue(self._file, event_id, self._send, clock=self._clock, chance=chance)

    async def come_online(self, batch: Batch, badges: Mapping[int, Badge]) -> None:
        async with self._one_at_a_time:
            for scan in batch.scans:
                self._scan(scan, badges[scan.scanned].url)
            self._line = batch.line
            await self._queue.deliver()

    async def finish(self) -> None:
        """Until everything has an outcome. What hangs still arrives, after everything else."""
        with closing(self._file):
            self._line = Line.GOOD
            while self._queue.waiting():
                await self._queue.deliver()
            await self._carry_held_up()

    def _scan(self, scan: PlannedScan, code: str) -> None:
        remark = scan.remark
        self._true_time = scan.captured_at
        scan_id = self._queue.scan(
            code, scan_id=str(scan.id), label=remark.label, note=remark.note, tags=list(remark.tags)
        )
        if remark.signal:
            self._true_time = remark.annotated_at
            self._queue.annotate(scan_id, signal=remark.signal)
        self._true_time = None

    def _clock(self) -> datetime:
        return (self._true_time or datetime.now(UTC)) + self._ahead

    async def _send(
        self, operation: str, path: str, body: dict[str, Any] | None
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Over the line as it is. Waiting where the server asks to is the demo's way of calling anything."""
        if operation == "get_sync_state" or body is None:
            return 200, (await self._phone.call("GET", path)).json(), {}
        if self._line is Line.OVERTAKEN:
            self._held_up.append((path, body))
            return 0, None, {}
        answer = await self._carry(path, body)
        if self._line is Line.TWICE:
            answer = await self._carry(path, body)
        await self._carry_held_up()
        return (0, None, {}) if self._line is Line.UNANSWERED else (200, answer, {})

    async def _carry(self, path: str, body: dict[str, Any]) -> Any:
        answer = await self._phone.post(path, body)
        self._deliveries.count(answer)
        return answer

    async def _carry_held_up(self) -> None:
        while self._held_up:
            await self._carry(*self._held_up.pop())


async def say_signals(guests: Mapping[int, Guest], signals: Sequence[PlannedSignal], *, done: Tick) -> None:
    """Those that are said later, on the connection, by either side, whoever scanned."""

    async def say(signal: PlannedSignal) -> None:
        other = guests[signal.other].phone.person_id
        await _put(guests[signal.person].phone, f"/v1/connections/{other}/signal", {"signal": signal.signal})

    await together(signals, say, done=done)


async def _put(phone: Phone, path: str, body: dict[str, Any]) -> None:
    await phone.call("PUT", path, json=body)
