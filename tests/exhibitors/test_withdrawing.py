"""What a visitor takes back is gone: the lead becomes a tombstone in the list and in the file, and stays one until the
visitor gives again."""

import csv
from datetime import timedelta
from io import StringIO

from sqlalchemy import select

from server.exhibitors.jobs import forget_withdrawn_leads
from server.exhibitors.models import Lead, LeadEdit, LeadScan
from tests.exhibitors.fair import Fair, codes, lead_of, releases_of

EMPTY = {
    "withdrawn": True,
    "name": "",
    "pronouns": "",
    "headline": "",
    "role": "",
    "organisation": "",
    "industry": "",
    "links": [],
    "email": "",
    "phone": "",
    "source": "",
    "text_version": None,
    "rating": None,
    "label": "",
    "note": "",
    "tags": [],
    "captured_by": [],
    "first_captured_at": None,
    "last_captured_at": None,
}


async def withdraw(guest) -> None:
    (standing,) = [row for row in await releases_of(guest) if row["withdrawn_at"] is None]
    assert (await guest.phone.delete(f"/v1/me/releases/{standing['id']}")).status_code == 204


async def test_one_tap_makes_a_lead_a_tombstone(fair: Fair, clock):
    ada = await fair.visitor("ada", consents=False)
    await fair.capture(
        fair.erin, ada, at=clock.now, given_at_stand=True, text_version=1, note="Hot", rating=5
    )
    clock.tick(minutes=1)
    await withdraw(ada)

    (lead,) = await fair.leads()
    assert lead == {**EMPTY, "id": lead["id"], "changed_at": "2026-06-04T09:01:00Z", "version": 1}


async def test_a_file_of_leads_names_the_withdrawn_as_rows_without_anybody(fair: Fair, clock):
    ada = await fair.visitor("ada", fields=["role", "links"])
    grace = await fair.visitor("grace")
    await grace.phone.edit("/v1/me/profile", {"name": "=HYPERLINK(1)"})
    for guest in (ada, grace):
        await fair.capture(fair.erin, guest, at=clock.now, note="+1", tags=["a", "b"])
    await withdraw(ada)
    answer = await fair.erin.get(f"{fair.path}/leads/export")

    ids = {lead["withdrawn"]: lead["id"] for lead in await fair.leads()}
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["cache-control"] == "no-store"
    stone = {"lead_id": ids[True], "state": "withdrawn", "changed_at": "2026-06-04T09:00:00Z"}
    standing = {
        "lead_id": ids[False],
        "state": "standing",
        "name": "'=HYPERLINK(1)",
        "role": "Analyst",
        "source": "scan",
        "text_version": "1",
        "note": "'+1",
        "tags": "a, b",
        "captured_by": "Erin",
        "first_captured_at": "2026-06-04T09:00:00Z",
        "last_captured_at": "2026-06-04T09:00:00Z",
        "changed_at": "2026-06-04T09:00:00Z",
    }
    assert [{name: value for name, value in row.items() if value} for row in rows] == [standing, stone]


async def test_whoever_leaves_the_event_leaves_no_lead_behind(fair: Fair, clock):
    ada = await fair.visitor("ada")
    await fair.capture(fair.erin, ada, at=clock.now)
    left = await ada.phone.post(f"/v1/events/{fair.event_id}/attendance/leave")
    assert left.status_code == 200
    assert [lead["withdrawn"] for lead in await fair.leads()] == [True]

    again = await fair.capture(fair.erin, ada, at=clock.tick(seconds=1), given_at_stand=True, text_version=1)
    assert again["code"] == "no_consent"


