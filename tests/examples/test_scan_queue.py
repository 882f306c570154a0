"""The reference queue against the real application, over a line that does what lines do."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete

from openapi.examples import scan_queue
from server.badges.manual_codes import ManualCode
from server.database import Database
from server.limits import Limits
from server.scans.models import Encounter, Scan, ScanUndo
from server.scans.rules import DELIVERIES
from tests.examples.lossy import FATES, App, Killed
from tests.scans.conference import Conference, Guest


async def scans_of(guest: Guest) -> list[dict[str, Any]]:
    answer = await guest.phone.get(f"/v1/events/{guest.event.id}/scans?limit=200")
    assert answer.status_code == 200, answer.text
    return sorted(answer.json()["items"], key=lambda scan: scan["sequence"])


async def test_what_is_scanned_offline_arrives_with_all_that_was_said_of_it(
    app_of_ada: App, ada_there: Guest, grace_there: Guest, clock
):
    queue, line = app_of_ada.queue, app_of_ada.line
    line.fates = ["lost"] * 3
    [first, second] = app_of_ada.meet([grace_there] * 2, label="coffee queue")
    pauses = [await queue.deliver() for _ in range(3)]
    app_of_ada.wait(seconds=50)
    queue.annotate(first, note="Builds compilers", tags=["navy"], signal="yes")
    assert queue.undo(second) is True
    assert (queue.waiting(), queue.outcome(first)) == (4, None)

    assert await queue.deliver() == 3600.0

    assert [pause <= longest for pause, longest in zip(pauses, (4, 8, 16), strict=True)] == [True] * 3
    said = {"label": "coffee queue", "note": "Builds compilers", "tags": ["navy"], "signal": "yes"}
    nothing = {"label": "coffee queue", "note": "", "tags": [], "signal": None}
    scans = await scans_of(ada_there)
    assert [
        {name: scan[name] for name in (*said, "undone", "sequence", "captured_at")} for scan in scans
    ] == [
        {**said, "undone": False, "sequence": 1, "captured_at": "2026-06-04T08:59:10Z"},
        {**nothing, "undone": True, "sequence": 2, "captured_at": "2026-06-04T08:59:10Z"},
    ]
    assert queue.outcome(first) == {
        "index": 2,
        "id": first,
        "outcome": "repeated",
        "state": "recorded",
        "code": None,
        "pointer": None,
        "person_id": grace_there.person_id,
    }
    assert (queue.waiting(), await queue.safe_to_wipe()) == (0, True)


@pytest.mark.parametrize("fate", FATES)
async def test_whatever_happens_to_a_request_nothing_is_lost_or_doubled(
    app_of_ada: App, ada_there: Guest, grace_there: Guest, fate: str
):
    app_of_ada.line.fates = [fate, "good", fate, fate]
    ids = app_of_ada.meet([grace_there] * 3)
    assert app_of_ada.queue.undo(ids[0])

    pause = await app_of_ada.queue.deliver()
    if fate != "twice":
        assert app_of_ada.queue.waiting() == 4
        assert await app_of_ada.queue.safe_to_wipe() is False
    if fate in {"429", "503"}:
        assert pause >= 7
        assert await app_of_ada.queue.deliver() == pause
    await app_of_ada.deliver_all()

    assert [(scan["id"], scan["undone"]) for scan in await scans_of(ada_there)] == [
        (ids[0], True),
        (ids[1], False),
        (ids[2], False),
    ]
    assert await app_of_ada.queue.safe_to_wipe() is True


async def test_killed_between_any_two_steps_the_app_goes_on_where_it_was(
    app_of_ada: App, ada_there: Guest, grace_there: Guest
):
    """Killed once after each number of steps; what a call returned is there, what it did not return never was."""
    returned: list[str] = []
    notes: dict[str, str] = {}
    undone: set[str] = set()
    kills = 0
    for steps in range(25):
        app_of_ada.file.steps_left = steps
        try:
            scan_id = app_of_ada.meet([grace_there])[0]
            returned.append(scan_id)
            app_of_ada.queue.annotate(scan_id, note=f"after {steps}")
            notes[scan_id] = f"after {steps}"
            if steps % 3 == 0:
                app_of_ada.queue.undo(scan_id)
                undone.add(scan_id)
            await app_of_ada.queue.deliver()
            app_of_ada.file.steps_left = None
        except Killed:
            kills += 1
            app_of_ada.restart()
    await app_of_ada.deliver_all()

    assert kills >= 14
    assert {scan["id"]: (scan["note"], scan["undone"]) for scan in await scans_of(ada_there)} == {
        scan_id: (notes.get(scan_id, ""), scan_id in undone) for scan_id in returned
    }
    assert [scan["sequence"] for scan in await scans_of(ada_there)] == list(range(1, len(returned) + 1))
    assert await app_of_ada.queue.safe_to_wipe() is True


async def test_a_process_killed_by_the_system_while_it_sends_has_kept_everything(
    app_of_ada: App, ada_there: Guest, grace_there: Guest
):
    app_of_ada.stop()
    killed = subprocess.run(  # noqa: S603, ASYNC221
        [sys.executable, "-c", KILLED_WHILE_SENDING, app_of_ada.path, str(ada_there.event.id),
         grace_there.badge.code, app_of_ada.now.isoformat()],
        cwd=Path(scan_queue.__file__).parents[2], check=False,
    )  # fmt: skip
    assert killed.returncode == -9
    app_of_ada.start()
    await app_of_ada.deliver_all()
    assert [(scan["sequence"], scan["note"]) for scan in await scans_of(ada_there)] == [(1, "a"), (2, "b")]


KILLED_WHILE_SENDING = """
import asyncio, os, random, signal, sqlite3, sys
from datetime import datetime
from openapi.examples.scan_queue import ScanQueue

