"""A lead is captured from visitors who agreed, and holds what their card for exhibitors gives."""

from datetime import timedelta
from uuid import uuid4

import pytest

from server.scans.parked import judge_parked_scans
from tests.doors.stations import ticket
from tests.exhibitors.fair import Fair, codes, lead_of, releases_of
from tests.scans.conference import scan_of


async def test_a_staffs_phone_captures_a_lead_and_the_visitor_sees_what_it_got(fair: Fair, clock):
    ada = await fair.visitor("ada", fields=["role", "email"], email="ada@work.example.org")
    outcome = await fair.capture(fair.erin, ada, at=clock.now, rating=4, note="Wants a loom", tags=["looms"])

    assert outcome == {
        "index": 0, "id": outcome["id"], "outcome": "recorded", "state": "recorded", "code": None,
        "pointer": None, "person_id": None,
    }  # fmt: skip
    (lead,) = await fair.leads()
    assert lead == {
        "id": lead["id"],
        "withdrawn": False,
        "name": "Ada",
        "pronouns": "",
        "headline": "",
        "role": "Analyst",
        "organisation": "",
        "industry": "",
        "links": [],
        "email": "ada@work.example.org",
        "phone": "",
        "source": "scan",
        "text_version": 1,
        "rating": 4,
        "label": "",
        "note": "Wants a loom",
        "tags": ["looms"],
        "captured_by": ["Erin"],
        "first_captured_at": "2026-06-04T09:00:00Z",
        "last_captured_at": "2026-06-04T09:00:00Z",
        "changed_at": "2026-06-04T09:00:00Z",
        "version": 1,
    }
    (released,) = await releases_of(ada)
    assert released == {
        "id": released["id"],
        "recipient_id": fair.exhibitor_id,
        "recipient_kind": "exhibitor",
        "exhibitor_name": "Acme",
        "event_id": fair.event_id,
        "purpose": "lead",
        "source": "scan",
        "text_version": 1,
        "fields": ["name", "pronouns", "role", "email"],
        "released_at": "2026-06-04T09:00:00Z",
        "withdrawn_at": None,
    }
    assert await ada.connections() == []


async def test_one_visitor_is_one_lead_whoever_scans_them_however_often(fair: Fair, clock):
    ada = await fair.visitor("ada")
    frank = await fair.phone("frank")
    await fair.hire("frank", "scan_only", email=frank.email)
    tablet = await fair.tablet()
    shift = await fair.hire("sam", "scan_only")
    scans = [lead_of(ada, at=clock.now + timedelta(seconds=n), staff_id=shift) for n in range(3)]
    clock.tick(minutes=1)

    assert codes(await tablet.sync(scans, now=clock.now)) == [("recorded", None)] * 3
    assert codes(await tablet.sync(scans, now=clock.now)) == [("repeated", None)] * 3
    await fair.capture(frank, ada, at=clock.now)

    (lead,) = await fair.leads()
    assert (lead["captured_by"], lead["first_captured_at"], lead["last_captured_at"]) == (
        ["Sam", "Frank"],
        "2026-06-04T09:00:00Z",
        "2026-06-04T09:01:00Z",
    )
    assert len(await releases_of(ada)) == 1


async def test_without_consent_nobody_becomes_a_lead_and_a_later_consent_changes_nothing(fair: Fair, clock):
    ada = await fair.visitor("ada", consents=False)
    tablet = await fair.tablet()
    early = lead_of(ada, at=clock.now)
    clock.tick(minutes=1)
    await fair.consent(ada, given=True)
    clock.tick(minutes=1)

    assert codes(await tablet.sync([early], now=clock.now)) == [("refused", "no_consent")]
    assert (await fair.leads(), await releases_of(ada)) == ([], [])
    assert codes(await tablet.sync([lead_of(ada, at=clock.now)], now=clock.now)) == [("recorded", None)]


async def test_consent_is_judged_at_the_capture_even_when_it_was_taken_back_before_the_scan_arrived(
    fair: Fair, clock
):
    ada = await fair.visitor("ada")
    clock.tick(minutes=1)
    tablet = await fair.tablet()
    before = lead_of(ada, at=clock.now)
    clock.tick(minutes=1)
    await fair.consent(ada, given=False)
    after = lead_of(ada, at=clock.tick(seconds=1))
    clock.tick(minutes=5)

    assert codes(await tablet.sync([after, before], now=clock.now)) == [
        ("refused", "no_consent"),
        ("recorded", None),
    ]


