"""Staff read their leads once, and from then on what changed: nothing is missed, whatever changes a lead and whoever
writes at the same time."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from server.accounts.models import Person
from server.exhibitors.jobs import forget_withdrawn_leads
from server.exhibitors.models import Lead
from server.paging import read_cursor, write_cursor
from tests.claims.ticketing import Ticketing, claim
from tests.events.facts import problem
from tests.exhibitors.fair import Fair, Tablet, lead_of, releases_of
from tests.phones import Phone
from tests.scans.conference import Guest


@dataclass
class Copy:
    """What a phone of the staff has: each item replaces what it had under its id."""

    fair: Fair
    limit: int = 200
    cursor: str | None = None
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def page(self) -> tuple[list[str], bool]:
        query = {"limit": self.limit, **({"cursor": self.cursor} if self.cursor else {})}
        answer = await self.fair.erin.get(f"{self.fair.path}/leads", params=query)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        self.kept |= {lead["id"]: lead for lead in page["items"]}
        self.cursor = page["next_cursor"]
        return [lead["id"] for lead in page["items"]], page["has_more"]

    async def read(self) -> list[str]:
        """To the end; the ids that came."""
        came, more = [], True
        while more:
            page, more = await self.page()
            came += page
        return came

    async def check(self) -> None:
        """It is what somebody has who begins now."""
        fresh = Copy(self.fair)
        await fresh.read()
        assert self.kept == fresh.kept


async def withdraw(guest: Guest) -> None:
    for row in await releases_of(guest):
        if row["withdrawn_at"] is None:
            await guest.phone.delete(f"/v1/me/releases/{row['id']}")


async def test_whatever_changes_a_lead_comes_with_the_next_reading(
    fair: Fair, clock, database, settings, tools
):
    ada = await fair.visitor("ada", fields=["role", "phone"], phone="+44 20 7946 0000")
    grace = await fair.visitor("grace")
    tablet, copy = await fair.tablet(), Copy(fair)
    assert await copy.read() == []
    scan = lead_of(ada, at=clock.now)
    await tablet.sync([lead_of(grace, at=clock.now), scan], now=clock.now)
    await copy.read()
    mine = {lead["name"]: lead["id"] for lead in copy.kept.values()}
    path = f"{fair.path}/leads/{mine['Ada']}"
    cards = "/v1/me/cards/exhibitors"

    for change in (
        lambda: fair.erin.edit(path, {"note": "Wants a quote"}),
        lambda: tablet.sync([lead_of(ada, at=clock.now, rating=4)], now=clock.now),
        lambda: tablet.sync(
            [{**scan, "label": "hot", "annotated_at": clock.tick(seconds=1).isoformat()}], now=clock.now
        ),
        lambda: ada.phone.edit(cards, {"fields": ["role"]}),
        lambda: ada.phone.edit(cards, {"fields": ["role", "phone"]}),
        lambda: withdraw(ada),
    ):
        before = copy.kept[mine["Ada"]]
        await change()
        assert mine["Ada"] in await copy.read()
        assert copy.kept[mine["Ada"]] != before
        await copy.check()
    await forget_withdrawn_leads(database, now=clock.now)
    await copy.read()
    await copy.check()
    assert copy.kept[mine["Ada"]]["withdrawn"]

    await grace.post("/attendance/leave", {})
    await copy.read()
    await copy.check()
    assert copy.kept[mine["Grace"]]["withdrawn"]


async def test_an_undone_scan_a_claimed_place_and_a_joined_one_come_too(fair: Fair, clock, settings):
    tickets = Ticketing(fair.conference, settings)
    await tickets.publish()
    unclaimed, second = [await fair.conference.guest(name=name) for name in ("G. Hopper", "A. Lovelace")]
    ada = await fair.visitor("ada")
    tablet, copy = await fair.tablet(), Copy(fair)
    zoe = await fair.hire("zoe", "scan_only")
    hopper, lovelace, mine = [
        lead_of(guest, at=clock.now, given_at_stand=True, text_version=1, staff_id=zoe)
        for guest in (unclaimed, second, ada)
    ]
    await tablet.sync([hopper, lovelace, mine], now=clock.tick(seconds=1))
    await copy.read()
    ids = {lead["name"]: lead["id"] for lead in copy.kept.values()}

    assert (await claim(ada.phone, fair.conference, ticket=tickets.ticket(second.attendance))).is_success
    assert set(await copy.read()) >= {ids["Ada"], ids["A. Lovelace"]}
    await copy.check()
    assert (copy.kept[ids["A. Lovelace"]]["withdrawn"], copy.kept[ids["Ada"]]["name"]) == (True, "Ada")

    grace = await fair.phone("grace")
    assert (await claim(grace, fair.conference, ticket=tickets.ticket(unclaimed.attendance))).is_success
    await grace.edit("/v1/me/cards/exhibitors", {"fields": []})
    assert ids["G. Hopper"] in await copy.read()
    await copy.check()

    await tablet.sync([], undos=[{"id": mine["id"], "undone_at": clock.now.isoformat()}], now=clock.now)
    await tablet.sync([], undos=[{"id": lovelace["id"], "undone_at": clock.now.isoformat()}], now=clock.now)
    assert ids["Ada"] in await copy.read()
    await copy.check()
    assert copy.kept[ids["Ada"]]["withdrawn"]


async def test_somebody_who_is_leaving_hallway_is_a_tombstone_until_they_stay_after_all(
    fair: Fair, clock, database
):
    ada = await fair.visitor("ada")
    await fair.capture(fair.erin, ada, at=clock.now)
    copy = Copy(fair)
    await copy.read()
    (lead,) = copy.kept
    for leaving_at in (clock.now, None):
        async with database.transaction() as db:
            await db.execute(
                update(Person).where(Person.id == ada.attendance.person_id).values(leaving_at=leaving_at)
            )
        await copy.read()
        assert copy.kept[lead]["withdrawn"] is (leaving_at is not None)


async def test_a_change_that_is_under_way_while_others_commit_is_not_skipped(fair: Fair, clock, database):
    guests = [await fair.visitor(name) for name in ("ada", "grace")]
    for guest in guests:
        await fair.capture(fair.erin, guest, at=clock.now)
    copy = Copy(fair)
    await copy.read()
    late, early = copy.kept

    async with database.engine.connect() as lasting:
        await lasting.execute(update(Lead).where(Lead.id == UUID(late)).values(given={}))
        await fair.erin.edit(f"{fair.path}/leads/{early}", {"rating": 5})
        assert early in await copy.read()
        await lasting.commit()
    assert late in await copy.read()
    await copy.check()


async def test_nothing_comes_twice_for_ever_and_nothing_of_another_exhibitor(fair: Fair, clock):
    ada = await fair.visitor("ada")
    await fair.capture(fair.erin, ada, at=clock.now)
    copy = Copy(fair)
    await copy.read()
    while await copy.read():  # items come again while a transaction older than they is under way, anywhere
        pass

    other = await fair.phone("frank")
    answer = await fair.olga.post(
        f"/v1/events/{fair.event_id}/exhibitors",
        json={"id": str(uuid4()), "name": "B", "admin_email": other.email, "admin_name": "Frank"},
    )
    assert answer.status_code == 201, answer.text
    await fair.capture(other, ada, at=clock.now)
    await copy.read()
    assert [lead["name"] for lead in copy.kept.values()] == ["Ada"]


async def test_a_cursor_of_another_database_begins_again(fair: Fair):
    copy = Copy(fair)
    await copy.read()
    restored = write_cursor("another", *read_cursor(copy.cursor, str, int, int, int, UUID)[1:])
    answers = [await fair.erin.get(f"{fair.path}/leads?cursor={cursor}") for cursor in ("x", restored)]
    assert [problem(answer) for answer in answers] == [(400, "cursor_invalid"), (410, "cursor_expired")]


@dataclass
class Staff:
    """What happens at a stand while others read: each does one thing after the other, all at once."""

    fair: Fair
    guests: list[Guest]
    tablets: list[Tablet]
    chance: random.Random
    clock: Any

    async def capture(self, tablet: Tablet) -> None:
        for _ in range(8):
            some = self.chance.sample(self.guests, 2)
            note = str(self.chance.random())
            await tablet.sync(
                [lead_of(guest, at=self.clock.now, note=note) for guest in some], now=self.clock.now
            )

    async def edit(self) -> None:
        for _ in range(10):
            leads = (await self.fair.erin.get(f"{self.fair.path}/leads")).json()["items"]
            if leads:
                lead = self.chance.choice(leads)
                note = {"note": str(self.chance.random())}
                await self.fair.erin.edit(f"{self.fair.path}/leads/{lead['id']}", note)

    async def visit(self, phone: Phone, guest: Guest) -> None:
        for _ in range(4):
            fields = self.chance.sample(["role", "organisation", "email"], 2)
            await phone.edit("/v1/me/cards/exhibitors", {"fields": fields})
            if self.chance.random() < 1 / 2:
                await withdraw(guest)
                await self.fair.consent(guest, given=False)
                await self.fair.consent(guest, given=True)


@pytest.mark.parametrize("seed", range(2))
async def test_readers_of_any_page_size_end_with_what_there_is_while_many_write(
    fair: Fair, clock, database, seed
):
    chance = random.Random(seed)  # noqa: S311 - a history to repeat
    guests = [await fair.visitor(f"v{number}") for number in range(6)]
    kept_open = await fair.visitor("late")
    staff = Staff(fair, guests, [await fair.tablet() for _ in range(3)], chance, clock)
    await fair.capture(fair.erin, kept_open, at=clock.now)
    copies = [Copy(fair, limit=1), Copy(fair, limit=3)]
    for copy in copies:
        await copy.read()
    (late,) = copies[0].kept
    done = asyncio.Event()

    async def follow(copy: Copy) -> None:
        while not done.is_set():
            await copy.page()

    async with database.engine.connect() as lasting:
        await lasting.execute(update(Lead).where(Lead.id == UUID(late)).values(given={"name": "Late"}))
        readers = [asyncio.create_task(follow(copy)) for copy in copies]
        await asyncio.gather(
            *map(staff.capture, staff.tablets),
            staff.edit(),
            *(staff.visit(guest.phone, guest) for guest in guests[:3]),
        )
        await lasting.commit()
    done.set()
    await asyncio.gather(*readers)

    for copy in copies:
        for _ in range(2):  # to the end of what was begun, and what came after
            await copy.read()
        assert copy.kept[late]["name"] == "Late"
        assert len(copy.kept) == len(guests) + 1
        await copy.check()
