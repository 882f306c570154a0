"""Somebody claims a place in the moment in which they delete their account; and one human has two accounts."""

import asyncio

import pytest
from sqlalchemy import select

from server.accounts.models import Person
from server.events.models import Attendance
from tests.claims.test_joining_races import locked, waiting
from tests.claims.ticketing import Ticketing, claim
from tests.phones import Phone, sign_in
from tests.privacy.leavers import erased, leave, stay
from tests.privacy.searching import found_in_database
from tests.scans.conference import Conference, Guest

AGREED = {"listed": True, "exhibitors_may_scan": True, "text_version": 1}


@pytest.fixture
async def ticketing(conference: Conference, settings) -> Ticketing:
    ticketing = Ticketing(conference, settings)
    await ticketing.publish()
    return ticketing


@pytest.fixture
async def place(conference: Conference, grace_there: Guest, ada: Phone, clock) -> Guest:
    """Imported for Ada, who signed in and has claimed nothing; Grace scanned it."""
    await ada.edit("/v1/me/profile", {"name": "Ada Quillfeather", "headline": "Quillfeather"})
    place = await conference.guest(name="A. Imported", email="ada@example.org")
    await grace_there.scan(place, at=clock.now, note="By the fountain")
    return place


# What the one waits for in the middle of its transaction, when it holds the account already.
@pytest.mark.parametrize(("first", "stops_at"), [("claims", "consent_changes"), ("leaves", "erasures")])
async def test_claiming_and_leaving_at_once_is_one_after_the_other(
    conference: Conference, grace_there: Guest, ada: Phone, place: Guest, database, clock, first, stops_at
):
    steps = {
        "claims": lambda: claim(ada, conference, consents=AGREED),
        "leaves": lambda: ada.post("/v1/me/deletion"),
    }
    (second,) = steps.keys() - {first}
    async with locked(database, stops_at, "share row exclusive"):
        one = asyncio.create_task(steps[first]())
        await waiting(database, for_=1)
        other = asyncio.create_task(steps[second]())
        await waiting(database, for_=2, or_done=other)
        assert not one.done()
        assert not other.done()
    answers = dict(zip((first, second), (await one, await other), strict=True))

    assert (answers["claims"].status_code, answers["leaves"].status_code) == (200, 200)
    (seen,) = await grace_there.connections()
    assert (seen["former"], seen["name"], seen["scan_notes"][0]["note"]) == (
        True, "A former attendee", "By the fountain",
    )  # fmt: skip
    directory = (await grace_there.phone.get(f"/v1/events/{conference.event.id}/people")).json()["items"]
    assert directory == []

    await stay(ada)
    (seen,) = await grace_there.connections()
    assert (seen["former"], seen["name"], seen["person_id"]) == (False, "Ada Quillfeather", ada.person_id)

    await leave(ada)
    await erased(database, clock)
    assert await found_in_database(database, ["Quillfeather"]) == set()
    assert await found_in_database(database, ["A. Imported", "ada@example.org"]) == {
        "attendances.name", "attendances.email",
    }  # fmt: skip


async def test_of_two_accounts_of_one_human_one_leaves_and_the_other_stays(
    conference: Conference,
    grace_there: Guest,
    ada: Phone,
    place: Guest,
    database,
    clock,
    client,
    outbox,
    ticketing,
):
    """The organizer had imported them twice: each account has one of the places, and both tried for the first."""
    again = await sign_in(client, outbox, "ada@elsewhere.example.org")
    await again.edit("/v1/me/profile", {"name": "Ada Staying"})
    second = await conference.guest(name="A. Second", email="ada@elsewhere.example.org")
    await grace_there.scan(second, at=clock.now, note="At the door")
    ticket = ticketing.ticket(place.attendance)
    assert (await claim(ada, conference, ticket=ticket, consents=AGREED)).status_code == 200
    taken = await claim(again, conference, ticket=ticket)
    assert (taken.status_code, taken.json()["code"]) == (409, "already_claimed")
    assert (await claim(again, conference, consents=AGREED)).status_code == 200

    await leave(ada)
    await erased(database, clock)

    again, grace_there.phone = [
        await sign_in(client, outbox, phone.email) for phone in (again, grace_there.phone)
    ]
    seen = {one["person_id"]: (one["name"], one["former"]) for one in await grace_there.connections()}
    assert seen == {
        ada.person_id: ("A former attendee", True),
        again.person_id: ("Ada Staying", False),
    }
    assert (await again.get("/v1/me/profile")).json()["name"] == "Ada Staying"
    mine = (await again.get(f"/v1/events/{conference.event.id}/attendance")).json()
    assert (mine["name"], mine["listed"], mine["agreed_words"]["listed"]) == ("A. Second", True, 1)
    # The place of whoever left is not for their other account: it was theirs, and is a stub.
    taken = await claim(again, conference, ticket=ticket)
    assert (taken.status_code, taken.json()["code"]) == (409, "already_claimed")
    async with database.transaction() as db:
        leaving = await db.scalars(
            select(Attendance.name)
            .join(Person, Person.id == Attendance.person_id)
            .where(Person.leaving_at.is_not(None))
        )
        assert leaving.all() == ["A. Imported"]
