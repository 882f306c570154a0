"""Who runs an event: adding, changing, leaving, and the owner who stays."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from server.events import team
from tests.events.facts import PATH, faults, join, problem
from tests.phones import Phone, sign_in


async def test_a_member_is_invited_by_address_and_joins_by_using_it(olga: Phone, grace: Phone, event):
    member_id = await join(olga, grace, "door")
    invited = (await olga.get(f"{PATH}/team")).json()["items"]
    await grace.get(f"{PATH}/team")
    joined = (await olga.get(f"{PATH}/team")).json()

    grace_now = {
        "id": member_id,
        "email": "grace@example.org",
        "role": "door",
        "joined": True,
        "added_at": "2026-06-04T09:00:00Z",
        "version": 1,
    }
    assert invited[0] == {**grace_now, "joined": False}
    assert (joined["items"][0], joined["next_cursor"]) == (grace_now, None)
    assert [(member["email"], member["role"]) for member in joined["items"]] == [
        ("grace@example.org", "door"),
        ("olga@example.org", "owner"),
    ]
    assert (await grace.get(PATH)).json()["my_role"] == "door"


async def test_a_repeated_invitation_is_the_same_and_an_address_is_on_the_team_once(olga: Phone, event):
    grace = {"id": str(uuid4()), "email": "Grace@Example.org", "role": "door"}
    first, again = [await olga.post(f"{PATH}/team", json=grace) for _ in range(2)]
    await olga.edit(f"{PATH}/team/{grace['id']}", {"role": "manager"})
    late = await olga.post(f"{PATH}/team", json=grace)

    assert (first.status_code, again.status_code, late.status_code) == (201, 200, 200)
    assert first.json() == again.json()
    assert (late.json()["role"], late.json()["version"]) == ("manager", 2)
    assert problem(await olga.post(f"{PATH}/team", json={**grace, "role": "manager"})) == (409, "id_reused")
    other_id = await olga.post(f"{PATH}/team", json={**grace, "id": str(uuid4())})
    assert problem(other_id) == (409, "already_on_team")


async def test_racing_invitations_of_one_address_add_one_member(olga: Phone, event):
    bodies = [{"id": str(uuid4()), "email": "grace@example.org", "role": "door"} for _ in range(6)]
    answers = await asyncio.gather(*(olga.post(f"{PATH}/team", json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5


async def test_the_team_is_paged_by_address(olga: Phone, event):
    for name in ("zoe", "bob"):
        await olga.post(
            f"{PATH}/team", json={"id": str(uuid4()), "email": f"{name}@example.org", "role": "door"}
        )
    first = (await olga.get(f"{PATH}/team?limit=2")).json()
    rest = (await olga.get(f"{PATH}/team?limit=2&cursor={first['next_cursor']}")).json()

    assert [m["email"] for m in first["items"]] == ["bob@example.org", "olga@example.org"]
    assert ([m["email"] for m in rest["items"]], rest["next_cursor"]) == (["zoe@example.org"], None)


async def test_a_role_is_changed_by_its_version(olga: Phone, grace: Phone, event):
    path = f"{PATH}/team/{await join(olga, grace, 'door')}"
    assert problem(await olga.ask("PATCH", path, json={"role": "manager"})) == (428, "version_required")
    changed = await olga.edit(path, {"role": "analyst"})
    same = await olga.edit(path, {"role": None})

    assert (changed.json()["role"], changed.headers["etag"]) == ("analyst", '"2"')
    assert same.json() == changed.json()
    stale = await olga.ask("PATCH", path, json={"role": "door"}, headers={"if-match": '"1"'})
    assert problem(stale) == (412, "version_stale")
    assert (await grace.get(PATH)).json()["my_role"] == "analyst"


async def test_the_last_owner_can_neither_leave_nor_be_demoted(olga: Phone, event):
    own = f"{PATH}/team/{(await olga.get(f'{PATH}/team')).json()['items'][0]['id']}"
    await olga.post(f"{PATH}/team", json={"id": str(uuid4()), "email": "typo@example.org", "role": "owner"})

    assert problem(await olga.delete(own)) == (409, "last_owner")  # nobody may ever prove the other address
    assert problem(await olga.edit(own, {"role": "manager"})) == (409, "last_owner")
    assert (await olga.get(PATH)).json()["my_role"] == "owner"


async def test_an_owner_hands_over_to_somebody_who_has_come(olga: Phone, grace: Phone, event):
    own = f"{PATH}/team/{(await olga.get(f'{PATH}/team')).json()['items'][0]['id']}"
    await join(olga, grace, "owner")
    await grace.get(f"{PATH}/team")

    assert (await olga.delete(own)).status_code == 204
    assert problem(await olga.get(PATH)) == (404, "event_not_found")
    assert problem(await grace.delete(own)) == (404, "member_not_found")


async def test_of_two_owners_who_remove_each_other_one_stays(olga: Phone, grace: Phone, event):
    olgas = (await olga.get(f"{PATH}/team")).json()["items"][0]["id"]
    graces = await join(olga, grace, "owner")
    await grace.get(f"{PATH}/team")

    answers = await asyncio.gather(olga.delete(f"{PATH}/team/{graces}"), grace.delete(f"{PATH}/team/{olgas}"))

    assert sorted(answer.status_code for answer in answers) == [204, 404]
    winner = olga if answers[0].status_code == 204 else grace
    assert [member["email"] for member in (await winner.get(f"{PATH}/team")).json()["items"]] == [
        winner.email
    ]


async def test_everybody_may_leave_and_only_owners_remove_others(
    olga: Phone, ada: Phone, grace: Phone, event
):
    adas, graces = await join(olga, ada, "manager"), await join(olga, grace, "analyst")

    assert problem(await ada.delete(f"{PATH}/team/{graces}")) == (403, "role_required")
    assert (await grace.delete(f"{PATH}/team/{graces}")).status_code == 204
    assert problem(await grace.get(f"{PATH}/team")) == (404, "event_not_found")
    assert (await olga.delete(f"{PATH}/team/{adas}")).status_code == 204
    assert problem(await olga.delete(f"{PATH}/team/{adas}")) == (404, "member_not_found")


async def test_a_member_of_another_event_is_not_there(client, outbox, olga: Phone, ada: Phone, event):
    other = {**event, "id": str(uuid4())}
    body = {name: other[name] for name in ("id", "name", "venue", "zone", "starts_at", "ends_at")}
    await olga.post("/v1/events", json=body)
    member_id = await join(olga, ada, "door", path=f"/v1/events/{other['id']}")

    assert problem(await olga.delete(f"{PATH}/team/{member_id}")) == (404, "member_not_found")
    assert problem(await olga.edit(f"{PATH}/team/{member_id}", {"role": "owner"})) == (
        404,
        "member_not_found",
    )


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"id": "1"}, "/id", "uuid_parsing"),
        ({"email": "grace"}, "/email", "email_invalid"),
        ({"role": "queen"}, "/role", "literal_error"),
        ({"account_id": "1"}, "/account_id", "extra_forbidden"),
    ],
)
async def test_a_wrong_field_is_named_and_adds_nobody(olga: Phone, event, change, pointer, code):
    grace = {"id": str(uuid4()), "email": "grace@example.org", "role": "door", **change}
    answer = await olga.post(f"{PATH}/team", json=grace)
    assert (problem(answer), faults(answer)) == ((400, "invalid_request"), [(pointer, code)])
    assert len((await olga.get(f"{PATH}/team")).json()["items"]) == 1


async def test_a_removed_member_can_be_invited_again(client, outbox, olga: Phone, event):
    grace = await sign_in(client, outbox, "grace@example.org")
    member_id = await join(olga, grace, "door")
    await olga.delete(f"{PATH}/team/{member_id}")
    await join(olga, grace, "manager")
    assert (await grace.get(f"{PATH}/team")).status_code == 200


async def test_whoever_is_invited_hears_of_it_by_mail_once(olga: Phone, event, outbox):
    grace = {"id": str(uuid4()), "email": "grace@example.org", "role": "door"}
    for _ in range(2):
        await olga.post(f"{PATH}/team", json=grace)
    (mail,) = await outbox.new_mails()
    assert (mail["To"], mail["Subject"]) == ("grace@example.org", "You are invited to the team of PyCon")
    assert "At the door you let people in and out" in mail.get_content()


async def test_whoever_is_removed_before_the_mail_leaves_gets_none(olga: Phone, event, outbox):
    grace = {"id": str(uuid4()), "email": "grace@example.org", "role": "door"}
    await olga.post(f"{PATH}/team", json=grace)
    await olga.delete(f"{PATH}/team/{grace['id']}")
    assert await outbox.new_mails() == []


async def test_an_event_does_not_mail_half_the_world(olga: Phone, event, monkeypatch):
    monkeypatch.setattr(team, "INVITATIONS", replace(team.INVITATIONS, most=1))
    bodies = [{"id": str(uuid4()), "email": f"{n}x@example.org", "role": "door"} for n in range(2)]
    answers = [await olga.post(f"{PATH}/team", json=body) for body in bodies]
    assert [answer.status_code for answer in answers] == [201, 429]
