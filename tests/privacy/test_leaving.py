"""Somebody deletes their account: hidden at once, back again if they like, erased after two weeks."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from server.accounts.models import AccountEmail, Person
from server.connections.models import Connection
from server.connections.rules import ON_EVERY_CARD
from server.events.models import Attendance, TeamMember
from server.people.models import Release
from server.privacy.erasing import erase, erase_due
from server.privacy.models import Erasure
from server.sync.jobs import spread_ripples
from tests.builders import make_event
from tests.interviews.people import answer_talk, ask_for_talk, at_once, book_talk, request_to, sign_in_again
from tests.phones import Phone, sign_in
from tests.privacy.leavers import erased, leave, stay
from tests.scans.conference import Conference, Guest, scan_of


async def listed(guest: Guest) -> None:
    await guest.phone.edit(f"/v1/events/{guest.event.id}/attendance", {"listed": True, "text_version": 1})


async def directory(guest: Guest) -> list[str]:
    answer = await guest.phone.get(f"/v1/events/{guest.event.id}/people")
    return [one["name"] for one in answer.json()["items"]]


FORMER = {
    "former": True, "name": "A former attendee", "headline": "", "email": "", "phone": "", "role": "",
    "organisation": "", "they_gave": False, "mutual_yes": False, "note": "", "i_gave": True,
}  # fmt: skip


async def test_others_see_a_former_attendee_at_once_and_keep_their_own_notes(
    ada_there: Guest, grace_there: Guest, copy, database, clock
):
    await listed(ada_there)
    await copy.sync()
    (before,) = copy["connections"]
    assert (before["former"], before["name"], before["phone"]) == (False, "Ada Lovelace", "+44 20 7946 0018")
    assert await directory(grace_there) == ["Ada Lovelace"]

    await leave(ada_there.phone)
    await spread_ripples(database, now=clock.now)

    (seen,) = await grace_there.connections()
    assert {key: seen[key] for key in FORMER} == FORMER
    assert [noted["note"] for noted in seen["scan_notes"]] == ["Knows looms"]
    assert seen["first_event_id"] == str(grace_there.event.id)
    assert await directory(grace_there) == []
    brought = await copy.sync()
    assert brought["connections"] == [seen]
    assert [(gone["kind"], gone["id"]) for gone in brought["removed"]] == [
        ("directory_entry", ada_there.person_id)
    ]
    asked = await grace_there.phone.post(
        "/v1/interviews", json=request_to(ada_there.phone, clock.now + timedelta(hours=24))
    )
    assert (asked.status_code, asked.json()["code"]) == (404, "person_not_found")
    shared = await grace_there.phone.post(f"/v1/connections/{ada_there.person_id}/share")
    assert (shared.status_code, shared.json()["code"]) == (404, "connection_not_found")


async def test_whoever_leaves_can_only_see_that_and_take_it_back(
    ada_there: Guest, grace_there: Guest, met, outbox, client, clock
):
    device = await ada_there.phone.put(
        f"/v1/me/devices/{UUID(int=7)}", json={"label": "phone", "platform": "ios", "zone": "Europe/Paris"}
    )
    asked = await leave(ada_there.phone)
    assert (asked["asked_at"], asked["erase_at"]) == ("2026-06-04T09:00:00Z", "2026-06-18T09:00:00Z")

    refused = await ada_there.phone.get("/v1/me/profile")
    assert (refused.status_code, refused.json()["code"]) == (403, "account_leaving")
    body = {"device_time": clock.now.isoformat(), "items": [scan_of(grace_there, at=clock.now)]}
    headers = {"authorization": f"Bearer {device.json()['device_token']}"}
    delivered = await client.post(f"/v1/events/{ada_there.event.id}/scans/sync", json=body, headers=headers)
    assert delivered.status_code == 401
    again = await sign_in(client, outbox, "ada@example.org")
    me = (await again.get("/v1/me")).json()
    assert (me["person_id"], me["leaving_at"]) == (ada_there.person_id, "2026-06-04T09:00:00Z")
    assert [row["purpose"] for row in (await again.get("/v1/me/releases")).json()["items"]] == [
        "contact",
        "card",
    ]
    assert await leave(again) == asked

    await stay(again)
    await stay(again)

    assert (await again.get("/v1/me")).json()["leaving_at"] is None
    assert (await again.get("/v1/me/profile")).json()["name"] == "Ada Lovelace"
    delivered = await client.post(f"/v1/events/{ada_there.event.id}/scans/sync", json=body, headers=headers)
    assert [item["outcome"] for item in delivered.json()["items"]] == ["recorded"]
    (seen,) = await grace_there.connections()
    assert (seen["former"], seen["name"], seen["phone"]) == (False, "Ada Lovelace", "+44 20 7946 0018")


async def test_who_stays_is_not_erased(ada_there: Guest, grace_there: Guest, met, database, clock):
    await leave(ada_there.phone)
    await stay(ada_there.phone)
    await erased(database, clock)
    assert (await sign_in_again(ada_there.phone)).person_id == ada_there.person_id


async def test_talks_ahead_end_without_a_reason(
    ada_there: Guest, grace_there: Guest, met, conference: Conference, client, outbox, clock
):
    ada, grace = ada_there.phone, grace_there.phone
    day = clock.now + timedelta(hours=24)
    booked = await book_talk(ada, grace, day)
    await outbox.new_mails()
    open_talk = await ask_for_talk(grace, ada, day + timedelta(hours=24))

    await leave(ada)

    talks = {one["id"]: one for one in (await grace.get("/v1/interviews")).json()["items"]}
    assert {
        (talks[talk["id"]]["state"], talks[talk["id"]]["reply"], talks[talk["id"]]["other"]["name"])
        for talk in (booked, open_talk)
    } == {("cancelled", "", "A former attendee"), ("expired", "", "A former attendee")}
    mails = {mail["To"]: mail for mail in await outbox.new_mails() if "cancelled" in mail["Subject"].lower()}
    assert "Ada Lovelace" in mails["grace@example.org"]["Subject"]
    answered = await answer_talk(grace, booked, "cancel")
    assert answered.json()["code"] == "no_longer_open"


async def test_booking_and_leaving_at_once_leave_no_talk_ahead(
    ada_there: Guest, grace_there: Guest, met, clock
):
    ada, grace = ada_there.phone, grace_there.phone
    talk = await ask_for_talk(ada, grace, clock.now + timedelta(hours=24))
    answers = await at_once(
        ada.post("/v1/me/deletion"),
        answer_talk(grace, talk, "accept"),
        grace.post("/v1/interviews", json=request_to(ada, clock.now + timedelta(hours=48))),
    )
    assert answers[0].status_code == 200
    assert {answer.status_code for answer in answers[1:]} <= {200, 201, 404, 409}
    talks = (await grace.get("/v1/interviews")).json()["items"]
    assert {one["state"] for one in talks} <= {"cancelled", "expired"}


async def test_the_only_owner_of_an_event_hands_over_first(ada: Phone, grace: Phone, database, clock):
    event = await make_event(database, now=clock.now, owner=ada.email)
    await ada.get(f"/v1/events/{event.id}/team")  # who uses the role has it
    refused = await ada.post("/v1/me/deletion")
    assert (refused.status_code, refused.json()["code"]) == (409, "last_owner")

    async with database.transaction() as db:
        db.add(
            TeamMember(event_id=event.id, id=UUID(int=1), email=grace.email, role="owner", added_at=clock.now)
        )
    await grace.get(f"/v1/events/{event.id}/team")

    answers = await at_once(ada.post("/v1/me/deletion"), grace.post("/v1/me/deletion"))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_the_receipt_says_who_had_received_what(
    ada_there: Guest, grace_there: Guest, met, outbox, clock, database
):
    event_id = str(ada_there.event.id)
    async with database.transaction() as db:
        db.add(
            Release(
                id=uuid4(),
                subject_id=UUID(ada_there.person_id),
                export_id=uuid4(),
                event_id=ada_there.event.id,
                purpose="export",
                source="named_in_exports",
                text_version=1,
                fields=["name"],
                released_at=clock.now + timedelta(seconds=1),
            )
        )
    receipt = (await leave(ada_there.phone))["receipt"]
    assert receipt == [
        {
            "recipient_id": grace_there.person_id,
            "recipient_kind": "person",
            "name": "Grace Hopper",
            "event_name": "PyCon",
            "fields": [*ON_EVERY_CARD, "headline", "phone"],
            "text_versions": [],
            "first_at": "2026-06-04T09:00:00Z",
            "last_at": "2026-06-04T09:00:00Z",
        },
        {
            "recipient_id": event_id,
            "recipient_kind": "organizers",
            "name": "PyCon",
            "event_name": "PyCon",
            "fields": ["name"],
            "text_versions": [1],
            "first_at": "2026-06-04T09:00:01Z",
            "last_at": "2026-06-04T09:00:01Z",
        },
    ]
    (mail,) = [mail for mail in await outbox.new_mails() if mail["To"] == "ada@example.org"]
    assert mail["Subject"] == "Your account is deleted on June 18, 2026"
    assert (
        f"- Grace Hopper, PyCon, since Jun 4, 2026: {', '.join(ON_EVERY_CARD)}, headline, phone"
        in mail.get_content()
    )


async def test_erased_after_two_weeks_and_not_before(
    ada_there: Guest, grace_there: Guest, met, database, clock, client, outbox
):
    await leave(ada_there.phone)
    clock.tick(days=13, hours=23)
    await erase_due(database, now=clock.now)
    assert (await sign_in_again(ada_there.phone)).person_id == ada_there.person_id

    clock.tick(hours=1)
    await erase_due(database, now=clock.now)
    await spread_ripples(database, now=clock.now)

    refused = await client.post(
        "/v1/sessions/refresh", json={"refresh_token": ada_there.phone.tokens["refresh_token"]}
    )
    assert (refused.status_code, refused.json()["code"]) == (401, "refresh_invalid")
    grace_there.phone = await sign_in_again(grace_there.phone)
    (seen,) = await grace_there.connections()
    assert {key: seen[key] for key in FORMER} == FORMER
    assert [noted["note"] for noted in seen["scan_notes"]] == ["Knows looms"]
    async with database.transaction() as db:
        assert await db.scalar(select(func.count()).select_from(AccountEmail)) == 1
        place = await db.get(Attendance, (ada_there.event.id, ada_there.attendance.id))
        assert (place.name, place.email, place.status) == ("Ada", "ada@example.org", "expected")
        mine = Connection.owner_id == UUID(ada_there.person_id)
        assert await db.scalar(select(func.count()).where(mine)) == 0

    anew = await sign_in(client, outbox, "ada@example.org")
    assert anew.person_id != ada_there.person_id
    claimed = await anew.post(
        f"/v1/events/{ada_there.event.id}/claim",
        json={
            "consents": {
                "listed": True,
                "exhibitors_may_scan": True,
                "named_in_exports": True,
                "text_version": 1,
            }
        },
    )
    assert claimed.json()["code"] == "nothing_to_claim"


async def test_a_late_phone_gets_its_answer_and_brings_nobody_back(
    ada_there: Guest, grace_there: Guest, conference: Conference, ada, database, clock, client, outbox
):
    alan = await conference.guest(await sign_in(client, outbox, "alan@example.org"))
    kept, late = scan_of(ada_there, at=clock.now), scan_of(ada_there, at=clock.now, note="Late")
    await grace_there.sync([kept], now=clock.now)
    await leave(ada_there.phone)
    await erased(database, clock)

    for guest in (grace_there, alan):
        guest.phone = await sign_in_again(guest.phone)
    again = await grace_there.sync([kept], now=clock.now)
    first = await alan.sync([late], now=clock.now)
    await erase_due(database, now=clock.now)

    assert [(item["outcome"], item["state"]) for item in again["items"]] == [("repeated", "recorded")]
    assert [(item["outcome"], item["state"]) for item in first["items"]] == [("recorded", "recorded")]
    for guest in (grace_there, alan):
        (seen,) = await guest.connections()
        assert (seen["former"], seen["name"]) == (True, "A former attendee")
    ada_id = UUID(ada_there.person_id)
    async with database.transaction() as db:
        assert await db.scalar(select(func.count()).where(Connection.owner_id == ada_id)) == 0
        standing = select(func.count()).where(Release.subject_id == ada_id, Release.withdrawn_at.is_(None))
        assert await db.scalar(standing) == 0


async def test_scans_undone_after_an_erasure_are_counted_from_what_is_left(
    ada_there: Guest, grace_there: Guest, database, clock
):
    """Ada's scan of Grace still stands for the encounter, without a word of hers."""
    mine = scan_of(ada_there, at=clock.now)
    await grace_there.sync([mine], now=clock.now)
    await ada_there.scan(grace_there, at=clock.now, note="A secret of Ada's")
    undone_at = (clock.now + timedelta(seconds=30)).isoformat()
    await leave(ada_there.phone)
    await erased(database, clock)

    grace_there.phone = await sign_in_again(grace_there.phone)
    answer = await grace_there.sync([], undos=[{"id": mine["id"], "undone_at": undone_at}], now=clock.now)

    assert [undo["outcome"] for undo in answer["undos"]] == ["undone"]
    (seen,) = await grace_there.connections()
    assert seen["former"] is True


