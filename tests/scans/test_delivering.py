"""Delivering scans: what is acknowledged is kept, once."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from server.scans.models import Encounter, Scan
from tests.scans.conference import Guest, scan_of


async def test_a_scan_is_recorded_once_and_repeated_after(ada_there: Guest, grace_there: Guest, clock):
    item = scan_of(grace_there, at=clock.now)

    first = await ada_there.post("/scans", item)
    again = await ada_there.post("/scans", item)

    kept = {
        "index": 0,
        "id": item["id"],
        "state": "recorded",
        "code": None,
        "pointer": None,
        "person_id": grace_there.person_id,
    }
    assert (first.status_code, first.json()) == (201, {"outcome": "recorded", **kept})
    assert (again.status_code, again.json()) == (200, {"outcome": "repeated", **kept})


async def test_racing_deliveries_of_one_scan_leave_one(ada_there: Guest, grace_there: Guest, clock, database):
    items = [scan_of(grace_there, at=clock.now - timedelta(seconds=n)) for n in range(20)]

    answers = await asyncio.gather(*(ada_there.post("/scans", item) for item in items for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200] * 60 + [201] * 20
    async with database.transaction() as db:
        assert await db.scalar(select(func.count()).select_from(Scan)) == 20
        encounter = (await db.scalars(select(Encounter))).one()
    assert encounter.scans_by_low + encounter.scans_by_high == 20
    assert (encounter.first_at, encounter.last_at) == (clock.now - timedelta(seconds=19), clock.now)
