"""One's own list of people to meet: whom it shows, until when, and what becomes of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from server.connections.models import Connection
from server.events.models import Attendance, Event
from server.people.models import Block, Goals
from server.suggestions.models import PeopleToMeetRun, PersonToMeet
from server.who_to_meet.jobs import propose_people_to_meet
from tests.house.test_query_budgets import counted
from tests.phones import Phone
from tests.suggestions.gathering import Gathering, change, make_gathering, say_who, still_signed_in


@pytest.fixture
async def fair(database, ada: Phone, grace: Phone, clock) -> Gathering:
    """Tomorrow's event, to which Ada and Grace will come; both are listed, and Grace offers what Ada asks for."""
    fair = await make_gathering(
        database, now=clock(), starts_at=clock() + timedelta(days=1), ends_at=clock() + timedelta(days=2)
    )
    await fair.come(ada, grace, now=clock(), listed=True)
    await say_who(
        database,
        UUID(ada.person_id),
        now=clock(),
        name="Ada",
        asks=["Compiler design"],
        target_roles=["Admiral"],
    )
    await say_who(
        database, UUID(grace.person_id), now=clock(), name="Grace Hopper", headline="I find bugs", role="Admiral",
        organisation="Navy", offers=["Compiler design"], industry="Defence", skills=["COBOL"],
    )  # fmt: skip
    return fair


async def look(party: Gathering, clock, **by: float) -> None:
    """The worker does what is due."""
    clock.tick(**(by or {"minutes": 2}))
    await propose_people_to_meet(party.database, now=clock())


