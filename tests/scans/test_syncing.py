"""Batches from many phones at once, and what a phone learns about them."""

import asyncio
import json
import random
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from server.scans.models import Encounter
from tests.scans.conference import Conference, Guest, quick_phone, scan_of

DEVICE, OTHER_DEVICE = str(uuid4()), str(uuid4())
SHAPES = Path(__file__).parent / "released"


async def test_unsorted_batches_of_many_phones_at_once_meet_no_deadlock(
    conference: Conference, client, database, settings, clock
):
    guests = [
        await conference.guest(
            await quick_phone(client, database, settings, email=f"{uuid4()}@example.org", now=clock.now)
        )
        for _ in range(8)
    ]
    chance = random.Random(7)  # noqa: S311
    batches = []
    for guest in guests:
        items = [scan_of(other, at=clock.now) for other in guests if other is not guest for _ in range(4)]
        batches += [(guest, chance.sample(items, len(items))) for _ in range(3)]  # each in another order

    with capture_logs() as logs:
        await asyncio.gather(*(guest.sync(items, now=clock.now) for guest, items in batches))

    assert [entry for entry in logs if entry["event"] == "database_busy"] == []
    async with database.transaction() as db:
        rows = (await db.scalars(select(Encounter))).all()
    assert [(row.scans_by_low, row.scans_by_high) for row in rows] == [(4, 4)] * 28


async def test_a_full_batch_of_five_hundred(conference: Conference, ada_there: Guest, clock):
    others = [await conference.guest() for _ in range(50)]
    items = [
        scan_of(other, at=clock.now - timedelta(seconds=n), note="x" * 200)
        for other in others
        for n in range(10)
    ]
    answer = await ada_there.sync(items, now=clock.now)
    assert [item["outcome"] for item in answer["items"]] == ["recorded"] * 500
    assert len(await ada_there.connections()) == 50


async def test_the_latest_annotation_wins_in_any_order(ada_there: Guest, grace_there: Guest, clock):
    item = scan_of(grace_there, at=clock.now - timedelta(minutes=10))
    said = [
        {
            **item,
            "note": note,
            "label": label,
            "tags": [label],
            "signal": signal,
            "annotated_at": (clock.now - timedelta(minutes=9 - n)).isoformat(),
        }
        for n, (note, label, signal) in enumerate(
            [("first", "a", "yes"), ("second", "b", "not_now"), ("third", "c", None)]
        )
    ]
    await ada_there.sync([said[2], said[0]], now=clock.now)
    await ada_there.sync([said[1], item], now=clock.now)

    (seen,) = await ada_there.connections()
    assert [(note["note"], note["label"], note["tags"]) for note in seen["scan_notes"]] == [
        ("third", "c", ["c"])
    ]
    assert seen["signal"] == "not_now"
    emptied = {**item, "annotated_at": clock.now.isoformat()}
    await ada_there.sync([emptied], now=clock.now)
    assert (await ada_there.connections())[0]["scan_notes"] == []


async def test_the_phone_lists_its_scans(ada_there: Guest, grace_there: Guest, clock):
    items = [
        scan_of(grace_there, at=clock.now, note="Builds compilers", sequence=2),
        scan_of(ada_there, at=clock.now, sequence=1),
    ]
    await ada_there.sync(items, now=clock.now, device_id=DEVICE)
    path = f"/v1/events/{ada_there.event.id}/scans"

    page = (await ada_there.phone.get(f"{path}?limit=1")).json()
    rest = (await ada_there.phone.get(f"{path}?cursor={page['next_cursor']}")).json()
    refused = (await ada_there.phone.get(f"{path}?state=refused")).json()["items"]

    everything = {item["id"]: item for item in [*page["items"], *rest["items"]]}
    assert everything[items[0]["id"]] == {
        "id": items[0]["id"],
        "device_id": DEVICE,
        "sequence": 2,
        "code": grace_there.badge.code,
        "purpose": "meet",
        "captured_at": "2026-06-04T09:00:00Z",
        "received_at": "2026-06-04T09:00:00Z",
        "time_doubtful": False,
        "state": "recorded",
        "reason": None,
        "undone": False,
        "label": "",
        "note": "Builds compilers",
        "tags": [],
        "signal": None,
    }
    assert [(item["id"], item["reason"]) for item in refused] == [(items[1]["id"], "own_badge")]
    assert (await grace_there.phone.get(path)).json()["items"] == []
    assert (await ada_there.phone.get(f"{path}?cursor=x")).json()["code"] == "cursor_invalid"
    assert (await ada_there.phone.get(f"{path}?state=lost")).json()["code"] == "invalid_request"


async def test_a_phone_may_be_wiped_when_each_of_its_numbers_has_an_outcome(
    ada_there: Guest, grace_there: Guest, clock
):
    async def ask(last: int, device: str = DEVICE) -> dict:
        answer = await ada_there.phone.get(
            f"/v1/events/{ada_there.event.id}/sync_state?device_id={device}&last_sequence={last}"
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    items = [scan_of(grace_there, at=clock.now, sequence=n) for n in (1, 2, 5)]
    items.append(scan_of("poster", at=clock.now, sequence=6))
    items.append(scan_of(ada_there, at=clock.now, sequence=8))
    await ada_there.sync(items, now=clock.now, device_id=DEVICE)

    state = await ask(9)
    assert state == {
        "generation": state["generation"],
        "received_through": 2,
        "missing": [{"first": 3, "last": 4}, {"first": 7, "last": 7}, {"first": 9, "last": 9}],
        "parked": 1,
        "refused": [{"id": items[-1]["id"], "code": "own_badge"}],
        "reused_sequences": [],
        "safe_to_wipe": False,
    }
    assert ((await ask(2))["safe_to_wipe"], (await ask(0))["safe_to_wipe"]) == (True, True)
    assert (await ask(2, OTHER_DEVICE))["safe_to_wipe"] is False
    assert (await ask(2**53 - 1))["missing"][-1] == {"first": 9, "last": 2**53 - 1}
    assert (await ask(0))["generation"] == state["generation"]


async def test_a_sync_state_needs_a_device_and_its_number(ada_there: Guest, clock):
    path = f"/v1/events/{ada_there.event.id}/sync_state"
    for query in ["", f"?device_id={DEVICE}", "?device_id=x&last_sequence=1",
                  f"?device_id={DEVICE}&last_sequence=-1", f"?device_id={DEVICE}&last_sequence={2**53}"]:  # fmt: skip
        answer = await ada_there.phone.get(path + query)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request"), query
    unknown = await ada_there.phone.get(f"/v1/events/{uuid4()}/sync_state?device_id={DEVICE}&last_sequence=1")
    assert unknown.json()["code"] == "event_not_found"


@pytest.mark.parametrize("shape", sorted(SHAPES.glob("*.json")), ids=lambda path: path.stem)
async def test_every_shape_ever_released_is_accepted_for_ever(
    ada_there: Guest, grace_there: Guest, clock, shape: Path
):
    """A phone may come back from a drawer: add a file with each release that says more, and change none."""
    text = shape.read_text().replace("BADGE", grace_there.badge.code)
    body = {**json.loads(text), "from_a_newer_app": {"x": 1}}

    answer = await ada_there.post("/scans/sync", body)

    assert answer.status_code == 200, answer.text
    assert {item["outcome"] for item in answer.json()["items"]} == {"recorded"}
    assert {undo["outcome"] for undo in answer.json()["undos"]} == {"undone"}
