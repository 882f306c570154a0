"""A door without signal decides every ticket with what it fetched before; nothing that changed is ever left out."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text, update

from openapi.examples.offline_door import OfflineDoor
from server.badges.codes import parse_code
from server.badges.tickets import Ticket, derive_key, sign_ticket
from server.events.models import Attendance, TeamMember
from server.ids import new_id
from server.paging import read_cursor, write_cursor
from tests.builders import make_attendance, make_badge, make_event
from tests.phones import Phone, sign_in


@pytest.fixture
async def event(database, clock, ada):
    """Ada runs it."""
    return await make_event(database, now=clock(), owner="ada@example.org")


@pytest.fixture
async def at_door(ada, event) -> Phone:
    """A device of the event, as it stands at the north door."""
    body = {"id": str(uuid4()), "station": "North door", "purpose": "door"}
    invited = (await ada.post(f"/v1/events/{event.id}/devices", json=body)).json()
    facts = {"code": invited["code"], "label": "Tablet", "platform": "ios"}
    token = (await ada.client.post("/v1/event_devices", json=facts)).json()["device_token"]
    return Phone(ada.client, "north door", {"access_token": token})


async def fetch(door: OfflineDoor, phone: Phone, *, limit: int = 200) -> list[dict]:
    """All that a door fetches while there is signal; the revocations among it."""
    path = f"/v1/events/{door.event_id}"
    door.keep_keys((await phone.get(f"{path}/ticket_keys")).json())
    found = []
    while True:
        query = f"?limit={limit}" + (f"&cursor={door.cursor}" if door.cursor else "")
        answer = (await phone.get(f"{path}/revocations{query}")).json()
        door.keep_revocations(answer)
        found += answer["items"]
        if not answer["has_more"]:
            return found


async def fetch_until_nothing_comes(door: OfflineDoor, phone: Phone) -> None:
    """Items come again while a transaction older than they is under way, be it in another test's database."""
    for _ in range(500):
        if not await fetch(door, phone):
            return
    raise AssertionError("the same comes for ever")


async def ticket_of(phone, event) -> str:
    return (await phone.get(f"/v1/events/{event.id}/me/ticket")).json()["token"]


async def test_a_door_decides_every_ticket_alone(
    ada, grace, event, at_door, database, clock, outbox, client, settings
):
    place = await make_attendance(database, event, grace, now=clock())
    path = f"/v1/events/{event.id}"
    attendee = f"{path}/attendees/{place.id}"
    first = await ticket_of(grace, event)
    door = OfflineDoor(str(event.id))
    fresh = await fetch(door, at_door)

    def judged(token: str) -> str:
        return door.ticket(token, now=clock())

    assert fresh == []
    assert judged(first) == "admitted"
    assert judged(f" {first.lower()}\n") == "admitted"

    other = await make_event(database, now=clock(), owner="ada@example.org")
    await make_attendance(database, other, grace, now=clock())
    claim = Ticket(event_id=event.id, attendance_id=place.id, serial=1, key_version=1)
    wrong = derive_key(bytes(32), event.id, 1)
    assert judged(await ticket_of(grace, other)) == "other_event"
    assert judged(sign_ticket(claim, wrong)) == "forged"
    assert judged(first[:60] + ("B" if first[60] == "A" else "A") + first[61:]) == "forged"
    for nonsense in ("", "T", "hello", "Ä" * 164, "H" * 164, "1" * 164, first[:-1] + "7"):
        assert judged(nonsense) == "not_a_ticket"

    await ada.post(f"{attendee}/ticket/replace", json={"serial": 1})
    second = await ticket_of(grace, event)
    assert judged(first) == "admitted"  # without signal it cannot know
    assert await fetch(door, at_door) == [
        {"kind": "ticket", "attendance_id": str(place.id), "lowest_serial": 2, "badge_digest": None}
    ]
    assert (judged(first), judged(second)) == ("replaced", "admitted")

    await ada.post(f"{attendee}/cancel")
    await fetch(door, at_door)
    assert (judged(first), judged(second)) == ("cancelled", "cancelled")
    await ada.edit(attendee, {"status": "expected"})
    await fetch(door, at_door)
    assert (judged(first), judged(second)) == ("replaced", "admitted")

    await ada.post(f"{path}/ticket_keys/rotate", json={"newest_version": 1})
    third = await ticket_of(grace, event)
    assert (judged(second), judged(third)) == ("admitted", "fetch_keys")
    await fetch(door, at_door)
    assert (judged(second), judged(third)) == ("admitted", "admitted")

    since = clock.tick(minutes=5)
    await ada.post(f"{path}/ticket_keys/1/compromised", json={"compromised_from": since.isoformat()})
    await fetch(door, at_door)
    assert (judged(second), judged(third)) == ("key_compromised", "admitted")
    clock.tick(minutes=-1)
    assert judged(second) == "admitted"  # who was there before it leaked