async def to_meet(phone: Phone, party: Gathering, **query: Any) -> list[dict]:
    answer = await (await still_signed_in(phone)).get(
        f"/v1/events/{party.event.id}/people_to_meet", params=query
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def names(phone: Phone, party: Gathering) -> list[str]:
    return [item["person"]["name"] for item in await to_meet(phone, party)]


async def guests(party: Gathering, clock, count: int, **said: Any) -> list[UUID]:
    found = [await party.guest(f"Guest {number}", now=clock(), listed=True) for number in range(count)]
    for guest in found:
        await say_who(party.database, guest, now=clock(), **said)
    return found


async def test_an_entry_says_whom_why_what_is_in_it_for_both_and_what_to_do(fair, ada, grace, clock):
    await look(fair, clock)
    takes = {
        "code": "they_offer_what_you_ask",
        "text": "You ask for “Compiler design”, they offer “Compiler design”.",
        "evidence": {"mine": "Compiler design", "theirs": "Compiler design", "count": None},
    }
    role = {
        "code": "fits_your_target_role",
        "text": "You look towards “Admiral”, they are “Admiral”.",
        "evidence": {"mine": "Admiral", "theirs": "Admiral", "count": None},
    }
    nothing = {"mine": None, "theirs": None, "count": None}
    here = {"code": "same_event", "text": "You are at the same event.", "evidence": nothing}
    assert await to_meet(ada, fair) == [
        {
            "person": {
                "person_id": grace.person_id,
                "type": "attendee",
                "name": "Grace Hopper",
                "pronouns": "",
                "headline": "I find bugs",
                "role": "Admiral",
                "organisation": "Navy",
                "links": [],
                "photo": None,
                "asks": [],
                "offers": ["Compiler design"],
                "open_to_talk": False,
                "talk_topics": [],
                "badge_digest": None,
            },
            "reasons": [takes, role, here],
            "for_me": takes,
            "for_them": here,
            "action": {
                "code": "find_them",
                "text": "Find them, and scan their badge.",
                "operation": "record_scan",
            },
            "rank": 1,
        }
    ]
    [ada_to_grace] = await to_meet(grace, fair)
    assert [reason["code"] for reason in ada_to_grace["reasons"]] == ["you_offer_what_they_ask", "same_event"]


def place_of(who: str, **values: Any):
    return lambda people: update(Attendance).where(Attendance.person_id == people[who]).values(values)


def blocked(by: str, of: str):
    return lambda people: Block.__table__.insert().values(
        blocker_id=people[by], blocked_id=people[of], created_at=func.now()
    )


def connection(owner: str, other: str, **values: Any):
    return lambda people: Connection.__table__.insert().values(
        owner_id=people[owner], other_id=people[other], note="", tags=[], private=False, version=1,
        updated_at=func.now(), **{"signal": "none", **values},
    )  # fmt: skip


GONE = {
    "grace is listed no more": place_of("grace", listed=False),
    "grace paused": place_of("grace", paused=True),
    "grace left": place_of("grace", status="cancelled"),
    "grace blocked ada": blocked("grace", "ada"),
    "ada blocked grace": blocked("ada", "grace"),
    "they met": connection("ada", "grace", first_met_at=func.now(), last_met_at=func.now()),
    "ada said never": connection("ada", "grace", signal="never"),
    "grace said never": connection("grace", "ada", signal="never"),
    "the event is off": lambda _: update(Event).values(cancelled_at=func.now()),
}


@pytest.mark.parametrize("made", ["before", "after"])
@pytest.mark.parametrize("why", GONE)
async def test_who_may_not_be_met_is_not_shown_whenever_that_became_true(fair, ada, grace, clock, made, why):
    people = {"ada": UUID(ada.person_id), "grace": UUID(grace.person_id)}
    if made == "after":
        await look(fair, clock)
    await change(fair.database, GONE[why](people))
    await look(fair, clock)
    assert await names(ada, fair) == []


async def test_words_taken_back_drop_out_with_the_reason_that_quotes_them(fair, ada, grace, clock):
    await look(fair, clock)
    await say_who(fair.database, UUID(grace.person_id), now=clock(), offers=[])
    [item] = await to_meet(ada, fair)
    assert [reason["code"] for reason in item["reasons"]] == ["fits_your_target_role", "same_event"]


async def test_it_is_for_before_and_during_the_event(fair, ada, clock):
    opens = clock() + timedelta(days=60, minutes=3)
    later = dict.fromkeys(("doors_open_at", "starts_at"), opens)
    later |= dict.fromkeys(("ends_at", "doors_close_at"), opens + timedelta(hours=8))
    await change(fair.database, update(Event).values(later))
    await look(fair, clock)
    assert await names(ada, fair) == []
    await look(fair, clock)
    assert await names(ada, fair) == ["Grace Hopper"]
    clock.now = later["doors_close_at"] - timedelta(seconds=1)
    assert await names(ada, fair) == ["Grace Hopper"]
    clock.tick(seconds=1)
    assert await names(ada, fair) == []


async def test_whom_i_was_shown_keeps_the_place_and_whom_i_met_or_do_not_want_gives_it_to_another(
    fair, ada, grace, clock
):
    clock.now = fair.event.starts_at + timedelta(hours=1)
    crowd = await guests(fair, clock, 7, offers=["Compiler design"])
    await look(fair, clock)
    before = await to_meet(ada, fair)
    assert (len(before), before[0]["person"]["name"]) == (5, "Grace Hopper")

    gone = before[1]["person"]["person_id"]
    for _ in range(2):
        path = f"/v1/events/{fair.event.id}/people_to_meet/{gone}/dismiss"
        assert (await ada.post(path)).status_code == 204
    await fair.meet(UUID(ada.person_id), UUID(grace.person_id), received=clock())
    assert await to_meet(ada, fair) == before[2:]
    await look(fair, clock)

    after = await to_meet(ada, fair)
    assert [item["rank"] for item in after] == [1, 2, 3, 4, 5]
    assert after[2:] == before[2:]
    fresh = {UUID(item["person"]["person_id"]) for item in after[:2]}
    assert fresh <= set(crowd) - {UUID(item["person"]["person_id"]) for item in before}


async def test_only_who_is_on_my_list_can_be_taken_off_it(fair, ada, grace, clock, client):
    await look(fair, clock)
    await still_signed_in(ada)
    for person_id in (ada.person_id, str(uuid4())):
        answer = await ada.post(f"/v1/events/{fair.event.id}/people_to_meet/{person_id}/dismiss")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_to_meet")
    elsewhere = await make_gathering(fair.database, now=clock())
    for call in (ada.get, ada.post):
        path = f"/v1/events/{elsewhere.event.id}/people_to_meet"
        answer = await call(path if call == ada.get else f"{path}/{grace.person_id}/dismiss")
        assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")


async def test_a_host_is_on_few_lists_of_all_events_together(fair, ada, grace, clock):
    """Grace takes one talk a week: two lists, here and at another event."""
    await change(
        fair.database,
        update(Goals)
        .where(Goals.person_id == UUID(grace.person_id))
        .values(open_to_talk=True, talks_per_week=1, updated_at=clock()),
    )
    parties = [fair, await make_gathering(fair.database, now=clock())]
    await parties[1].come(grace, now=clock(), listed=True)
    for party in parties:
        await guests(party, clock, 3, asks=["Compiler design"])
    await look(fair, clock)
    async with fair.database.transaction() as db:
        lists = await db.scalar(select(func.count()).where(PersonToMeet.other_id == UUID(grace.person_id)))
    assert lists == 2


async def test_the_list_comes_page_by_page(fair, ada, clock):
    await guests(fair, clock, 4, offers=["Compiler design"])
    await look(fair, clock)
    whole = await to_meet(ada, fair)
    paged, cursor = [], None
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await ada.get(f"/v1/events/{fair.event.id}/people_to_meet", params=query)).json()
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole
    answer = await ada.get(f"/v1/events/{fair.event.id}/people_to_meet?cursor=x")
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


async def test_nothing_new_nothing_done_and_a_long_run_is_followed_by_a_long_pause(fair, ada, clock):
    async def ran_at():
        async with fair.database.transaction() as db:
            return await db.scalar(select(PeopleToMeetRun.ran_at))

    await look(fair, clock)
    first = await ran_at()
    await look(fair, clock)
    assert await ran_at() == first
    await change(fair.database, update(PeopleToMeetRun).values(took_ms=60_000))
    await guests(fair, clock, 1, offers=["Compiler design"])
    await look(fair, clock, minutes=90)
    assert await ran_at() == first
    await look(fair, clock, minutes=10)
    assert await ran_at() == clock()
    assert len(await names(ada, fair)) == 2


@pytest.mark.parametrize("size", [1, 3])
async def test_a_page_needs_as_many_queries_for_many_as_for_one(app, monkeypatch, fair, ada, clock, size):
    await guests(fair, clock, size - 1, offers=["Compiler design"])
    await look(fair, clock)
    assert len(await to_meet(ada, fair)) == size
    with counted(app, monkeypatch) as sent:
        await ada.get(f"/v1/events/{fair.event.id}/people_to_meet")
    assert len(sent) == 9, sent
