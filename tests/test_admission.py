"""Overload: some work, some wait, the rest is told at once to come back; whoever is let in is answered."""

import asyncio
from dataclasses import dataclass, field

import httpx2
import pytest
from prometheus_client import REGISTRY

from server import admission
from server.admission import WAITING, Admission
from server.app import wrap
from tests.contract_checks import check_answer

AT_ONCE = 2


@dataclass
class Work:
    """An application whose requests read their body, then work until they are let go, then answer in two pieces."""

    begun: list[str] = field(default_factory=list)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    last_piece: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope, receive, send) -> None:
        while (await receive())["more_body"]:
            pass
        self.begun.append(scope["path"])
        await self.let_go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        await self.last_piece.wait()
        await send({"type": "http.response.body", "body": b"b", "more_body": False})


@dataclass
class Asking:
    """One request, of whose body the last piece may be late, and what it is answered."""

    path: str
    body_is_here: asyncio.Event = field(default_factory=asyncio.Event)
    answer: list[dict] = field(default_factory=list)

    async def __call__(self, app) -> None:
        pieces = iter([(b"first", True), (b"last", False)])

        async def receive():
            body, more = next(pieces)
            if not more:
                await self.body_is_here.wait()
            return {"type": "http.request", "body": body, "more_body": more}

        async def send(message):
            self.answer.append(message)

        scope = {"type": "http", "path": self.path, "method": "POST", "headers": []}
        await app(scope, receive, send)

    @property
    def status(self) -> int | None:
        return self.answer[0]["status"] if self.answer else None


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def door(work: Work) -> Admission:
    return Admission(work, at_once=AT_ONCE)


async def settle() -> None:
    """Until everything that can happen now has happened."""
    for _ in range(20):
        await asyncio.sleep(0)


async def ask(group: asyncio.TaskGroup, door: Admission, path: str, *, body_is_here: bool = True) -> Asking:
    asking = Asking(path)
    if body_is_here:
        asking.body_is_here.set()
    group.create_task(asking(door))
    await settle()
    return asking


async def test_some_work_some_wait_and_the_rest_is_refused_at_once(work, door):
    waiting = AT_ONCE * WAITING
    async with asyncio.TaskGroup() as group:
        asked = [await ask(group, door, f"/{number}") for number in range(AT_ONCE + waiting + 3)]
        begun, refused = list(work.begun), [one.status for one in asked]
        work.last_piece.set()
        work.let_go.set()

    assert begun == ["/0", "/1"]
    assert refused == [None] * (AT_ONCE + waiting) + [503] * 3
    assert work.begun == [f"/{number}" for number in range(AT_ONCE + waiting)]  # first come, first served
    assert [one.status for one in asked] == [200] * (AT_ONCE + waiting) + [503] * 3
    assert door.at_work == 0


async def test_who_has_waited_too_long_is_refused_and_keeps_nobodys_place(work, door, monkeypatch):
    monkeypatch.setattr(admission, "LONGEST_WAIT", 0.01)
    async with asyncio.TaskGroup() as group:
        working = [await ask(group, door, "/working") for _ in range(AT_ONCE)]
        late = await ask(group, door, "/late")
        while late.status is None:
            await asyncio.sleep(0.01)
        work.last_piece.set()
        work.let_go.set()
        await settle()
        next_one = await ask(group, door, "/next")

    assert [one.status for one in (*working, late, next_one)] == [200, 200, 503, 200]
    assert "/late" not in work.begun


async def test_who_is_slow_to_send_keeps_nobody_out(work, door):
    work.let_go.set()
    work.last_piece.set()
    async with asyncio.TaskGroup() as group:
        slow = [await ask(group, door, "/slow", body_is_here=False) for _ in range(3 * AT_ONCE)]
        others = [await ask(group, door, "/other") for _ in range(3 * AT_ONCE)]
        answered = [one.status for one in others]
        for one in slow:
            one.body_is_here.set()

    assert answered == [200] * 3 * AT_ONCE
    assert [one.status for one in slow] == [200] * 3 * AT_ONCE
    assert door.at_work == 0


async def test_an_answer_that_lasts_keeps_nobody_out(work, door):
    work.let_go.set()
    async with asyncio.TaskGroup() as group:
        asked = [await ask(group, door, "/stream") for _ in range(5 * AT_ONCE)]
        begun = [(one.status, len(one.answer)) for one in asked]
        work.last_piece.set()

    assert begun == [(200, 2)] * 5 * AT_ONCE
    assert [len(one.answer) for one in asked] == [3] * 5 * AT_ONCE


async def test_work_that_fails_makes_room(door):
    async def fail(*_: object) -> None:
        raise ZeroDivisionError

    door.app = fail
    for _ in range(3 * AT_ONCE):
        with pytest.raises(ZeroDivisionError):
            await Asking("/fails")(door)
    assert door.at_work == 0


async def test_a_refusal_is_the_contracts_and_health_and_readiness_are_always_answered(app, clean):
    full = Admission(wrap(app), at_once=0)
    counted = REGISTRY.get_sample_value("hallway_requests_refused_total")
    transport = httpx2.ASGITransport(app=full)
    request_id = "01981d4e-3c00-7000-8000-000000000002"
    async with httpx2.AsyncClient(
        transport=transport, base_url="https://hallway.example", event_hooks={"response": [check_answer]}
    ) as client:
        refused = await client.get("/v1/connections", headers={"x-request-id": request_id})
        health = await client.get("/v1/health")
        readiness = await client.get("/v1/readiness")

    assert refused.status_code == 503
    assert refused.json() == {
        "type": "/problems#busy",
        "title": "Too much is happening at once; the request changed nothing.",
        "status": 503,
        "code": "busy",
        "detail": None,
        "request_id": request_id,
        "errors": [],
    }
    assert 1 <= int(refused.headers["retry-after"]) <= 5
    assert refused.headers["x-request-id"] == request_id
    assert (health.status_code, readiness.status_code) == (200, 503)  # the tests' database has fsync off
    assert readiness.json()["code"] == "not_ready"
    assert REGISTRY.get_sample_value("hallway_requests_refused_total") == counted + 1