async def test_an_erasure_stopped_on_the_way_goes_on_where_it_stopped(
    ada: Phone, grace: Phone, database, clock
):
    await leave(ada)
    await leave(grace)
    clock.tick(days=14)
    before = await _erased(database)

    with pytest.raises(ZeroDivisionError):
        await _erase_until_the_power_fails(database, now=clock.now)
    halfway = await _erased(database)
    await erase_due(database, now=clock.now)
    after = await _erased(database)
    await erase_due(database, now=clock.now + timedelta(hours=1))

    assert (before, halfway, after) == (0, 1, 2)
    assert await _erased(database, at=clock.now) == 2


async def _erase_until_the_power_fails(database, *, now) -> None:
    """One person is done, the next is in the middle of it."""
    async with database.transaction() as db:
        first, second = await db.scalars(select(Erasure.person_id).order_by(Erasure.person_id))
    async with database.transaction() as db:
        await erase(db, first, now=now)
    async with database.transaction() as db:
        await erase(db, second, now=now)
        raise ZeroDivisionError


async def _erased(database, *, at=None) -> int:
    async with database.transaction() as db:
        query = select(func.count()).select_from(Erasure).where(Erasure.erased_at.is_not(None))
        return await db.scalar(query if at is None else query.where(Erasure.erased_at == at))


