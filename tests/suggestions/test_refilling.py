"""A place in a list that became free: who gets it, when, and what stays where it is."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from server.events.models import Attendance
from server.interviews.jobs import record_expired, settle_suggestions
from server.people.models import Block, Goals
from server.suggestions.jobs import end_suggestions, suggest_for_closed_events
from server.suggestions.models import Suggestion, SuggestionRun
from tests.interviews.people import answer_talk, ask_for_talk, code
from tests.phones import Phone
from tests.suggestions.gathering import (
    Gathering,
    add,
    change,
    close_and_suggest,
    make_gathering,
    names,
    still_signed_in,
    suggestions_of,
)


@pytest.fixture
async def full(party: Gathering, ada: Phone, clock) -> list[dict]:
    """Ada has met seven people, has five suggestions, Grace's the first, and has looked at them."""
    for number in range(6):
        guest = await party.guest(f"Guest {number}", now=clock())
        await party.meet(UUID(ada.person_id), guest, minutes=(20 + number,))
    await close_and_suggest(party, clock)
    listed = await suggestions_of(ada)
    assert (len(listed), listed[0]["person"]["name"]) == (5, "Grace")
    return listed


async def minutes_pass(party: Gathering, clock, **by: float) -> None:
    """The worker does what is due."""
    clock.tick(**(by or {"minutes": 2}))
    await record_expired(party.database, now=clock())
    await settle_suggestions(party.database, now=clock())
    await end_suggestions(party.database, now=clock())
    await suggest_for_closed_events(party.database, now=clock())


def places(listed: list[dict]) -> dict[int, str]:
    return {item["rank"]: item["person"]["person_id"] for item in listed}


async def test_a_dismissed_one_makes_room_and_the_others_stay(party: Gathering, ada: Phone, full, clock):
    gone = full[2]
    assert (await ada.post(f"/v1/suggestions/{gone['id']}/dismiss")).status_code == 200
    await minutes_pass(party, clock, seconds=30)
    assert len(await suggestions_of(ada)) == 4, "not under one's finger"

    await minutes_pass(party, clock)

    after = await suggestions_of(ada)
    assert [one for one in after if one["rank"] != 3] == [one for one in full if one is not gone]
    assert places(after)[3] not in places(full).values()
    await minutes_pass(party, clock)
    assert await suggestions_of(ada) == after


async def test_what_was_put_off_keeps_its_place(party: Gathering, ada: Phone, full, clock):
    until = (clock() + timedelta(days=2)).isoformat()
    assert (
        await ada.post(f"/v1/suggestions/{full[0]['id']}/snooze", json={"until": until})
    ).status_code == 200
    await party.meet(UUID(ada.person_id), await party.guest("Late", now=clock()), received=clock())
    await minutes_pass(party, clock)
    assert await suggestions_of(ada) == full[1:]
    clock.tick(days=2)
    assert [one["id"] for one in await suggestions_of(ada)] == [one["id"] for one in full]


async def test_what_was_looked_at_and_left_alone_ends_after_two_weeks(
    party: Gathering, ada: Phone, full, clock
):
    await minutes_pass(party, clock, days=13, hours=23)
    assert await suggestions_of(ada) == full
    await minutes_pass(party, clock, hours=2)
    await minutes_pass(party, clock)
    after = await suggestions_of(ada)
    assert {one["person"]["name"] for one in after}.isdisjoint({one["person"]["name"] for one in full})
    assert len(after) == 2, "she has met two more"
    late = await ada.post(f"/v1/suggestions/{full[0]['id']}/dismiss")
    assert (late.status_code, late.json()["code"]) == (404, "suggestion_not_found") or late.status_code == 409


async def ada_taps(party, ada, grace):
    await ada.put(f"/v1/connections/{grace.person_id}/signal", json={"signal": "not_now"})


async def grace_taps(party, ada, grace):
    await grace.put(f"/v1/connections/{ada.person_id}/signal", json={"signal": "never"})


async def grace_blocks(party, ada, grace):
    ids = {"blocker_id": UUID(grace.person_id), "blocked_id": UUID(ada.person_id)}
    await add(party.database, [Block(**ids, created_at=party.event.ends_at)])


async def ada_removes(party, ada, grace):
    await ada.delete(f"/v1/connections/{grace.person_id}")


async def grace_leaves(party, ada, grace):
    await change(
        party.database,
        update(Attendance).where(Attendance.person_id == UUID(grace.person_id)).values(status="cancelled"),
    )


