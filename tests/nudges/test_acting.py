"""Acting on a nudge: one call does it, by the action of the feature it is about, and it is done everywhere."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from server.database import Database
from server.nudges.jobs import write_due_nudges
from tests.interviews.people import answer_talk, ask_for_talk, book_talk, code, hours, wire
from tests.phones import Phone
from tests.suggestions.gathering import make_gathering, still_signed_in

DAY = timedelta(days=1)


@pytest.fixture
async def met(database: Database, ada: Phone, grace: Phone, clock):
    """Ada and Grace have met, and said who they are."""
    party = await make_gathering(database, now=clock())
    await party.come(ada, grace, now=clock())
    await party.meet(UUID(ada.person_id), UUID(grace.person_id))
    await ada.edit("/v1/me/profile", {"name": "Ada", "zone": "Europe/London"})
    await grace.edit("/v1/me/profile", {"name": "Grace", "zone": "Europe/London"})


async def nudges_at(database: Database, phone: Phone, clock, moment) -> list[dict]:
    """What a phone lists after a round at that moment."""
    clock.now = moment
    await write_due_nudges(database, now=moment)
    return (await (await still_signed_in(phone)).get("/v1/nudges")).json()["items"]


async def act(phone: Phone, nudge: dict, outcome: str, **said) -> tuple[int, str]:
    return code(await phone.post(f"/v1/nudges/{nudge['id']}/act", json={"outcome": outcome, **said}))


async def test_a_host_accepts_from_the_reminder_and_it_is_gone_from_every_device(
    database, met, ada, grace, clock
):
    talk = await ask_for_talk(ada, grace, clock() + 9 * DAY)
    synced = (await grace.get("/v1/me/changes")).json()["next_cursor"]
    assert await nudges_at(database, grace, clock, clock() + 3 * DAY - timedelta(minutes=1)) == []

    (nudge,) = await nudges_at(database, grace, clock, clock() + timedelta(minutes=1))
    assert nudge == {
        "id": nudge["id"],
        "kind": "request_waiting",
        "title": "Ada asked you for a talk",
        "reason": "They wait for your answer. It expires by itself on Sunday 14 June, 10:00.",
        "action": {
            "operation": "accept_interview", "text": "Answer the request", "event_id": None, "release_id": None,
            "interview_id": talk["id"], "proposal": 1, "introduction_id": None, "person_id": ada.person_id,
        },
        "outcomes": ["done", "dismissed", "snoozed", "person_stopped", "accepted", "declined"],
        "state": "open",
        "snoozed_until": None,
        "created_at": wire(clock()),
        "useful_until": wire(clock() + DAY),
    }  # fmt: skip
    other_device = (await grace.get(f"/v1/me/changes?cursor={synced}")).json()
    assert [one["id"] for one in other_device["nudges"]] == [nudge["id"]]

    for _ in range(2):
        assert await act(grace, nudge, "accepted") == (200, "done")
    assert (await grace.get(f"/v1/interviews/{talk['id']}")).json()["state"] == "scheduled"
    assert (await grace.get("/v1/nudges")).json()["items"] == []
    told = (await grace.get(f"/v1/me/changes?cursor={other_device['next_cursor']}")).json()["removed"]
    assert {"kind": "nudge", "id": nudge["id"], "event_id": None, "merged_into": None} in told


async def test_what_was_answered_elsewhere_is_gone_and_acting_on_it_says_how_it_stands(
    database, met, ada, grace, clock
):
    talk = await ask_for_talk(ada, grace, clock() + 9 * DAY)
    (nudge,) = await nudges_at(database, grace, clock, clock() + 3 * DAY)
    synced = (await grace.get("/v1/me/changes")).json()["next_cursor"]
    await answer_talk(grace, talk, "decline", reply="")

    assert (await grace.get("/v1/nudges")).json()["items"] == []
    assert await act(grace, nudge, "accepted") == (409, "no_longer_open")
    await write_due_nudges(database, now=clock())
    told = (await grace.get(f"/v1/me/changes?cursor={synced}")).json()["removed"]
    assert {"kind": "nudge", "id": nudge["id"], "event_id": None, "merged_into": None} in told


async def test_after_a_talk_the_asker_thanks_and_the_next_day_the_host_says_how_it_was(
    database, met, ada, grace, clock
):
    talk = await book_talk(ada, grace, clock() + DAY)
    over = clock() + DAY + hours(1)
    (thank,) = await nudges_at(database, ada, clock, over)
    assert (thank["kind"], thank["title"]) == ("thank", "Thank Grace for the talk")
    assert await act(ada, thank, "thanked") == (200, "done")
    assert (await ada.get(f"/v1/interviews/{talk['id']}")).json()["outcome"]["mine"] == "held"

    assert await nudges_at(database, ada, clock, over + DAY) == []
    (debrief,) = (await (await still_signed_in(grace)).get("/v1/nudges")).json()["items"]
    assert (debrief["kind"], debrief["title"]) == ("debrief", "How was the talk with Ada?")
    assert await act(grace, debrief, "held", text="Send her the paper.") == (200, "done")
    assert (await grace.get(f"/v1/interviews/{talk['id']}")).json()["outcome"][
        "debrief"
    ] == "Send her the paper."


async def test_on_an_event_day_one_note_is_asked_for_and_added_below_what_is_there(
    database, ada, grace, clock
):
    party = await make_gathering(database, now=clock())
    await party.come(ada, grace, now=clock())
    await party.meet(UUID(ada.person_id), UUID(grace.person_id))
    (nudge,) = await nudges_at(database, ada, clock, clock().replace(hour=10, minute=30))
    assert (nudge["kind"], nudge["title"]) == ("note", "What did you and Grace talk about?")

    assert await act(ada, nudge, "noted") == (400, "invalid_request")
    connection = f"/v1/connections/{grace.person_id}"
    await ada.edit(connection, {"note": "Compilers."})
    for _ in range(2):
        assert await act(ada, nudge, "noted", text="Wants to meet in Paris.") == (200, "done")
    assert (await ada.get(connection)).json()["note"] == "Compilers.\n\nWants to meet in Paris."
    assert await nudges_at(database, ada, clock, clock() + hours(2)) == []


async def test_saying_hello_begins_the_band_anew(database, met, ada, grace, clock):
    await ada.put(f"/v1/connections/{grace.person_id}/signal", json={"signal": "yes"})
    first = clock() + 30 * DAY
    (nudge,) = await nudges_at(database, ada, clock, first)
    assert (nudge["kind"], nudge["reason"]) == (
        "in_touch", "You last had to do with each other on 4 June. A line is enough.",
    )  # fmt: skip
    assert await act(ada, nudge, "contacted") == (200, "done")
    assert await nudges_at(database, ada, clock, first + 29 * DAY) == []
    assert [one["kind"] for one in await nudges_at(database, ada, clock, first + 30 * DAY)] == ["in_touch"]


async def test_it_is_put_off_until_a_time_when_it_is_of_use_and_comes_again_then(
    database, met, ada, grace, clock
):
    await ask_for_talk(ada, grace, clock() + 9 * DAY)
    asked = clock()
    (nudge,) = await nudges_at(database, grace, clock, asked + 8 * DAY)
    assert nudge["kind"] == "request_expiring"
    assert await act(grace, nudge, "snoozed") == (400, "invalid_request")
    for wrong in (asked + 11 * DAY, asked + 7 * DAY):
        assert await act(grace, nudge, "snoozed", until=wire(wrong)) == (409, "snooze_too_long")

    assert await act(grace, nudge, "snoozed", until=wire(asked + 9 * DAY)) == (200, "snoozed")
    assert await nudges_at(database, grace, clock, asked + 9 * DAY - hours(1)) == []
    (again,) = await nudges_at(database, grace, clock, asked + 9 * DAY)
    assert again == {**nudge, "id": again["id"], "created_at": again["created_at"]}


async def test_who_wants_no_more_about_somebody_gets_no_more_and_what_is_not_offered_is_refused(
    database, met, ada, grace, clock
):
    await ask_for_talk(ada, grace, clock() + 9 * DAY)
    asked = clock()
    (nudge,) = await nudges_at(database, grace, clock, asked + 3 * DAY)
    assert await act(grace, nudge, "thanked") == (409, "outcome_not_offered")

    assert await act(grace, nudge, "person_stopped") == (200, "dismissed")
    assert (await grace.get("/v1/me/nudge_preferences")).json()["stopped_people"] == [ada.person_id]
    for days in (7, 8, 9):
        assert await nudges_at(database, grace, clock, asked + days * DAY) == []


async def test_a_logged_call_begins_the_band_anew(database, met, ada, grace, clock):
    await ada.put(f"/v1/connections/{grace.person_id}/signal", json={"signal": "yes"})
    (nudge,) = await nudges_at(database, ada, clock, clock() + 30 * DAY)
    call = {"id": str(uuid4()), "kind": "conversation", "at": wire(clock()), "minutes": 15}
    answer = await ada.post("/v1/me/activities", json={**call, "with_person_id": grace.person_id})
    assert answer.status_code == 201, answer.text
    assert (await ada.get("/v1/nudges")).json()["items"] == []
    called = clock()
    assert await nudges_at(database, ada, clock, called + 29 * DAY) == []
    (again,) = await nudges_at(database, ada, clock, called + 30 * DAY)
    assert (again["kind"], again["id"] != nudge["id"]) == ("in_touch", True)
