"""Claiming a place: by a proved address or the ticket, once, with everything that happened before."""

import asyncio
from uuid import UUID, uuid4

from sqlalchemy import func, select

from server.accounts.models import Person
from server.connections.models import Connection
from server.events.models import ConsentChange
from server.people.models import Block, Release
from tests.builders import make_attendance
from tests.claims.ticketing import Ticketing, claim
from tests.scans.conference import Conference, Guest, hold_conference, quick_phone, scan_of


async def test_a_proved_address_claims_its_place_with_the_consents_chosen(
    conference: Conference, ada, clock, database
):
    place = await make_attendance(
        database,
        conference.event,
        now=clock.now,
        email="ada@example.org",
        name="Ada Lovelace",
        role="Analyst",
    )

    claimed = await claim(ada, conference, consents={"listed": True, "text_version": 1})
    again = await claim(
        ada, conference, consents={"listed": False, "named_in_exports": True, "text_version": 1}
    )

    assert claimed.status_code == again.status_code == 200
    assert claimed.json() == again.json() == {
        "event_id": str(conference.event.id),
        "attendance_id": str(place.id),
        "person_id": ada.person_id,
        "name": "Ada Lovelace",
        "organisation": "",
        "role": "Analyst",
        "type": "attendee",
        "status": "expected",
        "listed": True,
        "exhibitors_may_scan": False,
        "named_in_exports": False,
        "agreed_words": {"listed": 1, "exhibitors_may_scan": None, "named_in_exports": None},
        "claimed_at": "2026-06-04T09:00:00Z",
        "version": 2,
    }  # fmt: skip
    profile = (await ada.get("/v1/me/profile")).json()
    assert (profile["name"], profile["role"]) == ("Ada Lovelace", "Analyst")
    async with database.transaction() as db:
        ledger = await db.execute(select(ConsentChange.consent, ConsentChange.given))
        assert ledger.all() == [("listed", True)]
        former = await db.get(Person, place.person_id)
        assert former.merged_into == UUID(ada.person_id)


async def test_an_edited_profile_is_not_touched(conference: Conference, ada, clock, database):
    await ada.edit("/v1/me/profile", {"name": "Countess"})
    await make_attendance(database, conference.event, now=clock.now, email="ada@example.org", role="Analyst")
    await claim(ada, conference)
    profile = (await ada.get("/v1/me/profile")).json()
    assert (profile["name"], profile["role"]) == ("Countess", "")


async def test_without_a_place_there_is_nothing_to_claim(conference: Conference, ada, clock, database):
    await make_attendance(database, conference.event, now=clock.now, email="grace@example.org")
    await make_attendance(
        database, conference.event, now=clock.now, email="ada@example.org", status="cancelled"
    )
    nothing = await claim(ada, conference)
    unknown = await ada.post(f"/v1/events/{uuid4()}/claim", json={})
    assert (nothing.status_code, nothing.json()["code"]) == (404, "nothing_to_claim")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "event_not_found")


async def test_several_places_under_one_address_need_the_ticket(
    conference: Conference, ada, clock, database, ticketing: Ticketing
):
    _, second = [
        await make_attendance(database, conference.event, now=clock.now, email="ada@example.org")
        for _ in range(2)
    ]
    which = await claim(ada, conference)
    assert (which.status_code, which.json()["code"]) == (409, "ticket_needed")
    mine = await claim(ada, conference, ticket=ticketing.ticket(second).lower())
    assert mine.json()["attendance_id"] == str(second.id)
    assert (await claim(ada, conference)).json() == mine.json()


async def test_a_ticket_claims_whatever_the_address(
    conference: Conference, ada, grace, clock, database, ticketing: Ticketing
):
    place = await make_attendance(database, conference.event, now=clock.now, email="office@example.org")

    mine = await claim(ada, conference, ticket=ticketing.ticket(place))
    again = await claim(ada, conference, ticket=ticketing.ticket(place))
    theirs = await claim(grace, conference, ticket=ticketing.ticket(place))
    assert mine.json() == again.json()
    assert (theirs.status_code, theirs.json()["code"]) == (409, "already_claimed")


async def test_only_a_valid_ticket_of_this_event_claims(
    conference: Conference, ada, clock, database, ticketing: Ticketing
):
    guest = await conference.guest(email="office@example.org")
    place = guest.attendance
    good = ticketing.ticket(place)
    wrong = [
        ticketing.ticket(place, serial=2),
        ticketing.ticket(place, serial=0),
        ticketing.ticket(place, event_id=uuid4()),
        ticketing.ticket(place, attendance_id=uuid4()),
        ticketing.ticket(place, key_version=2),
        good[:-1] + ("A" if good[-1] != "A" else "Q"),
        good[:-1],
        "",
        "T" * 164,
        "\x00",
        "é",
    ]
    answers = [await claim(ada, conference, ticket=ticket) for ticket in wrong]
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(400, "ticket_invalid")}

    for badge in (guest.badge.code, f"https://hallway.example/b/{guest.badge.code}", "ABCD-EFGH-P"):
        answer = await claim(ada, conference, ticket=badge)
        assert answer.status_code == 400
        assert answer.json()["code"] in {"badge_does_not_claim", "ticket_invalid"}
    assert (await claim(ada, conference, ticket=guest.badge.code)).json()["code"] == "badge_does_not_claim"
    await ticketing.publish(compromised=True)
    assert (await claim(ada, conference, ticket=good)).json()["code"] == "ticket_invalid"
    assert (await claim(ada, conference, ticket=7)).json()["code"] == "invalid_request"
    assert (await claim(ada, conference, consents={"listed": "maybe"})).json()["code"] == "invalid_request"