@pytest.mark.parametrize("answer", [ada_taps, grace_taps, grace_blocks, ada_removes, grace_leaves])
async def test_whoever_is_hidden_for_good_makes_room(party: Gathering, ada, grace, full, clock, answer):
    await still_signed_in(grace)
    clock.tick(seconds=1)
    await answer(party, ada, grace)
    await minutes_pass(party, clock)
    await minutes_pass(party, clock)
    after = await names(ada)
    assert (len(after), "Grace" in after) == (5, False)
    assert await suggestions_of(ada) != full


async def test_whoever_paused_comes_back_to_the_place_they_had(party: Gathering, ada, grace, full, clock):
    hers = update(Attendance).where(Attendance.person_id == UUID(grace.person_id))
    await change(party.database, hers.values(paused=True))
    await minutes_pass(party, clock)
    assert await suggestions_of(ada) == full[1:]
    await change(party.database, hers.values(paused=False))
    assert await suggestions_of(ada) == full


async def test_whoever_was_asked_is_listed_no_more_and_keeps_the_place_while_the_talk_lives(
    party: Gathering, ada: Phone, grace: Phone, full, clock
):
    await still_signed_in(grace)
    assert await names(grace) == ["Ada"]
    talk = await ask_for_talk(ada, grace, clock() + timedelta(days=2))
    assert (await suggestions_of(ada), await names(grace)) == (full[1:], [])
    await minutes_pass(party, clock)
    assert await suggestions_of(ada) == full[1:]

    assert code(await answer_talk(grace, talk, "accept")) == (200, "scheduled")
    await minutes_pass(party, clock)
    assert await suggestions_of(ada) == full[1:]
    until = (clock() + timedelta(days=2)).isoformat()
    answer = await ada.post(f"/v1/suggestions/{full[0]['id']}/snooze", json={"until": until})
    assert code(answer) == (409, "suggestion_done")


async def declined(grace, ada, talk):
    await answer_talk(grace, talk, "decline")


async def withdrawn(grace, ada, talk):
    await answer_talk(ada, talk, "withdraw")


async def expired(grace, ada, talk):
    pass


@pytest.mark.parametrize(("came_to_nothing", "days"), [(declined, 0), (withdrawn, 0), (expired, 10)])
async def test_a_request_that_came_to_nothing_makes_room(
    party: Gathering, ada, grace, full, clock, came_to_nothing, days
):
    await still_signed_in(grace)
    talk = await ask_for_talk(ada, grace, clock() + timedelta(days=12))
    await came_to_nothing(grace, ada, talk)
    await minutes_pass(party, clock, days=days, minutes=2)
    await minutes_pass(party, clock)
    after = await suggestions_of(ada)
    assert [one["id"] for one in after if one["rank"] != 1] == [one["id"] for one in full[1:]]
    assert len(after) == 5
    assert await names(grace) == []


async def test_a_suggestion_made_of_people_who_have_a_talk_already_is_not_left_standing(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    await ask_for_talk(ada, grace, clock() + timedelta(days=2))
    await close_and_suggest(party, clock)
    await settle_suggestions(party.database, now=clock())
    assert (await names(ada), await names(grace)) == ([], [])


async def test_where_a_run_takes_long_places_are_filled_seldom(party: Gathering, ada: Phone, full, clock):
    await change(party.database, update(SuggestionRun).values(took_ms=42_000))
    assert (await ada.post(f"/v1/suggestions/{full[0]['id']}/dismiss")).status_code == 200
    await minutes_pass(party, clock, minutes=69)
    assert len(await suggestions_of(ada)) == 4
    await minutes_pass(party, clock, minutes=2)
    assert len(await suggestions_of(ada)) == 5


async def test_events_that_share_people_are_not_run_at_once_and_keep_a_host_s_capacity_together(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    """Grace takes one talk a week: two lists of all events together, also of two that close at the same moment."""
    await add(
        party.database,
        [Goals(person_id=UUID(grace.person_id), open_to_talk=True, talks_per_week=1, updated_at=clock())],
    )
    parties = [party, *[await make_gathering(party.database, now=clock()) for _ in range(3)]]
    for one in parties[1:]:
        await one.come(grace, now=clock())
        for number in range(3):
            await one.meet(UUID(grace.person_id), await one.guest(f"Guest {number}", now=clock()))
    now = party.event.doors_close_at + timedelta(minutes=5)

    await asyncio.gather(*(suggest_for_closed_events(party.database, now=now) for _ in range(4)))
    for _ in range(3):  # what was left to another worker comes with the next round
        await suggest_for_closed_events(party.database, now=now)

    async with party.database.transaction() as db:
        runs = await db.scalar(select(func.count()).select_from(SuggestionRun))
        lists = await db.scalar(
            select(func.count()).where(
                Suggestion.other_id == UUID(grace.person_id), Suggestion.action != "write_note"
            )
        )
    assert (runs, lists) == (4, 2)
