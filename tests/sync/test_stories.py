"""What arrives when people do things, and what nobody is told."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, text

from server.people.models import Block
from tests.builders import make_attendance, make_badge
from tests.interviews.people import ask_for_talk
from tests.phones import Phone
from tests.scans.conference import Conference, Guest
from tests.suggestions.gathering import Gathering, close_and_suggest, still_signed_in, suggestions_of
from tests.sync.copies import NOTHING, Copy, spread


def path(guest: Guest, tail: str = "") -> str:
    return f"/v1/connections/{guest.person_id}{tail}"


def gone(kind: str, of: Guest | str, *, event: Guest | None = None) -> Any:
    return {
        "kind": kind,
        "id": of if isinstance(of, str) else of.person_id,
        "event_id": event and str(event.event.id),
        "merged_into": None,
    }


@pytest.fixture
async def met(ada_there: Guest, grace_there: Guest, clock) -> tuple[Copy, Copy]:
    """Ada scanned Grace; both phones are up to date."""
    await ada_there.scan(grace_there, at=clock.now)
    copies = Copy(ada_there.phone), Copy(grace_there.phone)
    for copy in copies:
        await copy.sync()
        assert len(copy["connections"]) == 1
    return copies


async def test_a_scan_arrives_at_both(ada_there: Guest, grace_there: Guest, clock):
    adas, graces = Copy(ada_there.phone), Copy(grace_there.phone)
    await adas.sync()
    await graces.sync()
    await ada_there.scan(grace_there, at=clock.now, note="Builds looms")

    assert await adas.sync() == {**NOTHING, "connections": await ada_there.connections()}
    assert await graces.sync() == {**NOTHING, "connections": await grace_there.connections()}
    assert adas["connections"][0]["scan_notes"][0]["note"] == "Builds looms"


async def test_what_is_one_s_own_is_nobody_else_s_news(ada_there: Guest, grace_there: Guest, met):
    adas, graces = met
    await ada_there.phone.edit(path(grace_there), {"note": "Builds looms", "tags": ["looms"]})
    for signal in ("yes", "not_now", "yes"):
        await ada_there.phone.put(path(grace_there, "/signal"), json={"signal": signal})

    (mine,) = (await adas.sync())["connections"]
    assert (mine["note"], mine["signal"], mine["mutual_yes"]) == ("Builds looms", "yes", False)
    assert await graces.sync() == NOTHING


async def test_two_yes_are_told_to_both(ada_there: Guest, grace_there: Guest, met):
    await ada_there.phone.put(path(grace_there, "/signal"), json={"signal": "yes"})
    await met[0].sync()
    await grace_there.phone.put(path(ada_there, "/signal"), json={"signal": "yes"})

    for copy in met:
        assert [one["mutual_yes"] for one in (await copy.sync())["connections"]] == [True]


async def test_a_card_taken_back_is_empty_at_once(ada_there: Guest, grace_there: Guest, met):
    adas, _ = met
    await grace_there.phone.edit("/v1/me/profile", {"role": "Admiral"})
    await grace_there.phone.edit("/v1/me/cards/met", {"fields": ["role"]})
    await grace_there.phone.post(path(ada_there, "/share"))
    assert [one["role"] for one in (await adas.sync())["connections"]] == ["Admiral"]

    ledger = (await grace_there.phone.get("/v1/me/releases")).json()["items"]
    standing = next(row["id"] for row in ledger if row["withdrawn_at"] is None and row["purpose"] == "card")
    await grace_there.phone.delete(f"/v1/me/releases/{standing}")

    assert [one["role"] for one in (await adas.sync())["connections"]] == [""]


async def test_a_profile_reaches_its_holders_once_the_worker_has_looked(
    ada_there: Guest, grace_there: Guest, met, database, clock
):
    adas, graces = met
    await spread(database, clock.now)
    for copy in met:
        await copy.sync()
    await grace_there.phone.edit("/v1/me/profile", {"name": "Grace Hopper"})
    assert await adas.sync() == NOTHING

    await spread(database, clock.now)
    assert await adas.sync() == {**NOTHING, "connections": await ada_there.connections()}
    assert adas["connections"][0]["name"] == "Grace Hopper"
    assert await graces.sync() == NOTHING
    async with database.transaction() as db:
        assert await db.scalar(text("select count(*) from ripples")) == 0


async def test_what_somebody_keeps_to_themselves_is_not_even_felt(
    ada_there: Guest, grace_there: Guest, met, database, clock
):
    """Not by a connection that comes again unchanged."""
    for path_ in ("/v1/me/profile", "/v1/me/goals", "/v1/me/cards"):
        await grace_there.phone.get(path_)
    await spread(database, clock.now)
    await met[0].sync()
    goals = {"situation": "searching", "target_roles": ["Engineer"], "talks_per_week": 5}
    for path_, changes in (
        ("/v1/me/goals", goals),
        ("/v1/me/cards/exhibitors", {"email": "grace@work.example"}),
        ("/v1/me/profile", {"zone": "Europe/Paris", "languages": ["fr"]}),
    ):
        assert (await grace_there.phone.edit(path_, changes)).status_code == 200
    await spread(database, clock.now)
    assert await met[0].sync() == NOTHING


async def test_who_meets_somebody_just_while_they_change_misses_nothing(
    ada_there: Guest, grace_there: Guest, database, clock
):
    """The edit begins before they meet and is committed after Ada has looked: looking for holders at the time of the
    edit would not find her."""
    adas = Copy(ada_there.phone)
    await grace_there.phone.get("/v1/me/profile")
    async with database.engine.connect() as edit:
        await edit.execute(
            text("update profiles set name = 'Grace Hopper' where person_id = :id"),
            {"id": grace_there.person_id},
        )
        await ada_there.scan(grace_there, at=clock.now)
        await adas.sync()
        assert [one["name"] for one in adas["connections"]] == ["Grace"]
        await edit.commit()

    await spread(database, clock.now)
    assert [one["name"] for one in (await adas.sync())["connections"]] == ["Grace Hopper"]


async def test_somebody_removed_is_gone_until_scanned_again(ada_there: Guest, grace_there: Guest, met, clock):
    adas, graces = met
    await ada_there.phone.delete(path(grace_there))

    assert await adas.sync() == {**NOTHING, "removed": [gone("connection", grace_there)]}
    assert await graces.sync() == NOTHING
    await ada_there.scan(grace_there, at=clock.tick(seconds=5))
    assert await adas.sync() == {**NOTHING, "connections": await ada_there.connections()}


async def test_a_scan_undone_takes_both_sides_away(ada_there: Guest, grace_there: Guest, clock):
    copies = Copy(ada_there.phone), Copy(grace_there.phone)
    scan = (await ada_there.scan(grace_there, at=clock.now)).json()
    for copy in copies:
        await copy.sync()
    await ada_there.undo(scan["id"], at=clock.now + timedelta(seconds=10))

    assert await copies[0].sync() == {**NOTHING, "removed": [gone("connection", grace_there)]}
    assert await copies[1].sync() == {**NOTHING, "removed": [gone("connection", ada_there)]}


async def test_a_block_takes_away_once_and_is_silent_from_then_on(
    ada_there: Guest, grace_there: Guest, met, database, clock
):
    """Grace blocks Ada: what Grace does afterwards is no news to Ada, not even that something is not there."""
    adas, graces = met
    event = f"/v1/events/{grace_there.event.id}"
    await grace_there.phone.edit(f"{event}/attendance", {"listed": True, "text_version": 1})
    await spread(database, clock.now)
    for copy in met:
        await copy.sync()
    async with database.transaction() as db:
        db.add(
            Block(
                blocker_id=UUID(grace_there.person_id),
                blocked_id=UUID(ada_there.person_id),
                created_at=clock.now,
            )
        )
    hidden = [gone("connection", grace_there), gone("directory_entry", grace_there, event=grace_there)]
    assert await adas.sync() == {**NOTHING, "removed": hidden}
    assert await graces.sync() == {**NOTHING, "removed": [gone("connection", ada_there)]}

    await grace_there.phone.edit("/v1/me/profile", {"name": "Grace Hopper"})
    await grace_there.scan(ada_there, at=clock.tick(seconds=5))
    ledger = (await grace_there.phone.get("/v1/me/releases")).json()["items"]
    await grace_there.phone.delete(f"/v1/me/releases/{ledger[0]['id']}")
    await grace_there.phone.edit(f"{event}/attendance", {"listed": False})
    await grace_there.phone.edit(f"{event}/attendance", {"listed": True, "text_version": 1})
    await spread(database, clock.now)
    adas.limit = 1
    page = await adas.page()
    assert (page["has_more"], {name: page[name] for name in NOTHING}) == (False, NOTHING)
    fresh = await Copy(ada_there.phone, limit=1).page()
    assert (fresh["has_more"], fresh["attendances"] != []) == (False, True)

    async with database.transaction() as db:
        await db.execute(delete(Block))
    back = await adas.sync()
    assert back["connections"] == await ada_there.connections()
    assert [one["person"]["name"] for one in back["directory"]] == ["Grace Hopper"]
    assert back["removed"] == []


async def test_a_claim_says_who_somebody_is_now(
    conference: Conference, ada_there: Guest, grace: Phone, database, clock
):
    place = await make_attendance(database, conference.event, now=clock.now, email=grace.email, name="Hopper")
    badge = await make_badge(database, conference.event, place, now=clock.now)
    unclaimed = Guest(conference.event, place, badge)
    adas = Copy(ada_there.phone)
    await ada_there.scan(unclaimed, at=clock.now, note="Builds looms")
    await adas.sync()
    claimed = await grace.post(f"/v1/events/{conference.event.id}/claim", json={})
    assert claimed.status_code == 200, claimed.text

    brought = await adas.sync()

    assert brought["removed"] == [{**gone("connection", unclaimed), "merged_into": grace.person_id}]
    assert [one["person_id"] for one in brought["connections"]] == [grace.person_id]
    assert adas["connections"] == await ada_there.connections()
    assert adas["connections"][0]["scan_notes"][0]["note"] == "Builds looms"


async def test_who_comes_later_gets_the_directory_that_is_older_than_their_cursor(
    conference: Conference, ada: Phone, grace_there: Guest, database, clock
):
    event = f"/v1/events/{conference.event.id}"
    await grace_there.phone.edit(f"{event}/attendance", {"listed": True, "text_version": 1})
    await spread(database, clock.now)
    place = await make_attendance(database, conference.event, now=clock.now, email=ada.email, name="Ada")
    adas = Copy(ada, limit=1)
    assert await adas.sync() == NOTHING

    await ada.post(f"{event}/claim", json={})
    await adas.sync()
    people = (await ada.get(f"{event}/people")).json()["items"]
    assert [one["person"] for one in adas["directory"]] == people
    assert people[0]["badge_digest"] is not None
    assert [one["attendance_id"] for one in adas["attendances"]] == [str(place.id)]

    await ada.post(f"{event}/attendance/leave")
    left = await adas.sync()
    assert left["removed"] == [gone("directory", str(conference.event.id))]
    assert (adas["directory"], adas["attendances"][0]["status"]) == ([], "left")

    await grace_there.phone.edit("/v1/me/profile", {"name": "Grace Hopper"})
    await spread(database, clock.now)
    assert await adas.sync() == NOTHING
    await ada.post(f"{event}/claim", json={})
    await adas.sync()
    assert [one["person"]["name"] for one in adas["directory"]] == ["Grace Hopper"]


async def test_who_is_not_listed_is_nobody_s_news(
    conference: Conference, ada_there: Guest, grace_there: Guest, database, clock
):
    adas, event = Copy(ada_there.phone), f"/v1/events/{conference.event.id}"
    await spread(database, clock.now)
    await adas.sync()
    await grace_there.phone.edit("/v1/me/profile", {"name": "Grace Hopper"})
    await grace_there.phone.edit(f"{event}/attendance", {"exhibitors_may_scan": True, "text_version": 1})
    await spread(database, clock.now)
    assert await adas.sync() == NOTHING

    await grace_there.phone.edit(f"{event}/attendance", {"listed": True, "text_version": 1})
    assert [one["person"]["name"] for one in (await adas.sync())["directory"]] == ["Grace Hopper"]
    await grace_there.phone.edit(f"{event}/attendance", {"paused": True})
    assert (await adas.sync())["removed"] == [gone("directory_entry", grace_there, event=grace_there)]


async def test_a_new_badge_changes_the_digest(
    conference: Conference, ada_there: Guest, grace_there: Guest, database, clock
):
    adas, event = Copy(ada_there.phone), f"/v1/events/{conference.event.id}"
    await grace_there.phone.edit(f"{event}/attendance", {"listed": True, "text_version": 1})
    await spread(database, clock.now)
    await adas.sync()
    before = adas["directory"][0]["person"]["badge_digest"]
    async with database.transaction() as db:
        worn = await db.merge(grace_there.badge)
        worn.revoked_at, worn.revoked_because = clock.now, "lost"
    await spread(database, clock.now)
    await adas.sync()
    without = adas["directory"][0]["person"]["badge_digest"]
    await make_badge(database, conference.event, grace_there.attendance, now=clock.now)
    await spread(database, clock.now)
    await adas.sync()
    assert without is None
    assert adas["directory"][0]["person"]["badge_digest"] not in {None, before}


async def test_suggestions_come_when_they_are_published_and_go_when_dismissed(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    adas = Copy(ada)
    await adas.sync()
    await close_and_suggest(party, clock)
    await spread(party.database, clock.now)
    listed = await suggestions_of(ada)
    await adas.sync()
    assert adas["suggestions"] == listed

    until = (clock() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    await ada.post(f"/v1/suggestions/{listed[0]['id']}/snooze", json={"until": until})
    await adas.sync()
    assert [one["snoozed_until"] for one in adas["suggestions"]] == [until]
    await ada.post(f"/v1/suggestions/{listed[0]['id']}/dismiss")
    assert (await adas.sync())["removed"] == [gone("suggestion", listed[0]["id"])]


async def test_a_talk_is_news_for_both(party: Gathering, ada: Phone, grace: Phone, clock):
    await close_and_suggest(party, clock)
    for phone in (ada, grace):
        await still_signed_in(phone)
    copies = Copy(ada), Copy(grace)
    for copy in copies:
        await copy.sync()
    await ask_for_talk(ada, grace, (clock.now + timedelta(days=2)).replace(hour=9))

    for copy in copies:
        await copy.sync()
        assert copy["interviews"] == (await copy.phone.get("/v1/interviews")).json()["items"]
    assert [copy["interviews"][0]["side"] for copy in copies] == ["asker", "host"]


async def test_whatever_changes_a_row_stamps_it_also_plain_sql(
    ada_there: Guest, grace_there: Guest, met, database
):
    adas, _ = met
    async with database.transaction() as db:
        await db.execute(text("update connections set note = 'by hand'"))
    assert [one["note"] for one in (await adas.sync())["connections"]] == ["by hand"]