async def send(operation, path, body):
    if operation == "sync_scans":
        os.kill(os.getpid(), signal.SIGKILL)
    return 200, {"generation": "g", "missing": [], "safe_to_wipe": True}, {}

path, event_id, code, now = sys.argv[1:]
clock = lambda: datetime.fromisoformat(now)
queue = ScanQueue(sqlite3.connect(path), event_id, send, clock=clock, chance=random.SystemRandom())
queue.scan(code, note="a")
queue.scan(code, note="b")
asyncio.run(queue.deliver())
"""


async def test_twelve_hundred_go_in_batches_of_five_hundred(
    app_of_ada: App, conference: Conference, ada_there: Guest
):
    others = [await conference.guest() for _ in range(4)]
    app_of_ada.meet(others * 300)
    assert [await app_of_ada.queue.deliver() for _ in range(3)] == [0.0, 0.0, 3600.0]
    sizes = [len(body["items"]) for _, _, body in app_of_ada.line.sent if body]
    assert sizes == [500, 500, 200]
    assert await app_of_ada.queue.safe_to_wipe() is True


async def test_what_the_server_will_not_judge_yet_stays_and_blocks_nothing(
    app_of_ada: App, ada_there: Guest, grace_there: Guest, clock
):
    """Ten wrong typed codes an hour: the eleventh is absent from the answer, and its neighbours are not."""
    typed = [app_of_ada.queue.scan(ManualCode(f"ABCD{number:04}").text) for number in range(12)]
    app_of_ada.queue._at_once = 12  # so that the badge is behind them
    [badge] = app_of_ada.meet([grace_there])
    for _ in range(3):
        pause = await app_of_ada.queue.deliver()
    assert app_of_ada.queue.outcome(badge)["person_id"] == grace_there.person_id
    assert [app_of_ada.queue.outcome(scan_id)["state"] for scan_id in typed[:10]] == ["parked"] * 10
    assert (app_of_ada.queue.waiting(), pause > 0) == (2, True)
    assert await app_of_ada.queue.safe_to_wipe() is False

    clock.tick(hours=1)
    await signed_in_again(ada_there)
    app_of_ada.wait(hours=1)
    await app_of_ada.deliver_all()
    assert await app_of_ada.queue.safe_to_wipe() is True


async def test_a_limit_of_the_real_server_is_waited_for(
    app_of_ada: App, ada_there: Guest, grace_there: Guest, clock, database: Database, settings
):
    limits = Limits(database.direct, settings.secret("limit"))
    await limits.take(DELIVERIES, ada_there.person_id, now=clock.now, cost=DELIVERIES.most)
    app_of_ada.meet([grace_there])

    pause = await app_of_ada.queue.deliver()

    assert pause >= 600
    assert (app_of_ada.queue.waiting(), await app_of_ada.queue.deliver()) == (1, pause)
    clock.tick(seconds=pause)
    await signed_in_again(ada_there)
    app_of_ada.wait(seconds=pause)
    await app_of_ada.deliver_all()
    assert len(await scans_of(ada_there)) == 1


async def signed_in_again(guest: Guest) -> None:
    answer = await guest.phone.client.post(
        "/v1/sessions/refresh", json={"refresh_token": guest.phone.tokens["refresh_token"]}
    )
    guest.phone.tokens = answer.json()


async def test_a_clock_that_jumps_between_batches_costs_no_scan_and_no_note(
    app_of_ada: App, ada_there: Guest, grace_there: Guest
):
    """Ten years ahead, ten years back: each delivery says what the clock shows now, and what is said later wins."""
    queue = app_of_ada.queue
    [first] = app_of_ada.meet([grace_there])
    app_of_ada.wait(days=3650)
    [second] = app_of_ada.meet([grace_there])
    queue.annotate(second, note="in the future")
    await app_of_ada.deliver_all()
    app_of_ada.wait(days=-7300)
    [third] = app_of_ada.meet([grace_there])
    queue.annotate(second, note="long ago, said last")
    await app_of_ada.deliver_all()

    scans = {scan["id"]: scan for scan in await scans_of(ada_there)}
    assert {scan_id: (scan["state"], scan["reason"]) for scan_id, scan in scans.items()} == {
        first: ("refused", "outside_event"),  # captured before the jump, corrected by the clock after it
        second: ("recorded", None),
        third: ("recorded", None),
    }
    assert scans[second]["note"] == "long ago, said last"
    assert queue.outcome(first)["code"] == "outside_event"
    assert await queue.safe_to_wipe() is True


async def test_a_note_changed_later_does_not_bring_an_old_tap_back(
    app_of_ada: App, ada_there: Guest, grace_there: Guest, clock
):
    [scan_id] = app_of_ada.meet([grace_there], signal="yes")
    await app_of_ada.deliver_all()
    clock.tick(minutes=1)
    path = f"/v1/connections/{grace_there.person_id}/signal"
    assert (await ada_there.phone.put(path, json={"signal": "never"})).status_code == 200
    clock.tick(minutes=1)
    app_of_ada.wait(minutes=2)
    app_of_ada.queue.annotate(scan_id, note="Talks of nothing but yachts")
    await app_of_ada.deliver_all()
    [scan] = await scans_of(ada_there)
    connection = (await ada_there.phone.get(f"/v1/connections/{grace_there.person_id}")).json()
    assert (scan["note"], connection["signal"]) == ("Talks of nothing but yachts", "never")


async def lose_everything(database: Database) -> None:
    async with database.transaction() as db:
        for model in (ScanUndo, Scan, Encounter):
            await db.execute(delete(model))


@pytest.mark.parametrize("generation", ["another", None])
async def test_a_server_that_was_restored_gets_the_last_two_days_again(
    app_of_ada: App, ada_there: Guest, grace_there: Guest, database: Database, generation: str | None
):
    """Also from a disk's snapshot, which keeps the generation: then the missing numbers tell."""
    ids = app_of_ada.meet([grace_there] * 2)
    app_of_ada.queue.undo(ids[0])
    app_of_ada.queue.annotate(ids[1], note="Builds compilers")
    await app_of_ada.deliver_all()
    await lose_everything(database)
    app_of_ada.line.changes = {"generation": generation} if generation else {}

    app_of_ada.wait(minutes=59)
    await app_of_ada.queue.deliver()
    assert await scans_of(ada_there) == []
    app_of_ada.wait(minutes=1)
    await app_of_ada.deliver_all()

    assert [(scan["id"], scan["undone"], scan["note"]) for scan in await scans_of(ada_there)] == [
        (ids[0], True, ""),
        (ids[1], False, "Builds compilers"),
    ]
    assert await app_of_ada.queue.safe_to_wipe() is True


