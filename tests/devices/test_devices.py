"""Devices are registered, say what is new about them, and are revoked."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import event, select

from server.devices.models import Device
from server.devices.rules import MOST_DEVICES
from tests.builders import make_event
from tests.devices.phones import SAID, holder_of, register


async def devices_of(phone) -> list[dict]:
    return (await phone.get("/v1/me/devices")).json()["items"]


async def test_registering_again_replaces_what_was_said_and_gives_the_same_token(ada, clock):
    path = f"/v1/me/devices/{uuid4()}"
    first = await ada.put(path, json=SAID)
    clock.tick(minutes=1)
    again = await ada.put(path, json={"label": "Old phone", "platform": "android", "zone": "Asia/Tokyo"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == {
        "id": path.rsplit("/", 1)[1],
        "label": "Ada's phone",
        "platform": "ios",
        "gets_pushes": True,
        "zone": "Europe/Paris",
        "registered_at": "2026-06-04T09:00:00Z",
        "reported_at": "2026-06-04T09:00:00Z",
        "seen_at": "2026-06-04T09:00:00Z",
        "revoked_at": None,
        "device_token": first.json()["device_token"],
    }
    assert again.json() == {
        **first.json(),
        "label": "Old phone",
        "platform": "android",
        "gets_pushes": False,
        "zone": "Asia/Tokyo",
        "reported_at": "2026-06-04T09:01:00Z",
    }
    (listed,) = await devices_of(ada)
    assert {**listed, "device_token": again.json()["device_token"]} == again.json()


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"zone": "Mars/Olympus"}, "/zone"),
        ({"platform": "fridge"}, "/platform"),
        ({"label": ""}, "/label"),
        ({"label": "a\x00b"}, "/label"),
        ({"push_token": ""}, "/push_token"),
        ({"push_token": "x" * 2_001}, "/push_token"),
        ({"push_token": "a b"}, "/push_token"),
        ({"push_token": "ö"}, "/push_token"),
        ({"token": "mine"}, "/token"),
    ],
)
async def test_what_a_device_may_not_say(ada, wrong, pointer):
    answer = await ada.put(f"/v1/me/devices/{uuid4()}", json={**SAID, **wrong})
    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (400, [pointer])
    assert await devices_of(ada) == []


async def test_a_device_id_is_its_owners_alone(ada, grace):
    mine = await register(ada)
    same_id = await register(grace, mine["id"], label="Grace's phone", push_token="push-2")

    assert same_id["device_token"] != mine["device_token"]
    assert [device["label"] for device in await devices_of(ada)] == ["Ada's phone"]
    stranger = await grace.delete(f"/v1/me/devices/{uuid4()}")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "device_not_found")
    assert (await grace.delete(f"/v1/me/devices/{mine['id']}")).status_code == 204
    assert [device["revoked_at"] for device in await devices_of(ada)] == [None]


async def test_a_revoked_device_stays_revoked_and_its_id_is_used_up(ada, clock):
    device = await register(ada)
    path = f"/v1/me/devices/{device['id']}"
    assert (await ada.delete(path)).status_code == 204
    clock.tick(minutes=1)
    assert (await ada.delete(path)).status_code == 204

    (listed,) = await devices_of(ada)
    assert (listed["revoked_at"], listed["gets_pushes"]) == ("2026-06-04T09:00:00Z", False)
    again = await ada.put(path, json=SAID)
    assert (again.status_code, again.json()["code"]) == (409, "id_reused")


async def test_a_push_token_belongs_to_whoever_registered_it_last(ada, grace):
    await register(ada)
    await register(ada, push_token="push-other")
    without = await register(grace, push_token=None)
    await register(grace)

    assert sorted(device["gets_pushes"] for device in await devices_of(ada)) == [False, True]
    assert {device["id"]: device["gets_pushes"] for device in await devices_of(grace)}[without["id"]] is False


async def test_two_registrations_of_one_id_at_once_make_one_device(ada, database):
    device_id = uuid4()
    answers = await asyncio.gather(
        *(ada.put(f"/v1/me/devices/{device_id}", json={**SAID, "label": f"try {n}"}) for n in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["device_token"] for answer in answers}) == 1
    async with database.transaction() as db:
        assert len((await db.scalars(select(Device.id).where(Device.id == device_id))).all()) == 1


async def test_a_registration_and_a_revocation_at_once_end_revoked(ada):
    device = await register(ada)
    path = f"/v1/me/devices/{device['id']}"
    answers = await asyncio.gather(
        *(ada.put(path, json=SAID) for _ in range(4)), *(ada.delete(path) for _ in range(4))
    )
    assert {answer.status_code for answer in answers[4:]} == {204}
    assert {answer.status_code for answer in answers[:4]} <= {200, 409}
    (listed,) = await devices_of(ada)
    assert (listed["revoked_at"], listed["gets_pushes"]) == ("2026-06-04T09:00:00Z", False)


async def test_a_person_has_twenty_devices_that_stand(ada):
    answers = await asyncio.gather(
        *(ada.put(f"/v1/me/devices/{uuid4()}", json={**SAID, "push_token": None}) for _ in range(25))
    )
    assert sorted(answer.status_code for answer in answers) == [201] * MOST_DEVICES + [400] * 5
    refused = next(answer for answer in answers if answer.status_code == 400)
    assert refused.json()["code"] == "too_many_devices"

    first, *others = await devices_of(ada)
    assert (await ada.put(f"/v1/me/devices/{first['id']}", json=SAID)).status_code == 200
    await ada.delete(f"/v1/me/devices/{first['id']}")
    assert (await ada.put(f"/v1/me/devices/{uuid4()}", json=SAID)).status_code == 201
    page = (await ada.get("/v1/me/devices?limit=20")).json()
    rest = (await ada.get(f"/v1/me/devices?cursor={page['next_cursor']}")).json()
    assert (len(page["items"]), len(rest["items"]), rest["next_cursor"]) == (20, 1, None)
    assert len(others) == 19


async def test_last_seen_is_kept_and_written_at_most_once_a_minute(ada, clock, app, database):
    device = await register(ada)
    phone = holder_of(ada, device)
    held = await make_event(database, now=clock.now)
    writes = []

    def note(connection, cursor, statement, *more) -> None:
        if statement.startswith("UPDATE devices"):
            writes.append(statement)

    engine = app.state.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        for _ in range(5):
            clock.tick(seconds=20)
            answer = await phone.get(
                f"/v1/events/{held.id}/sync_state?device_id={device['id']}&last_sequence=0"
            )
            assert answer.status_code == 200, answer.text
    finally:
        event.remove(engine, "before_cursor_execute", note)

    assert len(writes) == 1
    assert [seen["seen_at"] for seen in await devices_of(ada)] == ["2026-06-04T09:01:00Z"]
