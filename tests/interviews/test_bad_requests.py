"""Requests and answers that cannot be meant: the field is named, and nothing changes."""

from datetime import timedelta

import pytest

from tests.interviews.people import answer_talk, ask_for_talk, code, connect, hours, request_to, wire
from tests.phones import Phone


@pytest.fixture
async def slot(database, ada: Phone, grace: Phone, clock):
    """A time tomorrow; Ada and Grace have met."""
    await connect(database, ada, grace, now=clock())
    return clock() + hours(24)


NEVER_MEANT = [
    ({"id": "1"}, [("/id", "uuid_parsing")]),
    ({"host_id": None}, [("/host_id", "uuid_type")]),
    ({"event_id": "PyCon"}, [("/event_id", "uuid_parsing")]),
    ({"purpose": "flirt"}, [("/purpose", "enum")]),
    ({"ask": " " * 50}, [("/ask", "string_too_short")]),
    ({"ask": "\u00a0\u2003" * 50}, [("/ask", "string_too_short")]),
    ({"ask": "\u200b" * 50}, [("/ask", "nothing_said")]),
    ({"ask": "Hi there!"}, [("/ask", "string_too_short")]),
    ({"ask": "x" * 601}, [("/ask", "string_too_long")]),
    ({"ask": "x" * 10_000}, [("/ask", "string_too_long")]),
    ({"ask": "What is it like \x00 there?"}, [("/ask", "control_characters")]),
    ({"offer": "x" * 301}, [("/offer", "string_too_long")]),
    ({"minutes": 25}, [("/minutes", "literal_error")]),
    ({"minutes": "20"}, [("/minutes", "literal_error")]),
    ({"medium": "fax"}, [("/medium", "literal_error")]),
    ({"slots": []}, [("/slots", "too_short")]),
    ({"slots": ["2026-06-05T09:00:00Z"] * 6}, [("/slots", "too_long")]),
    ({"slots": ["2026-02-30T09:00:00Z"]}, [("/slots/0", "datetime_from_date_parsing")]),
    ({"slots": ["2026-06-05T09:00:00"]}, [("/slots/0", "timezone_aware")]),
    ({"slots": ["tomorrow"]}, [("/slots/0", "time_invalid")]),
    ({"slots": [1780650000]}, [("/slots/0", "time_invalid")]),
    ({"slots": ["1780650000"]}, [("/slots/0", "time_invalid")]),
    ({"slots": ["9999-12-31T23:59:59Z"]}, [("/slots/0", "time_out_of_range")]),
    ({"slots": ["2026-06-05T09:00:00Z"] * 5}, [(f"/slots/{n}", "slot_repeated") for n in range(1, 5)]),
    ({"slots": ["2026-06-04T09:00:00Z"]}, [("/slots/0", "slot_past")]),
    ({"slots": ["2027-06-04T09:00:00Z"]}, [("/slots/0", "slot_too_far")]),
    ({"slots": ["2026-06-05T09:00:30Z"]}, [("/slots/0", "slot_not_whole_minute")]),
    (
        {"slots": [f"2026-06-05T{at}" for at in ("09:00:00Z", "09:20:00Z", "10:01:00+02:00", "11:05:00+02:00")]},
        [("/slots/3", "slots_overlap")],
    ),
    ({"place": "Here"}, [("/place", "extra_forbidden")]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "faults"), NEVER_MEANT)
async def test_a_request_that_cannot_be_meant_is_refused_by_field(ada, grace, slot, body, faults):
    answer = await ada.post("/v1/interviews", json={**request_to(grace, slot), **body})
    assert code(answer) == (400, "invalid_request")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == faults
    assert (await ada.get("/v1/interviews")).json()["items"] == []


@pytest.mark.parametrize(
    ("verb", "body", "pointer", "fault"),
    [
        ("accept", {}, "/proposal", "missing"),
        ("accept", {"proposal": 0}, "/proposal", "greater_than_equal"),
        ("accept", {"proposal": 1, "starts_at": "2026-02-30T09:00:00Z"}, "/starts_at", "datetime_from_date_parsing"),
        ("accept", {"proposal": 1, "place": "here\nthere"}, "/place", "control_characters"),
        ("accept", {"proposal": 1, "place": "x" * 301}, "/place", "string_too_long"),
        ("counter", {"proposal": 1}, "/slots", "missing"),
        ("counter", {"proposal": 1, "slots": ["2026-06-04T08:00:00Z"]}, "/slots/0", "slot_past"),
        ("counter", {"proposal": 1, "slots": [], "reply": ""}, "/slots", "too_short"),
        ("decline", {"proposal": 1, "reply": "x" * 601}, "/reply", "string_too_long"),
        ("withdraw", {"proposal": "one"}, "/proposal", "int_type"),
        ("cancel", {"reason": "x"}, "/reason", "extra_forbidden"),
        ("reschedule", {"proposal": 1, "slots": ["x"]}, "/slots/0", "time_invalid"),
    ],
)  # fmt: skip
async def test_an_answer_that_cannot_be_meant_is_refused_by_field(
    ada, grace, slot, verb, body, pointer, fault
):
    talk = await ask_for_talk(ada, grace, slot)
    answer = await grace.post(f"/v1/interviews/{talk['id']}/{verb}", json=body)
    assert code(answer) == (400, "invalid_request")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, fault)]
    assert (await ada.get(f"/v1/interviews/{talk['id']}")).json() == talk


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b'{"proposal": 1e400}', b"\xff", b'{"proposal": 1']
)
async def test_a_body_that_is_not_json_is_a_problem(ada, grace, slot, raw):
    talk = await ask_for_talk(ada, grace, slot)
    for path in ("/v1/interviews", f"/v1/interviews/{talk['id']}/accept"):
        answer = await grace.post(path, content=raw, headers={"content-type": "application/json"})
        assert code(answer) == (400, "invalid_request")


async def test_a_huge_proposal_number_is_just_another_number(ada, grace, slot):
    talk = await ask_for_talk(ada, grace, slot)
    answer = await answer_talk(grace, talk, "accept", proposal=2**70)
    assert code(answer) == (409, "proposal_changed")


async def test_times_that_passed_while_waiting_are_not_booked(ada, grace, slot, clock):
    talk = await ask_for_talk(ada, grace, clock() + timedelta(minutes=5))
    clock.tick(minutes=5)
    named = await answer_talk(grace, talk, "accept", starts_at=wire(clock()))
    assert code(named) == (409, "slot_taken")
    assert code(await answer_talk(grace, talk, "accept")) == (409, "no_slot_left")
