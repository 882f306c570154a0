"""Badges are issued, drawn, replaced and revoked."""

import asyncio
import re
import time
from datetime import timedelta
from io import BytesIO
from uuid import UUID, uuid4

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import func, insert, select

from server.accounts.models import Person
from server.badges.codes import parse_code
from server.badges.models import Badge
from server.events.models import Attendance, TeamMember
from server.ids import new_id
from tests.badges.test_drawing import rasterised
from tests.builders import make_attendance, make_event

CODE = re.compile(r"^H[A-Z2-7]{22}$")


def read(image: Image.Image) -> str:
    (found,) = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return found.text


@pytest.fixture
async def event(database, clock, ada):
    """Ada runs it."""
    return await make_event(database, now=clock(), owner="ada@example.org")


@pytest.fixture
async def imported(database, clock, event):
    return await make_attendance(database, event, now=clock())


async def test_a_badge_is_issued_once_and_then_answered_again(ada, event, imported, clock):
    path = f"/v1/events/{event.id}/attendees/{imported.id}/badge"
    first = await ada.post(path)
    clock.tick(minutes=5)
    again = await ada.post(path)

    badge = first.json()
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == badge
    assert badge == {
        "id": badge["id"],
        "attendance_id": str(imported.id),
        "code": badge["code"],
        "manual_code": badge["manual_code"],
        "url": f"https://hallway.example/b/{badge['code']}",
        "issued_at": "2026-06-04T09:00:00Z",
        "revoked_at": None,
        "revoked_because": None,
    }
    assert CODE.match(badge["code"])
    assert parse_code(badge["url"]).event_ref == event.code_reference
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", badge["manual_code"])


async def test_eight_at_once_get_one_badge(ada, event, imported, clock, database):
    answers = await asyncio.gather(
        *(ada.post(f"/v1/events/{event.id}/attendees/{imported.id}/badge") for _ in range(8))
    )

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["code"] for answer in answers}) == 1
    async with database.transaction() as db:
        assert await db.scalar(select(func.count()).select_from(Badge)) == 1


async def test_both_drawings_are_read_as_the_badges_address(ada, event, imported, clock):
    path = f"/v1/events/{event.id}/attendees/{imported.id}/badge"
    url = (await ada.post(path)).json()["url"]
    svg, png = await ada.get(f"{path}.svg"), await ada.get(f"{path}.png?scale=5")

    assert (svg.headers["content-type"], png.headers["content-type"]) == ("image/svg+xml", "image/png")
    assert svg.headers["cache-control"] == png.headers["cache-control"] == "no-store"
    picture = Image.open(BytesIO(png.content))
    assert picture.size == (185, 185)
    assert (read(rasterised(svg.text)), read(picture)) == (url, url)


async def test_there_is_no_picture_of_a_badge_that_was_not_issued(ada, event, imported, clock):
    answer = await ada.get(f"/v1/events/{event.id}/attendees/{imported.id}/badge.svg")
    assert (answer.status_code, answer.json()["code"]) == (404, "badge_not_found")


