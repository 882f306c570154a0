"""What people do meanwhile: scan each other, ask for talks and accept them, and come back until they are answered."""

import asyncio
import importlib.util
import random
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

from tests.bench.crowd import EVENT, code, uid

SPEC = importlib.util.spec_from_file_location("scan_queue", Path("openapi/examples/scan_queue.py"))
assert SPEC
assert SPEC.loader
scan_queue = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(scan_queue)

Answer = tuple[int, Any, Mapping[str, str]]


@dataclass
class Line:
    """The way to Hallway: one replica or the other, as a load balancer chooses. Counts what was answered."""

    client: httpx2.AsyncClient
    ports: list[int]
    chance: random.Random
    answered: Counter[int] = field(default_factory=Counter)

    async def ask(self, token: str, method: str, path: str, body: Any = None) -> Answer:
        url = f"http://127.0.0.1:{self.chance.choice(self.ports)}{path}"
        try:
            answer = await self.client.request(
                method, url, json=body, headers={"authorization": f"Bearer {token}"}
            )
            said = answer.json() if answer.content else None
        except (httpx2.HTTPError, ValueError):  # no answer, or half of one
            self.answered[0] += 1
            return 0, None, {}
        self.answered[answer.status_code] += 1
        return answer.status_code, said, answer.headers

    async def until_answered(self, token: str, method: str, path: str, body: Any = None) -> Answer:
        """Come back, after longer each time, until there is an answer that says what happened, or that one asked too
        often."""
        wait = 0.25
        while True:
            answer = await self.ask(token, method, path, body)
            if 200 <= answer[0] < 500:
                return answer
            wait = min(2 * wait, 4.0)
            await asyncio.sleep(wait * self.chance.uniform(0.5, 1.0))


class Guest:
    """A person with a phone, whose queue is the reference one."""

    def __init__(self, number: int, token: str, line: Line) -> None:
        self.number, self.token, self._line = number, token, line
        self.scanned: dict[str, int] = {}

        async def send(operation: str, path: str, body: Any) -> Answer:
            return await line.ask(token, "GET" if operation == "get_sync_state" else "POST", path, body)

        self.queue = scan_queue.ScanQueue(
            sqlite3.connect(":memory:"), str(EVENT), send, clock=lambda: datetime.now(UTC), chance=line.chance
        )

    def scan(self, other: int) -> None:
        self.scanned[self.queue.scan(f"https://hallway.example/b/{code(other)}")] = other

    async def deliver_all(self) -> None:
        while self.queue.waiting():
            await asyncio.sleep(min(await self.queue.deliver(), 2.0))

    def acknowledged(self) -> list[str]:
        """The ids of scans that the server said it keeps."""
        outcomes = {scan_id: self.queue.outcome(scan_id) for scan_id in self.scanned}
        return [
            scan_id
            for scan_id, told in outcomes.items()
            if told and told["outcome"] in ("recorded", "repeated")
        ]


@dataclass
class Talks:
    """What was acknowledged of talks."""

    requested: set[UUID] = field(default_factory=set)
    accepted: set[UUID] = field(default_factory=set)
    refused: Counter[str] = field(default_factory=Counter)


async def talk(line: Line, asker: Guest, host: Guest, talks: Talks, slots: list[datetime]) -> None:
    """Ask somebody met for one of these times; they accept the first still free."""
    interview_id = UUID(int=line.chance.getrandbits(128), version=4)
    body = {
        "id": str(interview_id),
        "host_id": str(uid("person", host.number)),
        "purpose": "learn",
        "ask": "How did you get into this?",
        "minutes": 20,
        "slots": [slot.isoformat() for slot in slots],
    }
    status, said, _ = await line.until_answered(asker.token, "POST", "/v1/interviews", body)
    if status == 429:  # tries without an answer count too: whether one of them was kept has to be read
        status, said, _ = await line.until_answered(asker.token, "GET", f"/v1/interviews/{interview_id}")
    if status not in (200, 201):
        talks.refused[said["code"]] += 1
        return
    talks.requested.add(interview_id)
    path = f"/v1/interviews/{interview_id}/accept"
    status, said, _ = await line.until_answered(host.token, "POST", path, {"proposal": 1})
    if status == 200:
        talks.accepted.add(interview_id)
    else:
        talks.refused[said["code"]] += 1


def times(now: datetime, chance: random.Random) -> list[datetime]:
    """Three times of a morning next week, of two rows that overlap, so that talks collide."""
    first = (now + timedelta(days=7)).replace(hour=9, minute=chance.choice((0, 15)), second=0, microsecond=0)
    return [first + timedelta(minutes=30 * number) for number in range(3)]