async def test_a_visitor_may_agree_at_the_stand_before_somebody_whose_name_is_known(fair: Fair, clock):
    ada = await fair.visitor("ada", consents=False)
    tablet = await fair.tablet()
    sam = await fair.hire("sam", "scan_only")
    nobody = lead_of(ada, at=clock.now, given_at_stand=True, text_version=1)
    stranger = lead_of(ada, at=clock.now, given_at_stand=True, text_version=1, staff_id=fair.exhibitor_id)
    named = lead_of(ada, at=clock.now, given_at_stand=True, text_version=1, staff_id=sam)

    assert codes(await tablet.sync([nobody, stranger, named], now=clock.now)) == [
        ("refused", "no_consent"),
        ("refused", "no_consent"),
        ("recorded", None),
    ]
    (lead,) = await fair.leads()
    assert (lead["name"], lead["captured_by"]) == ("Ada", ["Sam"])
    assert [(row["source"], row["exhibitor_name"]) for row in await releases_of(ada)] == [
        ("given_at_stand", "Acme")
    ]


async def test_what_was_agreed_at_the_stand_is_part_of_the_fact(fair: Fair, clock):
    ada = await fair.visitor("ada", consents=False)
    scan = lead_of(ada, at=clock.now)
    assert codes(
        await (await fair.tablet()).sync(
            [scan, {**scan, "given_at_stand": True, "text_version": 1}], now=clock.now
        )
    ) == [
        ("refused", "no_consent"),
        ("refused", "id_reused"),
    ]


async def test_somebody_unclaimed_gives_what_is_printed_and_only_when_they_agreed_at_the_stand(
    fair: Fair, clock, database
):
    unclaimed = await fair.conference.guest(
        name="Ida", organisation="Forest", role="Ranger", email="ida@x.org"
    )
    assert (await fair.capture(fair.erin, unclaimed, at=clock.now))["code"] == "no_consent"
    await fair.capture(fair.erin, unclaimed, at=clock.now, given_at_stand=True, text_version=1)

    (lead,) = await fair.leads()
    given = {name: lead[name] for name in ("name", "organisation", "role", "email")}
    assert given == {"name": "Ida", "organisation": "Forest", "role": "Ranger", "email": ""}


async def test_who_claims_the_place_finds_in_the_ledger_what_was_given_before(fair: Fair, clock):
    ida = await fair.phone("ida")
    unclaimed = await fair.conference.guest(name="Ida", organisation="Forest", role="Ranger", email=ida.email)
    await fair.capture(fair.erin, unclaimed, at=clock.now, given_at_stand=True, text_version=1)
    claimed = await ida.post(f"/v1/events/{fair.event_id}/claim", json={})
    assert claimed.status_code == 200, claimed.text

    (released,) = (await ida.get("/v1/me/releases")).json()["items"]
    assert (released["exhibitor_name"], released["source"]) == ("Acme", "given_at_stand")
    assert [(lead["name"], lead["organisation"]) for lead in await fair.leads()] == [("Ida", "Forest")]
    assert (await ida.delete(f"/v1/me/releases/{released['id']}")).status_code == 204
    assert [lead["withdrawn"] for lead in await fair.leads()] == [True]


async def test_who_is_invited_later_captured_before_that_for_the_exhibitor(fair: Fair, clock, database):
    ada = await fair.visitor("ada")
    frank = await fair.phone("frank")
    clock.tick(minutes=1)
    parked = await fair.capture(frank, ada, at=clock.now)
    await judge_parked_scans(database, now=clock.now)
    assert (parked["code"], await fair.leads()) == ("not_staff_yet", [])

    await fair.hire("frank", "scan_only", email=frank.email)
    await judge_parked_scans(database, now=clock.now)
    assert [lead["captured_by"] for lead in await fair.leads()] == [["Frank"]]