async def test_what_arrives_after_its_visitor_left_is_a_tombstone_as_if_it_had_come_in_time(
    fair: Fair, clock
):
    ada, grace = await fair.visitor("ada"), await fair.visitor("grace")
    tablet = await fair.tablet()
    in_time, late = lead_of(ada, at=clock.now, note="x"), lead_of(grace, at=clock.now, note="x")
    await tablet.sync([in_time], now=clock.now)
    clock.tick(seconds=1)
    for guest in (ada, grace):
        await guest.phone.post(f"/v1/events/{fair.event_id}/attendance/leave")
    assert codes(await tablet.sync([late], now=clock.now)) == [("recorded", None)]
    leads = await fair.leads()
    assert [{**lead, "id": "", "version": 1} for lead in leads] == [
        {**EMPTY, "id": "", "changed_at": "2026-06-04T09:00:01Z", "version": 1}
    ] * 2
    assert await releases_of(grace) == []

    clock.tick(seconds=1)
    await grace.phone.post(
        f"/v1/events/{fair.event_id}/claim",
        json={"consents": {"exhibitors_may_scan": True, "text_version": 1}},
    )
    anew = lead_of(grace, at=clock.tick(seconds=1))
    assert codes(await tablet.sync([anew], now=clock.now)) == [("recorded", None)]
    assert sorted((lead["withdrawn"], lead["name"]) for lead in await fair.leads()) == [
        (False, "Grace"),
        (True, ""),
    ]


async def test_what_was_taken_back_stays_so_until_the_visitor_gives_again_on_their_own_phone(
    fair: Fair, clock
):
    ada = await fair.visitor("ada")
    tablet, sam = await fair.tablet(), await fair.hire("sam", "scan_only")
    before = lead_of(ada, at=clock.tick(seconds=1), note="before")
    await tablet.sync([lead_of(ada, at=clock.now)], now=clock.now)
    clock.tick(seconds=1)
    await withdraw(ada)
    clock.tick(seconds=1)
    after = lead_of(ada, at=clock.now)
    at_stand = lead_of(ada, at=clock.now, given_at_stand=True, text_version=1, staff_id=sam)

    assert codes(await tablet.sync([before, after, at_stand], now=clock.now)) == [
        ("recorded", None),
        ("refused", "no_consent"),
        ("refused", "no_consent"),
    ]
    assert [lead["withdrawn"] for lead in await fair.leads()] == [True]

    await fair.consent(ada, given=False)
    clock.tick(seconds=1)
    await fair.consent(ada, given=True)
    anew = lead_of(ada, at=clock.tick(seconds=1), note="anew")
    assert codes(await tablet.sync([anew], now=clock.now)) == [("recorded", None)]
    (lead,) = await fair.leads()
    assert (lead["withdrawn"], lead["name"], lead["note"]) == (False, "Ada", "anew")


async def test_a_note_that_arrives_after_the_withdrawal_is_not_kept(fair: Fair, clock, database):
    ada = await fair.visitor("ada")
    tablet = await fair.tablet()
    scan = lead_of(ada, at=clock.now, note="Hot")
    await tablet.sync([scan], now=clock.now)
    clock.tick(minutes=1)
    await withdraw(ada)
    later = {**scan, "note": "Very hot", "annotated_at": clock.tick(seconds=1).isoformat()}
    assert codes(await tablet.sync([later], now=clock.now)) == [("repeated", None)]

    async with database.transaction() as db:
        assert (await db.scalars(select(LeadScan.note))).all() == [""]


async def test_the_rows_of_the_withdrawn_are_emptied(fair: Fair, clock, database):
    ada, grace = await fair.visitor("ada"), await fair.visitor("grace")
    for guest in (ada, grace):
        await fair.capture(fair.erin, guest, at=clock.now, note="Hot", tags=["x"])
    for lead in await fair.leads():
        await fair.erin.edit(f"{fair.path}/leads/{lead['id']}", {"note": "Edited"})
    await withdraw(ada)
    await forget_withdrawn_leads(database, now=clock.now)

    async with database.transaction() as db:
        given = {
            lead.attendance_id: (lead.given.get("name"), lead.id) for lead in await db.scalars(select(Lead))
        }
        notes = dict((await db.execute(select(LeadScan.lead_id, LeadScan.note))).all())
        edits = (await db.scalars(select(LeadEdit.lead_id))).all()
    assert [given[guest.attendance.id][0] for guest in (ada, grace)] == [None, "Grace"]
    assert [notes[given[guest.attendance.id][1]] for guest in (ada, grace)] == ["", "Hot"]
    assert edits == [given[grace.attendance.id][1]]