async def test_a_door_knows_revoked_badges_by_their_digest(ada, event, at_door, database, clock):
    place = await make_attendance(database, event, now=clock())
    lost, worn = [
        await make_badge(database, event, where, now=clock())
        for where in (place, await make_attendance(database, event, now=clock()))
    ]
    await ada.post(f"/v1/events/{event.id}/badges/{lost.id}/replace", json={"reason": "lost"})
    door = OfflineDoor(str(event.id))

    assert await fetch(door, at_door) == [
        {
            "kind": "badge",
            "attendance_id": str(place.id),
            "lowest_serial": None,
            "badge_digest": parse_code(lost.code).digest.hex(),
        }
    ]
    assert (door.badge_is_revoked(lost.code.lower()), door.badge_is_revoked(worn.code)) == (True, False)


async def test_a_joined_places_ticket_counts_as_long_as_the_place_it_leads_to(
    ada, grace, event, at_door, database, clock
):
    old = await make_attendance(database, event, grace, now=clock())
    ticket = await ticket_of(grace, event)
    kept = await make_attendance(database, event, now=clock())
    async with database.transaction() as db:
        place = await db.get_one(Attendance, (event.id, old.id))
        place.account_id, place.status, place.joined_into_id = None, "joined", kept.id
    door = OfflineDoor(str(event.id))
    path = f"/v1/events/{event.id}/attendees/{kept.id}"
    judged = []
    for change in (
        ada.get(f"/v1/events/{event.id}"),
        ada.post(f"{path}/cancel"),
        ada.edit(path, {"status": "expected"}),
    ):
        await change
        await fetch(door, at_door)
        judged.append(door.ticket(ticket, now=clock()))

    assert judged == ["admitted", "cancelled", "admitted"]


async def test_only_what_changed_comes_again(ada, event, at_door, database, clock):
    places = [await make_attendance(database, event, now=clock()) for _ in range(5)]
    door = OfflineDoor(str(event.id))
    for place in places[:4]:
        await ada.post(f"/v1/events/{event.id}/attendees/{place.id}/cancel")

    assert [item["attendance_id"] for item in await fetch(door, at_door, limit=1)] == [
        str(place.id) for place in places[:4]
    ]
    await fetch_until_nothing_comes(door, at_door)
    await ada.edit(f"/v1/events/{event.id}/attendees/{places[1].id}", {"name": "Renamed"})
    async with database.transaction() as db:
        await db.execute(update(Attendance).values(checked_in_at=clock()))
    assert await fetch(door, at_door) == []
    await ada.post(f"/v1/events/{event.id}/attendees/{places[4].id}/cancel")
    assert [item["attendance_id"] for item in await fetch(door, at_door)] == [str(places[4].id)]


