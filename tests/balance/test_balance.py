"""What people log, what was held, and that it is nobody else's."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.interviews.people import at_once, book_talk, code, connect, sign_in_again, wire
from tests.phones import Phone

NONE = {
    "talk_minutes": 0,
    "activity_minutes": 0,
    "application_minutes": 0,
    "relationship_share": None,
    "standing": "nothing",
}


def activity(kind: str, at: datetime, minutes: int = 15, **more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "kind": kind, "at": wire(at), "minutes": minutes, **more}


async def log(phone: Phone, body: dict[str, Any]) -> dict[str, Any]:
    answer = await phone.post("/v1/me/activities", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def balance(phone: Phone, weeks: int = 2) -> dict[str, Any]:
    answer = await phone.get("/v1/me/balance", params={"weeks": weeks})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_is_logged_stands_beside_the_band_by_week(ada: Phone, grace: Phone, clock, database):
    await connect(database, ada, grace, now=clock.now)
    await ada.edit("/v1/me/profile", {"zone": "Europe/Paris"})
    await log(ada, activity("resource_sent", clock.now, 15, with_person_id=grace.person_id, note="Pricing"))
    await log(ada, activity("conversation", clock.now - timedelta(days=1), 65))
    await log(ada, activity("application", clock.now - timedelta(hours=1), 20))
    await log(ada, activity("application", clock.now - timedelta(days=7), 45))
    await log(ada, activity("event", clock.now - timedelta(days=14), 600))

    assert await balance(ada) == {
        "zone": "Europe/Paris",
        "band_from": 0.8,
        "band_to": 0.9,
        "minutes": {
            "talk_minutes": 0,
            "activity_minutes": 80,
            "application_minutes": 65,
            "relationship_share": 80 / 145,
            "standing": "below",
        },
        "weeks": [
            {
                "week": "2026-W23",
                "starts_on": "2026-06-01",
                "minutes": {
                    "talk_minutes": 0,
                    "activity_minutes": 80,
                    "application_minutes": 20,
                    "relationship_share": 0.8,
                    "standing": "within",
                },
            },
            {
                "week": "2026-W22",
                "starts_on": "2026-05-25",
                "minutes": {
                    **NONE, "application_minutes": 45, "relationship_share": 0.0, "standing": "below",
                },
            },
        ],
    }  # fmt: skip
    assert (await balance(grace))["minutes"] == NONE
    assert (await grace.get("/v1/me/activities")).json()["items"] == []


async def test_a_late_word_about_a_talk_changes_its_week(ada: Phone, grace: Phone, clock, database):
    await connect(database, ada, grace, now=clock.now)
    talk = await book_talk(ada, grace, clock.now + timedelta(days=1))
    clock.tick(days=8)
    ada, grace = await sign_in_again(ada), await sign_in_again(grace)

    async def talked(phone: Phone) -> list[int]:
        return [week["minutes"]["talk_minutes"] for week in (await balance(phone))["weeks"]]

    assert await talked(ada) == [0, 0]
    await ada.put(f"/v1/interviews/{talk['id']}/outcome", json={"outcome": "held"})
    assert (await talked(ada), await talked(grace)) == ([0, 20], [0, 0])
    clock.tick(days=7)
    ada, grace = await sign_in_again(ada), await sign_in_again(grace)
    assert [week["minutes"]["talk_minutes"] for week in (await balance(grace, weeks=3))["weeks"]] == [
        0,
        0,
        20,
    ]
    await ada.put(f"/v1/interviews/{talk['id']}/outcome", json={"outcome": "not_held"})
    assert [week["minutes"]["talk_minutes"] for week in (await balance(ada, weeks=3))["weeks"]] == [0, 0, 0]


async def test_logging_again_changes_nothing_and_ids_are_ones_own(ada: Phone, grace: Phone, clock):
    body = activity("message", clock.now)
    answers = await at_once(*(ada.post("/v1/me/activities", json=body) for _ in range(6)))
    assert sorted(one.status_code for one in answers) == [200] * 5 + [201]
    other = await ada.post("/v1/me/activities", json={**body, "minutes": 16})
    theirs = await grace.post("/v1/me/activities", json={**body, "minutes": 99})

    assert code(other) == (409, "id_reused")
    assert theirs.status_code == 201
    assert (await balance(ada))["minutes"]["activity_minutes"] == 15
    kept = {**body, "with_person_id": None, "note": ""}
    assert (await ada.get("/v1/me/activities")).json() == {"items": [kept], "next_cursor": None}


async def test_what_is_taken_back_counts_no_longer(ada: Phone, grace: Phone, clock):
    kept = await log(ada, activity("application", clock.now))
    path = f"/v1/me/activities/{kept['id']}"
    assert code(await grace.delete(path)) == (404, "activity_not_found")
    assert (await ada.delete(path)).status_code == 204
    assert code(await ada.delete(path)) == (404, "activity_not_found")
    assert (await balance(ada))["minutes"] == NONE


async def test_the_list_comes_in_pages_the_newest_first(ada: Phone, clock):
    logged = [await log(ada, activity("message", clock.now - timedelta(days=n))) for n in (2, 0, 1)]
    first = (await ada.get("/v1/me/activities", params={"limit": 2})).json()
    second = (await ada.get("/v1/me/activities", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert first["items"] + second["items"] == [logged[1], logged[2], logged[0]]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("changes", "pointer", "fault"),
    [
        ({"minutes": 0}, "/minutes", "greater_than_equal"),
        ({"minutes": 1441}, "/minutes", "less_than_equal"),
        ({"minutes": True}, "/minutes", "int_type"),
        ({"kind": "gossip"}, "/kind", "enum"),
        ({"at": "2026-06-04T09:00:01Z"}, "/at", "activity_in_future"),
        ({"at": "2025-06-02T09:00:00Z"}, "/at", "activity_too_old"),
        ({"note": "x" * 501}, "/note", "string_too_long"),
        (
            {"kind": "application", "with_person_id": str(uuid4())},
            "/with_person_id",
            "application_with_person",
        ),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_its_field(ada: Phone, clock, changes, pointer, fault):
    answer = await ada.post("/v1/me/activities", json={**activity("message", clock.now), **changes})
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, fault)]


async def test_only_with_whom_one_met_something_is_logged(ada: Phone, grace: Phone, clock):
    body = activity("message", clock.now, with_person_id=grace.person_id)
    assert code(await ada.post("/v1/me/activities", json=body)) == (404, "connection_not_found")
