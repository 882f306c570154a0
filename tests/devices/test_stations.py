"""Supervisors invite devices for their event's doors; a code turns one phone into one, once."""

import asyncio
from uuid import uuid4

import pytest

from server.events.models import TeamMember
from server.ids import new_id
from tests.builders import make_event
from tests.phones import Phone

ME = {"label": "Tablet 3", "platform": "android"}


@pytest.fixture
async def event(ada: Phone, database, clock):
    return await make_event(database, now=clock.now, owner=ada.email)


async def invite(phone: Phone, event, **changes):
    body = {"id": str(uuid4()), "station": "North door", "purpose": "door", **changes}
    return await phone.post(f"/v1/events/{event.id}/devices", json=body)


async def provision(phone: Phone, code: str):
    return await phone.client.post("/v1/event_devices", json={**ME, "code": code})


async def station_of(phone: Phone, token: str):
    return await phone.client.get("/v1/event_devices/current", headers={"authorization": f"Bearer {token}"})


async def devices_of(phone: Phone, event) -> list[dict]:
    return (await phone.get(f"/v1/events/{event.id}/devices")).json()["items"]


async def test_a_code_turns_a_phone_into_a_device_of_the_event(ada: Phone, event, clock):
    device_id = str(uuid4())
    invited = await invite(ada, event, id=device_id)
    again = await invite(ada, event, id=device_id)
    clock.tick(minutes=1)
    provisioned = await provision(ada, invited.json()["code"])
    clock.tick(minutes=2)
    seen = await station_of(ada, provisioned.json()["device_token"])

    assert (invited.status_code, again.status_code, provisioned.status_code) == (201, 200, 201)
    assert (
        again.json()
        == invited.json()
        == {
            "id": device_id,
            "station": "North door",
            "purpose": "door",
            "exhibitor_id": None,
            "label": None,
            "platform": None,
            "invited_at": "2026-06-04T09:00:00Z",
            "provisioned_at": None,
            "seen_at": None,
            "revoked_at": None,
            "code": invited.json()["code"],
            "code_expires_at": "2026-06-04T09:10:00Z",
        }
    )
    assert seen.json() == {
        "event_id": str(event.id),
        "device_id": device_id,
        "event_name": "PyCon",
        "station": "North door",
        "purpose": "door",
        "exhibitor_id": None,
        "ends_at": "2026-06-04T19:00:00Z",
    }
    assert provisioned.json() == {**seen.json(), "device_token": provisioned.json()["device_token"]}
    assert await devices_of(ada, event) == [
        {
            "id": device_id,
            "station": "North door",
            "purpose": "door",
            "exhibitor_id": None,
            **ME,
            "invited_at": "2026-06-04T09:00:00Z",
            "provisioned_at": "2026-06-04T09:01:00Z",
            "seen_at": "2026-06-04T09:03:00Z",
            "revoked_at": None,
            "last_sequence": None,
            "backlog": None,
            "reported_at": None,
        }
    ]
    assert (await invite(ada, event, id=device_id)).json()["code"] is None
    other = await invite(ada, event, id=device_id, station="South door")
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")


async def test_of_many_phones_that_read_a_code_one_gets_the_token(ada: Phone, event):
    code = (await invite(ada, event)).json()["code"]
    answers = await asyncio.gather(*(provision(ada, code) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [401] * 7
    assert {answer.json()["code"] for answer in answers if answer.status_code == 401} == {
        "provisioning_code_invalid"
    }


async def test_a_code_works_for_ten_minutes_and_not_once_revoked(ada: Phone, event, clock):
    late, revoked = (await invite(ada, event)).json(), (await invite(ada, event)).json()
    path = f"/v1/events/{event.id}/devices/{revoked['id']}"
    assert [(await ada.delete(path)).status_code for _ in range(2)] == [204, 204]
    refused = [await provision(ada, revoked["code"]), await provision(ada, "hwc_AAAA")]
    refused += [await provision(ada, revoked["code"].replace("hwc_", "hws_"))]
    clock.tick(minutes=10)
    refused.append(await provision(ada, late["code"]))
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [
        (401, "provisioning_code_invalid")
    ] * 4


async def test_a_token_ends_when_revoked_and_when_the_doors_close(ada: Phone, event, clock):
    invited = [(await invite(ada, event)).json() for _ in range(2)]
    tokens = [(await provision(ada, device["code"])).json()["device_token"] for device in invited]
    await ada.delete(f"/v1/events/{event.id}/devices/{invited[0]['id']}")

    assert [(await station_of(ada, token)).status_code for token in tokens] == [401, 200]
    clock.now = event.doors_close_at
    closed = await station_of(ada, tokens[1])
    assert (closed.status_code, closed.json()["code"]) == (401, "device_revoked")


async def test_nobody_is_invited_once_the_doors_have_closed(ada: Phone, event, database, clock):
    over = await make_event(database, now=clock.now.replace(year=2025), owner=ada.email)
    cancelled = await make_event(database, now=clock.now, owner=ada.email, cancelled_at=clock.now)
    for held in (over, cancelled):
        answer = await invite(ada, held)
        assert (answer.status_code, answer.json()["code"]) == (409, "doors_closed")


async def test_supervisors_decide_about_devices(ada: Phone, grace: Phone, event, database, clock):
    async def answers() -> list[tuple]:
        asked = [
            await invite(grace, event),
            await grace.get(f"/v1/events/{event.id}/devices"),
            await grace.delete(f"/v1/events/{event.id}/devices/{uuid4()}"),
        ]
        return [
            (answer.status_code, answer.json().get("code") if answer.status_code > 299 else None)
            for answer in asked
        ]

    assert await answers() == [(404, "event_not_found")] * 3
    member = TeamMember(event_id=event.id, id=new_id(), email=grace.email, role="door", added_at=clock.now)
    async with database.transaction() as db:
        db.add(member)
    assert await answers() == [(403, "role_required")] * 3
    async with database.transaction() as db:
        (await db.merge(member)).role = "supervisor"
    assert await answers() == [(201, None), (200, None), (404, "event_device_not_found")]


async def test_another_events_device_is_not_there(ada: Phone, event, database, clock):
    other = await make_event(database, now=clock.now, owner=ada.email)
    device = (await invite(ada, event)).json()
    assert (await ada.delete(f"/v1/events/{other.id}/devices/{device['id']}")).status_code == 404
    assert await devices_of(ada, other) == []
    page = (await ada.get(f"/v1/events/{event.id}/devices?limit=1")).json()
    assert ([item["id"] for item in page["items"]], page["next_cursor"]) == ([device["id"]], None)
