"""The organizer's list, one attendee at a time."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from server.accounts.models import Person
from tests.builders import make_attendance, make_event
from tests.events.facts import PATH, attendees, faults, problem, send_list
from tests.phones import Phone

GRACE = {
    "id": "01981d4e-3c00-7000-8000-0000000000d1",
    "name": "Grace Hopper",
    "email": "Grace@Example.org",
    "external_id": "D-1",
    "external_code": "8237591",
    "pronouns": "she/her",
    "organisation": "US Navy",
    "role": "Rear admiral",
    "type": "speaker",
}
LISTED = {
    **{name: value for name, value in GRACE.items() if name != "id"},
    "attendance_id": GRACE["id"],
    "email": "grace@example.org",
    "status": "expected",
    "joined_into": None,
    "claimed": False,
    "checked_in_at": None,
    "email_bounced_at": None,
    "ticket_serial": 1,
    "version": 1,
}
ATTENDEES = f"{PATH}/attendees"
ONE = f"{ATTENDEES}/{GRACE['id']}"


async def test_an_attendee_is_added_by_hand_once(olga: Phone, event):
    first, again = [await olga.post(ATTENDEES, json=GRACE) for _ in range(2)]
    await olga.edit(ONE, {"name": "Amazing Grace"})
    late = await olga.post(ATTENDEES, json=GRACE)

    assert (first.status_code, first.json(), first.headers["etag"]) == (201, LISTED, '"1"')
    assert (again.status_code, again.json()) == (200, LISTED)
    assert (late.status_code, late.json()["name"]) == (200, "Amazing Grace")
    assert problem(await olga.post(ATTENDEES, json={**GRACE, "name": "Eve"})) == (409, "id_reused")


async def test_a_name_is_enough_for_a_walk_in(olga: Phone, event):
    walk_in = await olga.post(ATTENDEES, json={"id": str(uuid4()), "name": "Somebody", "email": None})
    assert walk_in.status_code == 201
    assert (walk_in.json()["email"], walk_in.json()["type"]) == (None, "attendee")


async def test_racing_deliveries_of_one_addition_add_one_person(olga: Phone, event, database):
    async with database.transaction() as db:
        before = await db.scalar(select(func.count()).select_from(Person))
    answers = await asyncio.gather(*(olga.post(ATTENDEES, json=GRACE) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    async with database.transaction() as db:
        assert await db.scalar(select(func.count()).select_from(Person)) == before + 1


@pytest.mark.parametrize(
    ("same", "code"),
    [
        ({"external_id": "D-1"}, "external_id_taken"),
        ({"external_id": "D-2", "external_code": "8237591"}, "external_code_taken"),
        ({"external_code": "8237591"}, "external_code_taken"),
        ({"email": "grace@example.org"}, "already_listed"),
    ],
)
async def test_no_two_attendees_share_what_tells_them_apart(olga: Phone, event, same, code):
    await olga.post(ATTENDEES, json=GRACE)
    other = {"id": str(uuid4()), "name": "Eve", **same}
    assert problem(await olga.post(ATTENDEES, json=other)) == (409, code)

    await olga.post(ATTENDEES, json={"id": other["id"], "name": "Eve"})
    assert problem(await olga.edit(f"{ATTENDEES}/{other['id']}", same)) == (409, code)
    assert [item["name"] for item in await attendees(olga)] == ["Eve", "Grace Hopper"]


async def test_a_colleague_may_share_the_address_under_another_id(olga: Phone, event):
    await olga.post(ATTENDEES, json=GRACE)
    colleague = {"id": str(uuid4()), "name": "Ada", "email": "grace@example.org", "external_id": "D-2"}
    assert (await olga.post(ATTENDEES, json=colleague)).status_code == 201


async def test_other_events_have_ids_of_their_own(olga: Phone, event, database, clock):
    other = await make_event(database, now=clock(), owner="olga@example.org")
    for path in (ATTENDEES, f"/v1/events/{other.id}/attendees"):
        assert (await olga.post(path, json=GRACE)).status_code == 201


async def test_an_attendee_is_edited_by_version_and_empty_clears(olga: Phone, event):
    await olga.post(ATTENDEES, json=GRACE)
    assert problem(await olga.ask("PATCH", ONE, json={"name": "X"})) == (428, "version_required")

    edited = await olga.edit(
        ONE, {"email": "", "external_code": "", "role": "", "name": None, "type": "staff"}
    )
    cleared = {"email": None, "external_code": None, "role": "", "type": "staff"}
    assert edited.json() == {**LISTED, **cleared, "version": 2}
    stale = await olga.ask("PATCH", ONE, json={"name": "X"}, headers={"if-match": '"1"'})
    assert problem(stale) == (412, "version_stale")
    same = await olga.edit(ONE, cleared | {"email": "", "external_code": ""})
    assert same.json() == edited.json()


async def test_a_place_is_cancelled_once_and_taken_back(olga: Phone, event):
    await olga.post(ATTENDEES, json=GRACE)
    cancelled, again = [await olga.post(f"{ONE}/cancel") for _ in range(2)]
    back = await olga.edit(ONE, {"status": "expected"})

    assert cancelled.json() == again.json() == {**LISTED, "status": "cancelled", "version": 2}
    assert back.json() == {**LISTED, "version": 3}


async def test_who_left_is_not_brought_back(olga: Phone, ada: Phone, event, database, clock):
    await olga.post(ATTENDEES, json=GRACE)
    mine = (await attendees(olga))[0]
    place = await make_attendance(
        database, await make_event(database, now=clock(), owner="olga@example.org"), ada, now=clock()
    )
    path = f"/v1/events/{place.event_id}"
    await ada.post(f"{path}/attendance/leave")

    one = f"{path}/attendees/{place.id}"
    assert problem(await olga.edit(one, {"status": "expected"})) == (409, "attendee_left")
    assert (await olga.post(f"{one}/cancel")).json()["status"] == "left"
    assert problem(await olga.edit(f"{path}/attendees/{mine['attendance_id']}", {"name": "X"})) == (
        404,
        "attendee_not_found",
    )


async def test_organizers_see_that_a_place_is_claimed_and_nothing_before(olga: Phone, ada: Phone, event):
    await send_list(olga, "Name,Email\nAda,ada@example.org\nNobody,nobody@example.org\n")
    known, unknown = await attendees(olga)
    ids = ("attendance_id", "name", "email")
    assert {k: v for k, v in known.items() if k not in ids} == {
        k: v for k, v in unknown.items() if k not in ids
    }


async def test_the_list_is_paged_by_name_filtered_and_searched(olga: Phone, ada: Phone, database, clock):
    event = await make_event(database, now=clock(), owner="olga@example.org")
    path = f"/v1/events/{event.id}"
    long = "漢" * 200
    everybody = ["Ada", "Ada", "Álvaro", "Beatrix", long, "\U0001f469\u200d\U0001f4bb Zoe", "mi\u200ckhaham"]
    for name in everybody:
        await make_attendance(database, event, now=clock(), name=name)
    await make_attendance(database, event, now=clock(), name="Gone", status="cancelled")
    await make_attendance(database, event, ada, now=clock(), name="Claimed")

    found, cursor = [], None
    while cursor or not found:
        page = await olga.get(
            f"{path}/attendees", params={"limit": 1, **({"cursor": cursor} if cursor else {})}
        )
        found += [item["name"] for item in page.json()["items"]]
        cursor = page.json()["next_cursor"]

    assert sorted(found) == sorted([*everybody, "Gone", "Claimed"])
    assert [i["name"] for i in await attendees(olga, path, q="aDa")] == ["Ada", "Ada", "Claimed"]
    assert [i["name"] for i in await attendees(olga, path, q="beat")] == ["Beatrix"]
    assert [i["name"] for i in await attendees(olga, path, q="%")] == []
    assert [i["name"] for i in await attendees(olga, path, status="cancelled")] == ["Gone"]
    assert [i["name"] for i in await attendees(olga, path, claimed=True)] == ["Claimed"]
    assert len(await attendees(olga, path, claimed=False, status="expected")) == len(everybody)


@pytest.mark.parametrize(
    "query", ["status=here", "claimed=perhaps", "q=a%00b", "limit=0", "limit=201", "q=" + "x" * 201]
)
async def test_a_wrong_filter_is_named(olga: Phone, event, query):
    answer = await olga.get(f"{ATTENDEES}?{query}")
    assert problem(answer) == (400, "invalid_request")
    assert faults(answer) == [(f"query/{query.split('=')[0]}", "invalid")]


@pytest.mark.parametrize("q", ["%ff%fe", "%ed%a0%80", "%", "_", "\\", "'"])
async def test_odd_searches_find_nothing(olga: Phone, event, q):
    answer = await olga.get(f"{ATTENDEES}?q={q}")
    assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"id": "D-1"}, "/id", "uuid_parsing"),
        ({"name": " "}, "/name", "string_too_short"),
        ({"name": "a\nb"}, "/name", "control_characters"),
        ({"email": "grace"}, "/email", "email_invalid"),
        ({"external_id": ""}, "/external_id", "string_too_short"),
        ({"external_code": "x" * 513}, "/external_code", "string_too_long"),
        ({"type": "spy"}, "/type", "literal_error"),
        ({"person_id": "x"}, "/person_id", "extra_forbidden"),
    ],
)
async def test_a_wrong_field_is_named_and_adds_nobody(olga: Phone, event, change, pointer, code):
    answer = await olga.post(ATTENDEES, json={**GRACE, **change})
    assert (problem(answer), faults(answer)) == ((400, "invalid_request"), [(pointer, code)])
    assert await attendees(olga) == []


async def test_a_cancelled_event_takes_nobody(olga: Phone, event):
    await olga.post(ATTENDEES, json=GRACE)
    await olga.post(f"{PATH}/cancel")
    assert problem(await olga.post(ATTENDEES, json={**GRACE, "id": str(uuid4())})) == (409, "event_cancelled")
    assert problem(await olga.edit(ONE, {"name": "X"})) == (409, "event_cancelled")
    assert (await olga.post(f"{ONE}/cancel")).status_code == 200