async def test_what_somebody_captured_before_they_were_removed_still_counts(fair: Fair, clock, database):
    ada, grace = await fair.visitor("ada"), await fair.visitor("grace")
    frank = await fair.phone("frank")
    frank_id = await fair.hire("frank", "staff", email=frank.email)
    before = lead_of(ada, at=clock.tick(minutes=1))
    clock.tick(minutes=1)
    assert (await fair.erin.delete(f"{fair.path}/staff/{frank_id}")).status_code == 204
    after = lead_of(grace, at=clock.tick(minutes=1))

    answer = await frank.post(
        f"/v1/events/{fair.event_id}/scans/sync",
        json={"device_time": clock.now.isoformat(), "items": [after, before]},
    )
    assert codes(answer.json()) == [("parked", "not_staff_yet"), ("recorded", None)]
    assert (await frank.get(f"{fair.path}/leads")).json()["code"] == "exhibitor_not_found"


async def test_a_wider_card_is_given_from_the_next_scan_on_and_a_narrower_one_at_once(fair: Fair, clock):
    ada = await fair.visitor("ada", fields=["role"])
    await fair.capture(fair.erin, ada, at=clock.now)
    await ada.phone.edit(
        "/v1/me/cards/exhibitors", {"fields": ["role", "phone"], "phone": "+44 20 7946 0000"}
    )
    assert [lead["phone"] for lead in await fair.leads()] == [""]

    await fair.capture(fair.erin, ada, at=clock.tick(seconds=1))
    assert [(lead["role"], lead["phone"]) for lead in await fair.leads()] == [("Analyst", "+44 20 7946 0000")]
    assert [(row["fields"][2:], row["withdrawn_at"] is None) for row in await releases_of(ada)] == [
        (["role", "phone"], True),
        (["role"], False),
    ]

    await ada.phone.edit("/v1/me/cards/exhibitors", {"fields": ["phone"]})
    assert [(lead["role"], lead["phone"]) for lead in await fair.leads()] == [("", "+44 20 7946 0000")]


async def test_the_snapshot_stays_as_it_was_given(fair: Fair, clock):
    ada = await fair.visitor("ada", fields=["role"])
    await fair.capture(fair.erin, ada, at=clock.now)
    await ada.phone.edit("/v1/me/profile", {"role": "Countess", "name": "Ada King"})
    await fair.capture(fair.erin, ada, at=clock.tick(seconds=1))
    assert [(lead["name"], lead["role"]) for lead in await fair.leads()] == [("Ada", "Analyst")]


@pytest.mark.parametrize(("purpose", "path"), [("meet", "/scans"), ("entry", "/scans")])
async def test_an_exhibitors_device_captures_leads_and_nothing_else(fair: Fair, clock, purpose, path):
    ada = await fair.visitor("ada")
    tablet = await fair.tablet()
    answer = await tablet.phone.post(
        f"/v1/events/{fair.event_id}{path}", json=scan_of(ada, at=clock.now, purpose=purpose)
    )
    assert answer.json()["code"] == "purpose_not_allowed"
    assert (await tablet.phone.get(f"{fair.path}/leads")).status_code == 401
    doors = await tablet.phone.get(f"/v1/events/{fair.event_id}/door_attendees")
    assert (doors.status_code, doors.json()["code"]) == (403, "role_required")


async def test_a_device_of_one_event_captures_at_no_other(fair: Fair, clock, database, client, settings):
    tablet = await fair.tablet()
    ada = await fair.visitor("ada")
    answer = await tablet.phone.post(f"/v1/events/{fair.exhibitor_id}/leads", json=scan_of(ada, at=clock.now))
    assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")


async def test_a_shared_device_knows_the_names_on_shift_and_what_it_is_for(fair: Fair, clock):
    sam = await fair.hire("sam", "scan_only")
    tablet = await fair.tablet()
    names = (await tablet.phone.get("/v1/event_devices/current/staff")).json()
    station = (await tablet.phone.get("/v1/event_devices/current")).json()

    assert [item["name"] for item in names["items"]] == ["Erin", "Sam"]
    assert names["items"][1] == {"id": sam, "name": "Sam"}
    assert (station["purpose"], station["exhibitor_id"]) == ("exhibitor", fair.exhibitor_id)


async def test_the_queue_does_not_depend_on_who_is_on_shift(fair: Fair, clock):
    ada = await fair.visitor("ada")
    tablet = await fair.tablet()
    sam, tom = await fair.hire("sam", "scan_only"), await fair.hire("tom", "scan_only")
    scan = lead_of(ada, at=clock.now, staff_id=sam)
    answers = [await tablet.sync([{**scan, "staff_id": who}], now=clock.now) for who in (sam, tom, None)]

    assert [codes(answer) for answer in answers] == [
        [("recorded", None)],
        [("repeated", None)],
        [("repeated", None)],
    ]
    assert [lead["captured_by"] for lead in await fair.leads()] == [["Sam"]]


