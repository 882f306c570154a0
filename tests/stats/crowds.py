"""Whole events as rows: people of given types, and who scanned whom when."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert

from server.accounts.models import Person
from server.database import Database
from server.events.models import Attendance, Event
from server.ids import new_id
from server.scans.models import Encounter
from tests.builders import make_event


@dataclass
class Guest:
    """Somebody at an event."""

    id: UUID
    person_id: UUID
    type: str
    organisation: str


@dataclass
class Crowd:
    """An event, its guests, and its encounters by pair of guests (low, high): scans each way, and when first."""

    event: Event
    guests: list[Guest]
    met: dict[tuple[UUID, UUID], tuple[int, int, datetime]] = field(default_factory=dict)

    def guest(self, guest_id: UUID) -> Guest:
        return next(guest for guest in self.guests if guest.id == guest_id)


async def make_crowd(
    database: Database,
    *,
    now: datetime,
    types: dict[str, int],
    encounters: int,
    seed: int,
    owner: str = "ada@example.org",
) -> Crowd:
    """An event that closed a day ago, its encounters drawn by lot: some people are met by many, some by nobody."""
    lots = random.Random(seed)  # noqa: S311
    event = await make_event(
        database, now=now, owner=owner, starts_at=now - timedelta(hours=36), ends_at=now - timedelta(hours=28)
    )
    guests = [
        Guest(new_id(), new_id(), kind, lots.choice(["", "Acme", "acme ", "Bolt", "Cog", "=Dyn"]))
        for kind, count in types.items()
        for _ in range(count)
    ]
    crowd = Crowd(event, guests)
    popular = [lots.paretovariate(1.2) for _ in guests]
    while len(crowd.met) < encounters:
        one, other = lots.choices(guests, weights=popular, k=2)
        if one.id != other.id:
            by_low, by_high = lots.choice([(1, 0), (0, 1), (1, 1), (3, 0), (2, 5)])
            first = event.starts_at + timedelta(minutes=lots.randrange(8 * 60))
            crowd.met[min(one.id, other.id), max(one.id, other.id)] = (by_low, by_high, first)
    await store(database, crowd, now=now)
    return crowd


async def store(database: Database, crowd: Crowd, *, now: datetime) -> None:
    async with database.transaction() as db:
        await db.execute(
            insert(Person), [{"id": guest.person_id, "created_at": now} for guest in crowd.guests]
        )
        await db.execute(
            insert(Attendance),
            [
                {
                    "event_id": crowd.event.id, "id": guest.id, "person_id": guest.person_id, "name": "=Name",
                    "type": guest.type, "organisation": guest.organisation,
                    "created_at": now, "updated_at": now,
                }
                for guest in crowd.guests
            ],
        )  # fmt: skip
        if crowd.met:
            await db.execute(
                insert(Encounter),
                [
                    {
                        "event_id": crowd.event.id, "low_id": low, "high_id": high, "first_at": first,
                        "last_at": first, "scans_by_low": by_low, "scans_by_high": by_high,
                    }
                    for (low, high), (by_low, by_high, first) in crowd.met.items()
                ],
            )  # fmt: skip
