"""An event's data goes when its time is over; what belongs to people stays with them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from server.privacy.erasing import erase_due
from server.privacy.fate import Kind
from server.privacy.purging import purge, purge_due
from server.privacy.rules import DEFAULTS
from server.stats.actions import fix_final_stats
from tests.exhibitors.fair import Fair, hold_fair
from tests.interviews.people import sign_in_again
from tests.phones import sign_in
from tests.privacy.leavers import leave
from tests.scans.conference import Conference, Guest


@pytest.fixture
async def olga(client, outbox):
    return await sign_in(client, outbox, "olga@example.org")


async def rows(database, *tables: str) -> dict[str, int]:
    async with database.transaction() as db:
        return {table: await db.scalar(text(f"select count(*) from {table}")) for table in tables}  # noqa: S608


async def days_later(database, clock, event, days: int) -> None:
    clock.now = event.doors_close_at + timedelta(days=days)
    await fix_final_stats(database, now=clock.now)
    await purge_due(database, now=clock.now)


async def test_organizers_see_what_goes_when(
    conference: Conference, olga, ada_there: Guest, grace_there: Guest, met
):
    path = f"/v1/events/{conference.event.id}/retention"
    await conference.guest(name="Nobody Came")
    kept = {one["kind"]: one for one in (await olga.get(path)).json()["items"]}
    assert {kind: (one["days"], one["rows"]) for kind, one in kept.items()} == {
        "unclaimed": (90, 1),
        "exports": (90, 0),
        "scans": (180, 2),
        "leads": (365, 0),
        "encounters": (365, 1),
        "attendees": (365, 6),
    }
    assert (kept["scans"]["ends_at"], kept["scans"]["purged_at"]) == ("2026-12-01T19:00:00Z", None)

    stranger = await ada_there.phone.get(path)
    assert stranger.json()["code"] == "event_not_found"


async def test_a_term_is_shortened_by_whoever_knows_it(conference: Conference, olga):
    path = f"/v1/events/{conference.event.id}/retention"

    async def set_days(days: int, *, version: str | None) -> tuple[int, Any]:
        headers = {} if version is None else {"if-match": version}
        answer = await olga.ask("PUT", f"{path}/scans", json={"days": days}, headers=headers)
        if answer.status_code != 200:
            return answer.status_code, answer.json()["code"]
        [kept] = [one for one in answer.json()["items"] if one["kind"] == "scans"]
        assert kept in (await olga.get(path)).json()["items"]
        return kept["days"], kept["version"]

    assert await set_days(100, version=None) == (428, "version_required")
    assert await set_days(100, version='"1"') == (100, 2)
    assert await set_days(31, version='"1"') == (412, "version_stale")
    assert await set_days(31, version='"2"') == (31, 3)
    assert await set_days(31, version='"3"') == (31, 3)
    assert await set_days(180, version='"3"') == (180, 4)
    longer = await olga.ask("PUT", f"{path}/scans", json={"days": 181}, headers={"if-match": "*"})
    assert (longer.status_code, longer.json()["errors"][0]["code"]) == (400, "kept_too_long")
    assert await set_days(30, version="*") == (400, "invalid_request")


async def test_kinds_go_in_time_and_connections_stay(
    conference: Conference, olga, ada_there: Guest, grace_there: Guest, met, database, clock, client, outbox
):
    event = conference.event
    before = (await olga.get(f"/v1/events/{event.id}/stats")).json()
    await days_later(database, clock, event, 31)
    olga = await sign_in_again(olga)
    final = (await olga.get(f"/v1/events/{event.id}/stats")).json()
    assert await rows(database, "scans", "encounters") == {"scans": 2, "encounters": 1}

    await days_later(database, clock, event, 180)
    assert await rows(database, "scans", "encounters") == {"scans": 0, "encounters": 1}
    await days_later(database, clock, event, 365)

    assert await rows(database, "scans", "encounters", "badges", "connections", "attendances") == {
        "scans": 0,
        "encounters": 0,
        "badges": 0,
        "connections": 2,
        "attendances": 2,
    }
    olga = await sign_in(client, outbox, olga.email)
    grace = await sign_in(client, outbox, "grace@example.org")
    assert (await olga.get(f"/v1/events/{event.id}/attendees")).json()["items"] == []
    assert (await olga.get(f"/v1/events/{event.id}/stats")).json() == final
    assert before.keys() == final.keys()
    (seen,) = (await grace.get("/v1/connections")).json()["items"]
    assert (seen["name"], seen["phone"], seen["scan_notes"][0]["note"]) == (
        "Ada Lovelace",
        "+44 20 7946 0018",
        "Knows looms",
    )
    late = await grace.post(
        f"/v1/events/{event.id}/scans/sync",
        json={"device_time": clock.now.isoformat(), "items": [
            {"id": str(UUID(int=5)), "code": ada_there.badge.code, "captured_at": event.starts_at.isoformat()}
        ], "undos": []},
    )  # fmt: skip
    assert [(item["outcome"], item["code"]) for item in late.json()["items"]] == [
        ("refused", "event_archived")
    ]


async def test_whoever_never_claimed_is_forgotten_after_ninety_days(
    conference: Conference, grace_there: Guest, database, clock
):
    nobody = await conference.guest(name="Nobody Came", email="nobody@example.org")
    await grace_there.scan(nobody, at=clock.now, note="Promised a book")
    assert [one["name"] for one in await grace_there.connections()] == ["Nobody Came"]

    await days_later(database, clock, conference.event, 90)

    grace_there.phone = await sign_in_again(grace_there.phone)
    (seen,) = await grace_there.connections()
    assert (seen["name"], seen["former"], seen["scan_notes"][0]["note"]) == (
        "A former attendee",
        True,
        "Promised a book",
    )
    async with database.transaction() as db:
        left = await db.scalar(
            text(
                "select count(*) from attendances where name = 'Nobody Came' or email = 'nobody@example.org'"
            )
        )
    assert left == 0


async def test_leads_go_and_the_ledger_says_until_when(client, database, settings, clock):
    fair: Fair = await hold_fair(client, database, settings, now=clock.now)
    ada = await fair.visitor("ada")
    await fair.capture(fair.erin, ada, at=clock.now, note="Wants a demo")
    await days_later(database, clock, fair.conference.event, 365)
    assert await rows(database, "leads", "lead_scans", "lead_edits") == {
        "leads": 0,
        "lead_scans": 0,
        "lead_edits": 0,
    }
    fair.wake(ada.phone, now=clock.now)
    (row,) = (await ada.phone.get("/v1/me/releases")).json()["items"]
    assert (row["purpose"], row["withdrawn_at"]) == ("lead", clock.now.strftime("%Y-%m-%dT%H:%M:%SZ"))


async def test_a_purge_waits_for_the_figures_and_goes_on_where_it_stopped(
    conference: Conference, ada_there: Guest, grace_there: Guest, met, database, clock
):
    event = conference.event
    clock.now = event.doors_close_at + timedelta(days=max(DEFAULTS.values()))
    await purge_due(database, now=clock.now)
    assert await rows(database, "scans", "purges") == {"scans": 2, "purges": 0}

    await fix_final_stats(database, now=clock.now)
    assert await purge(database, event.id, Kind.SCANS, now=clock.now) == 2  # and the power fails
    await purge_due(database, now=clock.now)
    await purge_due(database, now=clock.now)
    assert await rows(database, "scans", "encounters", "purges") == {"scans": 0, "encounters": 0, "purges": 6}


async def test_figures_of_an_event_are_those_of_before_somebody_left(
    conference: Conference, olga, ada_there: Guest, grace_there: Guest, met, database, clock
):
    event = conference.event
    clock.now = event.doors_close_at + timedelta(hours=1)
    grace_there.phone, ada_there.phone, olga = [
        await sign_in_again(phone) for phone in (grace_there.phone, ada_there.phone, olga)
    ]
    path = f"/v1/events/{event.id}/stats"
    before = (await olga.get(path)).json()
    await leave(ada_there.phone)
    clock.tick(days=14)
    await erase_due(database, now=clock.now)
    after = (await (await sign_in_again(olga)).get(path)).json()
    assert {**after, "computed_at": None} == {**before, "computed_at": None}
