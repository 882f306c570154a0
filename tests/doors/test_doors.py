"""A door asks us when it can, and decides alone when it cannot; what went wrong is a supervisor's to settle."""

from datetime import timedelta
from uuid import uuid4

from server.doors.rules import is_inside
from tests.doors.stations import ticket
from tests.phones import Phone
from tests.scans.conference import Conference, Guest, quick_phone, scan_of


async def check_in(door: Guest, code: str, *, at, **more):
    return await door.post("/check_ins", scan_of(code, at=at, **more))


def passage(answer) -> tuple:
    body = answer.json()
    return (
        answer.status_code,
        body["outcome"],
        body["code"],
        body["name"],
        body["inside_since"],
        body["inside_by"],
    )


async def issues_of(olga: Phone, conference: Conference) -> list[dict]:
    answer = await olga.get(f"/v1/events/{conference.event.id}/scan_issues")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def short(issues: list[dict]) -> list[tuple]:
    names = ("kind", "purpose", "reason", "station", "name", "earlier_station", "decisions")
    return [tuple(issue[name] for name in names) for issue in issues]


async def settle(olga: Phone, conference: Conference, issue: dict, decision: str):
    path = f"/v1/events/{conference.event.id}/scan_issues/{issue['id']}/resolve"
    return await olga.post(path, json={"decision": decision, "note": "seen at the desk"})


async def test_the_door_learns_who_comes_and_whether_they_are_inside_already(
    conference: Conference, north: Guest, south: Guest, grace_there: Guest, olga: Phone, clock, settings
):
    token = await ticket(conference, grace_there, settings)
    at = [clock.now - timedelta(minutes=minutes) for minutes in (30, 20, 10, 5)]

    came = await check_in(north, token, at=at[0])
    again = await check_in(south, token, at=at[1])
    left = await check_in(south, token, at=at[2], purpose="exit")
    back = await check_in(north, token, at=at[3])

    assert [passage(answer) for answer in (came, again, left, back)] == [
        (201, "recorded", None, "Grace", None, None),
        (201, "recorded", None, "Grace", "2026-06-04T08:30:00Z", "North door"),
        (201, "recorded", None, "Grace", "2026-06-04T08:40:00Z", "South door"),
        (201, "recorded", None, "Grace", None, None),
    ]
    found = await issues_of(olga, conference)
    assert short(found) == [("double_entry", "entry", None, "South door", "Grace", "North door", ["noted"])]
    assert (found[0]["earlier_at"], found[0]["captured_at"]) == (
        "2026-06-04T08:30:00Z",
        "2026-06-04T08:40:00Z",
    )


async def test_two_doors_offline_at_once_show_the_same_conflict_in_any_order(
    conference: Conference, north: Guest, south: Guest, grace_there: Guest, olga: Phone, clock, settings
):
    token = await ticket(conference, grace_there, settings)
    first = scan_of(token, at=clock.now - timedelta(minutes=30), purpose="entry")
    second = scan_of(token, at=clock.now - timedelta(minutes=29), purpose="entry")

    await south.sync([second], now=clock.now)
    assert await issues_of(olga, conference) == []
    await north.sync([first], now=clock.now)

    assert short(await issues_of(olga, conference)) == [
        ("double_entry", "entry", None, "South door", "Grace", "North door", ["noted"])
    ]
    undo = [{"id": first["id"], "undone_at": first["captured_at"]}]
    await north.sync([], undos=undo, now=clock.now)
    assert await issues_of(olga, conference) == []


