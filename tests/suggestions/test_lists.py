"""One's own list: what it shows today, and what becomes of a suggestion."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from server.connections.models import Connection
from server.people.models import Card
from server.suggestions.actions import act_on_suggestions
from server.suggestions.jobs import suggest_for_closed_events
from server.suggestions.reasons import ACTIONS
from server.suggestions.today import OPERATIONS
from tests.counting import counted
from tests.phones import Phone
from tests.suggestions.gathering import (
    Gathering,
    change,
    close_and_suggest,
    make_gathering,
    names,
    say_who,
    still_signed_in,
    suggestions_of,
)


async def tap(party: Gathering, owner: Phone, signal: str, clock) -> None:
    await change(
        party.database,
        update(Connection)
        .where(Connection.owner_id == UUID(owner.person_id))
        .values(signal=signal, signalled_at=clock.tick(seconds=1)),
    )


async def test_a_suggestion_put_off_comes_back_at_its_time(party: Gathering, ada: Phone, clock):
    await close_and_suggest(party, clock)
    (before,) = await suggestions_of(ada)
    until = (clock() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")

    for _ in range(2):
        snoozed = await ada.post(f"/v1/suggestions/{before['id']}/snooze", json={"until": until})
        assert (snoozed.status_code, snoozed.json()) == (
            200,
            {**before, "state": "snoozed", "snoozed_until": until},
        )
    assert await names(ada) == []

    clock.tick(days=2)
    assert await names(ada) == ["Grace"]


@pytest.mark.parametrize("size", [1, 4])
async def test_a_list_seen_before_needs_as_many_statements_for_many_as_for_one(
    app, monkeypatch, party: Gathering, ada: Phone, clock, size
):
    for number in range(size - 1):
        guest = await party.guest(f"Guest {number}", now=clock())
        await party.meet(UUID(ada.person_id), guest, minutes=(100,))
    await close_and_suggest(party, clock)
    before = await suggestions_of(ada)

    with counted(app, monkeypatch) as sent:
        answer = await ada.get("/v1/suggestions")

    assert (len(before), answer.json()["items"]) == (size, before)
    assert len(sent) == 2, sent  # who asks, and the list


async def test_a_dismissed_suggestion_stays_away_also_after_another_run(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    await close_and_suggest(party, clock)
    (before,) = await suggestions_of(ada)
    for _ in range(2):
        dismissed = await ada.post(f"/v1/suggestions/{before['id']}/dismiss")
        assert (dismissed.status_code, dismissed.json()) == (200, {**before, "state": "dismissed"})

    await late_scan(party, ada, clock)
    assert await names(ada) == ["Latecomer"]
    assert await names(grace) == ["Ada"]


async def late_scan(party: Gathering, phone: Phone, clock) -> None:
    guest = await party.guest("Latecomer", now=clock())
    await party.meet(UUID(phone.person_id), guest, minutes=(100,), received=clock.tick(minutes=1))
    await suggest_for_closed_events(party.database, now=clock.tick(seconds=10))


async def test_what_was_done_is_listed_no_more_and_cannot_be_put_off(party: Gathering, ada: Phone, clock):
    await close_and_suggest(party, clock)
    (before,) = await suggestions_of(ada)
    async with party.database.transaction() as db:
        await act_on_suggestions(db, UUID(ada.person_id), UUID(before["person"]["person_id"]), now=clock())

    assert await names(ada) == []
    until = (clock() + timedelta(days=2)).isoformat()
    for path, body in (("snooze", {"until": until}), ("dismiss", None)):
        answer = await ada.post(f"/v1/suggestions/{before['id']}/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "suggestion_done")


async def test_another_s_suggestion_is_not_there(party: Gathering, ada: Phone, grace: Phone, clock):
    await close_and_suggest(party, clock)
    (hers,) = await suggestions_of(grace)
    await still_signed_in(ada)
    until = (clock() + timedelta(days=2)).isoformat()
    for suggestion_id in (hers["id"], str(uuid4())):
        for path, body in (("snooze", {"until": until}), ("dismiss", None)):
            answer = await ada.post(f"/v1/suggestions/{suggestion_id}/{path}", json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, "suggestion_not_found")
    assert await names(grace) == ["Ada"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"until": "2026-06-04T19:05:00Z"}, "snooze_out_of_range"),
        ({"until": "2026-09-03T00:00:00Z"}, "snooze_out_of_range"),
        ({"until": "2026-06-05T10:00:00"}, "invalid_request"),
        ({"until": 1780000000}, "invalid_request"),
        ({"until": None}, "invalid_request"),
        ({}, "invalid_request"),
        ({"until": "2026-06-05T10:00:00Z", "for": "ever"}, "invalid_request"),
    ],
)
async def test_a_moment_out_of_range_or_malformed_changes_nothing(
    party: Gathering, ada: Phone, clock, body, code
):
    await close_and_suggest(party, clock)
    (before,) = await suggestions_of(ada)
    answer = await ada.post(f"/v1/suggestions/{before['id']}/snooze", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert await suggestions_of(ada) == [before]


async def test_lists_of_several_events_come_page_by_page_and_can_be_asked_for_one_by_one(
    party: Gathering, ada: Phone, clock
):
    for number in range(3):
        guest = await party.guest(f"Guest {number}", now=clock())
        await party.meet(UUID(ada.person_id), guest, minutes=range(50 + number, 52 + 9 * number, 6))
    older = await make_gathering(
        party.database,
        now=clock(),
        name="EuroPython",
        starts_at=clock() - timedelta(days=3),
        ends_at=clock() - timedelta(days=2),
    )
    await older.come(ada, now=clock())
    await older.meet(UUID(ada.person_id), await older.guest("Old Friend", now=clock()))
    await close_and_suggest(party, clock)

    whole = await suggestions_of(ada)
    assert [(item["event_name"], item["rank"]) for item in whole] == [
        ("PyCon", 1),
        ("PyCon", 2),
        ("PyCon", 3),
        ("PyCon", 4),
        ("EuroPython", 1),
    ]
    paged, cursor = [], None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await ada.get("/v1/suggestions", params=query)).json()
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole
    assert await suggestions_of(ada, event_id=str(older.event.id)) == whole[4:]
    assert await suggestions_of(ada, event_id=str(uuid4())) == []
    for query in ("cursor=x", "cursor=WyJhIl0", "event_id=PyCon", "limit=0"):
        answer = await ada.get(f"/v1/suggestions?{query}")
        assert (answer.status_code, answer.json()["code"] in {"cursor_invalid", "invalid_request"}) == (
            400,
            True,
        )


async def test_two_yes_are_told_to_both_and_one_to_nobody_else(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    await close_and_suggest(party, clock)
    (untouched,) = await suggestions_of(ada)
    assert untouched["action"]["code"] == "answer_signal"

    await tap(party, grace, "yes", clock)
    assert await suggestions_of(ada) == [untouched]
    (hers,) = await suggestions_of(grace)
    assert ([reason["code"] for reason in hers["reasons"]], hers["action"]["code"]) == (
        ["you_want_to_talk", "met_n_times"],
        "share_card",
    )

    await tap(party, ada, "yes", clock)
    for phone in (ada, grace):
        (both,) = await suggestions_of(phone)
        assert both["for_me"] == both["for_them"] == both["reasons"][0]
        assert (both["reasons"][0]["text"], both["action"]["code"]) == (
            "You both want to talk.",
            "book_talk",
        )

    await tap(party, grace, "none", clock)
    (again,) = await suggestions_of(ada)
    assert ([reason["code"] for reason in again["reasons"]], again["action"]["code"]) == (
        ["you_want_to_talk", "met_n_times"],
        "share_card",
    )


async def test_not_now_answers_a_suggestion(party: Gathering, ada: Phone, grace: Phone, clock):
    await close_and_suggest(party, clock)
    await tap(party, ada, "not_now", clock)
    assert (await names(ada), await names(grace)) == ([], ["Ada"])


async def test_words_taken_back_drop_out_with_the_reason_that_quotes_them(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    await say_who(party.database, UUID(ada.person_id), now=clock(), asks=["Compilers"], industry="Software")
    await say_who(
        party.database, UUID(grace.person_id), now=clock(), offers=["Compilers"], industry="Software"
    )
    await close_and_suggest(party, clock)
    (before,) = await suggestions_of(ada)
    codes = [reason["code"] for reason in before["reasons"]]
    assert codes == ["they_offer_what_you_ask", "met_n_times", "same_industry"]

    await say_who(party.database, UUID(grace.person_id), now=clock(), offers=[])
    (after,) = await suggestions_of(ada)
    assert [reason["code"] for reason in after["reasons"]] == codes[1:]
    assert after["for_me"]["code"] == "met_n_times"

    async with party.database.transaction() as db:
        db.add(Card(person_id=UUID(grace.person_id), kind="met", fields=["role"], updated_at=clock()))
    (narrowed,) = await suggestions_of(ada)
    assert [reason["code"] for reason in narrowed["reasons"]] == ["met_n_times"]


async def test_a_card_never_touched_shows_what_was_released_and_the_badge_shows_the_rest(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    await say_who(
        party.database, UUID(grace.person_id), now=clock(), name="Grace Hopper", role="Admiral", headline="Hi"
    )
    await close_and_suggest(party, clock)
    person = {"person_id": grace.person_id, "name": "Grace Hopper", "organisation": ""}
    assert (await suggestions_of(ada))[0]["person"] == {**person, "role": "Admiral", "headline": "Hi"}

    async with party.database.transaction() as db:
        db.add(Card(person_id=UUID(grace.person_id), kind="met", fields=[], updated_at=clock()))
    assert (await suggestions_of(ada))[0]["person"] == {**person, "role": "", "headline": ""}


def test_each_action_has_an_operation_that_does_it():
    assert OPERATIONS.keys() == ACTIONS.keys()
