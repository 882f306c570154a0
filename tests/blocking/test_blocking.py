"""Two people who keep away from each other: what each still sees, and what nobody is told."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from server.ids import new_id
from tests.builders import make_attendance
from tests.interviews.people import ask_for_talk, book_talk, request_to
from tests.phones import Phone, sign_in
from tests.scans.conference import Conference, Guest, scan_of
from tests.sync.copies import NOTHING, Copy


async def block(one: Phone, other: Guest | Phone) -> None:
    answer = await one.put(f"/v1/me/blocks/{other.person_id}")
    assert answer.status_code == 200, answer.text


async def unblock(one: Phone, other: Guest | Phone) -> None:
    answer = await one.delete(f"/v1/me/blocks/{other.person_id}")
    assert answer.status_code == 204, answer.text


async def blocks_of(phone: Phone) -> list[dict]:
    return (await phone.get("/v1/me/blocks")).json()["items"]


@pytest.fixture
async def met(ada_there: Guest, grace_there: Guest, clock):
    """Ada and Grace scanned each other."""
    await grace_there.phone.edit("/v1/me/profile", {"name": "Grace Hopper", "headline": "I find bugs"})
    await ada_there.scan(grace_there, at=clock.now)
    await grace_there.scan(ada_there, at=clock.now)


async def test_who_is_blocked_is_seen_in_one_s_own_list_alone(ada_there: Guest, grace_there: Guest, met):
    ada, grace = ada_there.phone, grace_there.phone
    answer = await ada.put(f"/v1/me/blocks/{grace.person_id}")
    assert answer.json() == {
        "person_id": grace.person_id, "name": "Grace Hopper", "blocked_at": "2026-06-04T09:00:00Z",
    }  # fmt: skip
    assert (await ada.put(f"/v1/me/blocks/{grace.person_id}")).json() == answer.json()
    await grace.edit("/v1/me/profile", {"name": "Somebody Else"})

    assert await blocks_of(ada) == [answer.json()]
    assert await blocks_of(grace) == []
    assert (await ada_there.connections(), await grace_there.connections()) == ([], [])


async def test_a_stranger_and_oneself_are_nobody_to_block(ada: Phone, grace: Phone):
    answers = [await ada.put(f"/v1/me/blocks/{id_}") for id_ in (grace.person_id, ada.person_id, new_id())]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, "person_not_found")] * 3
    await unblock(ada, grace)


async def test_somebody_of_the_same_event_can_be_blocked_before_they_meet(
    conference: Conference, ada_there: Guest, grace_there: Guest
):
    await block(ada_there.phone, grace_there)
    assert [one["name"] for one in await blocks_of(ada_there.phone)] == [""]  # Grace is not listed


async def test_a_block_brings_back_what_stands_when_it_is_taken_back(
    ada_there: Guest, grace_there: Guest, met
):
    before = [await guest.connections() for guest in (ada_there, grace_there)]
    await ada_there.phone.edit(f"/v1/connections/{grace_there.person_id}", {"note": "Be careful"})
    await block(ada_there.phone, grace_there)
    await unblock(ada_there.phone, grace_there)
    (hers,) = await ada_there.connections()
    assert (hers["note"], hers["email"], hers["headline"]) == (
        "Be careful", "grace@example.org", "I find bugs",
    )  # fmt: skip
    assert await grace_there.connections() == before[1]


async def test_a_block_of_each_other_holds_until_both_took_it_back(ada_there: Guest, grace_there: Guest, met):
    copies = Copy(ada_there.phone), Copy(grace_there.phone)
    for copy in copies:
        await copy.sync()
    await block(ada_there.phone, grace_there)
    gone = {"kind": "connection", "event_id": None, "merged_into": None}
    assert await copies[1].sync() == {**NOTHING, "removed": [{**gone, "id": ada_there.person_id}]}
    await block(grace_there.phone, ada_there)
    assert await copies[1].sync() == NOTHING  # who blocks in turn is not told that they were

    await unblock(ada_there.phone, grace_there)
    assert await ada_there.connections() == []
    await copies[0].sync()
    assert copies[0]["connections"] == []
    await unblock(grace_there.phone, ada_there)
    await copies[0].sync()
    assert copies[0]["connections"] == await ada_there.connections() != []


@pytest.mark.parametrize("by_batch", [False, True])
async def test_scans_across_a_block_are_recorded_show_nothing_and_give_nothing(
    ada_there: Guest, grace_there: Guest, clock, by_batch
):
    """Also those read before it that arrive after it."""
    before = clock.now
    clock.tick(minutes=5)
    await block(ada_there.phone, grace_there)
    for guest, other in ((ada_there, grace_there), (grace_there, ada_there)):
        if by_batch:
            late = [scan_of(other, at=before), scan_of(other, at=clock.now, note="Again", signal="yes")]
            items = (await guest.sync(late, now=clock.now))["items"]
        else:
            items = [(await guest.scan(other, at=at)).json() for at in (before, clock.now)]
        assert [(one["outcome"], one["person_id"]) for one in items] == [("recorded", None)] * 2
        assert (await guest.phone.get("/v1/me/releases")).json()["items"] == []

    await unblock(ada_there.phone, grace_there)
    (hers,) = await ada_there.connections()
    assert (hers["name"], hers["headline"], hers["email"]) == ("Grace", "", "")  # what the badge said
    await grace_there.phone.post(f"/v1/connections/{ada_there.person_id}/share")
    (hers,) = await ada_there.connections()
    assert hers["email"] == "grace@example.org"


@pytest.mark.parametrize("blocker", ["ada", "grace"])
async def test_a_booked_talk_is_cancelled_as_any_other(
    ada_there: Guest, grace_there: Guest, met, clock, outbox, blocker
):
    ada, grace = ada_there.phone, grace_there.phone
    talk = await book_talk(ada, grace, clock.now + timedelta(hours=24))
    await outbox.new_mails()
    one, other = (ada, grace) if blocker == "ada" else (grace, ada)
    await block(one, other)

    seen = (await other.get(f"/v1/interviews/{talk['id']}")).json()
    expected = "host" if blocker == "grace" else "asker"
    assert (seen["state"], seen["reply"], seen["answered_by"]) == ("cancelled", "", expected)
    assert (await other.get("/v1/interviews")).json()["items"] == [seen]
    mails = {str(mail["To"]): mail for mail in await outbox.new_mails()}
    assert set(mails) == {"ada@example.org", "grace@example.org"}
    words = mails[other.email].get_body(("plain",)).get_content()
    name = {"ada": "Ada", "grace": "Grace Hopper"}[blocker]
    assert (
        words.split()
        == (
            f"Your talk with {name} on Friday 5 June 2026, 09:00 (Etc/UTC) is cancelled."
            " It is taken out of your calendar."
        ).split()
    )
    for phone, them in ((ada, grace), (grace, ada)):
        slots = await phone.get(
            "/v1/interviews/slots",
            params={"with_person_id": them.person_id, "minutes": 20, "interview_id": talk["id"]},
        )
        assert (slots.status_code, slots.json()["code"]) == (409, "no_longer_open")


async def test_what_somebody_says_of_themselves_after_a_block_is_not_in_old_talks(
    ada_there: Guest, grace_there: Guest, met, clock
):
    ada, grace = ada_there.phone, grace_there.phone
    talk = await book_talk(ada, grace, clock.now + timedelta(hours=24))

    async def other() -> dict:
        return (await ada.get(f"/v1/interviews/{talk['id']}")).json()["other"]

    seen = await other()
    assert (seen["name"], seen["headline"]) == ("Grace Hopper", "I find bugs")
    await block(grace, ada)
    clock.tick(minutes=1)
    assert await other() == {**seen, "headline": ""}
    await grace.edit("/v1/me/profile", {"name": "Grace Murray"})
    assert await other() == {**seen, "name": "Grace", "headline": ""}  # as on the badge


async def test_a_request_ends_and_takes_no_room_for_others(ada_there: Guest, grace_there: Guest, met, clock):
    ada, grace = ada_there.phone, grace_there.phone
    slot = clock.now + timedelta(hours=24)
    talk = await ask_for_talk(ada, grace, slot)
    await block(grace, ada)
    for phone in (ada, grace):
        assert (await phone.get(f"/v1/interviews/{talk['id']}")).status_code == 404
    refused = await ada.post("/v1/interviews", json=request_to(grace, slot))
    assert (refused.status_code, refused.json()["code"]) == (404, "person_not_found")

    await unblock(grace, ada)
    assert (await ada.get(f"/v1/interviews/{talk['id']}")).json()["state"] == "expired"
    await ask_for_talk(ada, grace, slot)


async def test_whoever_claims_a_place_is_blocked_as_it_was(
    conference: Conference, ada_there: Guest, grace: Phone, database, clock
):
    place = await make_attendance(
        database, conference.event, now=clock.now, email=grace.email, name="G. Hopper"
    )
    unclaimed = Guest(conference.event, place, badge=None)
    await block(ada_there.phone, unclaimed)
    claimed = await grace.post(
        f"/v1/events/{conference.event.id}/claim", json={"consents": {"listed": True, "text_version": 1}}
    )
    assert claimed.status_code == 200, claimed.text

    assert [one["person_id"] for one in await blocks_of(ada_there.phone)] == [grace.person_id]
    assert (await ada_there.phone.get(f"/v1/events/{conference.event.id}/people")).json()["items"] == []
    await unblock(ada_there.phone, unclaimed)
    assert await blocks_of(ada_there.phone) == []


async def test_the_list_is_paged(conference: Conference, ada_there: Guest, database, clock):
    people = [await conference.guest() for _ in range(3)]
    for guest in people:
        clock.tick(minutes=1)
        await block(ada_there.phone, guest)
    first = (await ada_there.phone.get("/v1/me/blocks", params={"limit": 2})).json()
    second = (
        await ada_there.phone.get("/v1/me/blocks", params={"limit": 2, "cursor": first["next_cursor"]})
    ).json()
    listed = [one["person_id"] for one in (*first["items"], *second["items"])]
    assert (listed, second["next_cursor"]) == ([guest.person_id for guest in reversed(people)], None)


async def test_the_door_and_the_organizers_list_know_nothing_of_it(
    conference: Conference, ada_there: Guest, grace_there: Guest, met, client, outbox, database
):
    olga = await sign_in(client, outbox, "olga@example.org")
    path = f"/v1/events/{conference.event.id}"
    before = [(await olga.get(f"{path}/{tail}")).json() for tail in ("attendees", "stats")]
    await block(ada_there.phone, grace_there)
    assert [(await olga.get(f"{path}/{tail}")).json() for tail in ("attendees", "stats")] == before
    async with database.transaction() as db:
        assert await db.scalar(text("select count(*) from encounters")) == 1
