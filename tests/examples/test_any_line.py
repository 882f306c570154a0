"""Whatever the line, the clock and the system do: once the line is good, the server has what was scanned and not taken
back, once each, with the last that was said of it. A model says so that has never heard of lines."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from server.scans.models import Encounter
from tests.examples.lossy import FATES, App, Killed, Line
from tests.scans.conference import Conference, Guest, hold_conference, quick_phone

steps = st.one_of(
    st.tuples(st.just("scan"), st.integers(0, 2)),
    st.tuples(st.just("note"), st.integers(0, 9)),
    st.tuples(st.just("tap"), st.sampled_from(["yes", "not_now", "never"])),
    st.tuples(st.just("undo"), st.integers(0, 9)),
    st.tuples(st.just("deliver"), st.sampled_from(["good", *FATES])),
    st.tuples(st.just("ask_to_wipe"), st.sampled_from(["good", *FATES])),
    st.tuples(st.just("wait"), st.sampled_from([1, 59, 61, 3600])),
    st.tuples(st.just("set_clock"), st.sampled_from([-900, -61, -1, 1, 900])),
    st.tuples(st.just("kill_after"), st.integers(0, 12)),
)


@dataclass
class Said:
    """What one scan should be on the server."""

    sequence: int
    target: int
    captured_at: datetime
    note: str = ""
    signal: str | None = None
    undone: bool = False


@dataclass
class Day:
    """The app, and beside it the model of what its user did."""

    app: App
    others: list[Guest]
    said: dict[str, Said] = field(default_factory=dict)

    async def play(self, verb: str, what: Any) -> None:
        try:
            await getattr(self, verb)(what)
        except Killed:
            self.app.restart()

    async def scan(self, target: int) -> None:
        [scan_id] = self.app.meet([self.others[target]])
        self.said[scan_id] = Said(len(self.said) + 1, target, self.app.now)

    def some(self, which: int) -> str | None:
        ids = list(self.said)
        return ids[which % len(ids)] if ids else None

    async def note(self, which: int) -> None:
        if scan_id := self.some(which):
            note = uuid4().hex
            self.app.queue.annotate(scan_id, note=note)
            self.said[scan_id].note = note

    async def tap(self, signal: str) -> None:
        if scan_id := self.some(-1):
            self.app.queue.annotate(scan_id, signal=signal)
            self.said[scan_id].signal = signal

    async def undo(self, which: int) -> None:
        if scan_id := self.some(which):
            in_time = self.app.now - self.said[scan_id].captured_at <= timedelta(minutes=1)
            assert self.app.queue.undo(scan_id) is in_time
            self.said[scan_id].undone |= in_time

    async def deliver(self, fate: str) -> None:
        self.app.line.fates = ["good", fate] if self.app.queue._check_is_due() else [fate]
        self.app.wait(seconds=await self.app.queue.deliver() % 400)

    async def ask_to_wipe(self, fate: str) -> None:
        self.app.line.fates = [fate]
        if await self.app.queue.safe_to_wipe():
            assert await on_the_server(self.app.line.guest) == self.expected

    async def wait(self, seconds: int) -> None:
        self.app.wait(seconds=seconds)

    async def set_clock(self, seconds: int) -> None:
        self.app.wait(seconds=seconds)

    async def kill_after(self, steps: int) -> None:
        self.app.file.steps_left = steps

    @property
    def expected(self) -> dict[str, tuple[Any, ...]]:
        return {
            scan_id: (said.sequence, self.others[said.target].badge.code, said.note, said.signal, said.undone)
            for scan_id, said in self.said.items()
        }


@given(steps=st.lists(steps, min_size=3, max_size=25), seed=st.integers(0, 2**16))
@hypothesis_settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
async def test_once_the_line_is_good_the_server_has_what_was_scanned_and_not_taken_back(
    client, database, clock, request, tmp_path, steps, seed
):
    setup = request.getfixturevalue("settings")
    conference = await hold_conference(database, now=clock.now)
    phone = await quick_phone(client, database, setup, email=f"{uuid4()}@example.org", now=clock.now)
    ada = await conference.guest(phone)
    others = [await conference.guest() for _ in range(3)]
    app = App(tmp_path / f"{uuid4()}.sqlite", Line(ada), clock.now, random.Random(seed))  # noqa: S311
    day = Day(app, others)

    for verb, what in steps:
        await day.play(verb, what)
    app.restart()
    app.line.fates = []
    app.wait(hours=1)
    await app.deliver_all()

    assert await on_the_server(ada) == day.expected
    assert await encounters(conference) == sorted(
        sum(said.target == target and not said.undone for said in day.said.values()) for target in range(3)
    )
    assert await app.queue.safe_to_wipe() is True
    app.stop()


async def on_the_server(guest: Guest) -> dict[str, tuple[Any, ...]]:
    answer = await guest.phone.get(f"/v1/events/{guest.event.id}/scans?limit=200")
    scans = answer.json()["items"]
    assert all(scan["state"] == "recorded" for scan in scans)
    return {
        scan["id"]: (scan["sequence"], scan["code"], scan["note"], scan["signal"], scan["undone"])
        for scan in scans
    }


async def encounters(conference: Conference) -> list[int]:
    """How often Ada scanned each of the three."""
    async with conference.database.transaction() as db:
        counts = await db.scalars(
            select(
                func.coalesce(Encounter.scans_by_low, 0) + func.coalesce(Encounter.scans_by_high, 0)
            ).where(Encounter.event_id == conference.event.id)
        )
        found = sorted(counts)
    return [0] * (3 - len(found)) + found