async def test_scanning_and_leaving_at_once_show_nobody(
    ada_there: Guest, grace_there: Guest, database, clock
):
    scans = [scan_of(ada_there, at=clock.now - timedelta(seconds=number)) for number in range(6)]
    answers = await at_once(
        *(grace_there.post("/scans", scan) for scan in scans), ada_there.phone.post("/v1/me/deletion")
    )
    assert {answer.status_code for answer in answers} <= {200, 201}
    (seen,) = await grace_there.connections()
    assert seen["former"] is True


async def test_scanning_and_being_erased_at_once_leave_nothing_of_theirs(
    ada_there: Guest, grace_there: Guest, database, clock
):
    await leave(ada_there.phone)
    scanned_at = clock.now
    clock.tick(days=14)
    grace_there.phone = await sign_in_again(grace_there.phone)
    scans = [scan_of(ada_there, at=scanned_at - timedelta(seconds=number)) for number in range(6)]

    await at_once(*(grace_there.post("/scans", scan) for scan in scans), erase_due(database, now=clock.now))
    await erase_due(database, now=clock.now)

    (seen,) = await grace_there.connections()
    assert seen["former"] is True
    async with database.transaction() as db:
        mine = Connection.owner_id == UUID(ada_there.person_id)
        assert await db.scalar(select(func.count()).where(mine)) == 0


