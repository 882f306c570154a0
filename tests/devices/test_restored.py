"""A phone that was restored registers anew and resends; a copied one gives its numbers twice."""

from uuid import uuid4

from tests.devices.phones import holder_of, register
from tests.scans.conference import Guest, scan_of


def at_conference(guest: Guest, device: dict) -> Guest:
    return Guest(guest.event, guest.attendance, guest.badge, holder_of(guest.phone, device))


async def sync_state(guest: Guest, device: dict, last: int) -> dict:
    answer = await guest.phone.get(
        f"/v1/events/{guest.event.id}/sync_state?device_id={device['id']}&last_sequence={last}"
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_restored_phone_registers_anew_and_resends_its_queue(
    ada_there: Guest, grace_there: Guest, clock
):
    old = await register(ada_there.phone)
    queue = [scan_of(grace_there, at=clock.now, sequence=n) for n in (1, 2, 3)]
    await at_conference(ada_there, old).sync(queue, now=clock.now)

    new = await register(ada_there.phone)
    restored = at_conference(ada_there, new)
    resent = [{**item, "sequence": n} for n, item in enumerate(reversed(queue), start=1)]
    outcomes = await restored.sync(resent, now=clock.now)
    again = await restored.sync(resent, now=clock.now)

    assert [item["outcome"] for item in outcomes["items"]] == ["repeated"] * 3
    assert [item["outcome"] for item in again["items"]] == ["repeated"] * 3
    state = await sync_state(restored, new, 3)
    assert (state["safe_to_wipe"], state["missing"], state["reused_sequences"]) == (True, [], [])
    assert (await sync_state(restored, new, 4))["missing"] == [{"first": 4, "last": 4}]
    assert (await sync_state(at_conference(ada_there, old), old, 3))["safe_to_wipe"] is True
    assert [item["device_id"] for item in await scans_of(ada_there)] == [old["id"]] * 3


async def test_a_number_given_to_two_scans_is_recorded_and_flagged(
    ada_there: Guest, grace_there: Guest, clock
):
    device = await register(ada_there.phone)
    phone = at_conference(ada_there, device)
    first, copied = (scan_of(grace_there, at=clock.now, sequence=1) for _ in range(2))
    outcomes = [
        (await phone.sync([item], now=clock.now))["items"][0]["outcome"] for item in (first, copied, copied)
    ]
    elsewhere = scan_of(grace_there, at=clock.now, sequence=7)
    await ada_there.sync([elsewhere], now=clock.now)
    await phone.sync([scan_of(grace_there, at=clock.now, sequence=2)], now=clock.now)
    await phone.sync([{**elsewhere, "sequence": 2}], now=clock.now)

    assert outcomes == ["recorded", "recorded", "repeated"]
    assert (await sync_state(phone, device, 2))["reused_sequences"] == [1, 2]
    assert (await sync_state(phone, {"id": str(uuid4())}, 0))["reused_sequences"] == []


async def test_an_id_given_to_another_fact_is_no_missing_number(ada_there: Guest, grace_there: Guest, clock):
    device = await register(ada_there.phone)
    phone = at_conference(ada_there, device)
    scan = scan_of(grace_there, at=clock.now, sequence=1)
    outcomes = await phone.sync([scan, {**scan, "code": "poster", "sequence": 2}], now=clock.now)

    assert [item["code"] for item in outcomes["items"]] == [None, "id_reused"]
    assert (await sync_state(phone, device, 2))["safe_to_wipe"] is True


async def test_a_device_token_says_which_device_counts(ada_there: Guest, grace_there: Guest, clock):
    device = await register(ada_there.phone)
    await at_conference(ada_there, device).sync(
        [scan_of(grace_there, at=clock.now, sequence=1)], now=clock.now, device_id=str(uuid4())
    )
    assert [item["device_id"] for item in await scans_of(ada_there)] == [device["id"]]


async def scans_of(guest: Guest) -> list[dict]:
    return (await guest.phone.get(f"/v1/events/{guest.event.id}/scans")).json()["items"]