async def test_a_ticket_a_revoked_badge_and_an_unknown_code_make_no_lead(fair: Fair, clock, database):
    ada = await fair.visitor("ada")
    async with database.transaction() as db:
        (await db.merge(ada.badge)).revoked_at = clock.now
    tablet = await fair.tablet()

    assert codes(
        await tablet.sync([lead_of(ada, at=clock.now), lead_of("unknown", at=clock.now)], now=clock.now)
    ) == [("refused", "badge_revoked"), ("parked", "no_badge_yet")]


async def test_offline_for_hours_the_tablets_leads_arrive_with_their_own_times(fair: Fair, clock):
    ada = await fair.visitor("ada")
    tablet = await fair.tablet()
    scan = lead_of(ada, at=clock.tick(minutes=5) + timedelta(days=400))
    clock.tick(hours=5)
    wrong_clock = clock.now + timedelta(days=400)

    fair.wake(fair.erin, now=clock.now)

    assert codes(await tablet.sync([scan], now=wrong_clock)) == [("recorded", None)]
    assert [lead["first_captured_at"] for lead in await fair.leads()] == ["2026-06-04T09:05:00Z"]


async def test_what_a_revoked_tablet_captured_before_waits_for_a_supervisor_who_learns_no_name(
    fair: Fair, clock
):
    ada = await fair.visitor("ada")
    tablet = await fair.tablet()
    sam = await fair.hire("sam", "scan_only")
    before = lead_of(ada, at=clock.tick(seconds=1), staff_id=sam)
    (device,) = (await fair.erin.get(f"{fair.path}/devices")).json()["items"]
    clock.tick(minutes=1)
    await fair.erin.delete(f"{fair.path}/devices/{device['id']}")
    after = lead_of(ada, at=clock.tick(minutes=1))

    assert codes(await tablet.sync([before, after], now=clock.now)) == [
        ("parked", "device_revoked"),
        ("refused", "device_revoked"),
    ]
    issues = f"/v1/events/{fair.event_id}/scan_issues"
    (issue,) = (await fair.olga.get(issues)).json()["items"]
    assert (issue["purpose"], issue["station"], issue["name"], issue["attendance_id"]) == (
        "lead",
        "Front desk",
        None,
        None,
    )
    released = await fair.olga.post(f"{issues}/{issue['id']}/resolve", json={"decision": "release"})
    assert released.status_code == 200, released.text
    assert [lead["captured_by"] for lead in await fair.leads()] == [["Sam"]]


async def test_a_second_place_joined_into_the_first_brings_its_leads_along(fair: Fair, clock, settings):
    other_id = str(uuid4())
    boss = await fair.phone("boss")
    made = await fair.olga.post(
        f"/v1/events/{fair.event_id}/exhibitors",
        json={"id": other_id, "name": "Other", "admin_email": boss.email, "admin_name": "Boss"},
    )
    assert made.status_code == 201
    ada = await fair.visitor("ada")
    second = await fair.conference.guest(name="Ada L.", organisation="Engines")
    await fair.capture(fair.erin, ada, at=clock.now, note="first")
    clock.tick(seconds=1)
    for phone in (fair.erin, boss):
        await fair.capture(phone, second, at=clock.now, given_at_stand=True, text_version=1, note="second")

    token = await ticket(fair.conference, second, settings)
    joined = await ada.phone.post(f"/v1/events/{fair.event_id}/claim", json={"ticket": token})
    assert joined.status_code == 200, joined.text
    assert [(lead["withdrawn"], lead["name"], lead["note"]) for lead in await fair.leads()] == [
        (True, "", ""),
        (False, "Ada", "second"),
    ]
    others = (await boss.get(f"/v1/events/{fair.event_id}/exhibitors/{other_id}/leads")).json()["items"]
    assert [(lead["withdrawn"], lead["name"], lead["organisation"]) for lead in others] == [
        (False, "Ada L.", "Engines")
    ]
    standing = [row["exhibitor_name"] for row in await releases_of(ada) if row["withdrawn_at"] is None]
    assert sorted(standing) == ["Acme", "Other"]
    await fair.capture(fair.erin, second, at=clock.tick(seconds=1))
    assert [lead["withdrawn"] for lead in await fair.leads()] == [True, False]
