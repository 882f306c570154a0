"""What a revoked device still brings waits for the owner of the scans."""

import asyncio
import secrets
from datetime import timedelta
from uuid import uuid4

import pytest

from server.badges.manual_codes import new_manual_code
from server.limits import Limit
from server.scans import revoked, rules
from server.scans.parked import judge_parked_scans
from tests.devices.phones import holder_of, register
from tests.scans.conference import Guest, scan_of


@pytest.fixture
async def lost(ada_there: Guest, clock) -> Guest:
    """The phone that Ada lost and revoked, a minute ago, in somebody's hands."""
    device = await register(ada_there.phone)
    await ada_there.phone.delete(f"/v1/me/devices/{device['id']}")
    clock.tick(minutes=1)
    phone = holder_of(ada_there.phone, device)
    phone.tokens["device_id"] = device["id"]
    return Guest(ada_there.event, ada_there.attendance, ada_there.badge, phone)


async def resolve(ada_there: Guest, lost: Guest, decision: str):
    answer = await ada_there.phone.post(
        f"/v1/me/devices/{lost.phone.tokens['device_id']}/parked",
        json={"event_id": str(ada_there.event.id), "decision": decision},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def states(guest: Guest) -> dict[str, tuple]:
    items = (await guest.phone.get(f"/v1/events/{guest.event.id}/scans")).json()["items"]
    return {item["id"]: (item["state"], item["reason"]) for item in items}


def said(answer) -> list[tuple]:
    return [(item["outcome"], item["state"], item["code"], item["person_id"]) for item in answer["items"]]


async def test_captured_before_is_parked_and_captured_after_is_refused(
    lost: Guest, ada_there: Guest, grace_there: Guest, clock, database
):
    before = scan_of(grace_there, at=clock.now - timedelta(minutes=2), sequence=1)
    after = scan_of(grace_there, at=clock.now - timedelta(minutes=1), sequence=2)
    wrong = scan_of("https://hallway.example/b/NOT-A-CODE", at=clock.now - timedelta(minutes=2), sequence=3)

    first = await lost.sync([before, after, wrong], now=clock.now)
    again = await lost.sync([before, after, wrong], now=clock.now)
    await judge_parked_scans(database, now=clock.now)

    assert said(first) == [
        ("parked", "parked", "device_revoked", None),
        ("refused", "refused", "device_revoked", None),
        ("refused", "refused", "malformed", None),
    ]
    assert [item["outcome"] for item in again["items"]] == ["repeated"] * 3
    assert await ada_there.connections() == []
    assert await states(ada_there) == {
        before["id"]: ("parked", "device_revoked"),
        after["id"]: ("refused", "device_revoked"),
        wrong["id"]: ("refused", "malformed"),
    }
    state = await ada_there.phone.get(
        f"/v1/events/{lost.event.id}/sync_state?device_id={lost.phone.tokens['device_id']}&last_sequence=3"
    )
    assert state.json()["safe_to_wipe"] is True


async def test_its_owner_releases_what_is_parked(
    lost: Guest, ada_there: Guest, grace_there: Guest, clock, database
):
    at = clock.now - timedelta(minutes=2)
    items = [scan_of(grace_there, at=at, note="Looms"), scan_of("poster", at=at)]
    items.append(scan_of(grace_there, at=clock.now))
    await lost.sync(items, now=clock.now)

    assert await resolve(ada_there, lost, "release") == {"resolved": 2, "left": 0}
    assert await resolve(ada_there, lost, "release") == {"resolved": 0, "left": 0}
    assert await states(ada_there) == {
        items[0]["id"]: ("recorded", None),
        items[1]["id"]: ("parked", "no_badge_yet"),
        items[2]["id"]: ("refused", "device_revoked"),
    }
    (met,) = await ada_there.connections()
    assert [note["note"] for note in met["scan_notes"]] == ["Looms"]


async def test_what_its_owner_discards_stays_refused(
    lost: Guest, ada_there: Guest, grace_there: Guest, clock
):
    item = scan_of(grace_there, at=clock.now - timedelta(minutes=2))
    await lost.sync([item], now=clock.now)
    assert await resolve(ada_there, lost, "discard") == {"resolved": 1, "left": 0}
    assert await resolve(ada_there, lost, "release") == {"resolved": 0, "left": 0}

    again = await ada_there.sync([item], now=clock.now)
    assert said(again) == [("repeated", "refused", "discarded", None)]
    assert await ada_there.connections() == []


async def test_delivered_again_by_its_owner_it_counts_whatever_came_first(
    lost: Guest, ada_there: Guest, grace_there: Guest, clock
):
    items = [scan_of(grace_there, at=clock.now - timedelta(minutes=n)) for n in (2, 0)]
    undos = [{"id": items[1]["id"], "undone_at": clock.now.isoformat()}]
    await lost.sync(items, now=clock.now)
    vouched = await ada_there.sync(items, now=clock.now, undos=undos)
    again = await lost.sync(items, now=clock.now)

    assert [(item["outcome"], item["state"]) for item in vouched["items"]] == [("repeated", "recorded")] * 2
    assert [item["outcome"] for item in vouched["undos"]] == ["undone"]
    assert said(again) == [("repeated", "recorded", None, None)] * 2
    (met,) = await ada_there.connections()
    assert met["person_id"] == grace_there.person_id


async def test_a_lost_phone_changes_nothing_that_was_kept(
    lost: Guest, ada_there: Guest, grace_there: Guest, clock
):
    item = scan_of(grace_there, at=clock.now, note="Mine", signal="yes")
    await ada_there.sync([item], now=clock.now)
    later = (clock.now + timedelta(seconds=30)).isoformat()
    changed = {**item, "note": "Not mine", "signal": "never", "annotated_at": later}

    batch = await lost.sync(
        [changed, item], now=clock.now, undos=[{"id": item["id"], "undone_at": clock.now.isoformat()}]
    )
    alone = await lost.post("/scans", changed)
    undo = await lost.undo(item["id"], at=clock.now)

    assert [(item["index"], item["outcome"]) for item in batch["items"]] == [(1, "repeated")]
    assert batch["undos"] == []
    for answer in (alone, undo):
        assert (answer.status_code, answer.json()["code"]) == (401, "device_revoked")
    (met,) = await ada_there.connections()
    assert ([note["note"] for note in met["scan_notes"]], met["signal"]) == (["Mine"], "yes")


async def test_a_lost_phone_uses_up_nothing_of_its_owners(
    lost: Guest, ada_there: Guest, grace_there: Guest, clock, monkeypatch
):
    monkeypatch.setattr(revoked, "MOST_PARKED", 3)
    at = clock.now - timedelta(minutes=2)
    typed = await lost.sync([scan_of(f"{n:09}", at=at) for n in range(12)], now=clock.now)
    single = await lost.post("/scans", scan_of("poster", at=at))

    assert len(typed["items"]) == 3
    assert (single.status_code, single.json()["code"]) == (429, "too_many_parked")
    waiting = await ada_there.sync([scan_of("poster", at=at)], now=clock.now)
    assert waiting["items"][0]["code"] == "no_badge_yet"


async def test_a_lost_phone_has_limits_of_its_own(
    lost: Guest, ada_there: Guest, grace_there: Guest, clock, monkeypatch
):
    few = Limit("scan_deliveries", most=12, per=timedelta(minutes=10))
    monkeypatch.setattr(revoked, "DELIVERIES", few)
    monkeypatch.setattr(rules, "DELIVERIES", few)
    at = clock.now - timedelta(minutes=2)

    answers = [(await lost.scan(grace_there, at=at)).status_code for _ in range(3)]
    assert answers == [201, 201, 429]
    assert (await ada_there.scan(grace_there, at=at)).status_code == 201


async def test_a_lost_phone_guesses_no_typed_codes(lost: Guest, ada_there: Guest, clock):
    at = clock.now - timedelta(minutes=2)
    guesses = [scan_of(new_manual_code(secrets.token_bytes).text, at=at) for _ in range(12)]
    answer = await lost.sync(guesses, now=clock.now)
    mine = await ada_there.sync([scan_of(new_manual_code(secrets.token_bytes).text, at=at)], now=clock.now)

    assert len(answer["items"]) == 10
    assert mine["items"][0]["code"] == "no_badge_yet"


async def test_releasing_and_discarding_at_once_leave_each_scan_one_fate(
    lost: Guest, ada_there: Guest, grace_there: Guest, clock
):
    items = [scan_of(grace_there, at=clock.now - timedelta(minutes=2)) for _ in range(6)]
    await lost.sync(items, now=clock.now)
    answers = await asyncio.gather(
        *(resolve(ada_there, lost, decision) for decision in ("release", "discard") * 3)
    )
    assert sum(answer["resolved"] for answer in answers) == 6
    assert len(set((await states(ada_there)).values())) == 1


async def test_only_its_owner_decides(lost: Guest, ada_there: Guest, grace_there: Guest, clock):
    path = f"/v1/me/devices/{lost.phone.tokens['device_id']}/parked"
    body = {"event_id": str(lost.event.id), "decision": "release"}
    stranger = await grace_there.phone.post(path, json=body)
    nowhere = await ada_there.phone.post(path, json={**body, "event_id": str(uuid4())})
    wrong = await ada_there.phone.post(path, json={**body, "decision": "keep"})

    assert (stranger.status_code, stranger.json()["code"]) == (404, "device_not_found")
    assert (nowhere.status_code, nowhere.json()["code"]) == (404, "event_not_found")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid_request")
