"""The audit log says who of the team did what, once it is done."""

from uuid import uuid4

import pytest

from tests.events.facts import PATH, join, problem, send_list
from tests.phones import Phone

LOG = f"{PATH}/audit_log"


async def entries(phone: Phone, **query) -> list[tuple]:
    answer = await phone.get(LOG, params=query)
    assert answer.status_code == 200, answer.text
    return [
        (item["email"], item["role"], item["operation"], item["subject_id"])
        for item in answer.json()["items"]
    ]


async def test_what_the_team_changes_is_listed_the_newest_first(olga: Phone, grace: Phone, event, clock):
    member_id = await join(olga, grace, "manager")
    place = {"id": str(uuid4()), "name": "Ada", "email": "ada@example.org"}
    await grace.post(f"{PATH}/attendees", json=place)
    clock.tick(minutes=1)
    await grace.edit(f"{PATH}/attendees/{place['id']}", {"role": "Analyst"})
    await grace.edit(PATH, {"venue": "Elsewhere"})

    who = ("grace@example.org", "manager")
    assert await entries(olga) == [
        (*who, "update_event", None),
        (*who, "update_attendee", place["id"]),
        (*who, "add_attendee", place["id"]),
        ("olga@example.org", "owner", "add_team_member", member_id),
    ]
    first = (await olga.get(LOG, params={"limit": 1})).json()
    assert first["items"][0]["done_at"] == "2026-06-04T09:01:00Z"
    rest = (await olga.get(LOG, params={"limit": 3, "cursor": first["next_cursor"]})).json()
    assert (len(rest["items"]), rest["next_cursor"]) == (3, None)
    assert await entries(olga, operation="update_event") == [(*who, "update_event", None)]


async def test_what_failed_or_only_looked_is_not_listed(olga: Phone, event):
    assert (await olga.post(f"{PATH}/attendees", json={"id": "x"})).status_code == 400
    assert (await olga.post(f"{PATH}/attendees/{uuid4()}/cancel")).status_code == 404
    await olga.get(f"{PATH}/attendees")
    assert (await send_list(olga, "Name,Email\nAda,ada@example.org\n", dry_run=True)).status_code == 200
    assert await entries(olga) == []

    assert (await send_list(olga, "Name,Email\nAda,ada@example.org\n")).status_code == 200
    assert await entries(olga) == [("olga@example.org", "owner", "import_attendees", None)]


async def test_who_is_on_the_team_no_more_is_still_named(olga: Phone, grace: Phone, event):
    member_id = await join(olga, grace, "manager")
    await grace.edit(PATH, {"venue": "Elsewhere"})
    await olga.delete(f"{PATH}/team/{member_id}")
    assert await entries(olga, operation="update_event") == [
        ("grace@example.org", "manager", "update_event", None)
    ]


@pytest.mark.parametrize("role", ["supervisor", "door", "analyst"])
async def test_the_log_is_for_managers(olga: Phone, grace: Phone, event, role):
    assert problem(await grace.get(LOG)) == (404, "event_not_found")
    await join(olga, grace, role)
    assert problem(await grace.get(LOG)) == (403, "role_required")


async def test_a_file_that_is_taken_away_is_listed(olga: Phone, event):
    place = {"id": str(uuid4()), "name": "Ada", "email": "ada@example.org"}
    await olga.post(f"{PATH}/attendees", json=place)
    await olga.post(f"{PATH}/attendees/{place['id']}/badge", json={"id": str(uuid4())})
    assert (await olga.get(f"{PATH}/attendees/{place['id']}/badge.pdf")).status_code == 200
    assert (await entries(olga))[0] == ("olga@example.org", "owner", "get_badge_pdf", place["id"])
