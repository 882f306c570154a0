"""How often do we go to the database? As often for many as for one, and no more than is written here."""

import pytest

from tests.counting import counted
from tests.scans.conference import Conference, Guest, hold_conference, scan_of


@pytest.fixture
async def conference(client, database, clock) -> Conference:
    return await hold_conference(database, now=clock.now)


@pytest.fixture
async def ada_there(conference: Conference, ada) -> Guest:
    return await conference.guest(ada)


async def test_a_plain_scan_asks_who_it_is_and_records(app, monkeypatch, ada_there, conference, clock):
    other = await conference.guest()

    with counted(app, monkeypatch) as sent:
        answer = await ada_there.scan(other, at=clock.now)

    assert answer.json()["outcome"] == "recorded"
    assert len(sent) == 2, sent


@pytest.mark.parametrize("size", [1, 3, 500])
async def test_a_batch_of_plain_scans_needs_as_many_statements_as_one(
    app, monkeypatch, ada_there, conference, clock, size
):
    others = [await conference.guest() for _ in range(min(size, 5))]
    items = [scan_of(others[number % len(others)], at=clock.now) for number in range(size)]

    with counted(app, monkeypatch) as sent:
        answer = await ada_there.sync(items, now=clock.now)

    assert {item["outcome"] for item in answer["items"]} == {"recorded"}
    assert len(sent) == 2, sent


@pytest.mark.parametrize("size", [1, 3, 500])
async def test_what_takes_the_long_way_needs_as_many_statements_for_many_as_for_one(
    app, monkeypatch, ada_there, conference, clock, size
):
    others = [await conference.guest() for _ in range(min(size, 5))]
    items = [
        scan_of(others[number % len(others)], at=clock.now, note="A loom", signal="yes")
        for number in range(size)
    ]

    with counted(app, monkeypatch) as sent:
        await ada_there.sync(items, now=clock.now)

    assert len(sent) == 16, sent


@pytest.mark.parametrize("size", [1, 3])
async def test_a_page_of_connections_needs_as_many_queries_for_many_as_for_one(
    app, monkeypatch, ada_there, conference, clock, size
):
    others = [await conference.guest() for _ in range(size)]
    await ada_there.sync([scan_of(other, at=clock.now) for other in others], now=clock.now)

    with counted(app, monkeypatch) as sent:
        seen = await ada_there.connections()

    assert len(seen) == size
    assert len(sent) == 2, sent