async def test_who_was_let_in_offline_and_refused_by_us_is_an_issue(
    conference: Conference, north: Guest, grace_there: Guest, olga: Phone, clock
):
    online = scan_of(grace_there, at=clock.now, purpose="entry")
    offline = scan_of(grace_there, at=clock.now - timedelta(minutes=2), purpose="entry")

    await north.sync([online, offline], now=clock.now)

    found = await issues_of(olga, conference)
    assert short(found) == [
        ("refused_entry", "entry", "badge_not_ticket", "North door", "Grace", None, ["noted"])
    ]
    settled = await settle(olga, conference, found[0], "noted")
    repeated = await settle(olga, conference, found[0], "noted")
    assert (settled.status_code, settled.json()) == (
        200,
        {
            "issue_id": found[0]["id"],
            "kind": "refused_entry",
            "scan_id": offline["id"],
            "decision": "noted",
            "note": "seen at the desk",
            "settled_at": "2026-06-04T09:00:00Z",
        },
    )
    assert repeated.json() == settled.json()
    assert await issues_of(olga, conference) == []
    other = await settle(olga, conference, found[0], "discard")
    assert (other.status_code, other.json()["code"]) == (409, "already_settled")


async def test_a_supervisor_releases_or_discards_what_a_revoked_door_brings(
    conference: Conference, north: Guest, grace_there: Guest, ada_there: Guest, olga: Phone, clock, settings
):
    path = f"/v1/events/{conference.event.id}/devices"
    (device,) = (await olga.get(path)).json()["items"]
    clock.tick(minutes=5)
    await olga.delete(f"{path}/{device['id']}")
    tickets = [await ticket(conference, guest, settings) for guest in (ada_there, grace_there)]
    items = [
        scan_of(token, at=clock.now - timedelta(minutes=9 - index), purpose="entry")
        for index, token in enumerate(tickets)
    ]
    await north.sync(items, now=clock.now)
    await north.sync(items, now=clock.now)

    found = await issues_of(olga, conference)
    assert (
        short(found)
        == [("parked", "entry", "device_revoked", "North door", None, None, ["release", "discard"])] * 2
    )
    assert {issue["code"] for issue in found} == {None}
    released = await settle(olga, conference, found[0], "release")
    discarded = await settle(olga, conference, found[1], "discard")

    assert (released.status_code, discarded.status_code) == (200, 200)
    assert await issues_of(olga, conference) == []
    attendees = (await olga.get(f"/v1/events/{conference.event.id}/attendees")).json()["items"]
    assert {one["name"]: one["checked_in_at"] for one in attendees} == {
        "Ada": "2026-06-04T08:56:00Z",
        "Grace": None,
    }


async def test_what_attendees_read_of_each_other_is_listed_and_waits_for_its_fact(
    conference: Conference, ada_there: Guest, olga: Phone, clock
):
    await ada_there.sync([scan_of("PRETIX-77", at=clock.now)], now=clock.now)

    found = await issues_of(olga, conference)

    assert short(found) == [("parked", "meet", "no_badge_yet", None, None, None, [])]
    assert (found[0]["code"], found[0]["attendance_id"]) == ("PRETIX-77", None)
    answer = await settle(olga, conference, found[0], "discard")
    assert (answer.status_code, answer.json()["code"]) == (409, "decision_not_possible")


async def test_who_scans_faster_than_hands_can_be_shaken_is_flagged_and_loses_nothing(
    conference: Conference, ada_there: Guest, olga: Phone, clock
):
    guests = [await conference.guest() for _ in range(31)]
    items = [
        scan_of(guest, at=clock.now - timedelta(seconds=59 - index)) for index, guest in enumerate(guests)
    ]

    assert {one["outcome"] for one in (await ada_there.sync(items[:30], now=clock.now))["items"]} == {
        "recorded"
    }
    assert await issues_of(olga, conference) == []
    assert (await ada_there.sync(items[30:], now=clock.now))["items"][0]["outcome"] == "recorded"

    assert short(await issues_of(olga, conference)) == [
        ("too_fast", "meet", None, None, "Ada", None, ["noted"])
    ]
    assert len(await ada_there.connections()) == 31


