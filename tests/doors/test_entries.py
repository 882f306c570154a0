"""In and out: a door reads tickets, by a device of the event or by somebody of its team, offline as well as online."""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update

from server.badges.tickets import Ticket, derive_key, sign_ticket
from server.events.models import Attendance, Event, TeamMember
from server.ids import new_id
from server.scans.parked import judge_parked_scans
from tests.doors.stations import ticket
from tests.phones import Phone
from tests.scans.conference import Conference, Guest, scan_of


async def checked_in_at(database, guest: Guest):
    async with database.transaction() as db:
        return await db.scalar(select(Attendance.checked_in_at).where(Attendance.id == guest.attendance.id))


def said(answer) -> list[tuple]:
    return [(item["outcome"], item["code"], item["person_id"]) for item in answer["items"]]


async def test_a_door_lets_in_by_ticket_and_the_first_entry_that_stands_counts(
    conference: Conference, north: Guest, grace_there: Guest, clock, database, settings
):
    token = await ticket(conference, grace_there, settings)
    first = scan_of(token, at=clock.now - timedelta(minutes=9), purpose="entry")
    later = scan_of(token, at=clock.now - timedelta(seconds=30), purpose="entry")
    out = scan_of(token, at=clock.now - timedelta(minutes=5), purpose="exit")

    assert said(await north.sync([later, out], now=clock.now)) == [("recorded", None, None)] * 2
    assert await checked_in_at(database, grace_there) == clock.now - timedelta(seconds=30)
    assert said(await north.sync([first, later], now=clock.now)) == [
        ("recorded", None, None),
        ("repeated", None, None),
    ]
    assert await checked_in_at(database, grace_there) == clock.now - timedelta(minutes=9)
    undo = [{"id": first["id"], "undone_at": first["captured_at"]}]
    assert (await north.sync([], undos=undo, now=clock.now))["undos"][0]["outcome"] == "undone"
    assert await checked_in_at(database, grace_there) == clock.now - timedelta(seconds=30)


async def test_a_door_refuses_what_is_no_good_ticket_here(
    conference: Conference, north: Guest, grace_there: Guest, clock, settings
):
    token = await ticket(conference, grace_there, settings)
    flipped = token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:]
    elsewhere = uuid4()
    other = Ticket(event_id=elsewhere, attendance_id=grace_there.attendance.id, serial=1, key_version=1)
    foreign = sign_ticket(other, derive_key(settings.secret("ticket"), elsewhere, 1))
    unknown_key = sign_ticket(
        Ticket(event_id=conference.event.id, attendance_id=uuid4(), serial=1, key_version=7),
        derive_key(settings.secret("ticket"), conference.event.id, 7),
    )
    codes = [flipped, foreign, unknown_key, grace_there.badge.code]

    answer = await north.sync(
        [scan_of(code, at=clock.now, purpose="entry") for code in codes]
        + [scan_of(token, at=clock.now), scan_of(grace_there, at=clock.now)],
        now=clock.now,
    )

    assert said(answer) == [
        ("refused", "ticket_forged", None),
        ("refused", "other_event", None),
        ("refused", "ticket_forged", None),
        ("refused", "badge_not_ticket", None),
        ("refused", "ticket_not_badge", None),
        ("refused", "purpose_not_allowed", None),
    ]


async def test_a_badge_opens_the_door_where_the_event_says_so_and_always_lets_out(
    conference: Conference, north: Guest, grace_there: Guest, clock, database
):
    leaving = scan_of(grace_there, at=clock.now, purpose="exit")
    assert said(await north.sync([leaving], now=clock.now)) == [("recorded", None, None)]
    async with database.transaction() as db:
        await db.execute(update(Event).values(badge_opens_door=True))
    coming = scan_of(grace_there, at=clock.now, purpose="entry")
    assert said(await north.sync([coming], now=clock.now)) == [("recorded", None, None)]


async def test_a_ticket_is_judged_as_it_stood_when_it_was_read(
    conference: Conference, north: Guest, grace_there: Guest, clock, database, settings
):
    old = await ticket(conference, grace_there, settings)
    before, after = clock.now - timedelta(minutes=2), clock.now
    async with database.transaction() as db:
        await db.execute(
            update(Attendance)
            .where(Attendance.id == grace_there.attendance.id)
            .values(ticket_serial=2, ticket_replaced_at=clock.now - timedelta(minutes=1))
        )

    answer = await north.sync([scan_of(old, at=at, purpose="entry") for at in (before, after)], now=clock.now)

    assert said(answer) == [("recorded", None, None), ("refused", "ticket_replaced", None)]


async def test_a_cancelled_place_does_not_come_in(
    conference: Conference, north: Guest, grace_there: Guest, olga: Phone, clock, settings
):
    token = await ticket(conference, grace_there, settings)
    path = f"/v1/events/{conference.event.id}/attendees/{grace_there.attendance.id}"
    assert (await olga.post(f"{path}/cancel")).status_code == 200
    before = scan_of(token, at=clock.now - timedelta(minutes=1), purpose="entry")
    after = scan_of(token, at=clock.now, purpose="entry")

    answer = await north.sync([before, after], now=clock.now)

    assert said(answer) == [("recorded", None, None), ("refused", "place_cancelled", None)]


async def test_who_is_not_of_the_team_waits_until_they_are(
    conference: Conference, ada_there: Guest, grace_there: Guest, clock, database, settings
):
    token = await ticket(conference, grace_there, settings)
    item = scan_of(token, at=clock.now, purpose="entry")
    assert said(await ada_there.sync([item], now=clock.now)) == [("parked", "not_on_team_yet", None)]
    await judge_parked_scans(database, now=clock.now)
    assert await checked_in_at(database, grace_there) is None
    async with database.transaction() as db:
        db.add(
            TeamMember(
                event_id=conference.event.id,
                id=new_id(),
                email=ada_there.phone.email,
                role="door",
                added_at=clock.now,
            )
        )

    await judge_parked_scans(database, now=clock.now)

    assert said(await ada_there.sync([item], now=clock.now)) == [("repeated", None, None)]
    assert await checked_in_at(database, grace_there) == clock.now
    assert await grace_there.connections() == []


async def test_a_device_of_one_event_is_nothing_at_another(
    conference: Conference, north: Guest, grace_there: Guest, clock
):
    answer = await north.phone.post(
        f"/v1/events/{uuid4()}/scans/sync", json={"device_time": clock.now.isoformat(), "items": []}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")


async def test_what_a_revoked_door_read_before_waits(
    conference: Conference, north: Guest, olga: Phone, grace_there: Guest, clock, settings
):
    token = await ticket(conference, grace_there, settings)
    state = await north.phone.get(
        f"/v1/events/{conference.event.id}/sync_state?device_id={uuid4()}&last_sequence=0"
    )
    assert state.json()["safe_to_wipe"] is True
    devices = await olga.get(f"/v1/events/{conference.event.id}/devices")
    device_id = UUID(devices.json()["items"][0]["id"])
    await olga.delete(f"/v1/events/{conference.event.id}/devices/{device_id}")
    forged = scan_of(token[:-9] + "22222222" + token[-1:], at=clock.now, purpose="entry")
    before = scan_of(token, at=clock.now - timedelta(minutes=1), purpose="entry")
    after = scan_of(token, at=clock.now + timedelta(minutes=1), purpose="entry")
    now = clock.tick(minutes=2)

    answer = await north.sync([before, after, forged], now=now)

    assert said(answer) == [
        ("parked", "device_revoked", None),
        ("refused", "device_revoked", None),
        ("refused", "ticket_forged", None),
    ]
