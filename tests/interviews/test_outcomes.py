"""What became of a talk: each side says it for itself, and nobody learns of a denial."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.interviews.outcomes import Said, Together, together, was_held
from tests.builders import make_event
from tests.interviews.people import (
    NOTHING_SAID,
    answer_talk,
    ask_for_talk,
    book_talk,
    code,
    connect,
    hours,
    sign_in_again,
    sign_in_many,
    wire,
)
from tests.phones import Phone

NOW = datetime.fromisoformat("2026-06-30T12:00:00+00:00")
WORDS = st.none() | st.builds(
    Said, held=st.booleans(), since=st.integers(0, 20).map(lambda days: NOW - timedelta(days=days))
)


@pytest.mark.parametrize(
    ("one", "other", "held"),
    [
        (None, None, False),
        ((True, 1), None, False),
        ((True, 7), None, True),
        ((True, 1), (True, 0), True),
        ((True, 20), (False, 14), False),  # denied after six days
        ((True, 20), (False, 13), True),  # too late
        ((True, 3), (False, 9), False),  # denied before
        ((False, 20), None, False),
        ((False, 20), (False, 1), False),
    ],
)
def test_a_talk_was_held_if_one_says_so_and_the_other_does_not_deny_it_in_time(one, other, held):
    sides = [side and Said(side[0], NOW - timedelta(days=side[1])) for side in (one, other)]
    assert was_held(*sides, now=NOW) is held
    assert was_held(*reversed(sides), now=NOW) is held


@given(mine=WORDS, theirs=WORDS)
def test_nobody_can_tell_a_denial_from_silence(mine, theirs):
    told = together(mine, theirs, now=NOW)
    if theirs is None or not theirs.held:
        assert told is together(mine, None, now=NOW)
    if mine is not None:
        assert told is (Together.HELD if mine.held else Together.NOT_HELD)


async def say(phone: Phone, talk: dict[str, Any], outcome: str, **more: Any):
    return await phone.put(f"/v1/interviews/{talk['id']}/outcome", json={"outcome": outcome, **more})


async def outcome_of(phone: Phone, talk: dict[str, Any]) -> dict[str, Any]:
    return (await phone.get(f"/v1/interviews/{talk['id']}")).json()["outcome"]


@pytest.fixture
async def talk(database, ada, grace, clock):
    """Booked for five minutes from now; sessions last for ten."""
    event = await make_event(database, now=clock())
    await connect(database, ada, grace, now=clock(), first_event_id=event.id)
    for phone in (ada, grace):
        week = [
            {"weekday": day, "start": "00:00", "end": "00:00"} for day in ("thursday", "friday", "saturday")
        ]
        await phone.edit("/v1/me/availability", {"windows": week, "notice_hours": 0})
    return await book_talk(ada, grace, clock() + timedelta(minutes=5))


async def test_each_says_what_became_of_it_and_keeps_it_private(ada, grace, talk, clock):
    early = await say(ada, talk, "held")
    assert code(early) == (409, "not_started")
    clock.tick(minutes=6)

    said = await say(ada, talk, "held", debrief="Ask Katherine about linkers.")
    mine = {
        "mine": "held",
        "debrief": "Ask Katherine about linkers.",
        "recorded_at": "2026-06-04T09:06:00Z",
        "together": "held",
    }
    assert (said.status_code, said.json()["outcome"]) == (200, mine)
    assert await outcome_of(grace, talk) == NOTHING_SAID

    clock.tick(minutes=1)
    assert (await say(ada, talk, "held")).json()[
        "outcome"
    ] == mine  # repeated: nothing moves, the debrief stays
    theirs = (await say(grace, talk, "they_missed_it", debrief="I waited.")).json()["outcome"]
    assert theirs == {
        "mine": "they_missed_it",
        "debrief": "I waited.",
        "recorded_at": "2026-06-04T09:07:00Z",
        "together": "not_held",
    }
    assert await outcome_of(ada, talk) == mine  # disagreement stays private
    changed = (await say(ada, talk, "moved_elsewhere", debrief="")).json()["outcome"]
    assert changed == {
        "mine": "moved_elsewhere",
        "debrief": "",
        "recorded_at": "2026-06-04T09:07:00Z",
        "together": "not_held",
    }


async def test_a_claim_that_stood_for_a_week_is_told_to_who_said_nothing(ada, grace, talk, clock):
    clock.tick(minutes=6)
    await say(ada, talk, "held", debrief="Ask Katherine about linkers.")

    clock.tick(days=6)
    grace = await sign_in_again(grace)
    assert await outcome_of(grace, talk) == NOTHING_SAID
    clock.tick(days=1)
    grace = await sign_in_again(grace)
    assert await outcome_of(grace, talk) == {**NOTHING_SAID, "together": "held"}


async def test_of_a_talk_that_was_moved_since_nothing_is_said_but_the_debrief_stays(ada, grace, talk, clock):
    clock.tick(minutes=6)
    await say(ada, talk, "they_missed_it", debrief="I waited.")
    later = [wire(clock() + timedelta(minutes=30))]
    moving = (await answer_talk(grace, talk, "reschedule", slots=later)).json()
    assert (await answer_talk(ada, moving, "accept")).status_code == 200

    assert await outcome_of(ada, talk) == {**NOTHING_SAID, "debrief": "I waited."}
    assert code(await say(ada, talk, "held")) == (409, "not_started")
    clock.tick(minutes=31)
    ada = await sign_in_again(ada)
    assert (await say(ada, talk, "held")).json()["outcome"] == {
        "mine": "held",
        "debrief": "I waited.",
        "recorded_at": "2026-06-04T09:37:00Z",
        "together": "held",
    }


async def test_an_outcome_is_said_of_ones_own_booked_talk(
    client, database, settings, ada, grace, talk, clock
):
    [eve] = await sign_in_many(client, database, settings, ["eve"], now=clock())
    await connect(database, eve, grace, now=clock())
    waiting = await ask_for_talk(eve, grace, clock() + hours(30))
    clock.tick(minutes=6)

    assert code(await say(eve, talk, "held")) == (404, "interview_not_found")
    assert code(await say(eve, waiting, "held")) == (409, "not_scheduled")
    assert code(await say(ada, talk, "splendid")) == (400, "invalid_request")
    assert code(await say(ada, talk, "held", debrief="x" * 4001)) == (400, "invalid_request")
    await answer_talk(ada, talk, "cancel")
    assert code(await say(ada, talk, "held")) == (409, "not_scheduled")


async def test_my_other_phones_hear_of_my_outcome_and_the_others_hear_nothing(ada, grace, talk, clock):
    cursors = {phone.email: await cursor_of(phone) for phone in (ada, grace)}
    clock.tick(minutes=6)
    said = (await say(ada, talk, "they_missed_it", debrief="I waited.")).json()

    mine = (await ada.get("/v1/me/changes", params={"cursor": cursors[ada.email]})).json()
    assert mine["interviews"] == [said]
    theirs = (await grace.get("/v1/me/changes", params={"cursor": cursors[grace.email]})).json()
    assert (theirs["interviews"], theirs["removed"]) == ([], [])


async def cursor_of(phone: Phone) -> str:
    return (await phone.get("/v1/me/changes")).json()["next_cursor"]
