"""What people report, who looks into it, and who never learns of it."""

import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from server.events.models import TeamMember
from server.housekeeping import tidy_up
from server.ids import new_id
from server.moderation.errors import ReportNotFound
from server.moderation.models import PersonReport, ReportNote
from server.moderation.operating import settle_report, unsettled_reports
from tests.phones import Phone, sign_in
from tests.scans.conference import Conference, Guest


@pytest.fixture
async def olga(client, outbox) -> Phone:
    """Owns the event."""
    return await sign_in(client, outbox, "olga@example.org")


def report_of(other: Guest | Phone, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()), "person_id": other.person_id, "reason": "harassment", "words": "Followed me.", **changes,
    }  # fmt: skip


async def reported(phone: Phone, other: Guest, **changes: Any) -> str:
    answer = await phone.post(
        "/v1/me/reports", json=report_of(other, event_id=str(other.event.id), **changes)
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def listed(phone: Phone, guest: Guest, **query: str) -> list[dict[str, Any]]:
    answer = await phone.get(f"/v1/events/{guest.event.id}/reports", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_supervisors_look_into_what_happened_at_their_event(
    ada_there: Guest, grace_there: Guest, olga: Phone, clock
):
    path = f"/v1/events/{grace_there.event.id}/reports"
    report_id = await reported(ada_there.phone, grace_there)
    clock.tick(minutes=2)
    new = {
        "id": report_id,
        "reported": {"attendance_id": str(grace_there.attendance.id), "name": "Grace"},
        "reporter": {"attendance_id": str(ada_there.attendance.id), "name": "Ada"},
        "reason": "harassment",
        "words": "Followed me.",
        "state": "open",
        "notes": [],
        "reported_at": "2026-06-04T09:00:00Z",
        "settled_at": None,
        "age_seconds": 120,
    }
    assert await listed(olga, grace_there) == [new]

    for step in ("looking", "looking", "acted"):
        answer = await olga.post(f"{path}/{report_id}/resolve", json={"state": step, "note": f"Was {step}"})
        assert answer.status_code == 200, answer.text
    settled = answer.json()
    assert [(note["state"], note["note"], note["by_operator"]) for note in settled["notes"]] == [
        ("looking", "Was looking", False),
        ("acted", "Was acted", False),
    ]
    clock.tick(minutes=2)
    assert await listed(olga, grace_there, state="open") == []
    assert await listed(olga, grace_there, state="acted") == [settled]
    assert (settled["state"], settled["settled_at"], settled["age_seconds"]) == (
        "acted", "2026-06-04T09:02:00Z", 120,
    )  # fmt: skip


async def test_only_supervisors_read_them(ada_there: Guest, grace_there: Guest, olga: Phone, database, clock):
    report_id = await reported(ada_there.phone, grace_there)
    path = f"/v1/events/{grace_there.event.id}/reports"
    async with database.transaction() as db:
        db.add(TeamMember(event_id=grace_there.event.id, id=new_id(), email="grace@example.org", role="door",
                          added_at=clock.now))  # fmt: skip
    answers = [
        await phone.ask(method, tail, json=body)
        for phone in (ada_there.phone, grace_there.phone)
        for method, tail, body in (
            ("GET", path, None),
            ("POST", f"{path}/{report_id}/resolve", {"state": "dismissed"}),
        )
    ]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (404, "event_not_found"), (404, "event_not_found"), (403, "role_required"), (403, "role_required"),
    ]  # fmt: skip


async def test_what_is_about_the_team_itself_is_not_the_teams_to_judge(
    conference: Conference, ada_there: Guest, grace_there: Guest, olga: Phone, settings, clock
):
    boss = await conference.guest(olga)
    report_id = await reported(ada_there.phone, boss)
    assert await listed(olga, boss) == []
    answer = await olga.post(
        f"/v1/events/{boss.event.id}/reports/{report_id}/resolve", json={"state": "dismissed"}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "report_not_found")

    elsewhere = await ada_there.phone.post("/v1/me/reports", json=report_of(grace_there, reason="spam"))
    lines = [json.loads(line) for line in await unsettled_reports(settings, now=clock.tick(hours=1))]
    assert [(one["id"], one["event_id"], one["reported"], one["age_seconds"]) for one in lines] == [
        (report_id, str(boss.event.id), boss.person_id, 3600),
        (elsewhere.json()["id"], None, grace_there.person_id, 3600),
    ]
    await settle_report(settings, UUID(report_id), state="acted", words="Wrote to them", now=clock.now)
    lines = [json.loads(line) for line in await unsettled_reports(settings, now=clock.now)]
    assert [one["id"] for one in lines] == [elsewhere.json()["id"]]
    with pytest.raises(ReportNotFound):
        await settle_report(settings, new_id(), state="acted", words="", now=clock.now)


async def test_a_report_may_block_at_once_and_the_other_never_learns_of_it(
    ada_there: Guest, grace_there: Guest, clock
):
    await ada_there.scan(grace_there, at=clock.now)
    before = (await grace_there.phone.get("/v1/me/changes")).json()
    await reported(ada_there.phone, grace_there, block=True)
    assert [one["person_id"] for one in (await ada_there.phone.get("/v1/me/blocks")).json()["items"]] == [
        grace_there.person_id
    ]
    page = await grace_there.phone.get("/v1/me/changes", params={"cursor": before["next_cursor"]})
    assert [gone["kind"] for gone in page.json()["removed"]] == ["connection"]
    assert page.json()["nudges"] == []


async def test_a_report_is_made_once(ada_there: Guest, grace_there: Guest, database):
    report = report_of(grace_there)
    first = await ada_there.phone.post("/v1/me/reports", json=report)
    again = await ada_there.phone.post("/v1/me/reports", json=report)
    other = await ada_there.phone.post("/v1/me/reports", json={**report, "words": "Something else"})
    theirs = await grace_there.phone.post("/v1/me/reports", json={**report, "person_id": ada_there.person_id})
    assert [(one.status_code, one.json().get("code")) for one in (first, again, other, theirs)] == [
        (201, None), (200, None), (409, "id_reused"), (409, "id_reused"),
    ]  # fmt: skip
    assert again.json() == first.json()
    async with database.transaction() as db:
        assert await db.scalar(select(func.count()).select_from(PersonReport)) == 1


async def test_a_stranger_cannot_be_reported_nor_an_event_where_both_were_not(
    ada_there: Guest, grace_there: Guest, client, outbox
):
    nobody = await sign_in(client, outbox, "nobody@example.org")
    stranger = await ada_there.phone.post("/v1/me/reports", json=report_of(nobody))
    elsewhere = await ada_there.phone.post(
        "/v1/me/reports", json=report_of(grace_there, event_id=str(new_id()))
    )
    assert [(one.status_code, one.json()["code"]) for one in (stranger, elsewhere)] == [
        (404, "person_not_found"), (404, "event_not_found"),
    ]  # fmt: skip


async def test_settled_reports_go_after_a_year(
    ada_there: Guest, grace_there: Guest, olga: Phone, database, clock
):
    report_id = await reported(ada_there.phone, grace_there)
    await reported(ada_there.phone, grace_there)
    path = f"/v1/events/{grace_there.event.id}/reports/{report_id}/resolve"
    await olga.post(path, json={"state": "dismissed", "note": "A misunderstanding"})

    async def kept() -> tuple[int | None, int | None]:
        async with database.transaction() as db:
            reports = await db.scalar(select(func.count()).select_from(PersonReport))
            return reports, await db.scalar(select(func.count()).select_from(ReportNote))

    await tidy_up(database, now=clock.tick(days=364))
    assert await kept() == (2, 1)
    await tidy_up(database, now=clock.tick(days=2))
    assert await kept() == (1, 0)
