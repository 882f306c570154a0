"""The morning after an event: one reminder, in the app, for those who have somebody to write to."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select

from server.database import Database
from server.nudges.jobs import write_due_nudges
from server.nudges.models import Nudge
from server.people.models import Block
from server.suggestions.jobs import suggest_for_closed_events
from tests.phones import Phone, sign_in
from tests.suggestions.gathering import (
    Gathering,
    change,
    close_and_suggest,
    make_gathering,
    names,
    say_who,
    still_signed_in,
)


@pytest.fixture
async def party(database: Database, ada: Phone, grace: Phone, clock) -> Gathering:
    """Ada, who lives in Auckland, and Grace, who did not say where, met in Paris; the doors closed at 21:00 there."""
    party = await make_gathering(database, now=clock())
    await party.come(ada, grace, now=clock())
    await party.meet(UUID(ada.person_id), UUID(grace.person_id))
    await say_who(database, UUID(ada.person_id), now=clock(), zone="Pacific/Auckland")
    await close_and_suggest(party, clock)
    return party


async def nudges_of(phone: Phone) -> list[dict]:
    return (await (await still_signed_in(phone)).get("/v1/nudges")).json()["items"]


async def morning_after(party: Gathering, clock) -> None:
    clock.now = party.event.doors_close_at.replace(hour=6, minute=0) + timedelta(days=1)
    await write_due_nudges(party.database, now=clock())


async def count(database: Database) -> int:
    async with database.transaction() as db:
        return await db.scalar(select(func.count()).select_from(Nudge))


async def test_it_comes_at_eight_by_one_s_own_clock_or_by_the_event_s(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    closed_at = party.event.doors_close_at
    assert closed_at.isoformat() == "2026-06-04T19:00:00+00:00"
    for moment, hers, his in [
        ("2026-06-04T19:59:59+00:00", 0, 0),
        ("2026-06-04T20:00:00+00:00", 1, 0),
        ("2026-06-05T05:59:59+00:00", 1, 0),
        ("2026-06-05T06:00:00+00:00", 1, 1),
    ]:
        clock.now = type(closed_at).fromisoformat(moment)
        await write_due_nudges(party.database, now=clock())
        assert (len(await nudges_of(ada)), len(await nudges_of(grace))) == (hers, his), moment

    (nudge,) = await nudges_of(grace)
    assert nudge == {
        "id": nudge["id"],
        "kind": "digest",
        "title": "The morning after PyCon",
        "reason": "You remember them best now: whom to talk to again, and why.",
        "action": {
            "operation": "list_suggestions",
            "text": "See your suggestions",
            "event_id": str(party.event.id),
            "release_id": None,
            "interview_id": None,
            "introduction_id": None,
            "proposal": None,
            "person_id": None,
        },
        "outcomes": ["done", "dismissed", "snoozed"],
        "state": "open",
        "snoozed_until": None,
        "created_at": "2026-06-05T06:00:00Z",
        "useful_until": "2026-06-12T06:00:00Z",
    }


async def test_it_never_comes_twice_however_many_workers_look(party: Gathering, grace: Phone, clock):
    await morning_after(party, clock)
    await asyncio.gather(*(write_due_nudges(party.database, now=clock()) for _ in range(4)))
    for _ in range(2):
        await write_due_nudges(party.database, now=clock.tick(days=1))
    assert await count(party.database) == 2


async def test_workers_that_look_at_the_same_moment_write_one(party: Gathering, clock):
    clock.now = party.event.doors_close_at + timedelta(hours=12)
    await asyncio.gather(*(write_due_nudges(party.database, now=clock()) for _ in range(4)))
    assert await count(party.database) == 2


async def test_nobody_without_suggestions_is_reminded(party: Gathering, ada, client, outbox, clock):
    lonely = await sign_in(client, outbox, "lonely@example.org")
    await party.come(lonely, now=clock())
    await morning_after(party, clock)
    assert await nudges_of(lonely) == []
    assert await count(party.database) == 2


async def test_nobody_is_reminded_before_the_suggestions_are_shown(
    database: Database, ada: Phone, grace: Phone, clock
):
    party = await make_gathering(database, now=clock())
    await party.come(ada, grace, now=clock())
    await party.meet(UUID(ada.person_id), UUID(grace.person_id))
    await morning_after(party, clock)
    assert await count(database) == 0


async def test_who_has_looked_already_needs_no_reminder_and_looking_answers_it(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    assert await names(ada) == ["Grace"]
    await morning_after(party, clock)
    assert (await nudges_of(ada), len(await nudges_of(grace))) == ([], 1)

    assert await names(grace) == ["Ada"]
    assert await nudges_of(grace) == []


@pytest.mark.parametrize("before", [True, False])
async def test_it_does_not_lead_to_an_empty_list(party: Gathering, ada: Phone, grace: Phone, clock, before):
    block = insert(Block).values(
        blocker_id=UUID(grace.person_id), blocked_id=UUID(ada.person_id), created_at=clock()
    )
    if before:
        await change(party.database, block)
    await morning_after(party, clock)
    if not before:
        assert len(await nudges_of(ada)) == 1
        await change(party.database, block)
    assert await nudges_of(ada) == []
    assert await count(party.database) == (0 if before else 2)


@pytest.mark.parametrize("outcome", ["done", "dismissed"])
async def test_once_answered_it_is_gone_for_good(party: Gathering, grace: Phone, clock, outcome):
    await morning_after(party, clock)
    (nudge,) = await nudges_of(grace)
    for _ in range(2):
        answer = await grace.post(f"/v1/nudges/{nudge['id']}/act", json={"outcome": outcome})
        assert (answer.status_code, answer.json()) == (200, {**nudge, "state": outcome})

    await write_due_nudges(party.database, now=clock.tick(days=1))
    assert await nudges_of(grace) == []


async def test_it_goes_by_itself_after_a_week(party: Gathering, grace: Phone, clock):
    await morning_after(party, clock)
    clock.tick(days=7, seconds=-1)
    assert len(await nudges_of(grace)) == 1
    clock.tick(seconds=1)
    assert await nudges_of(grace) == []


async def test_an_outage_of_weeks_fires_no_flood(party: Gathering, clock):
    await write_due_nudges(party.database, now=party.event.doors_close_at + timedelta(days=9))
    assert await count(party.database) == 0


async def test_another_s_nudge_is_not_there(party: Gathering, ada: Phone, grace: Phone, clock):
    await morning_after(party, clock)
    (hers,) = await nudges_of(grace)
    for nudge_id in (hers["id"], str(uuid4())):
        answer = await (await still_signed_in(ada)).post(
            f"/v1/nudges/{nudge_id}/act", json={"outcome": "done"}
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "nudge_not_found")
    assert await nudges_of(grace) == [hers]


@pytest.mark.parametrize(
    "body", [{}, {"outcome": "later"}, {"outcome": None}, {"outcome": "done", "why": "x"}]
)
async def test_a_malformed_answer_changes_nothing(party: Gathering, grace: Phone, clock, body):
    await morning_after(party, clock)
    (nudge,) = await nudges_of(grace)
    answer = await grace.post(f"/v1/nudges/{nudge['id']}/act", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert await nudges_of(grace) == [nudge]


async def test_reminders_come_page_by_page_the_newest_first(party: Gathering, ada, grace: Phone, clock):
    await write_due_nudges(party.database, now=clock.tick(hours=12))
    for days in (1, 2):
        event = {"starts_at": clock() + timedelta(hours=1), "ends_at": clock() + timedelta(hours=4)}
        again = await make_gathering(party.database, now=clock(), name=f"Day {days}", **event)
        await again.come(ada, grace, now=clock())
        await again.meet(UUID(ada.person_id), UUID(grace.person_id), minutes=(1,))
        clock.tick(days=1)
        await suggest_for_closed_events(party.database, now=clock())
        await write_due_nudges(party.database, now=clock())
        await write_due_nudges(party.database, now=clock())
    whole = await nudges_of(grace)
    assert [one["title"].removeprefix("The morning after ") for one in whole] == ["Day 2", "Day 1", "PyCon"]

    first = (await grace.get("/v1/nudges?limit=2")).json()
    second = (await grace.get("/v1/nudges", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [*first["items"], *second["items"]] == whole
    assert second["next_cursor"] is None
    for cursor in ("x", "WyJhIl0"):
        answer = await grace.get(f"/v1/nudges?cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")