async def test_the_last_scan_undone_takes_the_lead_back_and_an_earlier_one_keeps_it(fair: Fair, clock):
    ada = await fair.visitor("ada")
    tablet = await fair.tablet()
    first, second = lead_of(ada, at=clock.now, note="first"), lead_of(ada, at=clock.now, note="second")
    await tablet.sync([first, second], now=clock.now)
    undo = {"undone_at": (clock.now + timedelta(seconds=30)).isoformat()}
    clock.tick(seconds=40)

    await tablet.sync([], undos=[{"id": second["id"], **undo}], now=clock.now)
    assert [(lead["withdrawn"], lead["note"]) for lead in await fair.leads()] == [(False, "first")]
    await tablet.sync([], undos=[{"id": first["id"], **undo}], now=clock.now)
    (lead,) = await fair.leads()
    assert lead == {
        **EMPTY, "id": lead["id"], "changed_at": "2026-06-04T09:00:40Z", "version": lead["version"],
    }  # fmt: skip
    assert [row["withdrawn_at"] for row in await releases_of(ada)] == ["2026-06-04T09:00:40Z"]

    assert codes(await tablet.sync([first, second], now=clock.now)) == [("repeated", None)] * 2
    assert [lead["withdrawn"] for lead in await fair.leads()] == [True]
    await tablet.sync([lead_of(ada, at=clock.now, note="third")], now=clock.now)
    assert [(lead["withdrawn"], lead["note"]) for lead in await fair.leads()] == [(False, "third")]


async def test_a_scan_undone_before_it_arrives_makes_no_lead(fair: Fair, clock):
    ada = await fair.visitor("ada")
    tablet = await fair.tablet()
    scan = lead_of(ada, at=clock.now)
    undo = {"id": scan["id"], "undone_at": clock.now.isoformat()}
    await tablet.sync([], undos=[undo], now=clock.now)
    assert codes(await tablet.sync([scan], now=clock.now)) == [("recorded", None)]
    assert (await fair.leads(), await releases_of(ada)) == ([], [])


async def test_a_block_hides_a_visitor_from_whom_they_blocked_and_from_no_colleague(
    fair: Fair, clock, database
):
    ada, boris = await fair.visitor("ada"), await fair.phone("boris")
    await fair.hire("boris", email=boris.email)
    await fair.capture(boris, ada, at=clock.now)
    assert (await ada.phone.put(f"/v1/me/blocks/{boris.person_id}")).status_code == 404
    await fair.conference.guest(boris)
    read = (await boris.get(f"{fair.path}/leads")).json()
    assert (await ada.phone.put(f"/v1/me/blocks/{boris.person_id}")).status_code == 200

    (lead,) = await fair.leads()
    assert lead["name"] == "Ada"
    (hidden,) = (await boris.get(f"{fair.path}/leads", params={"cursor": read["next_cursor"]})).json()[
        "items"
    ]
    assert (hidden["id"], hidden["withdrawn"], hidden["name"], hidden["email"]) == (lead["id"], True, "", "")
    assert "Ada" not in (await boris.get(f"{fair.path}/leads/export")).text
    edited = await boris.edit(f"{fair.path}/leads/{lead['id']}", {"note": "Found her"})
    assert (edited.status_code, edited.json()["code"]) == (409, "lead_withdrawn")

    assert (await ada.phone.delete(f"/v1/me/blocks/{boris.person_id}")).status_code == 204
    back = (await boris.get(f"{fair.path}/leads", params={"cursor": read["next_cursor"]})).json()["items"]
    assert [one["name"] for one in back] == ["Ada"]


async def test_what_somebody_blocked_captures_is_recorded_and_gives_the_exhibitor_nothing(fair: Fair, clock):
    ada, boris = await fair.visitor("ada"), await fair.phone("boris")
    await fair.hire("boris", email=boris.email)
    await fair.conference.guest(boris)
    await ada.phone.put(f"/v1/me/blocks/{boris.person_id}")

    captured = await fair.capture(boris, ada, at=clock.now, given_at_stand=True, text_version=1)
    assert (captured["outcome"], captured["person_id"]) == ("recorded", None)
    assert (await releases_of(ada), [lead["name"] for lead in await fair.leads()]) == ([], [""])

    await fair.capture(fair.erin, ada, at=clock.tick(seconds=5))
    await fair.capture(boris, ada, at=clock.tick(seconds=5))
    assert [lead["name"] for lead in await fair.leads()] == ["Ada"]
    (given,) = await releases_of(ada)
    assert given["withdrawn_at"] is None
