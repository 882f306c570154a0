"""After the doors have closed: who gets suggestions, what they say, and who is never suggested."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, insert, select, update

from server.connections.models import Connection
from server.events.models import Attendance, Event
from server.exhibitors.models import Exhibitor
from server.people.models import Block, Release
from server.scans.models import Scan
from server.suggestions.jobs import suggest_for_closed_events
from server.suggestions.models import Suggestion, SuggestionRun
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


async def test_a_suggestion_says_whom_why_what_is_in_it_for_both_and_one_thing_to_do(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    await say_who(
        party.database, UUID(ada.person_id), now=clock(),
        asks=["Compiler design"], target_roles=["Admiral"], situation="searching",
    )  # fmt: skip
    await say_who(
        party.database, UUID(grace.person_id), now=clock(), name="Grace Hopper", role="Admiral",
        organisation="Navy", headline="I find bugs", offers=["Compiler design"], asks=["Mathematics"],
        situation="exploring", open_to_talk=True,
    )  # fmt: skip
    await close_and_suggest(party, clock)

    page = (await (await still_signed_in(ada)).get("/v1/suggestions")).json()

    takes = {
        "code": "they_offer_what_you_ask",
        "text": "You ask for “Compiler design”, they offer “Compiler design”.",
        "evidence": {"mine": "Compiler design", "theirs": "Compiler design", "count": None},
    }
    fits = {
        "code": "fits_your_target_role",
        "text": "You look towards “Admiral”, they are “Admiral”.",
        "evidence": {"mine": "Admiral", "theirs": "Admiral", "count": None},
    }
    met = {
        "code": "met_n_times",
        "text": "You met 2 times.",
        "evidence": {"mine": None, "theirs": None, "count": 2},
    }
    assert page == {
        "items": [
            {
                "id": page["items"][0]["id"],
                "event_id": str(party.event.id),
                "event_name": "PyCon",
                "person": {
                    "person_id": grace.person_id,
                    "name": "Grace Hopper",
                    "headline": "I find bugs",
                    "role": "Admiral",
                    "organisation": "Navy",
                },
                "reasons": [takes, fits, met],
                "for_me": takes,
                "for_them": met,
                "action": {
                    "code": "ask_for_talk",
                    "text": "Ask for a short talk.",
                    "operation": "request_interview",
                },
                "rank": 1,
                "state": "open",
                "snoozed_until": None,
                "created_at": "2026-06-04T19:05:00Z",
            }
        ],
        "next_cursor": None,
    }
    assert await names(grace) == ["Ada"]


async def test_everybody_who_met_somebody_gets_suggestions_and_nobody_else(
    party: Gathering, ada: Phone, client, outbox, clock
):
    lonely = await sign_in(client, outbox, "lonely@example.org")
    await party.come(lonely, now=clock())
    guests = [await party.guest(f"Guest {number}", now=clock()) for number in range(8)]
    for number, guest in enumerate(guests):
        await party.meet(UUID(ada.person_id), guest, minutes=(20 + number,))
        await party.meet(guest, guests[number - 1], minutes=(60 + number,))
    await close_and_suggest(party, clock)

    async with party.database.transaction() as db:
        rows = await db.execute(
            select(Suggestion.person_id, func.array_agg(Suggestion.rank)).group_by(Suggestion.person_id)
        )
        ranks = {person_id: sorted(found) for person_id, found in rows}
    assert ranks.keys() == party.places.keys() - {UUID(lonely.person_id)}
    assert ranks[UUID(ada.person_id)] == [1, 2, 3, 4, 5]
    assert await names(lonely) == []


async def test_nothing_is_made_while_the_doors_are_open_or_nobody_scanned_or_the_event_is_off(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    async def runs() -> int:
        async with party.database.transaction() as db:
            return await db.scalar(select(func.count()).select_from(SuggestionRun)) or 0

    quiet = await make_gathering(party.database, now=clock())
    await quiet.come(ada, grace, now=clock())
    await suggest_for_closed_events(party.database, now=party.event.doors_close_at - timedelta(seconds=1))
    assert await runs() == 0

    await change(party.database, update(Event).values(cancelled_at=clock()))
    await suggest_for_closed_events(party.database, now=party.event.doors_close_at)
    await change(party.database, update(Event).values(cancelled_at=None))
    await suggest_for_closed_events(party.database, now=party.event.doors_close_at + timedelta(days=60))
    assert await runs() == 0

    await suggest_for_closed_events(party.database, now=party.event.doors_close_at)
    assert await runs() == 1


async def test_undone_scans_and_leads_are_no_meetings(party: Gathering, ada: Phone, clock):
    await change(party.database, update(Scan).values(undone_at=clock()))
    await close_and_suggest(party, clock)
    acme = {"event_id": party.event.id, "id": uuid4(), "name": "Acme", "created_as": b""}
    await change(party.database, insert(Exhibitor).values(**acme, created_at=clock(), updated_at=clock()))
    lead = {"purpose": "lead", "scanner_attendance_id": None, "exhibitor_id": acme["id"]}
    await change(party.database, update(Scan).values(undone_at=None, **lead))
    await close_and_suggest(party, clock)
    assert await names(ada) == []


def blocks(who: str):
    return lambda people: insert(Block).values(
        blocker_id=people[who],
        blocked_id=people[{"ada": "grace", "grace": "ada"}[who]],
        created_at=func.now(),
    )


def keeps(who: str, **values: object):
    """Something of theirs on the connection."""
    return lambda people: update(Connection).where(Connection.owner_id == people[who]).values(values)


def is_there(who: str, **values: object):
    return lambda people: update(Attendance).where(Attendance.person_id == people[who]).values(values)


CHANGES = {
    "ada blocked grace": blocks("ada"),
    "grace blocked ada": blocks("grace"),
    "ada said never": keeps("ada", signal="never"),
    "grace said never": keeps("grace", signal="never"),
    "ada removed the connection": keeps("ada", removed_at=func.now()),
    "grace removed the connection": keeps("grace", removed_at=func.now()),
    "grace paused": is_there("grace", paused=True),
    "grace left": is_there("grace", status="left"),
    "grace's place was cancelled": is_there("grace", status="cancelled"),
    "ada paused": is_there("ada", paused=True),
}


@pytest.mark.parametrize("moment", ["before the run", "after the run"])
@pytest.mark.parametrize("what", CHANGES)
async def test_who_must_not_be_suggested_is_not_whenever_that_became_true(
    party: Gathering, ada: Phone, grace: Phone, clock, what: str, moment: str
):
    statement = CHANGES[what]({"ada": UUID(ada.person_id), "grace": UUID(grace.person_id)})
    if moment == "before the run":
        await change(party.database, statement)
    await close_and_suggest(party, clock)
    if moment == "after the run":
        assert await names(ada) == ["Grace"]
        await change(party.database, statement)

    assert await names(ada) == []
    async with party.database.transaction() as db:
        made = await db.scalar(select(func.count()).select_from(Suggestion))
    assert made == (0 if moment == "before the run" else 2)


async def test_a_card_taken_back_takes_its_person_off_the_other_s_list_only(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    await close_and_suggest(party, clock)
    await change(
        party.database,
        update(Release).where(Release.subject_id == UUID(grace.person_id)).values(withdrawn_at=clock()),
    )
    assert (await names(ada), await names(grace)) == ([], ["Ada"])


async def test_nothing_is_made_of_a_connection_that_either_keeps_private(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    await change(
        party.database,
        update(Connection).where(Connection.owner_id == UUID(grace.person_id)).values(private=True),
    )
    await close_and_suggest(party, clock)
    assert (await names(ada), await names(grace)) == ([], [])


async def test_an_unclaimed_person_is_suggested_only_once_they_claim(party: Gathering, ada: Phone, clock):
    late = await party.guest("Late Claimer", now=clock())
    place = update(Attendance).where(Attendance.person_id == late)
    await change(party.database, place.values(account_id=None, claimed_at=None))
    await party.meet(UUID(ada.person_id), late)
    await close_and_suggest(party, clock)
    assert await names(ada) == ["Grace"]

    account_id, claimed_at = party.places[late].account_id, clock.tick(hours=1)
    await change(party.database, place.values(account_id=account_id, claimed_at=claimed_at))
    await suggest_for_closed_events(party.database, now=clock.tick(seconds=10))
    assert sorted(await names(ada)) == ["Grace", "Late Claimer"]
