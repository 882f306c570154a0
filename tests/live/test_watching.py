"""Organizers watch their event: over a real connection, since an answer that never ends is only seen on one."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
import uvicorn
from sqlalchemy import update

from server.accounts.models import Session
from server.app import wrap
from server.events.models import Attendance
from server.live import watching
from server.scans.models import Encounter
from tests.doors.conftest import conference, north, olga
from tests.scans.conference import Conference, scan_of

OF_THE_STATS = (
    "claimed", "met", "scanned", "scanned_by", "encounters", "mutual", "across_organisations", "scans",
)  # fmt: skip

__all__ = ["conference", "north", "olga"]


@pytest.fixture
async def address(app) -> AsyncIterator[str]:
    config = uvicorn.Config(wrap(app), host="127.0.0.1", port=0, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving


@asynccontextmanager
async def watch(address: str, phone, conference: Conference) -> AsyncIterator[AsyncIterator[dict]]:
    async with (
        httpx2.AsyncClient(base_url=address, timeout=20) as client,
        client.stream("GET", f"/v1/events/{conference.event.id}/live", headers=phone.headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == "text/event-stream"
        yield boards(answer)


async def boards(answer) -> AsyncIterator[dict]:
    async for line in answer.aiter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


async def test_the_board_moves_in_steps_of_five_while_people_meet(
    conference: Conference, olga, north, ada, address, database, clock
):
    host = await conference.guest(ada)
    guests = [await conference.guest() for _ in range(20)]
    items = [scan_of(guest, at=clock.now) for guest in guests[:5]]
    async with watch(address, olga, conference) as seen:
        first = await anext(seen)
        await host.sync(items[:4], now=clock.now)
        await host.sync(items[4:], now=clock.now)
        second = await anext(seen)
        await north.sync([], now=clock.now, last_sequence=3)
        third = await anext(seen)

    device = {"station": "North door", "backlog": None, "seen_at": "2026-06-04T09:00:00Z"}
    nothing = dict.fromkeys((*OF_THE_STATS, "checked_in", "parked"), 0)
    assert first == {**nothing, "attendees": 20, "zone": conference.event.zone, "devices": [device]}
    assert second == {**first, "met": 5, "scanned_by": 5, "encounters": 5, "scans": 5}
    assert third == {**second, "devices": [{**device, "backlog": 3}]}


async def test_the_board_says_what_the_stats_say(conference: Conference, olga, ada, address, database, clock):
    guests = [await conference.guest(ada), *[await conference.guest() for _ in range(24)]]
    async with database.transaction() as db:
        for number, guest in enumerate(guests):
            place = await db.get_one(Attendance, (conference.event.id, guest.attendance.id))
            place.organisation = f" Company {number % 3} "
    for number, guest in enumerate(guests):
        low, high = sorted((guest.attendance.id, guests[number - 1].attendance.id))
        both = number % 2
        async with database.transaction() as db:
            db.add(
                Encounter(
                    event_id=conference.event.id, low_id=low, high_id=high, first_at=clock.now, last_at=clock.now,
                    scans_by_low=1, scans_by_high=both,
                )
            )  # fmt: skip

    async with watch(address, olga, conference) as seen:
        board = await anext(seen)
    stats = (await olga.get(f"/v1/events/{conference.event.id}/stats")).json()

    assert {name: board[name] for name in OF_THE_STATS} == {name: stats[name] for name in OF_THE_STATS}
    assert (board["encounters"], board["mutual"], board["zone"]) == (25, 10, conference.event.zone)


async def test_an_event_of_few_people_shows_as_little_as_its_stats(
    conference: Conference, olga, ada, address, clock
):
    host = await conference.guest(ada)
    guests = [await conference.guest() for _ in range(9)]
    await host.sync([scan_of(guest, at=clock.now) for guest in guests], now=clock.now)

    async with watch(address, olga, conference) as seen:
        board = await anext(seen)

    assert {board[name] for name in OF_THE_STATS} == {None}
    assert board["attendees"] == 10


async def test_an_event_is_counted_once_however_many_watch(
    conference: Conference, olga, address, app, monkeypatch
):
    counted = []

    async def counting(connection, event_id):
        counted.append(event_id)
        return await read(connection, event_id)

    read = watching.read_board
    monkeypatch.setattr(watching, "read_board", counting)
    async with watch(address, olga, conference) as one, watch(address, olga, conference) as other:
        assert await anext(one) == await anext(other)
        assert len(counted) == 1
    while app.state.boards.watched:  # until the server has noticed that both hung up
        await asyncio.sleep(0.05)


async def test_watching_ends_with_the_session(
    conference: Conference, olga, address, database, clock, monkeypatch
):
    monkeypatch.setattr(watching, "PROVED_EVERY", 0.0)
    async with watch(address, olga, conference) as seen:
        await anext(seen)
        async with database.transaction() as db:
            await db.execute(update(Session).values(ended_at=clock.now))
        assert [board async for board in seen] == []


async def test_only_who_sees_figures_watches(conference: Conference, ada):
    await conference.guest(ada)
    answer = await ada.get(f"/v1/events/{conference.event.id}/live")
    assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
