"""What came into wrong hands is replaced: a ticket, a list of badges, a key. Again changes nothing."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from server.badges.models import Badge, TicketKey
from server.badges.tickets import read_ticket
from server.events.models import Attendance, TeamMember
from server.ids import new_id
from tests.builders import make_attendance, make_badge, make_event


@pytest.fixture
async def event(database, clock, ada):
    """Ada runs it."""
    return await make_event(database, now=clock(), owner="ada@example.org")


async def member(database, clock, event, phone, role: str) -> None:
    async with database.transaction() as db:
        db.add(TeamMember(event_id=event.id, id=new_id(), email=phone.email, role=role, added_at=clock()))


async def test_a_ticket_is_replaced_once_however_often_it_is_asked_for(ada, grace, event, database, clock):
    place = await make_attendance(database, event, grace, now=clock())
    path = f"/v1/events/{event.id}/attendees/{place.id}/ticket/replace"
    answers = await asyncio.gather(*(ada.post(path, json={"serial": 1}) for _ in range(4)))
    ticket = (await grace.get(f"/v1/events/{event.id}/me/ticket")).json()
    (listed,) = (await ada.get(f"/v1/events/{event.id}/attendees")).json()["items"]

    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (
            200,
            {"attendance_id": str(place.id), "ticket_serial": 2, "replaced_at": "2026-06-04T09:00:00Z"},
        )
    ] * 4
    assert read_ticket(ticket["token"]).serial == ticket["serial"] == listed["ticket_serial"] == 2
    assert (await ada.post(path, json={"serial": 2})).json()["ticket_serial"] == 3


async def test_a_ticket_that_nobody_has_is_not_replaced(ada, grace, event, database, clock):
    place = await make_attendance(database, event, now=clock())
    gone = await make_attendance(database, event, now=clock(), status="cancelled")
    path = f"/v1/events/{event.id}/attendees"
    await member(database, clock, event, grace, "door")
    answers = [
        await ada.post(f"{path}/{place.id}/ticket/replace", json={"serial": 2}),
        await ada.post(f"{path}/{gone.id}/ticket/replace", json={"serial": 1}),
        await ada.post(f"{path}/{event.id}/ticket/replace", json={"serial": 1}),
        await ada.post(f"{path}/{place.id}/ticket/replace", json={"serial": 0}),
        await ada.post(f"{path}/{place.id}/ticket/replace", json={"serial": 10**12}),
        await grace.post(f"{path}/{place.id}/ticket/replace", json={"serial": 1}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (409, "ticket_serial_unknown"),
        (409, "attendee_not_expected"),
        (404, "attendee_not_found"),
        (400, "invalid_request"),
        (409, "ticket_serial_unknown"),
        (403, "role_required"),
    ]
    async with database.transaction() as db:
        assert set(await db.scalars(select(Attendance.ticket_serial))) == {1}


async def test_a_list_of_badges_that_leaked_is_replaced_whole_and_once(ada, event, database, clock):
    places = [await make_attendance(database, event, now=clock()) for _ in range(3)]
    gone = await make_attendance(database, event, now=clock(), status="cancelled")
    leaked = [await make_badge(database, event, place, now=clock()) for place in (*places, gone)]
    moment = clock.tick(minutes=1)
    printed_after = await make_badge(
        database, event, await make_attendance(database, event, now=clock()), now=clock()
    )
    clock.tick(minutes=1)
    body = {"issued_before": moment.isoformat()}
    path = f"/v1/events/{event.id}/badges/replace"
    first, again = await ada.post(path, json=body), await ada.post(path, json=body)

    assert (first.status_code, first.json()) == (200, {"replaced": 4, "standing": 4})
    assert (again.status_code, again.json()) == (200, {"replaced": 0, "standing": 4})
    async with database.transaction() as db:
        badges = (await db.scalars(select(Badge))).all()
    revoked = {badge.id for badge in badges if badge.revoked_because == "leaked"}
    assert revoked == {badge.id for badge in leaked}
    assert {badge.attendance_id for badge in badges if badge.revoked_at is None} == {
        *(place.id for place in places),
        printed_after.attendance_id,
    }
    order = {"id": str(new_id()), "who": "not_printed"}
    assert (await ada.post(f"/v1/events/{event.id}/badge_prints", json=order)).json()["total"] == 4


async def test_badges_are_replaced_in_bulk_by_managers_and_not_for_the_future(
    ada, grace, event, database, clock
):
    await member(database, clock, event, grace, "supervisor")
    path = f"/v1/events/{event.id}/badges/replace"
    answers = [
        await grace.post(path, json={"issued_before": clock().isoformat()}),
        await ada.post(path, json={"issued_before": (clock() + timedelta(seconds=1)).isoformat()}),
        await ada.post(path, json={}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (403, "role_required"),
        (400, "invalid_request"),
        (400, "invalid_request"),
    ]
    assert answers[1].json()["errors"][0]["pointer"] == "/issued_before"


async def test_rotation_signs_anew_and_leaves_what_is_out(ada, grace, event, database, clock):
    await make_attendance(database, event, grace, now=clock())
    path = f"/v1/events/{event.id}/ticket_keys"
    before = (await grace.get(f"/v1/events/{event.id}/me/ticket")).json()
    clock.tick(minutes=1)
    answers = await asyncio.gather(
        *(ada.post(f"{path}/rotate", json={"newest_version": 1}) for _ in range(4))
    )
    after = (await grace.get(f"/v1/events/{event.id}/me/ticket")).json()

    assert {answer.status_code for answer in answers} == {200}
    assert {answer.text for answer in answers} == {(await grace.get(path)).text}
    assert [
        (key["version"], key["created_at"], key["compromised_from"]) for key in answers[0].json()["items"]
    ] == [(1, "2026-06-04T09:00:00Z", None), (2, "2026-06-04T09:01:00Z", None)]
    assert (before["key_version"], after["key_version"]) == (1, 2)
    assert (before["serial"], after["serial"]) == (1, 1)


async def test_a_leaked_key_is_reported_from_a_time_that_only_moves_back(ada, event, clock):
    path = f"/v1/events/{event.id}/ticket_keys"
    await ada.get(path)
    clock.tick(minutes=9)

    async def report(version: int, **earlier: float) -> list[tuple]:
        since = clock() - timedelta(**earlier)
        answer = await ada.post(f"{path}/{version}/compromised", json={"compromised_from": since.isoformat()})
        return [(key["version"], key["compromised_from"]) for key in answer.json()["items"]]

    assert await report(1, minutes=1) == [(1, "2026-06-04T09:08:00Z"), (2, None)]
    assert await report(1, minutes=2) == [(1, "2026-06-04T09:07:00Z"), (2, None)]
    assert await report(1) == [(1, "2026-06-04T09:07:00Z"), (2, None)]
    assert await report(2) == [(1, "2026-06-04T09:07:00Z"), (2, "2026-06-04T09:09:00Z"), (3, None)]


async def test_keys_are_the_owners_business(ada, grace, event, database, clock):
    path = f"/v1/events/{event.id}/ticket_keys"
    await ada.get(path)
    await member(database, clock, event, grace, "manager")
    since = {"compromised_from": clock().isoformat()}
    later = {"compromised_from": (clock() + timedelta(minutes=1)).isoformat()}
    answers = [
        await grace.post(f"{path}/rotate", json={"newest_version": 1}),
        await grace.post(f"{path}/1/compromised", json=since),
        await ada.post(f"{path}/rotate", json={"newest_version": 2}),
        await ada.post(f"{path}/2/compromised", json=since),
        await ada.post(f"{path}/99999999999999999999/compromised", json=since),
        await ada.post(f"{path}/1/compromised", json=later),
        await ada.post(f"{path}/one/compromised", json=since),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (403, "role_required"),
        (403, "role_required"),
        (404, "ticket_key_not_found"),
        (404, "ticket_key_not_found"),
        (404, "ticket_key_not_found"),
        (400, "invalid_request"),
        (400, "invalid_request"),
    ]
    assert len((await ada.get(path)).json()["items"]) == 1


async def test_rotations_leave_versions_for_leaks(ada, event, database, clock):
    path = f"/v1/events/{event.id}/ticket_keys"
    await ada.get(path)
    async with database.transaction() as db:
        await db.execute(update(TicketKey).values(version=198))  # no key of ours: the next one signs
    last = await ada.post(f"{path}/rotate", json={"newest_version": 199})
    refused = await ada.post(f"{path}/rotate", json={"newest_version": 200})

    assert [key["version"] for key in last.json()["items"]] == [198, 199, 200]
    assert (refused.status_code, refused.json()["code"]) == (409, "ticket_keys_exhausted")