@pytest.mark.parametrize("scale", ["0", "65", "-1", "x", "", "1e3"])
async def test_a_picture_of_an_unreasonable_size_is_refused(ada, event, imported, clock, scale):
    path = f"/v1/events/{event.id}/attendees/{imported.id}/badge"
    await ada.post(path)
    answer = await ada.get(f"{path}.png?scale={scale}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


async def test_an_attendee_gets_the_own_badge_when_first_asking(grace, event, database, clock):
    attendance = await make_attendance(database, event, grace, now=clock())
    path = f"/v1/events/{event.id}/me/badge"
    pictured = read(Image.open(BytesIO((await grace.get(f"{path}.png")).content)))
    badge = (await grace.get(path)).json()
    drawn = read(rasterised((await grace.get(f"{path}.svg")).text))

    assert badge["attendance_id"] == str(attendance.id)
    assert pictured == drawn == badge["url"]


async def test_a_lost_badge_is_replaced_and_the_old_one_ends_then(ada, event, imported, clock):
    old = (await ada.post(f"/v1/events/{event.id}/attendees/{imported.id}/badge")).json()
    clock.tick(minutes=5)
    replace = f"/v1/events/{event.id}/badges/{old['id']}/replace"
    first = await ada.post(replace, json={"reason": "lost"})
    again = await ada.post(replace, json={"reason": "stolen"})
    ended = await ada.post(f"/v1/events/{event.id}/badges/{old['id']}/revoke", json={"reason": "withdrawn"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert first.json()["code"] != old["code"]
    assert first.json()["manual_code"] != old["manual_code"]
    assert first.json()["issued_at"] == "2026-06-04T09:05:00Z"
    assert ended.json() == {**old, "revoked_at": "2026-06-04T09:05:00Z", "revoked_because": "lost"}


async def test_replacing_one_badge_eight_times_at_once_makes_one_new(ada, event, imported, clock, database):
    old = (await ada.post(f"/v1/events/{event.id}/attendees/{imported.id}/badge")).json()
    answers = await asyncio.gather(
        *(
            ada.post(f"/v1/events/{event.id}/badges/{old['id']}/replace", json={"reason": "lost"})
            for _ in range(8)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    async with database.transaction() as db:
        assert await db.scalar(select(func.count()).select_from(Badge)) == 2


async def test_after_a_revocation_another_can_be_issued(ada, event, imported, clock):
    path = f"/v1/events/{event.id}/attendees/{imported.id}/badge"
    old = (await ada.post(path)).json()
    await ada.post(f"/v1/events/{event.id}/badges/{old['id']}/revoke", json={"reason": "withdrawn"})
    fresh = await ada.post(path)

    assert fresh.status_code == 201
    assert fresh.json()["code"] != old["code"]


async def test_nobody_who_was_cancelled_gets_a_badge(ada, event, database, clock):
    cancelled = await make_attendance(database, event, now=clock(), status="cancelled")
    answer = await ada.post(f"/v1/events/{event.id}/attendees/{cancelled.id}/badge")
    many = await ada.post(f"/v1/events/{event.id}/badges")

    assert (answer.status_code, answer.json()["code"]) == (409, "attendee_not_expected")
    assert many.json() == {"issued": 0, "standing": 0}


async def test_all_that_is_missing_is_issued_at_once(ada, event, imported, clock, database):
    await make_attendance(database, event, now=clock())
    await make_attendance(database, await make_event(database, now=clock()), now=clock())
    await ada.post(f"/v1/events/{event.id}/attendees/{imported.id}/badge")

    assert (await ada.post(f"/v1/events/{event.id}/badges")).json() == {"issued": 1, "standing": 2}
    assert (await ada.post(f"/v1/events/{event.id}/badges")).json() == {"issued": 0, "standing": 2}


async def test_ten_thousand_badges_take_seconds(ada, event, clock, database):
    now = clock()
    people = [{"id": new_id(), "created_at": now} for _ in range(10_000)]
    places = [
        {
            "event_id": event.id, "id": new_id(), "person_id": person["id"], "name": "Somebody",
            "created_at": now, "updated_at": now,
        }
        for person in people
    ]  # fmt: skip
    async with database.transaction() as db:
        await db.execute(insert(Person), people)
        await db.execute(insert(Attendance), places)

    began = time.perf_counter()
    answer = await ada.post(f"/v1/events/{event.id}/badges")
    took = time.perf_counter() - began

    assert answer.json() == {"issued": 10_000, "standing": 10_000}
    assert took < 15  # measured: about 1.5 s on two cores


async def test_a_stranger_finds_no_event_and_a_low_role_is_told_so(
    ada, grace, event, imported, database, clock
):
    badge = (await ada.post(f"/v1/events/{event.id}/attendees/{imported.id}/badge")).json()
    base = f"/v1/events/{event.id}"
    asked = [
        ("POST", f"{base}/attendees/{imported.id}/badge", {}),
        ("GET", f"{base}/attendees/{imported.id}/badge.svg", {}),
        ("GET", f"{base}/attendees/{imported.id}/badge.png", {}),
        ("POST", f"{base}/badges", {}),
        ("POST", f"{base}/badges/{badge['id']}/replace", {"json": {"reason": "lost"}}),
        ("POST", f"{base}/badges/{badge['id']}/revoke", {"json": {"reason": "lost"}}),
        ("POST", f"{base}/ticket_mailings", {"json": {"id": str(uuid4()), "recipients": "all"}}),
    ]
    strange = [await grace.ask(method, path, **body) for method, path, body in asked]
    mine = [await grace.get(f"{base}/{path}") for path in ("me/badge", "me/ticket", "ticket_keys")]
    async with database.transaction() as db:
        db.add(TeamMember(event_id=event.id, id=new_id(), email=grace.email, role="door", added_at=clock()))
    low = [await grace.ask(method, path, **body) for method, path, body in asked]

    assert {(a.status_code, a.json()["code"]) for a in strange + mine} == {(404, "event_not_found")}
    assert {(a.status_code, a.json()["code"]) for a in low} == {(403, "role_required")}


async def test_another_events_badge_and_attendee_are_not_there(ada, event, imported, database, clock):
    badge = (await ada.post(f"/v1/events/{event.id}/attendees/{imported.id}/badge")).json()
    other = await make_event(database, now=clock(), owner="ada@example.org")
    answers = [
        await ada.post(f"/v1/events/{other.id}/attendees/{imported.id}/badge"),
        await ada.get(f"/v1/events/{other.id}/attendees/{imported.id}/badge.svg"),
        await ada.post(f"/v1/events/{other.id}/badges/{badge['id']}/revoke", json={"reason": "lost"}),
        await ada.post(f"/v1/events/{other.id}/badges/{badge['id']}/replace", json={"reason": "lost"}),
    ]

    assert [answer.json()["code"] for answer in answers] == [
        "attendee_not_found", "badge_not_found", "badge_not_found", "badge_not_found",
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "bored"}, {"reason": None}, [], "lost"])
async def test_a_replacement_says_why(ada, event, imported, clock, body):
    badge = (await ada.post(f"/v1/events/{event.id}/attendees/{imported.id}/badge")).json()
    answer = await ada.post(f"/v1/events/{event.id}/badges/{badge['id']}/replace", json=body)
    standing = await ada.post(f"/v1/events/{event.id}/attendees/{imported.id}/badge")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert standing.json() == badge


@pytest.mark.parametrize("wrong", ["x", "%00", "0", "01981d4e-3c00-7000-8000", "%F0%9F%92%A9"])
async def test_a_malformed_id_is_no_operation(ada, event, clock, wrong):
    for path in (f"/v1/events/{wrong}/badges", f"/v1/events/{event.id}/attendees/{wrong}/badge"):
        answer = await ada.post(path)
        assert 400 <= answer.status_code < 500
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_badge_of_the_past_is_still_known(ada, event, imported, clock, database):
    """A scan captured before the revocation still counts, so the row stays."""
    badge = (await ada.post(f"/v1/events/{event.id}/attendees/{imported.id}/badge")).json()
    clock.tick(minutes=5)
    await ada.post(f"/v1/events/{event.id}/badges/{badge['id']}/replace", json={"reason": "stolen"})

    async with database.transaction() as db:
        old = await db.get(Badge, (event.id, UUID(badge["id"])))
    assert (old.revoked_because, old.revoked_at - old.issued_at) == ("stolen", timedelta(minutes=5))