async def test_a_joined_place_is_erased_with_the_one_it_was_joined_into(
    ada_there: Guest, grace_there: Guest, conference: Conference, database, clock
):
    """Its person was merged into hers: what others keep of either is of a former attendee."""
    second = await conference.guest(name="Ada L.", email="office@example.org")
    async with database.transaction() as db:
        former = await db.get(Person, second.attendance.person_id)
        former.merged_into = UUID(ada_there.person_id)
    await leave(ada_there.phone)
    await erased(database, clock)
    async with database.transaction() as db:
        place = await db.get(Attendance, (second.event.id, second.attendance.id))
        assert (place.listed, place.name) == (False, "Ada L.")


async def test_nothing_imported_later_is_mailed_to_an_erased_address(
    ada_there: Guest, grace_there: Guest, database, clock, client, outbox, conference: Conference
):
    await leave(ada_there.phone)
    await erased(database, clock)
    await outbox.new_mails()
    event = await make_event(database, now=clock.now, owner=grace_there.phone.email, name="Next year")
    organizer = await sign_in_again(grace_there.phone)

    added = await organizer.post(
        f"/v1/events/{event.id}/attendees",
        json={"id": str(uuid4()), "name": "Ada", "email": "ada@example.org"},
    )
    assert added.status_code == 201, added.text

    async def mailed() -> list[str]:
        sent = await organizer.post(
            f"/v1/events/{event.id}/ticket_mailings", json={"id": str(uuid4()), "recipients": "all"}
        )
        assert sent.status_code == 201, sent.text
        return [mail["To"] for mail in await outbox.new_mails()]

    assert await mailed() == []
    await sign_in(client, outbox, "ada@example.org")
    assert await mailed() == ["ada@example.org"]
