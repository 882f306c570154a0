"""The short way of a plain scan leaves what the long way leaves."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from schemas.scans import ScanDeliveryIn
from server.connections.models import Connection
from server.devices.access import Scanner
from server.limits import Limits
from server.people.models import Release
from server.scans.actions import deliver_left
from server.scans.deliveries import single
from server.scans.models import Encounter, Scan
from server.scans.plain import record_plain
from tests.scans.conference import Guest, quick_phone, scan_of

# What names rows and people, and differs between any two pairs.
NAMES = {
    "id", "event_id", "scanner_id", "scanner_attendance_id", "target_attendance_id", "code", "low_id", "high_id",
    "owner_id", "other_id", "first_event_id", "subject_id", "recipient_id",
}  # fmt: skip


@pytest.mark.parametrize("back", [False, True], ids=["once", "and back"])
async def test_both_ways_leave_the_same_rows(client, database, settings, conference, clock, back):
    left = []
    for way in ("short", "long"):
        phones = [
            await quick_phone(client, database, settings, email=f"{uuid4()}@example.org", now=clock.now)
            for _ in range(2)
        ]
        ada, grace = [await conference.guest(phone) for phone in phones]
        await read(database, way, ada, grace, seconds=90, now=clock.now)
        await read(database, way, ada, grace, seconds=30, now=clock.now)
        if back:
            await read(database, way, grace, ada, seconds=60, now=clock.now)
        left.append(await rows_between(database, ada, grace))

    short, long = left
    assert short == long
    assert len(short["releases"]) == (4 if back else 2)


async def read(database, way: str, ada: Guest, grace: Guest, *, seconds: int, now) -> None:
    body = ScanDeliveryIn(
        id=uuid4(), code=grace.badge.code, sequence=seconds, captured_at=now - timedelta(seconds=seconds)
    )
    me = Scanner(id=UUID(ada.person_id), device_id=None)
    delivery = single(
        body, device_id=UUID(int=7), device_time=None, public_url="https://hallway.example", now=now
    )
    limits = Limits(database.direct, b"secret")
    if way == "short":
        plain = await record_plain(
            database.direct, me, ada.event.id, delivery, cost=1, limits=limits, now=now
        )
        assert [outcome.outcome for outcome in plain.outcomes] == ["recorded"]
        assert not plain.left.brings_something
    else:
        async with database.transaction() as db:
            outcomes = await deliver_left(db, me, ada.event.id, delivery, limits=limits, now=now)
        assert [outcome.outcome for outcome in outcomes.scans] == ["recorded"]


async def rows_between(database, ada: Guest, grace: Guest) -> dict[str, Any]:
    """What is stored of two people, without names; rows of Ada's before those of Grace's."""
    people = [UUID(ada.person_id), UUID(grace.person_id)]
    places = [ada.attendance.id, grace.attendance.id]
    async with database.transaction() as db:
        scans = await db.scalars(select(Scan).where(Scan.scanner_id.in_(people)).order_by(Scan.captured_at))
        encounters = (await db.scalars(select(Encounter).where(Encounter.low_id.in_(places)))).all()
        connections = await db.scalars(select(Connection).where(Connection.owner_id.in_(people)))
        releases = await db.scalars(select(Release).where(Release.subject_id.in_(people)))
        return {
            "scans": [nameless(row) for row in scans],
            "encounters": [
                (e.first_at, e.last_at, {e.low_id: e.scans_by_low, e.high_id: e.scans_by_high}[places[0]])
                for e in encounters
            ],
            "connections": [
                nameless(row) for row in sorted(connections, key=lambda row: people.index(row.owner_id))
            ],
            "releases": [
                nameless(row)
                for row in sorted(releases, key=lambda row: (people.index(row.subject_id), row.purpose))
            ],
        }


def nameless(row: Any) -> dict[str, Any]:
    return {
        column.name: getattr(row, column.name) for column in row.__table__.columns if column.name not in NAMES
    }


async def test_a_batch_is_split_without_a_trace(conference, ada_there, grace_there, clock):
    """A plain scan, one whose badge is not there yet, one of oneself, one with a note, the first once more."""
    plain, noted = scan_of(grace_there, at=clock.now), scan_of(grace_there, at=clock.now, note="Looms")
    unknown, own = scan_of("SOMETHING-ELSE", at=clock.now), scan_of(ada_there, at=clock.now)
    first = await ada_there.sync([unknown, plain, own, noted], now=clock.now)
    again = await ada_there.sync([plain, noted], now=clock.now)

    assert [(item["index"], item["outcome"], item["code"]) for item in first["items"]] == [
        (0, "parked", "no_badge_yet"),
        (1, "recorded", None),
        (2, "refused", "own_badge"),
        (3, "recorded", None),
    ]
    assert [item["outcome"] for item in again["items"]] == ["repeated", "repeated"]
