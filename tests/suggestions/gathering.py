"""An event and the people who met there, as rows."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import insert

from server.accounts.models import Account, Person
from server.connections.models import Connection
from server.database import Database
from server.events.models import Attendance, Event
from server.ids import new_id
from server.people.models import Goals, Profile, Release
from server.scans.models import Encounter, Scan
from server.suggestions.jobs import suggest_for_closed_events
from tests.builders import make_attendance, make_event
from tests.conftest import HandClock
from tests.phones import Phone

CARD = ["headline", "role", "organisation", "industry"]


@dataclass
class Gathering:
    """What happened at an event. Times are minutes after it began."""

    database: Database
    event: Event
    places: dict[UUID, Attendance] = field(default_factory=dict)

    async def come(self, *phones: Phone, now: datetime, **changes: Any) -> None:
        for phone in phones:
            place = await make_attendance(self.database, self.event, phone, now=now, **changes)
            self.places[place.person_id] = place

    async def guest(self, name: str, *, now: datetime, **changes: Any) -> UUID:
        """Somebody with an account who never looks at their phone."""
        person, account = Person(id=new_id(), created_at=now), Account(id=new_id(), created_at=now)
        account.person_id = person.id
        place = Attendance(
            event_id=self.event.id, id=new_id(), person_id=person.id, account_id=account.id, claimed_at=now,
            email=f"{uuid4().hex}@example.org", name=name, created_at=now, updated_at=now, **changes,
        )  # fmt: skip
        await add(self.database, [person], [account], [place])
        self.places[person.id] = place
        return person.id

    async def meet(
        self, one: UUID, two: UUID, *, minutes: Iterable[float] = (10,), received: datetime | None = None
    ) -> None:
        """Each scans the other at these times; the scans arrive when captured unless said otherwise."""
        await add_meetings(
            self.database, self.event, self.places, [(one, two, tuple(minutes))], received=received
        )


async def add(database: Database, *groups: Iterable[Any]) -> None:
    """Rows in groups, each after the one it refers to."""
    async with database.transaction() as db:
        for group in groups:
            db.add_all(group)
            await db.flush()


async def add_meetings(
    database: Database,
    event: Event,
    places: dict[UUID, Attendance],
    meetings: Iterable[tuple[UUID, UUID, tuple[float, ...]]],
    *,
    received: datetime | None = None,
) -> None:
    scans, encounters, connections, releases = [], [], [], []
    for one, two, minutes in meetings:
        times = [event.starts_at + timedelta(minutes=minute) for minute in minutes]
        low, high = sorted((places[one].id, places[two].id))
        encounters.append(
            {
                "event_id": event.id, "low_id": low, "high_id": high, "first_at": min(times),
                "last_at": max(times), "scans_by_low": len(times), "scans_by_high": len(times),
            }
        )  # fmt: skip
        for by, of in ((one, two), (two, one)):
            scans += [_scan(event, places[by], places[of], time, received or time) for time in times]
            connections.append(
                {
                    "owner_id": by, "other_id": of, "first_event_id": event.id, "first_met_at": min(times),
                    "last_met_at": max(times), "scanned_at": min(times), "updated_at": max(times),
                }
            )  # fmt: skip
            releases.append(
                {
                    "id": new_id(), "subject_id": by, "recipient_id": of, "event_id": event.id,
                    "purpose": "card", "source": "scan", "fields": CARD, "released_at": min(times),
                }
            )  # fmt: skip
    async with database.transaction() as db:
        await db.execute(insert(Scan), scans)
        await db.execute(insert(Encounter), encounters)
        # Who knew each other before has both already.
        for model, rows in ((Connection, connections), (Release, releases)):
            await db.execute(insert(model).on_conflict_do_nothing(), rows)


def _scan(event: Event, by: Attendance, of: Attendance, at: datetime, received: datetime) -> dict[str, Any]:
    return {
        "event_id": event.id, "scanner_id": by.person_id, "id": uuid4(), "scanner_attendance_id": by.id,
        "target_attendance_id": of.id, "code": "X", "purpose": "meet", "captured_raw_at": at,
        "captured_at": at, "skew_ms": 0, "received_at": received, "state": "recorded",
    }  # fmt: skip


async def say_who(database: Database, person_id: UUID, *, now: datetime, **said: Any) -> None:
    """A profile and goals, the fields told apart by name."""
    profile = {name: value for name, value in said.items() if name in Profile.__table__.columns}
    goals = {name: value for name, value in said.items() if name in Goals.__table__.columns}
    async with database.transaction() as db:
        await db.merge(Profile(person_id=person_id, version=1, updated_at=now, **profile))
        await db.merge(Goals(person_id=person_id, version=1, updated_at=now, **goals))


async def make_gathering(database: Database, *, now: datetime, **changes: Any) -> Gathering:
    return Gathering(database, await make_event(database, now=now, **changes))


async def change(database: Database, statement: Executable) -> None:
    async with database.transaction() as db:
        await db.execute(statement)


async def close_and_suggest(party: Gathering, clock: HandClock) -> None:
    clock.now = party.event.doors_close_at + timedelta(minutes=5)
    await suggest_for_closed_events(party.database, now=clock())


async def still_signed_in(phone: Phone) -> Phone:
    """With a fresh access token, since the clock has moved on."""
    answer = await phone.client.post(
        "/v1/sessions/refresh", json={"refresh_token": phone.tokens["refresh_token"]}
    )
    phone.tokens = answer.json()
    return phone


async def suggestions_of(phone: Phone, **query: str) -> list[dict[str, Any]]:
    answer = await (await still_signed_in(phone)).get("/v1/suggestions", params=query)
    return answer.json()["items"]


async def names(phone: Phone) -> list[str]:
    """Whom their list names, best first; looking is seeing."""
    return [item["person"]["name"] for item in await suggestions_of(phone)]


def words(chance: random.Random) -> list[str]:
    return [f"{chance.choice(VERBS)} {chance.choice(NOUNS)}" for _ in range(2)]


VERBS = ("hiring", "leading", "growing", "testing", "pricing", "teaching")
NOUNS = ("teams", "compilers", "products", "engineers", "databases", "startups", "research", "networks")


async def make_crowd(party: Gathering, size: int, *, now: datetime) -> list[UUID]:
    """Many people with accounts, profiles and goals, the same ones each time."""
    chance = random.Random(1)  # noqa: S311, a stream to repeat, not a secret
    persons = [Person(id=new_id(), created_at=now) for _ in range(size)]
    accounts = [Account(id=new_id(), person_id=person.id, created_at=now) for person in persons]
    places, said = [], []
    for number, (person, account) in enumerate(zip(persons, accounts, strict=True)):
        places.append(
            Attendance(
                event_id=party.event.id, id=new_id(), person_id=person.id, account_id=account.id,
                claimed_at=now, name=f"Person {number}", organisation=f"Organisation {number % 40}",
                created_at=now, updated_at=now,
            )
        )  # fmt: skip
        profile = Profile(
            person_id=person.id, role=chance.choice(NOUNS), skills=words(chance), updated_at=now
        )
        goals = {name: words(chance) for name in ("asks", "offers", "target_roles")}
        said += [profile, Goals(person_id=person.id, updated_at=now, **goals)]
    await add(party.database, persons, accounts, places, said)
    party.places |= {place.person_id: place for place in places}
    return [person.id for person in persons]
