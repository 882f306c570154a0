"""Saying who I am, what I look for and what I give."""

import pytest

from tests.phones import Phone

EMPTY = {
    "name": "",
    "pronouns": "",
    "headline": "",
    "role": "",
    "organisation": "",
    "industry": "",
    "skills": [],
    "links": [],
    "zone": "Etc/UTC",
    "languages": [],
    "photo": None,
    "version": 1,
}


async def test_a_new_profile_is_empty_and_is_edited_field_by_field(ada: Phone, clock):
    assert (await ada.get("/v1/me/profile")).json() == {"person_id": ada.person_id, **EMPTY}

    edited = await ada.edit(
        "/v1/me/profile", {"name": "Ada Lovelace", "skills": ["Mathematics"], "zone": "Europe/London"}
    )

    expected = {
        **EMPTY,
        "name": "Ada Lovelace",
        "skills": ["Mathematics"],
        "zone": "Europe/London",
        "version": 2,
    }
    assert edited.json() == {"person_id": ada.person_id, **expected}
    assert edited.headers["etag"] == '"2"'


async def test_null_keeps_and_empty_clears(ada: Phone, clock):
    await ada.edit("/v1/me/profile", {"name": "Ada", "skills": ["Mathematics"], "headline": "Analyst"})
    edited = (await ada.edit("/v1/me/profile", {"name": None, "skills": [], "headline": ""})).json()
    assert (edited["name"], edited["skills"], edited["headline"]) == ("Ada", [], "")


async def test_an_edit_names_the_version_it_edits(ada: Phone, clock):
    await ada.edit("/v1/me/profile", {"name": "Ada"})

    missing = await ada.ask("PATCH", "/v1/me/profile", json={"name": "Eve"})
    stale = await ada.ask("PATCH", "/v1/me/profile", json={"name": "Eve"}, headers={"if-match": '"1"'})
    fresh = await ada.ask("PATCH", "/v1/me/profile", json={"name": "Ada L."}, headers={"if-match": '"2"'})

    assert (missing.status_code, missing.json()["code"]) == (428, "version_required")
    assert (stale.status_code, stale.json()["code"]) == (412, "version_stale")
    assert fresh.json()["name"] == "Ada L."


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"zone": "Europe/Nowhere"}, "/zone", "zone_unknown"),
        ({"name": "a\x00b"}, "/name", "control_characters"),
        ({"name": "x" * 121}, "/name", "string_too_long"),
        ({"nickname": "Countess"}, "/nickname", "extra_forbidden"),
        ({"skills": [""]}, "/skills/0", "string_too_short"),
        ({"skills": "Mathematics"}, "/skills", "list_type"),
        ({"links": ["javascript:alert(1)"]}, "/links/0", "link_invalid"),
        ({"languages": ["english please"]}, "/languages/0", "string_pattern_mismatch"),
    ],
)
async def test_a_wrong_field_is_named_and_changes_nothing(ada: Phone, clock, body, pointer, code):
    answer = await ada.edit("/v1/me/profile", {"name": "Eve", **body})

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "invalid_request")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]
    assert (await ada.get("/v1/me/profile")).json()["name"] == ""


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"name": "\\ud800"}', b"\xff\xfe", b'"text"', b"null"])
async def test_a_body_that_is_not_the_expected_json_is_a_problem(ada: Phone, clock, raw):
    answer = await ada.ask(
        "PATCH", "/v1/me/profile", content=raw, headers={"if-match": "*", "content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


async def test_goals_are_edited_and_a_situation_is_cleared(ada: Phone, clock):
    await ada.edit(
        "/v1/me/goals", {"situation": "searching", "asks": ["Pricing advice"], "talks_per_week": 3}
    )
    cleared = (await ada.edit("/v1/me/goals", {"situation": ""})).json()
    assert cleared == {
        "situation": None,
        "target_roles": [],
        "target_industries": [],
        "target_skills": [],
        "asks": ["Pricing advice"],
        "offers": [],
        "open_to_talk": False,
        "talk_topics": [],
        "talk_minutes": 20,
        "talks_paused": False,
        "talk_medium": "phone",
        "talk_resource": "",
        "talks_per_week": 3,
        "version": 3,
    }


async def test_two_cards_one_for_people_met_and_one_for_exhibitors(ada: Phone, clock):
    cards = (await ada.get("/v1/me/cards")).json()["items"]
    assert [card["kind"] for card in cards] == ["met", "exhibitors"]

    edited = await ada.edit(
        "/v1/me/cards/met", {"fields": ["email", "phone", "email"], "phone": "+44 20 7946 0000"}
    )
    assert edited.json() == {
        "kind": "met", "fields": ["email", "phone"], "email": "", "phone": "+44 20 7946 0000", "version": 2,
    }  # fmt: skip
    assert (await ada.edit("/v1/me/cards/paper", {"fields": []})).json()["code"] == "invalid_request"


async def test_nothing_was_released_before_anybody_was_met(ada: Phone, clock):
    assert (await ada.get("/v1/me/releases")).json() == {"items": [], "next_cursor": None}
    gone = await ada.delete("/v1/me/releases/01981d4e-3c00-7000-8000-0000000000a1")
    assert (gone.status_code, gone.json()["code"]) == (404, "release_not_found")
    for cursor in ["x", "bnVsbA", "WyJhIl0", "%00", "A" * 600]:
        answer = await ada.get(f"/v1/me/releases?cursor={cursor}")
        assert (answer.status_code, answer.json()["code"] in {"cursor_invalid", "invalid_request"}) == (
            400,
            True,
        )
