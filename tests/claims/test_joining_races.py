"""A place is joined while phones deliver scans of its badge: nothing that was scanned stays behind."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from server.badges.manual_codes import new_manual_code
from server.database import Database
from server.scans.models import Encounter, Scan
from tests.claims.ticketing import claim
from tests.scans.conference import Conference, Guest, quick_phone, scan_of


@asynccontextmanager
async def locked(database: Database, table: str, mode: str) -> AsyncIterator[None]:
    async with database.transaction() as db:
        await db.execute(text(f"lock table {table} in {mode} mode"))
        yield


async def waiting(database: Database, *, for_: int, or_done: asyncio.Task | None = None) -> None:
    """Until so many wait for a lock."""
    blocked = text(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    )
    while or_done is None or not or_done.done():
        async with database.autocommit.connect() as connection:
            if await connection.scalar(blocked) >= for_:
                return


async def places_scanned(conference: Conference) -> set[str]:
    async with conference.database.transaction() as db:
        targets = select(Scan.target_attendance_id).where(Scan.event_id == conference.event.id)
        lows = select(Encounter.low_id).where(Encounter.event_id == conference.event.id)
        highs = select(Encounter.high_id).where(Encounter.event_id == conference.event.id)
        return {str(place) for place in await db.scalars(targets.union(lows, highs)) if place is not None}


@pytest.fixture
async def second(conference: Conference) -> Guest:
    return await conference.guest()


async def test_a_scan_that_found_the_place_before_is_moved_with_it(
    conference: Conference, ada_there: Guest, grace_there: Guest, second: Guest, clock, database, ticketing
):
    ticket = ticketing.ticket(second.attendance)
    async with locked(database, "scans", "share row exclusive"):  # found, and not kept yet
        delivered = asyncio.create_task(grace_there.scan(second, at=clock.now))
        await waiting(database, for_=1)
        claimed = asyncio.create_task(claim(ada_there.phone, conference, ticket=ticket))
        await waiting(database, for_=2, or_done=claimed)

    assert ((await delivered).status_code, (await claimed).status_code) == (201, 200)
    assert await places_scanned(conference) == {str(ada_there.attendance.id), str(grace_there.attendance.id)}
    assert [view["person_id"] for view in await grace_there.connections()] == [ada_there.person_id]


async def test_an_undo_that_found_its_scan_before_takes_it_back_where_it_is(
    conference: Conference, ada_there: Guest, grace_there: Guest, second: Guest, clock, database, ticketing
):
    old = scan_of(second, at=clock.now)
    guesses = [scan_of(new_manual_code(secrets.token_bytes).text, at=clock.now) for _ in range(11)]
    await grace_there.sync(
        [old, scan_of(second, at=clock.now - timedelta(minutes=1)), *guesses[:10]], now=clock.now
    )
    ticket = ticketing.ticket(second.attendance)
    undo = {"id": old["id"], "undone_at": clock.now.isoformat()}
    async with locked(
        database, "badges", "access exclusive"
    ):  # its scan is read; a guess is looked up, in vain
        delivered = asyncio.create_task(grace_there.sync(guesses[10:], undos=[undo], now=clock.now))
        await waiting(database, for_=1)
        claimed = asyncio.create_task(claim(ada_there.phone, conference, ticket=ticket))
        await waiting(database, for_=2, or_done=claimed)

    assert [answer["outcome"] for answer in (await delivered)["undos"]] == ["undone"]
    assert (await claimed).status_code == 200
    assert await places_scanned(conference) == {str(ada_there.attendance.id), str(grace_there.attendance.id)}
    (seen,) = await grace_there.connections()
    assert (seen["person_id"], seen["last_met_at"]) == (ada_there.person_id, "2026-06-04T08:59:00Z")


@pytest.mark.parametrize("round_", range(4))
async def test_scanning_and_undoing_while_two_phones_claim_two_tickets_loses_nothing(
    client, conference: Conference, clock, database, settings, ticketing, round_
):
    phones = [
        await quick_phone(client, database, settings, email=f"{uuid4()}@example.org", now=clock.now)
        for _ in range(5)
    ]
    ada, *others = phones
    places = [await conference.guest(), await conference.guest()]
    tickets = [ticketing.ticket(place.attendance) for place in places]
    guests = [await conference.guest(phone) for phone in others]
    began = clock.now - timedelta(minutes=30)
    first = [scan_of(places[1], at=began) for _ in guests]
    for guest, scan in zip(guests, first, strict=True):
        await guest.sync([scan, scan_of(places[1], at=began + timedelta(minutes=1))], now=clock.now)
    if round_ % 2:  # else either is claimed first
        await claim(ada, conference, ticket=tickets[0])

    *delivered, one, other = await asyncio.gather(
        *(
            guest.sync(
                [scan_of(place, at=began + timedelta(minutes=minutes)) for place in places],
                undos=[{"id": scan["id"], "undone_at": began.isoformat()}],
                now=clock.now,
            )
            for minutes in (2, 3)
            for guest, scan in zip(guests, first, strict=True)
        ),
        *(claim(ada, conference, ticket=ticket) for ticket in tickets),
    )

    assert (one.status_code, other.status_code) == (200, 200)
    mine = one.json()["attendance_id"]
    assert other.json()["attendance_id"] == mine
    assert {item["outcome"] for answer in delivered for item in answer["items"]} == {"recorded"}
    assert await places_scanned(conference) == {mine, *(str(guest.attendance.id) for guest in guests)}
    async with database.transaction() as db:
        rows = (await db.scalars(select(Encounter).where(Encounter.event_id == conference.event.id))).all()
    assert len(rows) == len(guests)
    for row in rows:
        assert (row.first_at, row.last_at) == (began + timedelta(minutes=1), began + timedelta(minutes=3))
        assert sorted((row.scans_by_low, row.scans_by_high)) == [0, 5]
    for guest in guests:
        assert [view["person_id"] for view in await guest.connections()] == [ada.person_id]
