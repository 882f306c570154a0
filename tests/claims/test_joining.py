"""A second place of one account at one event: joined into the first, with all that happened to it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text

from server.accounts.models import Person
from server.badges.manual_codes import ManualCode
from server.badges.models import Badge
from server.events.models import Attendance
from server.scans.models import Encounter
from tests.claims.ticketing import Ticketing, claim
from tests.events.facts import send_list
from tests.phones import sign_in
from tests.scans.conference import Conference, Guest, scan_of


@pytest.fixture
async def second(conference: Conference) -> Guest:
    """A place that nobody claimed, under an address that Ada never proved."""
    return await conference.guest(
        email="office@example.org", name="Ada L.", external_id="B-2", external_code="8237"
    )


@pytest.fixture
async def olga(client, outbox):
    """Runs the event."""
    return await sign_in(client, outbox, "olga@example.org")


async def join(guest: Guest, place: Guest, conference: Conference, ticketing: Ticketing) -> dict[str, Any]:
    answer = await claim(guest.phone, conference, ticket=ticketing.ticket(place.attendance))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def encounters(conference: Conference) -> list[tuple[Any, ...]]:
    """(the two places, first, last, scans by the low, scans by the high), by place."""
    async with conference.database.transaction() as db:
        rows = await db.scalars(
            select(Encounter).where(Encounter.event_id == conference.event.id).order_by(Encounter.low_id)
        )
        return [
            (row.low_id, row.high_id, row.first_at, row.last_at, row.scans_by_low, row.scans_by_high)
            for row in rows
        ]


async def test_whoever_met_either_has_met_one_person(
    conference: Conference, ada_there: Guest, grace_there: Guest, second: Guest, clock, database, ticketing
):
    early, late = clock.now - timedelta(minutes=20), clock.now - timedelta(minutes=5)
    await grace_there.scan(ada_there, at=late, note="Knows looms", signal="yes")
    first = scan_of(second, at=early, label="coffee", tags=["maths"])
    await grace_there.sync([first], now=clock.now)
    await ada_there.scan(grace_there, at=clock.now - timedelta(minutes=10))
    assert len(await grace_there.connections()) == 2
    before = (await ada_there.phone.get(f"/v1/events/{conference.event.id}/attendance")).json()

    place = await join(ada_there, second, conference, ticketing)

    assert (place["attendance_id"], place["version"], place["name"]) == (
        before["attendance_id"], before["version"], before["name"],
    )  # fmt: skip
    (seen,) = await grace_there.connections()
    noted = {(note["label"], note["note"], tuple(note["tags"])) for note in seen["scan_notes"]}
    assert (seen["person_id"], seen["email"], seen["signal"], seen["first_met_at"], seen["last_met_at"]) == (
        ada_there.person_id, "ada@example.org", "yes", "2026-06-04T08:40:00Z", "2026-06-04T08:55:00Z",
    )  # fmt: skip
    assert noted == {("coffee", "", ("maths",)), ("", "Knows looms", ())}
    assert [view["person_id"] for view in await ada_there.connections()] == [grace_there.person_id]
    low, high = sorted((ada_there.attendance.id, grace_there.attendance.id))
    by = {ada_there.attendance.id: 1, grace_there.attendance.id: 2}
    assert await encounters(conference) == [(low, high, early, late, by[low], by[high])]
    former = await grace_there.phone.get(f"/v1/connections/{second.person_id}")
    assert former.json() == seen
    async with database.transaction() as db:
        assert (await db.get(Person, UUID(second.person_id))).merged_into == UUID(ada_there.person_id)


async def test_scans_of_oneself_are_dropped_and_answered_the_same_when_they_come_again(
    conference: Conference, ada_there: Guest, second: Guest, clock, ticketing
):
    mine = scan_of(second, at=clock.now, note="A badge on the floor")
    taken_back = scan_of(second, at=clock.now)
    answer = await ada_there.sync([mine, taken_back], now=clock.now)
    assert [item["outcome"] for item in answer["items"]] == ["recorded", "recorded"]
    assert len(await ada_there.connections()) == 1

    await join(ada_there, second, conference, ticketing)
    again = await ada_there.sync(
        [mine, scan_of(second, at=clock.now), scan_of(ada_there, at=clock.now)],
        undos=[{"id": taken_back["id"], "undone_at": clock.now.isoformat()}],
        now=clock.now,
    )

    assert [(item["outcome"], item["state"], item["code"]) for item in again["items"]] == [
        ("repeated", "refused", "own_badge"),
        ("refused", "refused", "own_badge"),
        ("refused", "refused", "own_badge"),
    ]
    assert [undo["outcome"] for undo in again["undos"]] == ["undone"]
    assert await ada_there.connections() == []
    assert await encounters(conference) == []


async def test_both_badges_lead_to_one_place_from_then_on(
    conference: Conference, ada_there: Guest, grace_there: Guest, second: Guest, clock, ticketing
):
    before = scan_of(second, at=clock.now - timedelta(minutes=9))
    await grace_there.sync([before], now=clock.now)
    await join(ada_there, second, conference, ticketing)

    after = [
        scan_of(second, at=clock.now - timedelta(minutes=3)),
        scan_of(ManualCode(second.badge.manual_code).text, at=clock.now - timedelta(minutes=2)),
        scan_of("8237", at=clock.now - timedelta(minutes=1)),
        scan_of(ada_there, at=clock.now),
    ]
    answer = await grace_there.sync(after, now=clock.now)
    assert [(item["outcome"], item["person_id"]) for item in answer["items"]] == [
        ("recorded", ada_there.person_id)
    ] * 4

    low, high = sorted((ada_there.attendance.id, grace_there.attendance.id))
    by = {ada_there.attendance.id: 0, grace_there.attendance.id: 5}
    assert await encounters(conference) == [
        (low, high, clock.now - timedelta(minutes=9), clock.now, by[low], by[high])
    ]
    undone = [{"id": scan["id"], "undone_at": scan["captured_at"]} for scan in [before, *after]]
    await grace_there.sync([], undos=undone, now=clock.now)
    assert await encounters(conference) == []
    assert await grace_there.connections() == []


async def test_the_ticket_of_a_joined_place_claimed_again_answers_the_first(
    conference: Conference, ada_there: Guest, grace_there: Guest, second: Guest, ticketing
):
    once = await join(ada_there, second, conference, ticketing)
    assert await join(ada_there, second, conference, ticketing) == once
    assert await join(ada_there, ada_there, conference, ticketing) == once
    assert (await claim(ada_there.phone, conference)).json() == once

    theirs = await claim(grace_there.phone, conference, ticket=ticketing.ticket(second.attendance))
    assert (theirs.status_code, theirs.json()["code"]) == (409, "already_claimed")


async def test_only_a_place_that_is_nobodys_and_expected_is_joined(
    conference: Conference, ada_there: Guest, grace_there: Guest, second: Guest, ticketing
):
    cancelled = await conference.guest(status="cancelled")
    answers = [
        await claim(ada_there.phone, conference, ticket=ticket)
        for ticket in (
            ticketing.ticket(grace_there.attendance),
            ticketing.ticket(cancelled.attendance),
            ticketing.ticket(second.attendance, serial=2),
            ticketing.ticket(second.attendance, attendance_id=uuid4()),
        )
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (409, "already_claimed"),
        (404, "nothing_to_claim"),
        (400, "ticket_invalid"),
        (400, "ticket_invalid"),
    ]


async def test_other_places_under_my_address_stay_apart_without_their_ticket(
    conference: Conference, ada_there: Guest, database
):
    guest = await conference.guest(email="ada@example.org", name="A colleague")
    assert (await claim(ada_there.phone, conference)).json()["attendance_id"] == str(ada_there.attendance.id)
    async with database.transaction() as db:
        place = await db.get_one(Attendance, (conference.event.id, guest.attendance.id))
        assert (place.status, place.joined_into_id) == ("expected", None)


@pytest.mark.parametrize("status", ["left", "cancelled"])
async def test_a_second_ticket_brings_back_who_had_left_or_was_cancelled(
    conference: Conference, ada, second: Guest, ticketing, status
):
    guest = await conference.guest(ada, status=status)
    answer = await claim(
        ada,
        conference,
        ticket=ticketing.ticket(second.attendance),
        consents={"listed": True, "text_version": 1},
    )
    place = answer.json()
    assert (place["attendance_id"], place["status"], place["listed"]) == (
        str(guest.attendance.id), "expected", True,
    )  # fmt: skip


async def test_either_ticket_opens_the_door_for_one_person(
    conference: Conference, ada_there: Guest, second: Guest, clock, olga, ticketing
):
    door = Guest(conference.event, ada_there.attendance, ada_there.badge, olga)  # the owner may let people in
    early, late = clock.now - timedelta(minutes=9), clock.now - timedelta(minutes=1)

    async def entry(guest: Guest, at) -> tuple[str | None, str | None]:
        token = ticketing.ticket(guest.attendance)
        answer = await door.sync([scan_of(token, at=at, purpose="entry")], now=clock.now)
        listed = (await olga.get(f"/v1/events/{conference.event.id}/attendees")).json()["items"]
        came = {
            row["checked_in_at"] for row in listed if row["attendance_id"] == str(ada_there.attendance.id)
        }
        assert sum(row["checked_in_at"] is not None for row in listed) == 1
        return answer["items"][0]["code"], *came

    assert await entry(second, late) == (None, None)
    await join(ada_there, second, conference, ticketing)
    assert await entry(ada_there, clock.now) == (None, "2026-06-04T08:59:00Z")
    assert await entry(second, early) == (None, "2026-06-04T08:51:00Z")

    await olga.post(f"/v1/events/{conference.event.id}/attendees/{ada_there.attendance.id}/cancel")
    assert await entry(second, clock.now) == ("place_cancelled", "2026-06-04T08:51:00Z")


async def test_the_organizer_sees_one_expected_person(
    conference: Conference, ada_there: Guest, second: Guest, olga, ticketing
):
    await join(ada_there, second, conference, ticketing)
    path = f"/v1/events/{conference.event.id}/attendees"

    def told(page) -> list[tuple[Any, ...]]:
        names = ("attendance_id", "status", "joined_into", "claimed")
        return [tuple(row[name] for name in names) for row in page.json()["items"]]

    first, other = str(ada_there.attendance.id), str(second.attendance.id)
    assert told(await olga.get(path)) == [(first, "expected", None, True), (other, "joined", first, True)]
    assert told(await olga.get(path, params={"status": "expected"})) == [(first, "expected", None, True)]
    assert told(await olga.get(path, params={"claimed": False})) == []
    reinstated = await olga.ask(
        "PATCH", f"{path}/{other}", json={"status": "expected"}, headers={"if-match": '"2"'}
    )
    assert (reinstated.status_code, reinstated.json()["code"]) == (409, "attendee_joined")
    assert (await olga.post(f"{path}/{other}/cancel")).json()["status"] == "joined"
    assert (await olga.post(f"{path}/{other}/badge")).json()["code"] == "attendee_not_expected"


async def test_imports_find_the_joined_place_and_leave_it_joined(
    conference: Conference, ada, second: Guest, olga, ticketing
):
    guest = await conference.guest(ada, external_id="A-1", name="Ada")
    await join(guest, second, conference, ticketing)
    path = f"/v1/events/{conference.event.id}"

    async def imported(*rows: str, **query: str) -> tuple[dict[str, Any], str]:
        header = "id,name,email,status"
        said = (await send_list(olga, "\n".join([header, *rows]), path, **query)).json()
        return said, (await ada.get(f"{path}/attendance")).json()["status"]

    both, status = await imported("A-1,Ada,ada@example.org,paid", "B-2,Ada,office@example.org,paid")
    assert (both["created"], both["cancelled"], both["reinstated"], status) == (0, 0, 0, "expected")
    assert [note["code"] for note in both["notes"]] == ["joined_stay"]
    one, status = await imported("A-1,Ada,ada@example.org,cancelled", "B-2,Ada,office@example.org,paid")
    assert (one["cancelled"], status) == (0, "expected")
    kept, status = await imported("B-2,Ada,office@example.org,paid", missing="cancel")
    assert (kept["missing"], kept["cancelled"], status) == (0, 0, "expected")
    none, status = await imported("A-1,Ada,ada@example.org,cancelled", "B-2,Ada,office@example.org,cancelled")
    assert (none["cancelled"], status) == (1, "cancelled")
    back, status = await imported("A-1,Ada,ada@example.org,cancelled", "B-2,Ada,office@example.org,paid")
    assert (back["created"], back["reinstated"], status) == (0, 1, "expected")
    gone, status = await imported("B-2,Ada,office@example.org,cancelled", missing="cancel")
    assert (gone["missing"], gone["cancelled"], status) == (1, 1, "cancelled")


@pytest.mark.parametrize("named", ["first", "second"])
async def test_replacing_one_badge_leaves_one_that_works(
    conference: Conference, ada_there: Guest, grace_there: Guest, second: Guest, clock, olga, ticketing, named
):
    await join(ada_there, second, conference, ticketing)
    badge = {"first": ada_there, "second": second}[named].badge
    clock.tick(minutes=5)
    path = f"/v1/events/{conference.event.id}/badges/{badge.id}/replace"
    replaced = await olga.post(path, json={"reason": "stolen"})
    again = await olga.post(path, json={"reason": "stolen"})

    assert replaced.json()["attendance_id"] == str(ada_there.attendance.id)
    assert again.json() == replaced.json()
    captured = clock.tick(minutes=1)
    codes = [ada_there.badge.code, second.badge.code, replaced.json()["code"]]
    answer = await grace_there.sync([scan_of(code, at=captured) for code in codes], now=captured)
    assert [item["code"] for item in answer["items"]] == ["badge_revoked", "badge_revoked", None]


async def test_both_badges_are_revoked_together(
    conference: Conference, ada_there: Guest, second: Guest, olga, database, ticketing
):
    await join(ada_there, second, conference, ticketing)
    path = f"/v1/events/{conference.event.id}/badges/{second.badge.id}/revoke"
    await olga.post(path, json={"reason": "stolen"})
    async with database.transaction() as db:
        standing = select(func.count()).where(
            Badge.event_id == conference.event.id, Badge.revoked_at.is_(None)
        )
        assert await db.scalar(standing) == 0


async def test_nothing_in_the_database_names_the_former_person_or_scans_the_joined_place(
    conference: Conference, ada_there: Guest, grace_there: Guest, second: Guest, clock, database, ticketing
):
    """Every column that refers to a person or a place, found in the catalogue: whoever adds one says here what
    becomes of it."""
    for scanner in (grace_there, ada_there):
        await scanner.scan(second, at=clock.now, note="noted", signal="yes")
    log = {"id": str(uuid4()), "kind": "message", "at": "2026-06-04T09:00:00Z", "minutes": 5}
    logged = await grace_there.phone.post(
        "/v1/me/activities", json={**log, "with_person_id": second.person_id}
    )
    assert logged.status_code == 201
    await join(ada_there, second, conference, ticketing)

    named = {"person": UUID(second.person_id), "place": second.attendance.id}
    left = set()
    async with database.transaction() as db:
        columns = (await db.scalars(text(REFERRING))).all()
        for column in columns:
            table, name = column.split(".")
            count = text(f"select count(*) from {table} where {name} in (:person, :place)")  # noqa: S608
            if await db.scalar(count, named):
                left.add(column)
    assert left == {"attendances.person_id", "badges.attendance_id"}
    assert set(columns) == MOVED | OF_THE_PLACE_ITSELF | OF_ACCOUNTS


MOVED = {
    "activities.with_person_id",
    "blocks.blocked_id", "blocks.blocker_id", "connections.other_id", "connections.owner_id", "encounters.high_id",
    "encounters.low_id", "leads.attendance_id", "person_reports.subject_id",
    "persons.merged_into", "releases.recipient_id", "releases.subject_id",
    "scan_notes.other_id", "scan_notes.owner_id", "scans.scanner_attendance_id", "scans.target_attendance_id",
}  # fmt: skip
OF_THE_PLACE_ITSELF = {
    "attendances.joined_into_id", "attendances.person_id", "badge_prints.attendance_id", "badges.attendance_id",
    "consent_changes.attendance_id", "ticket_letters.attendance_id",
}  # fmt: skip
OF_ACCOUNTS = {  # nobody unclaimed has or is one
    "accounts.person_id", "activities.person_id", "availabilities.person_id", "bookings.person_id",
    "cards.person_id", "devices.person_id",
    "goals.person_id", "interviews.answered_by", "interviews.asker_id", "interviews.host_id", "interviews.proposed_by",
    "introduction_requests.asker_id", "introductions.asker_id", "introductions.connector_id",
    "introductions.target_id",
    "mails.person_id", "nudge_preferences.person_id", "nudge_stopped_people.other_id",
    "nudge_stopped_people.person_id", "nudges.person_id", "outcomes.person_id", "people_to_meet.other_id",
    "people_to_meet.person_id", "person_reports.reporter_id", "pictures.person_id", "profiles.person_id",
    "suggestions.other_id", "suggestions.person_id",
}  # fmt: skip

REFERRING = """
    select distinct c.conrelid::regclass::text || '.' || a.attname
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
    where c.contype = 'f' and c.confrelid in ('persons'::regclass, 'attendances'::regclass)
      and a.attname <> 'event_id'
"""
