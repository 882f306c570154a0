"""Badges are ordered, drawn in the background, downloaded, and known as printed."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
import zxingcpp
from sqlalchemy import func, select, update

from server.badges.models import Badge, BadgePrint, BadgePrintChunk
from server.badges.print_jobs import expire_badge_prints, make_badge_print
from server.events.models import Attendance
from tests.badges.wearers import PREFIX, pages
from tests.builders import make_attendance, make_event

NAMES = ("Zoë Quinn", "Ada Lovelace", "émile Zola")


@pytest.fixture
async def event(ada, database, clock):
    event = await make_event(database, now=clock(), owner=ada.email)
    for name in NAMES:
        await make_attendance(database, event, now=clock(), name=name)
    return event


async def order(phone, event, who="all", **more):
    body = {"id": str(uuid4()), "who": who, **more}
    return await phone.post(f"/v1/events/{event.id}/badge_prints", json=body)


def read(pdf: bytes) -> list[str]:
    return [
        found.text
        for picture in pages(pdf, dpi=150)
        for found in zxingcpp.read_barcodes(np.ascontiguousarray(picture))
    ]


async def codes(database, event) -> dict[str, str]:
    """Whose badge holds what."""
    async with database.transaction() as db:
        rows = await db.execute(
            select(Attendance.name, Badge.code)
            .join(Badge, Badge.attendance_id == Attendance.id)
            .where(Badge.event_id == event.id, Badge.revoked_at.is_(None))
        )
        return {name: PREFIX + code for name, code in rows}


async def test_a_print_waits_is_drawn_and_is_downloaded(ada, event, database, outbox, clock):
    path = f"/v1/events/{event.id}/badge_prints"
    made = await order(ada, event, layout="card", page="single")
    found = made.json()
    early = await ada.get(f"{path}/{found['id']}/file")
    clock.tick(minutes=1)
    await outbox.run_jobs()
    ready = (await ada.get(f"{path}/{found['id']}")).json()
    file = await ada.get(f"{path}/{found['id']}/file")

    assert made.status_code == 201
    assert found == {
        "id": found["id"],
        "event_id": str(event.id),
        "who": "all",
        "attendance_id": None,
        "layout": "card",
        "page": "single",
        "double_sided": False,
        "order": "name",
        "state": "waiting",
        "total": 3,
        "done": 0,
        "pages": None,
        "size": None,
        "incomplete": [],
        "requested_at": "2026-06-04T09:00:00Z",
        "ready_at": None,
        "expires_at": "2026-06-07T09:00:00Z",
    }
    assert (early.status_code, early.json()["code"]) == (409, "badge_print_not_ready")
    assert ready == {
        **found,
        "state": "ready",
        "done": 3,
        "pages": 3,
        "size": len(file.content),
        "ready_at": "2026-06-04T09:01:00Z",
        "expires_at": "2026-06-07T09:01:00Z",
    }
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["cache-control"] == "no-store"
    worn = await codes(database, event)
    assert read(file.content) == [worn["Ada Lovelace"], worn["émile Zola"], worn["Zoë Quinn"]]
    assert (await ada.get(path)).json() == {"items": [ready], "next_cursor": None}


async def test_what_was_printed_is_not_printed_again_unless_asked(ada, event, database, outbox, clock):
    await order(ada, event)
    await outbox.run_jobs()
    nothing = await order(ada, event, "not_printed")
    await make_attendance(database, event, now=clock(), name="Late Comer")
    late = (await order(ada, event, "not_printed")).json()
    await outbox.run_jobs()
    again = (await order(ada, event)).json()
    await outbox.run_jobs()
    file = await ada.get(f"/v1/events/{event.id}/badge_prints/{again['id']}/file")

    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_print")
    assert (late["total"], again["total"]) == (1, 4)
    assert sorted(read(file.content)) == sorted((await codes(database, event)).values())


async def test_two_who_print_what_is_missing_at_once_print_each_badge_once(ada, event, outbox):
    answers = await asyncio.gather(*(order(ada, event, "not_printed") for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_one_badge_is_printed(ada, event, database, clock, outbox):
    late = await make_attendance(database, event, now=clock(), name="Late Comer")
    found = (await order(ada, event, "one", attendance_id=str(late.id))).json()
    at_once = await ada.get(f"/v1/events/{event.id}/attendees/{late.id}/badge.pdf?layout=card&page=letter")

    assert (found["total"], found["attendance_id"]) == (1, str(late.id))
    assert read(at_once.content) == [(await codes(database, event))["Late Comer"]]


async def test_an_order_repeated_is_the_same_order(ada, event, outbox):
    body = {"id": str(uuid4()), "who": "all"}
    path = f"/v1/events/{event.id}/badge_prints"
    answers = await asyncio.gather(*(ada.post(path, json=body) for _ in range(3)))
    other = await ada.post(path, json={**body, "layout": "card"})

    assert sorted(answer.status_code for answer in answers) == [200, 200, 201]
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")
    assert await outbox.run_jobs() == ["make_badge_print"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"who": "one"},
        {"who": "all", "attendance_id": str(uuid4())},
        {"layout": "a7"},
        {"page": "a3"},
        {"order": "height"},
        {"who": "everybody"},
        {"id": "1"},
    ],
)
async def test_a_wrong_order_is_refused(ada, event, wrong):
    body = {"id": str(uuid4()), "who": "all", **wrong}

    assert (await ada.post(f"/v1/events/{event.id}/badge_prints", json=body)).status_code == 400


async def test_a_print_is_for_the_events_own_supervisors(ada, grace, event, outbox):
    found = (await order(ada, event)).json()
    await outbox.run_jobs()
    path = f"/v1/events/{event.id}/badge_prints"

    for answer in (
        await order(grace, event),
        await grace.get(path),
        await grace.get(f"{path}/{found['id']}"),
        await grace.get(f"{path}/{found['id']}/file"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
    assert (await ada.get(f"{path}/{uuid4()}")).json()["code"] == "badge_print_not_found"


async def test_a_badge_revoked_meanwhile_is_left_out(ada, event, database, outbox, clock):
    found = (await order(ada, event)).json()
    async with database.transaction() as db:
        one = await db.scalar(select(Badge.id).where(Badge.event_id == event.id).limit(1))
        await db.execute(update(Badge).where(Badge.id == one).values(revoked_at=clock()))
    await outbox.run_jobs()
    ready = (await ada.get(f"/v1/events/{event.id}/badge_prints/{found['id']}")).json()

    assert (ready["state"], ready["total"], ready["done"]) == ("ready", 2, 2)


async def test_badges_on_which_something_is_missing_are_named(ada, event, database, outbox, clock):
    strange = await make_attendance(database, event, now=clock(), name="\u1260\u1240\u1208")
    found = (await order(ada, event)).json()
    await outbox.run_jobs()
    ready = (await ada.get(f"/v1/events/{event.id}/badge_prints/{found['id']}")).json()

    assert ready["incomplete"] == [str(strange.id)]


async def test_a_second_worker_waits_and_a_dead_ones_work_is_done_again(ada, event, database, tools, clock):
    found = (await order(ada, event)).json()
    print_id = UUID(found["id"])
    async with database.transaction() as db:
        await db.execute(
            update(BadgePrint)
            .values(claimed_until=clock() + timedelta(minutes=2))
            .where(BadgePrint.id == print_id)
        )
        db.add(BadgePrintChunk(print_id=print_id, number=0, data=b"half a file"))
    work = {"public_url": tools.settings.public_url, "clock": clock}
    waits = await make_badge_print(database, print_id, **work)
    clock.tick(minutes=3)
    done = await make_badge_print(database, print_id, **work)
    file = await ada.get(f"/v1/events/{event.id}/badge_prints/{print_id}/file")

    assert (waits, done) == (timedelta(seconds=30), None)
    assert len(read(file.content)) == 3


async def test_a_file_is_thrown_away_and_the_log_stays(ada, event, database, outbox, clock):
    found = (await order(ada, event)).json()
    await outbox.run_jobs()
    await expire_badge_prints(database, now=clock() + timedelta(days=4))
    path = f"/v1/events/{event.id}/badge_prints"
    gone = await ada.get(f"{path}/{found['id']}/file")

    assert (gone.status_code, gone.json()["code"]) == (410, "badge_print_expired")
    assert [row["state"] for row in (await ada.get(path)).json()["items"]] == ["expired"]
    async with database.transaction() as db:
        assert await db.scalar(select(func.count()).select_from(BadgePrintChunk)) == 0
    assert (await order(ada, event, "not_printed")).json()["code"] == "nothing_to_print"