async def test_issues_come_in_pages(conference: Conference, north: Guest, grace_there: Guest, olga, clock):
    at = clock.now - timedelta(minutes=9)
    await north.sync([scan_of(grace_there, at=at, purpose="entry") for _ in range(5)], now=clock.now)
    path = f"/v1/events/{conference.event.id}/scan_issues?limit=2"

    pages = [(await olga.get(path)).json()]
    while pages[-1]["next_cursor"]:
        pages.append((await olga.get(f"{path}&cursor={pages[-1]['next_cursor']}")).json())

    assert [len(page["items"]) for page in pages] == [2, 2, 1]
    assert len({issue["id"] for page in pages for issue in page["items"]}) == 5


async def test_only_supervisors_see_issues(conference: Conference, ada_there: Guest, olga: Phone, clock):
    path = f"/v1/events/{conference.event.id}"
    stranger = await ada_there.phone.get(f"{path}/scan_issues")
    assert (stranger.status_code, stranger.json()["code"]) == (404, "event_not_found")
    unknown = await settle(olga, conference, {"id": str(uuid4())}, "noted")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "scan_issue_not_found")
    role = {"id": str(uuid4()), "email": ada_there.phone.email, "role": "door"}
    assert (await olga.post(f"{path}/team", json=role)).status_code == 201
    door = await ada_there.phone.get(f"{path}/scan_issues")
    assert (door.status_code, door.json()["code"]) == (403, "role_required")


async def test_who_does_not_guard_the_door_learns_no_name(
    conference: Conference, ada_there: Guest, grace_there: Guest, clock, settings
):
    token = await ticket(conference, grace_there, settings)
    answer = await check_in(ada_there, token, at=clock.now)
    assert passage(answer) == (201, "parked", "not_on_team_yet", None, None, None)


async def test_a_device_says_what_it_still_has_to_deliver(
    conference: Conference, north: Guest, south: Guest, grace_there: Guest, olga: Phone, clock, settings
):
    token = await ticket(conference, grace_there, settings)
    item = scan_of(token, at=clock.now, purpose="entry", sequence=2)
    await north.sync([item], now=clock.now, last_sequence=5)
    await north.sync([item], now=clock.now, last_sequence=4)

    found = (await olga.get(f"/v1/events/{conference.event.id}/devices")).json()["items"]

    assert {one["station"]: (one["last_sequence"], one["backlog"], one["reported_at"]) for one in found} == {
        "North door": (5, 4, "2026-06-04T09:00:00Z"),
        "South door": (None, None, None),
    }
    device_id = next(one["id"] for one in found if one["station"] == "North door")
    state = await north.phone.get(
        f"/v1/events/{conference.event.id}/sync_state?device_id={device_id}&last_sequence=7"
    )
    assert state.json()["missing"] == [{"first": 1, "last": 1}, {"first": 3, "last": 7}]
    found = (await olga.get(f"/v1/events/{conference.event.id}/devices")).json()["items"]
    assert [one["backlog"] for one in found if one["station"] == "North door"] == [6]


async def test_a_scan_by_nobody_of_this_event_is_kept_from_the_doors(
    conference: Conference, client, database, settings, clock, grace_there: Guest
):
    stranger = await quick_phone(client, database, settings, email="s@example.org", now=clock.now)
    answer = await stranger.post(
        f"/v1/events/{conference.event.id}/check_ins", json=scan_of(grace_there, at=clock.now, purpose="exit")
    )
    assert (answer.json()["outcome"], answer.json()["code"]) == ("parked", "not_on_team_yet")


def test_nobody_stays_overnight_by_the_events_own_clock(clock):
    late, early = clock.now.replace(hour=21, minute=59), clock.now.replace(hour=22, minute=1)
    assert is_inside("entry", late, at=early, zone="Etc/UTC")
    assert not is_inside("entry", late, at=early, zone="Europe/Paris")
    assert not is_inside("exit", late, at=early, zone="Etc/UTC")
    assert not is_inside(None, None, at=early, zone="Etc/UTC")
