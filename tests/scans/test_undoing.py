"""Taking a scan back: within sixty seconds, in any order, and without losing what others scanned meanwhile."""

import asyncio
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from server.scans.models import Encounter, Scan
from tests.scans.conference import Conference, Guest, quick_phone, scan_of


async def test_a_scan_is_taken_back_within_sixty_seconds(ada_there: Guest, grace_there: Guest, clock):
    first, second = scan_of(grace_there, at=clock.now), scan_of(grace_there, at=clock.now)
    await ada_there.sync([first, second], now=clock.now)

    late = await ada_there.undo(first["id"], at=clock.now + timedelta(seconds=61))
    in_time = await ada_there.undo(second["id"], at=clock.now + timedelta(seconds=60))
    again = await ada_there.undo(second["id"], at=clock.now + timedelta(seconds=90))

    undone = {"index": 0, "id": second["id"], "outcome": "undone", "pointer": None}
    assert late.json() == {"index": 0, "id": first["id"], "outcome": "too_late", "pointer": None}
    assert (in_time.json(), again.json()) == (undone, undone)
    assert len(await ada_there.connections()) == 1


async def test_an_undo_may_come_first_and_a_late_duplicate_brings_nothing_back(
    ada_there: Guest, grace_there: Guest, clock, database
):
    item = scan_of(grace_there, at=clock.now, note="wrong person")
    waiting = await ada_there.undo(item["id"], at=clock.now)
    delivered = await ada_there.post("/scans", item)
    repeated = await ada_there.post("/scans", item)

    assert waiting.json()["outcome"] == "waiting"
    assert (delivered.json()["outcome"], delivered.json()["person_id"]) == ("recorded", None)
    assert repeated.json()["outcome"] == "repeated"
    assert await ada_there.connections() == await grace_there.connections() == []
    async with database.transaction() as db:
        assert (await db.scalars(select(Encounter))).all() == []


async def test_the_last_undo_hides_the_connection_withdraws_the_release_and_keeps_the_note(
    ada_there: Guest, grace_there: Guest, clock
):
    item = scan_of(grace_there, at=clock.now)
    await ada_there.post("/scans", item)
    path = f"/v1/connections/{grace_there.person_id}"
    await ada_there.phone.edit(path, {"note": "Builds compilers"})

    await ada_there.undo(item["id"], at=clock.now)

    assert (await ada_there.phone.get(path)).json()["code"] == "connection_not_found"
    releases = (await ada_there.phone.get("/v1/me/releases")).json()["items"]
    assert [(row["purpose"], row["withdrawn_at"] is None) for row in releases] == [("card", False)]
    await grace_there.scan(ada_there, at=clock.now)
    assert (await ada_there.phone.get(path)).json()["note"] == "Builds compilers"


async def test_undoing_my_scan_takes_contact_fields_back_but_not_the_meeting(
    ada_there: Guest, grace_there: Guest, clock
):
    mine = scan_of(grace_there, at=clock.now)
    await ada_there.post("/scans", mine)
    await grace_there.scan(ada_there, at=clock.now)
    assert (await ada_there.connections())[0]["email"] == "grace@example.org"

    await ada_there.undo(mine["id"], at=clock.now)

    (seen,) = await ada_there.connections()
    assert (seen["email"], seen["i_gave"], seen["they_gave"]) == ("", False, True)


async def test_an_undo_beside_a_scan_leaves_the_right_counts(
    conference: Conference, client, database, settings, clock
):
    """Many rounds of: one takes the pair's only scan back while the other scans."""
    guests = [
        await conference.guest(
            await quick_phone(client, database, settings, email=f"{uuid4()}@example.org", now=clock.now)
        )
        for _ in range(5)
    ]
    pairs = [(a, b) for a in guests for b in guests if str(a.attendance.id) < str(b.attendance.id)]
    undone = {}
    for a, b in pairs:
        item = scan_of(b, at=clock.now - timedelta(minutes=1))
        undone[a.attendance.id, b.attendance.id] = item
        await a.post("/scans", item)

    async def take_back(a: Guest, b: Guest) -> None:
        await a.undo(undone[a.attendance.id, b.attendance.id]["id"], at=clock.now - timedelta(seconds=30))

    async def scan_back(a: Guest, b: Guest) -> None:
        await b.sync([scan_of(a, at=clock.now), scan_of(a, at=clock.now)], now=clock.now)

    await asyncio.gather(*(act(a, b) for a, b in pairs for act in (take_back, scan_back)))

    async with database.transaction() as db:
        rows = (await db.scalars(select(Encounter))).all()
        standing = (await db.scalars(select(Scan).where(Scan.undone_at.is_(None)))).all()
    assert len(standing) == 2 * len(pairs)
    assert [(sorted([row.scans_by_low, row.scans_by_high]), row.first_at, row.last_at) for row in rows] == [
        ([0, 2], clock.now, clock.now)
    ] * len(pairs)
    for guest in guests:
        seen = await guest.connections()
        assert len(seen) == len(guests) - 1
        assert all(view["email"] == "" and view["i_gave"] is not view["they_gave"] for view in seen)


async def test_wrong_undos_are_answered_one_by_one(ada_there: Guest, grace_there: Guest, clock):
    item = scan_of(grace_there, at=clock.now)
    answer = await ada_there.sync(
        [item],
        undos=[
            {"id": item["id"], "undone_at": "soon"},
            {"id": 7, "undone_at": clock.now.isoformat()},
            None,
            {"id": item["id"], "undone_at": clock.now.isoformat(), "why": "newer app"},
        ],
        now=clock.now,
    )
    assert answer["undos"] == [
        {"index": 0, "id": item["id"], "outcome": "malformed", "pointer": "/undos/0/undone_at"},
        {"index": 1, "id": None, "outcome": "malformed", "pointer": "/undos/1/id"},
        {"index": 2, "id": None, "outcome": "malformed", "pointer": "/undos/2"},
        {"index": 3, "id": item["id"], "outcome": "undone", "pointer": None},
    ]
