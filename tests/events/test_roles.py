"""Who may do what: a stranger finds nothing, too low a role is told so."""

from uuid import uuid4

import pytest

from server.events.access import RANKS
from tests.events.facts import PATH, join, problem
from tests.phones import Phone, sign_in

# The lowest role that may, and what it asks. Analysts stand beside the others: they see aggregates only.
OPERATIONS = {
    "update_event": ("manager", "PATCH", "", {"json": {"venue": "Elsewhere"}, "headers": {"if-match": "*"}}),
    "cancel_event": ("owner", "POST", "/cancel", {}),
    "add_team_member": ("owner", "POST", "/team", {"json": {"email": "eve@example.org", "role": "door"}}),
    "update_team_member": ("owner", "PATCH", "/team/{id}", {"json": {}, "headers": {"if-match": "*"}}),
    "import_attendees": (
        "manager",
        "POST",
        "/attendees/import",
        {"content": b"Name,Email\nAda,a@example.org\n", "headers": {"content-type": "text/csv"}},
    ),
    "list_attendees": ("door", "GET", "/attendees", {}),
    "add_attendee": ("supervisor", "POST", "/attendees", {"json": {"name": "Walk-in"}}),
    "update_attendee": (
        "supervisor",
        "PATCH",
        "/attendees/{id}",
        {"json": {"role": ""}, "headers": {"if-match": "*"}},
    ),
    "cancel_attendee": ("supervisor", "POST", "/attendees/{id}/cancel", {}),
}
NOT_THERE = {"member_not_found", "attendee_not_found"}


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_too_low_a_role_is_told_so(client, outbox, olga: Phone, event, operation):
    lowest, method, path, request = OPERATIONS[operation]

    def asked() -> dict:
        fresh = str(uuid4())
        body = {"json": {"id": fresh, **request["json"]}} if method == "POST" and "json" in request else {}
        return {**request, **body}

    answers = {}
    stranger = await sign_in(client, outbox, "stranger@example.org")
    assert problem(await stranger.ask(method, PATH + path.format(id=uuid4()), **asked())) == (
        404,
        "event_not_found",
    )
    for role in reversed(RANKS):
        phone = await sign_in(client, outbox, f"{role}@example.org")
        await join(olga, phone, role)
        answer = await phone.ask(method, PATH + path.format(id=uuid4()), **asked())
        allowed = answer.is_success or answer.json()["code"] in NOT_THERE | {"already_on_team"}
        answers[role] = "allowed" if allowed else answer.json()["code"]

    ladder = [role for role in RANKS if role != "analyst"]
    expected = {
        role: "allowed" if role in ladder[: ladder.index(lowest) + 1] else "role_required" for role in RANKS
    }
    assert answers == expected


@pytest.mark.parametrize("role", RANKS)
async def test_everybody_in_the_team_sees_the_event_and_the_team(client, outbox, olga: Phone, event, role):
    phone = await sign_in(client, outbox, f"{role}@example.org")
    await join(olga, phone, role)
    assert (await phone.get(PATH)).json()["my_role"] == role
    assert (await phone.get(f"{PATH}/team")).status_code == 200


@pytest.mark.parametrize("operation", ["", "/team", "/attendees", "/attendance", "/people"])
async def test_nobody_sees_anything_without_signing_in(client, event, operation):
    assert problem(await client.get(PATH + operation)) == (401, "sign_in_required")


async def test_of_two_roles_of_one_person_the_higher_counts(client, outbox, olga: Phone, event, ada: Phone):
    await join(olga, ada, "door")
    asked = await ada.post("/v1/me/emails", json={"email": "ada@work.example.org"})
    code = await outbox.code_for("ada@work.example.org")
    await ada.post("/v1/me/emails/confirm", json={"request_id": asked.json()["request_id"], "code": code})
    body = {"id": str(uuid4()), "email": "ada@work.example.org", "role": "manager"}
    await olga.post(f"{PATH}/team", json=body)

    assert (await ada.get(PATH)).json()["my_role"] == "manager"
    assert (await ada.edit(PATH, {"venue": "Elsewhere"})).status_code == 200