async def test_of_two_claims_at_once_one_wins(
    conference: Conference, client, clock, database, settings, ticketing: Ticketing
):
    for _ in range(5):
        place = await make_attendance(database, conference.event, now=clock.now)
        phones = [
            await quick_phone(client, database, settings, email=f"{uuid4()}@example.org", now=clock.now)
            for _ in range(3)
        ]
        token = ticketing.ticket(place)
        answers = await asyncio.gather(
            *(claim(phone, conference, ticket=token) for phone in phones for _ in range(2))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 200, 409, 409, 409, 409]
        assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {
            "already_claimed"
        }


async def test_everything_about_the_unclaimed_person_is_about_me_then(
    conference: Conference, ada_there: Guest, grace, clock, database
):
    place = await conference.guest(email="grace@example.org", name="Grace Hopper", organisation="Navy")
    await ada_there.scan(place, at=clock.now, note="Builds compilers", signal="yes")
    await ada_there.phone.edit(f"/v1/connections/{place.person_id}", {"note": "Write to her"})
    grace_there = Guest(conference.event, place.attendance, place.badge, grace)
    early = await grace_there.sync([scan_of(ada_there, at=clock.now)], now=clock.now)
    assert early["items"][0]["code"] == "not_claimed_yet"
    await claim(grace, conference)

    (seen,) = await ada_there.connections()
    assert (seen["person_id"], seen["name"], seen["note"], seen["signal"], seen["email"]) == (
        grace.person_id, "Grace Hopper", "Write to her", "yes", "grace@example.org",
    )  # fmt: skip
    assert [note["note"] for note in seen["scan_notes"]] == ["Builds compilers"]
    former = await ada_there.phone.get(f"/v1/connections/{place.person_id}")
    assert former.json() == seen
    (back,) = await grace_there.connections()
    assert (back["person_id"], back["email"], back["i_gave"]) == (
        ada_there.person_id,
        "ada@example.org",
        True,
    )
    async with database.transaction() as db:
        old = place.attendance.person_id
        left = select(func.count()).where((Connection.owner_id == old) | (Connection.other_id == old))
        assert await db.scalar(left) == 0
        left = select(func.count()).where((Release.subject_id == old) | (Release.recipient_id == old))
        assert await db.scalar(left) == 0


async def test_a_connection_from_an_earlier_event_is_joined(
    conference: Conference, ada_there: Guest, grace_there: Guest, clock, database
):
    await ada_there.scan(grace_there, at=clock.now)
    await grace_there.phone.edit(f"/v1/connections/{ada_there.person_id}", {"note": "mine"})
    await ada_there.phone.edit(
        f"/v1/connections/{grace_there.person_id}", {"note": "first", "tags": ["a", "b"]}
    )
    second = await hold_conference(database, now=clock.now)
    ada = await second.guest(ada_there.phone)
    place = await second.guest(email="grace@example.org")
    clock.tick(minutes=5)
    await ada.scan(place, at=clock.now)
    await ada.phone.edit(f"/v1/connections/{place.person_id}", {"note": "second", "tags": ["b", "c"]})
    assert len(await ada.connections()) == 2

    await claim(grace_there.phone, second)

    (seen,) = await ada.connections()
    assert {name: seen[name] for name in ("person_id", "note", "tags", "first_event_id", "last_met_at")} == {
        "person_id": grace_there.person_id,
        "note": "first\n\nsecond",
        "tags": ["a", "b", "c"],
        "first_event_id": str(conference.event.id),
        "last_met_at": "2026-06-04T09:05:00Z",
    }
    (back,) = await grace_there.connections()
    assert (back["note"], back["they_gave"], back["email"]) == ("mine", True, "")
    standing = [
        row["purpose"]
        for row in (await ada.phone.get("/v1/me/releases")).json()["items"]
        if row["withdrawn_at"] is None
    ]
    assert standing == ["card"]


async def test_a_block_of_the_unclaimed_person_holds_for_the_claimer(
    conference: Conference, ada_there: Guest, grace, clock, database
):
    place = await conference.guest(email="grace@example.org")
    await ada_there.scan(place, at=clock.now)
    async with database.transaction() as db:
        db.add(
            Block(
                blocker_id=UUID(ada_there.person_id),
                blocked_id=place.attendance.person_id,
                created_at=clock.now,
            )
        )
    await claim(grace, conference)
    assert (await grace.get("/v1/connections")).json()["items"] == []


async def test_scanning_a_place_while_it_is_claimed_loses_nothing(
    conference: Conference, client, clock, database, settings
):
    for _ in range(4):
        scanners = [
            await conference.guest(
                await quick_phone(client, database, settings, email=f"{uuid4()}@example.org", now=clock.now)
            )
            for _ in range(5)
        ]
        email = f"{uuid4()}@example.org"
        phone = await quick_phone(client, database, settings, email=email, now=clock.now)
        place = await conference.guest(email=email)
        mine = Guest(conference.event, place.attendance, place.badge, phone)

        answers = await asyncio.gather(
            *(scanner.scan(place, at=clock.now) for scanner in scanners[:3]),
            claim(phone, conference),
            mine.sync([scan_of(scanner, at=clock.now) for scanner in scanners], now=clock.now),
            *(scanner.scan(place, at=clock.now) for scanner in scanners[3:]),
        )

        assert all(isinstance(answer, dict) or answer.status_code in {200, 201} for answer in answers)
        seen = await mine.connections()
        assert {view["person_id"] for view in seen} == {scanner.person_id for scanner in scanners}
        assert all(view["email"] and view["they_gave"] for view in seen)
        for scanner in scanners:
            assert [view["person_id"] for view in await scanner.connections()] == [phone.person_id]