async def test_a_change_that_was_under_way_while_the_door_asked_comes_with_the_next_answer(
    ada, event, at_door, database, clock
):
    places = [await make_attendance(database, event, now=clock()) for _ in range(3)]
    door = OfflineDoor(str(event.id))
    path = f"/v1/events/{event.id}/attendees"
    async with database.transaction() as slow:
        await slow.execute(update(Attendance).where(Attendance.id == places[0].id).values(status="cancelled"))
        await ada.post(f"{path}/{places[1].id}/cancel")
        seen = {item["attendance_id"] for item in await fetch(door, at_door)}
        await ada.post(f"{path}/{places[2].id}/cancel")
        seen_later = {item["attendance_id"] for item in await fetch(door, at_door)}
    at_last = {item["attendance_id"] for item in await fetch(door, at_door)}

    assert seen == {str(places[1].id)}
    # The first comes again, since the slow one is still under way.
    assert seen_later == {str(places[1].id), str(places[2].id)}
    assert str(places[0].id) in at_last
    await fetch_until_nothing_comes(door, at_door)


async def test_whatever_the_order_of_commits_a_door_ends_with_what_holds(
    ada, event, at_door, database, clock
):
    """Twelve transactions overlap at random while a door keeps asking for pages of one."""
    places = [await make_attendance(database, event, now=clock()) for _ in range(6)]
    door = OfflineDoor(str(event.id))
    done = asyncio.Event()

    async def change(number: int) -> None:
        async with database.transaction() as db:
            place = places[number % 6]
            status = "cancelled" if number < 6 else "expected"
            await db.execute(update(Attendance).where(Attendance.id == place.id).values(status=status))
            await db.execute(text("select pg_sleep(random() * 0.05)"))

    async def ask() -> None:
        while not done.is_set():
            await fetch(door, at_door, limit=1)

    asking = asyncio.create_task(ask())
    for batch in (range(6), range(6, 9)):
        await asyncio.gather(*(change(number) for number in batch))
    done.set()
    await asking
    await fetch(door, at_door)

    assert door.lowest_serials == {
        str(place.id): 1 if number < 3 else None for number, place in enumerate(places)
    }


async def test_revocations_are_for_the_door(ada, grace, event, at_door, database, clock, client, outbox):
    path = f"/v1/events/{event.id}/revocations"
    elsewhere = await make_event(database, now=clock(), owner="ada@example.org")
    hedy = await sign_in(client, outbox, "hedy@example.org")
    await make_attendance(database, event, hedy, now=clock())
    async with database.transaction() as db:
        db.add(
            TeamMember(
                event_id=event.id, id=new_id(), email="grace@example.org", role="door", added_at=clock()
            )
        )
    allowed = await grace.get(path)
    async with database.transaction() as db:
        await db.execute(
            update(TeamMember).where(TeamMember.email == "grace@example.org").values(role="analyst")
        )
    refused = {
        "an analyst": await grace.get(path),
        "an attendee": await hedy.get(path),
        "another event's door": await at_door.get(f"/v1/events/{elsewhere.id}/revocations"),
        "its keys": await at_door.get(f"/v1/events/{elsewhere.id}/ticket_keys"),
        "nobody": await client.get(path),
    }
    clock.now = event.doors_close_at
    refused["after the doors closed"] = await at_door.get(path)

    assert allowed.status_code == 200
    assert {who: (answer.status_code, answer.json()["code"]) for who, answer in refused.items()} == {
        "an analyst": (403, "role_required"),
        "an attendee": (404, "event_not_found"),
        "another event's door": (404, "event_not_found"),
        "its keys": (404, "event_not_found"),
        "nobody": (401, "sign_in_required"),
        "after the doors closed": (401, "device_revoked"),
    }


async def test_a_cursor_of_another_database_begins_again(ada, event):
    path = f"/v1/events/{event.id}/revocations"
    cursor = (await ada.get(path)).json()["next_cursor"]
    _, *rest = read_cursor(cursor, str, int, int, int, UUID)
    expired = await ada.get(f"{path}?cursor={write_cursor('before the restore', *rest)}")
    unread = await ada.get(f"{path}?cursor=nonsense")

    assert (expired.status_code, expired.json()["code"]) == (410, "cursor_expired")
    assert (unread.status_code, unread.json()["code"]) == (400, "cursor_invalid")