async def test_after_two_days_an_answered_scan_is_forgotten_and_nothing_else(
    app_of_ada: App, ada_there: Guest, grace_there: Guest
):
    [old] = app_of_ada.meet([grace_there])
    await app_of_ada.deliver_all()
    app_of_ada.wait(hours=47, minutes=59)
    app_of_ada.queue.annotate(old, note="seen again")
    app_of_ada.wait(minutes=2)
    [young] = app_of_ada.meet([grace_there])
    await app_of_ada.deliver_all()
    app_of_ada.queue.annotate(old, note="and again")
    app_of_ada.wait(hours=49)
    await app_of_ada.deliver_all()

    with pytest.raises(LookupError):
        app_of_ada.queue.annotate(young, note="too late here")
    assert [scan["note"] for scan in await scans_of(ada_there)] == ["and again", ""]


async def test_an_undo_counts_for_a_minute(app_of_ada: App, ada_there: Guest, grace_there: Guest):
    [scan_id] = app_of_ada.meet([grace_there])
    app_of_ada.wait(seconds=60)
    assert app_of_ada.queue.undo(scan_id) is True
    app_of_ada.wait(milliseconds=1)
    assert app_of_ada.queue.undo(scan_id) is False
    with pytest.raises(LookupError):
        app_of_ada.queue.undo(str(uuid4()))
    await app_of_ada.deliver_all()
    assert [scan["undone"] for scan in await scans_of(ada_there)] == [True]


async def test_an_answer_that_is_not_ours_lets_nothing_go(app_of_ada: App, grace_there: Guest):
    [scan_id] = app_of_ada.meet([grace_there])
    answers: list[Any] = [
        None, [], "ok", {}, {"items": None}, {"items": [{}]},
        {"items": [{"index": 0, "id": str(uuid4()), "outcome": "recorded"}]},
        {"items": [{"index": 1, "id": scan_id, "outcome": "recorded"}]},
        {"items": [{"index": 0, "id": scan_id, "outcome": None}]},
    ]  # fmt: skip

    async def send(operation: str, path: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        if operation == "get_sync_state":
            return 200, {"generation": "g", "missing": [], "safe_to_wipe": True}, {}
        return 200, answers.pop(), {}

    app_of_ada.queue._send = send
    while answers:
        assert await app_of_ada.queue.deliver() > 0
        assert app_of_ada.queue.waiting() == 1
        assert await app_of_ada.queue.safe_to_wipe() is False


def test_it_stays_short_and_needs_nothing_but_python():
    source = Path(scan_queue.__file__).read_text()
    imported = {
        line.split()[1].split(".")[0] for line in source.splitlines() if line.startswith(("import", "from"))
    }
    assert imported <= sys.stdlib_module_names
    assert len(source.splitlines()) <= 260
