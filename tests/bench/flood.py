"""The flood: requests that come at a rate of their own, whatever became of those before, from phones that wait ten
seconds and know nothing of `Retry-After`: `python -m tests.bench.flood`, a job on standard input, its result on
standard output, as `load.py` does."""

import asyncio
import json
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httptools
import uvloop

from tests.bench.load import Job, percentile

PATIENCE = 10.0  # seconds, of a phone
TICK = 0.005  # seconds


@dataclass(frozen=True, slots=True)
class FloodJob(Job):
    rate: float = 0.0  # requests a second


class Flood:
    def __init__(self, job: FloodJob) -> None:
        self.job = job
        self.request = job.request(json.loads(Path(job.people).read_text()))
        self.idle: list[Phone] = []
        self.asking: deque[tuple[float, Phone]] = deque()  # by when each was asked
        self.statuses: Counter[int] = Counter()  # 0: no answer in time
        self.in_time: list[float] = []

    async def play(self) -> dict[str, Any]:
        began, sent = time.perf_counter(), 0
        while (now := time.perf_counter() - began) < self.job.seconds:
            while sent < now * self.job.rate:
                self._ask(self.request(self.job.begin + sent))
                sent += 1
            self._hang_up(before=time.perf_counter() - PATIENCE)
            await asyncio.sleep(TICK)
        good = sum(count for status, count in self.statuses.items() if 200 <= status < 300)
        return {
            "sent": sent,
            "good": good,
            "goodput": good / now,
            "p50": percentile(self.in_time, 50),
            "p99": percentile(self.in_time, 99),
            "statuses": dict(self.statuses),
            "next": self.job.begin + sent,
        }

    def _ask(self, request: bytes) -> None:
        phone = self.idle.pop() if self.idle else Phone(self)
        phone.ask(request)
        self.asking.append((phone.asked, phone))

    def _hang_up(self, *, before: float) -> None:
        while self.asking and self.asking[0][0] < before:
            asked, phone = self.asking.popleft()
            if phone.asked == asked:
                phone.hang_up()


class Phone(asyncio.Protocol):
    """One connection, one request at a time, kept for the next."""

    def __init__(self, flood: Flood) -> None:
        self.flood, self.request = flood, b""
        self.asked = 0.0  # 0: asks nothing now
        self.transport: Any = None

    def ask(self, request: bytes) -> None:
        self.asked, self.request = time.perf_counter(), request
        self.parser = httptools.HttpResponseParser(self)
        if self.transport is None:
            loop = asyncio.get_running_loop()
            self.connecting = loop.create_task(
                loop.create_connection(lambda: self, "127.0.0.1", self.flood.job.port)
            )
        else:
            self.transport.write(request)

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        status = self.parser.get_status_code()
        self.flood.statuses[status] += 1
        if 200 <= status < 300:
            self.flood.in_time.append(time.perf_counter() - self.asked)
        self.asked = 0.0
        self.flood.idle.append(self)

    def hang_up(self) -> None:
        self.connection_lost(None)
        self.connecting.cancel()
        if self.transport:
            self.transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        if self.asked:
            self.flood.statuses[0] += 1
            self.asked = 0.0
        elif self in self.flood.idle:
            self.flood.idle.remove(self)


def main() -> None:
    job = FloodJob(**json.loads(sys.stdin.readline()))
    sys.stdout.write(json.dumps(uvloop.run(Flood(job).play())) + "\n")


if __name__ == "__main__":
    main()
