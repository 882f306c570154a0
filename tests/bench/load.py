"""The load generator: a process of its own, which asks as fast as it is answered.

Reads a job per line of standard input, as JSON, and answers each with a line of JSON. HTTP/1.1 over asyncio protocols
with httptools and uvloop: about 40 µs of CPU a request, so that a server that needs ten times as much is the limit.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httptools
import uvloop


@dataclass(frozen=True, slots=True)
class Job:
    port: int
    connections: int
    seconds: float
    kind: str
    path: str
    people: str  # a file: for each person a token, the code of their badge, and the path if each has another
    begin: int = 0  # the number of the first request; each number is another scan
    items: int = 500

    def request(self, people: list[list[str]]) -> Callable[[int], bytes]:
        return {"get": self._get, "scan": self._scan, "batch": self._batch}[self.kind](people)

    def _get(self, people: list[list[str]]) -> Callable[[int], bytes]:
        asked = [
            f"GET {path or self.path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
            for token, _, path in people
        ]
        return lambda number: asked[number % len(asked)]

    def _scan(self, people: list[list[str]]) -> Callable[[int], bytes]:
        def scan(number: int) -> bytes:
            scanner, code = pair(number, people)
            return post(self.path, people[scanner][0], f'{{"device_time":"{now()}",{item(code)}}}')

        return scan

    def _batch(self, people: list[list[str]]) -> Callable[[int], bytes]:
        def batch(number: int) -> bytes:
            scanner, distance = number % len(people), 1 + number // len(people) * self.items
            codes = (people[(scanner + distance + i) % len(people)][1] for i in range(self.items))
            items = ",".join(f"{{{item(code)}}}" for code in codes)
            return post(self.path, people[scanner][0], f'{{"device_time":"{now()}","items":[{items}]}}')

        return batch


def pair(number: int, people: list[list[str]]) -> tuple[int, str]:
    """Who scans whose code: another pair for each number, none of which a batch scans."""
    scanner, distance = number % len(people), 501 + number // len(people)
    return scanner, people[(scanner + distance) % len(people)][1]


def item(code: str) -> str:
    return f'"id":"{uuid4()}","code":"https://hallway.example/b/{code}","captured_at":"{now()}"'


def now() -> str:
    return datetime.now(UTC).isoformat()


def post(path: str, token: str, content: str) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return (head + content).encode()


class Run:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.request = job.request(json.loads(Path(job.people).read_text()))
        self.number = job.begin
        self.latencies: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.until = 0.0

    async def play(self) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        began, cpu = time.perf_counter(), time.process_time()
        self.until = began + self.job.seconds
        phones = [
            (await loop.create_connection(lambda: Phone(self), "127.0.0.1", self.job.port))[1]
            for _ in range(self.job.connections)
        ]
        await asyncio.gather(*(phone.done for phone in phones))
        seconds = time.perf_counter() - began
        return {
            "requests": len(self.latencies),
            "seconds": seconds,
            "rate": len(self.latencies) / seconds,
            "p50": percentile(self.latencies, 50),
            "p99": percentile(self.latencies, 99),
            "statuses": dict(self.statuses),
            "cpu": time.process_time() - cpu,
            "next": self.number,
        }


class Phone(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        if time.perf_counter() >= self.run.until:
            self.transport.close()
            return
        self.parser = httptools.HttpResponseParser(self)
        request = self.run.request(self.run.number)
        self.run.number += 1
        self.asked = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        self.run.latencies.append(time.perf_counter() - self.asked)
        self.run.statuses[self.parser.get_status_code()] += 1
        self.ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def percentile(seconds: list[float], percent: int) -> float:
    """In milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)] * 1000 if ordered else 0.0


def main() -> None:
    for line in sys.stdin:
        result = uvloop.run(Run(Job(**json.loads(line))).play())
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
