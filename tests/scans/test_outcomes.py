"""Every item gets its own answer: recorded, repeated, parked or refused, and why."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from server.badges.codes import new_badge_code
from server.badges.manual_codes import ManualCode
from server.badges.tickets import Ticket, derive_key, sign_ticket
from server.ids import new_id
from server.scans import judging
from server.scans.models import Scan
from server.scans.parked import judge_parked_scans
from tests.scans.conference import Conference, Guest, hold_conference, later, quick_phone, scan_of


def said(answer) -> list[tuple]:
    return [(item["index"], item["outcome"], item["state"], item["code"]) for item in answer["items"]]


async def test_what_no_later_arrival_can_change_is_refused_and_kept(
    conference: Conference, ada_there: Guest, grace_there: Guest, clock, database, settings
):
    elsewhere = new_badge_code(b"\x09\x09\x09", bytes).text
    ticket = Ticket(
        event_id=conference.event.id, attendance_id=grace_there.attendance.id, serial=1, key_version=1
    )
    token = sign_ticket(ticket, derive_key(settings.secret("ticket"), conference.event.id, 1))
    closed = conference.event.doors_close_at
    opened = conference.event.doors_open_at
    items = [
        scan_of(ada_there, at=clock.now),
        scan_of(elsewhere, at=clock.now),
        scan_of(token, at=clock.now),
        scan_of("https://hallway.example/b/NOT-A-CODE", at=clock.now),
        scan_of(grace_there, at=opened - timedelta(seconds=1)),
        scan_of(grace_there, at=clock.now, purpose="entry"),
        scan_of(grace_there, at=opened),
    ]

    first = await ada_there.sync(items, now=clock.now)
    again = await ada_there.sync(items, now=clock.now)

    codes = [
        "own_badge",
        "other_event",
        "ticket_not_badge",
        "malformed",
        "outside_event",
        "badge_not_ticket",
    ]
    assert said(first) == [
        *((index, "refused", "refused", code) for index, code in enumerate(codes)),
        (6, "recorded", "recorded", None),
    ]
    assert said(again) == [
        *((index, "repeated", "refused", code) for index, code in enumerate(codes)),
        (6, "repeated", "recorded", None),
    ]
    await later(ada_there, clock, seconds=(closed - clock.now).total_seconds() + 60)
    late = await ada_there.sync(
        [scan_of(grace_there, at=closed), scan_of(grace_there, at=closed + timedelta(seconds=1))],
        now=clock.now,
    )
    assert said(late) == [(0, "recorded", "recorded", None), (1, "refused", "refused", "outside_event")]


async def test_thirty_days_after_the_doors_closed_an_event_is_archived(
    conference: Conference, grace_there: Guest, clock, settings, client, database
):
    clock.now = conference.event.doors_close_at + timedelta(days=30)
    ada = await quick_phone(client, database, settings, email="late@example.org", now=clock.now)
    ada_there = await conference.guest(ada)
    in_time = await ada_there.sync([scan_of(grace_there, at=conference.now)], now=clock.now)
    clock.tick(seconds=1)
    too_late = await ada_there.sync([scan_of(grace_there, at=conference.now)], now=clock.now)
    assert said(in_time) == [(0, "recorded", "recorded", None)]
    assert said(too_late) == [(0, "refused", "refused", "event_archived")]


async def test_a_revoked_badge_counts_for_scans_captured_before(
    conference: Conference, ada_there: Guest, grace_there: Guest, clock, database
):
    async with database.transaction() as db:
        badge = await db.merge(grace_there.badge)
        badge.revoked_at, badge.revoked_because = clock.now, "lost"

    outcomes = await ada_there.sync(
        [
            scan_of(grace_there, at=clock.now - timedelta(seconds=1)),
            scan_of(grace_there, at=clock.now),
        ],
        now=clock.now,
    )

    assert said(outcomes) == [(0, "recorded", "recorded", None), (1, "refused", "refused", "badge_revoked")]


async def test_another_fact_under_the_same_id_is_refused_and_overwrites_nothing(
    ada_there: Guest, grace_there: Guest, clock, database
):
    item = scan_of(grace_there, at=clock.now - timedelta(minutes=1))
    other = {**item, "captured_at": clock.now.isoformat(), "note": "overwritten?"}
    await ada_there.post("/scans", item)

    alone = await ada_there.post("/scans", other)
    batch = await ada_there.sync([other, item, {**item, "code": ada_there.badge.code}], now=clock.now)
    twice = scan_of(grace_there, at=clock.now)
    within = await ada_there.sync([twice, twice, {**twice, "code": "another"}], now=clock.now)

    assert (alone.status_code, alone.json()["code"]) == (409, "id_reused")
    assert said(batch) == [
        (0, "refused", "refused", "id_reused"),
        (1, "repeated", "recorded", None),
        (2, "refused", "refused", "id_reused"),
    ]
    assert said(within) == [
        (0, "recorded", "recorded", None),
        (1, "repeated", "recorded", None),
        (2, "refused", "refused", "id_reused"),
    ]
    async with database.transaction() as db:
        assert set(await db.scalars(select(Scan.note))) == {""}


async def test_another_persons_scan_of_the_same_id_is_another_scan(
    ada_there: Guest, grace_there: Guest, clock
):
    item = scan_of(grace_there, at=clock.now)
    await ada_there.post("/scans", item)

    theirs = await grace_there.post("/scans", {**item, "code": ada_there.badge.code})

    assert (theirs.status_code, theirs.json()["outcome"]) == (201, "recorded")


async def test_a_wrong_item_costs_only_itself(ada_there: Guest, grace_there: Guest, clock, database):
    good = scan_of(grace_there, at=clock.now, from_a_newer_app={"x": 1})
    wrong = [
        ({**good, "id": str(uuid4()), "captured_at": "yesterday"}, "/items/{}/captured_at"),
        ({**good, "id": str(uuid4()), "captured_at": 1_700_000_000}, "/items/{}/captured_at"),
        ({**good, "id": str(uuid4()), "captured_at": "0001-01-01T00:00:00+14:00"}, "/items/{}/captured_at"),
        ({**good, "id": str(uuid4()), "code": 7}, "/items/{}/code"),
        ({**good, "id": str(uuid4()), "code": "x" * 4001}, "/items/{}/code"),
        ({**good, "id": str(uuid4()), "purpose": "spy"}, "/items/{}/purpose"),
        ({**good, "id": str(uuid4()), "note": "x" * 4001}, "/items/{}/note"),
        ({**good, "id": str(uuid4()), "tags": ["a\x00b"]}, "/items/{}/tags/0"),
        ({**good, "id": str(uuid4()), "sequence": 2**53}, "/items/{}/sequence"),
        ({**good, "id": str(uuid4()), "signal": "maybe"}, "/items/{}/signal"),
        ({"id": str(uuid4())}, "/items/{}/code"),
    ]
    no_id = [
        ({**good, "id": "not a uuid"}, "/items/{}/id"),
        ({**good, "id": None}, "/items/{}/id"),
        (None, "/items/{}"),
        ([], "/items/{}"),
        ("text", "/items/{}"),
        (7, "/items/{}"),
    ]
    items = [item for item, _ in [*wrong, *no_id]]

    answer = await ada_there.sync([*items, good], now=clock.now)
    again = await ada_there.sync([*items, good], now=clock.now)

    pointers = [pointer.format(index) for index, (_, pointer) in enumerate([*wrong, *no_id])]
    assert [item["pointer"] for item in answer["items"]] == [*pointers, None]
    assert said(answer) == [
        *((index, "refused", "refused", "malformed") for index in range(len(items))),
        (len(items), "recorded", "recorded", None),
    ]
    assert [item["outcome"] for item in again["items"]] == (
        ["repeated"] * len(wrong) + ["refused"] * len(no_id) + ["repeated"]
    )
    async with database.transaction() as db:
        assert await db.scalar(select(func.count()).where(Scan.reason == "malformed")) == len(wrong)


async def test_codes_that_cannot_be_stored_are_kept_as_malformed(ada_there: Guest, clock):
    odd = ["a\x00b", " ", "x" * 513, "line\nbreak", "\u200b", "é" * 600]
    answer = await ada_there.sync([scan_of(code, at=clock.now) for code in odd], now=clock.now)
    assert [item["code"] for item in answer["items"]] == ["malformed"] * len(odd)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"items": {}, "device_time": "2026-06-04T09:00:00Z"},
        {"items": [None] * 501, "device_time": "2026-06-04T09:00:00Z"},
        {"items": [], "undos": 7, "device_time": "2026-06-04T09:00:00Z"},
        {"items": [], "device_time": "now"},
        [],
        None,
    ],
)
async def test_a_batch_that_cannot_be_read_is_a_problem(ada_there: Guest, clock, body):
    answer = await ada_there.post("/scans/sync", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "raw", [b'{"items": [{"id": "\\ud800"}], "device_time": "2026-06-04T09:00:00Z"}', b"[" * 100_000, b"\xff"]
)
async def test_bytes_that_are_not_json_are_a_problem(ada_there: Guest, clock, raw):
    answer = await ada_there.phone.post(
        f"/v1/events/{ada_there.event.id}/scans/sync",
        content=raw,
        headers={"content-type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


async def test_a_single_scan_is_read_strictly(ada_there: Guest, grace_there: Guest, clock):
    good = scan_of(grace_there, at=clock.now)
    for wrong, pointer in [
        ({"nickname": "x"}, "/nickname"),
        ({"captured_at": "2026-06-04T09:00:00"}, None),
        ({"id": "7"}, "/id"),
        ({"code": ""}, "/code"),
    ]:
        answer = await ada_there.post("/scans", {**good, **wrong})
        if pointer is not None:
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


async def test_an_unknown_event_is_not_there_and_nobody_scans_without_signing_in(
    client, ada_there: Guest, clock
):
    for path, body in [
        ("/scans", scan_of("x", at=clock.now)),
        ("/scans/sync", {"items": [], "device_time": clock.now.isoformat()}),
        (f"/scans/{uuid4()}/undo", {"undone_at": clock.now.isoformat()}),
    ]:
        unknown = await ada_there.phone.post(f"/v1/events/{uuid4()}{path}", json=body)
        stranger = await client.post(f"/v1/events/{ada_there.event.id}{path}", json=body)
        assert (unknown.status_code, unknown.json()["code"]) == (404, "event_not_found")
        assert (stranger.status_code, stranger.json()["code"]) == (401, "sign_in_required")


async def test_a_badge_issued_later_settles_what_was_parked(
    conference: Conference, ada_there: Guest, grace_there: Guest, clock, database
):
    code = new_badge_code(conference.event.code_reference, bytes).text
    manual = ManualCode("ABCDEFGH")
    items = [scan_of(code, at=clock.now), scan_of(manual.text, at=clock.now), scan_of("T-4711", at=clock.now)]
    parked = await ada_there.sync(items, now=clock.now)
    assert said(parked) == [(index, "parked", "parked", "no_badge_yet") for index in range(3)]

    async with database.transaction() as db:
        badge = await db.merge(grace_there.badge)
        badge.revoked_at, badge.revoked_because = clock.now + timedelta(hours=1), "replaced"
        await db.flush()
        db.add(
            type(badge)(
                event_id=badge.event_id, id=new_id(), attendance_id=badge.attendance_id, code=code,
                manual_code=manual.characters, issued_at=clock.now,
            )
        )  # fmt: skip
        (await db.merge(grace_there.attendance)).external_code = "T-4711"
    await judge_parked_scans(database, now=clock.tick(minutes=5))

    settled = await ada_there.sync(items, now=clock.now)
    assert said(settled) == [(index, "repeated", "recorded", None) for index in range(3)]
    assert {item["person_id"] for item in settled["items"]} == {grace_there.person_id}


async def test_a_scanner_who_has_not_claimed_or_checked_in_is_parked(client, database, clock, ada, grace):
    conference = await hold_conference(database, now=clock.now, check_in_required=True)
    grace_there = await conference.guest(grace)
    ada_there = Guest(conference.event, grace_there.attendance, grace_there.badge, ada)
    item = scan_of(grace_there, at=clock.now)

    assert said(await ada_there.sync([item], now=clock.now)) == [(0, "parked", "parked", "not_claimed_yet")]
    place = await conference.guest(ada)
    await judge_parked_scans(database, now=clock.now)
    assert said(await ada_there.sync([item], now=clock.now)) == [
        (0, "repeated", "parked", "not_checked_in_yet")
    ]
    async with database.transaction() as db:
        (await db.merge(place.attendance)).checked_in_at = clock.now
    await judge_parked_scans(database, now=clock.now)
    assert said(await ada_there.sync([item], now=clock.now)) == [(0, "repeated", "recorded", None)]


async def test_what_was_parked_may_turn_out_to_be_refused(conference: Conference, ada, clock, database):
    guest = await conference.guest(email="ada@example.org")
    ada_there = Guest(conference.event, guest.attendance, guest.badge, ada)
    item = scan_of(guest, at=clock.now)
    assert said(await ada_there.sync([item], now=clock.now)) == [(0, "parked", "parked", "not_claimed_yet")]

    await ada_there.post("/claim", {})

    assert said(await ada_there.sync([item], now=clock.now)) == [(0, "repeated", "refused", "own_badge")]


async def test_a_person_parks_only_so_many_and_keeps_the_rest(
    conference: Conference, ada_there: Guest, clock, monkeypatch
):
    monkeypatch.setattr(judging, "MOST_PARKED", 3)
    items = [scan_of(f"poster {n}", at=clock.now) for n in range(5)]

    answer = await ada_there.sync(items, now=clock.now)
    alone = await ada_there.post("/scans", items[4])

    assert said(answer) == [(index, "parked", "parked", "no_badge_yet") for index in range(3)]
    assert (alone.status_code, alone.json()["code"]) == (429, "too_many_parked")


async def test_ten_wrong_typed_codes_an_hour_then_even_a_right_one_waits(
    ada_there: Guest, grace_there: Guest, clock, database
):
    async with database.transaction() as db:
        (await db.merge(grace_there.badge)).manual_code = "ABCDEFGH"
    right = scan_of(ManualCode("ABCDEFGH").text.lower(), at=clock.now)
    wrong = [scan_of(ManualCode(f"0000000{n:X}").text, at=clock.now) for n in range(12)]
    badge = scan_of(grace_there, at=clock.now)

    answer = await ada_there.sync([*wrong, right, badge], now=clock.now)
    repeated = await ada_there.sync(wrong[:10], now=clock.now)
    alone = await ada_there.post("/scans", right)
    await later(ada_there, clock, hours=1)
    tried_again = await ada_there.post("/scans", right)

    assert said(answer) == [
        *((index, "parked", "parked", "no_badge_yet") for index in range(10)),
        (13, "recorded", "recorded", None),
    ]
    assert [item["outcome"] for item in repeated["items"]] == ["repeated"] * 10
    assert (alone.status_code, alone.json()["code"]) == (429, "rate_limited")
    assert (tried_again.status_code, tried_again.json()["outcome"]) == (201, "recorded")


async def test_a_phones_clock_is_corrected_once_and_never_beyond_receipt(
    ada_there: Guest, grace_there: Guest, clock, database
):
    slow, fast = clock.now - timedelta(hours=3), clock.now + timedelta(days=2)
    items = [
        scan_of(grace_there, at=slow - timedelta(minutes=2)),
        scan_of(grace_there, at=clock.now + timedelta(hours=1)),
        scan_of(grace_there, at=fast - timedelta(minutes=5)),
    ]
    await ada_there.sync(items[:1], now=slow)
    await ada_there.sync(items[:1], now=slow + timedelta(minutes=20))
    await ada_there.sync(items[1:2], now=clock.now)
    await ada_there.sync(items[2:], now=fast)

    async with database.transaction() as db:
        scans = {str(scan.id): scan for scan in await db.scalars(select(Scan))}
    kept = [
        (clock.now - scan.captured_at, scan.time_doubtful) for scan in (scans[item["id"]] for item in items)
    ]
    assert kept == [
        (timedelta(minutes=2), False),
        (timedelta(), False),
        (timedelta(minutes=5), True),
    ]
