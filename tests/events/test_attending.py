"""The attendees' side: consents, leaving, and the directory."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from server.events.models import ConsentChange
from server.people.models import Block
from tests.builders import make_attendance, make_event
from tests.events.facts import faults, problem
from tests.phones import Phone, sign_in


@pytest.fixture
async def conference(database, clock):
    return await make_event(database, now=clock())


@pytest.fixture
def path(conference) -> str:
    return f"/v1/events/{conference.id}"


async def ledger(database) -> list[tuple[str, bool, int | None]]:
    async with database.transaction() as db:
        changes = await db.scalars(
            select(ConsentChange).order_by(ConsentChange.changed_at, ConsentChange.consent)
        )
        return [(change.consent, change.given, change.text_version) for change in changes]


async def names(phone: Phone, path: str) -> list[str]:
    return [item["name"] for item in (await phone.get(f"{path}/people")).json()["items"]]


async def test_my_place_begins_with_everything_off(ada: Phone, conference, path, database, clock):
    place = await make_attendance(
        database, conference, ada, now=clock(), name="Ada Lovelace", organisation="Engines", type="speaker"
    )
    answer = await ada.get(f"{path}/attendance")
    assert answer.headers["etag"].startswith('W/"1-')
    assert answer.json() == {
        "attendance_id": str(place.id),
        "event_id": str(conference.id),
        "person_id": ada.person_id,
        "name": "Ada Lovelace",
        "pronouns": "",
        "organisation": "Engines",
        "role": "",
        "type": "speaker",
        "status": "expected",
        "listed": False,
        "exhibitors_may_scan": False,
        "named_in_exports": False,
        "paused": False,
        "agreed_words": {"listed": None, "exhibitors_may_scan": None, "named_in_exports": None},
        "claimed_at": "2026-06-04T09:00:00Z",
        "checked_in_at": None,
        "version": 1,
    }


async def test_each_change_of_a_consent_is_kept(ada: Phone, conference, path, database, clock):
    await make_attendance(database, conference, ada, now=clock())
    await ada.edit(f"{path}/attendance", {"listed": True, "exhibitors_may_scan": True, "text_version": 1})
    clock.tick(minutes=1)
    await ada.edit(f"{path}/attendance", {"listed": True, "paused": None, "text_version": 1})
    edited = await ada.edit(f"{path}/attendance", {"listed": False, "paused": True})

    assert {k: v for k, v in edited.json().items() if isinstance(v, bool)} == {
        "listed": False,
        "exhibitors_may_scan": True,
        "named_in_exports": False,
        "paused": True,
    }
    assert edited.json()["agreed_words"] == {
        "listed": None,
        "exhibitors_may_scan": 1,
        "named_in_exports": None,
    }
    assert edited.json()["version"] == 3
    assert await ledger(database) == [
        ("exhibitors_may_scan", True, 1),
        ("listed", True, 1),
        ("listed", False, None),
        ("paused", True, None),
    ]


async def test_a_choice_names_its_version_and_its_fields(ada: Phone, conference, path, database, clock):
    await make_attendance(database, conference, ada, now=clock())
    mine = f"{path}/attendance"
    listed = {"listed": True, "text_version": 1}
    assert problem(await ada.ask("PATCH", mine, json=listed)) == (428, "version_required")
    stale = await ada.ask("PATCH", mine, json=listed, headers={"if-match": '"9"'})
    assert problem(stale) == (412, "version_stale")
    for change, pointer, code in (
        ({"listed": "perhaps"}, "/listed", "bool_type"),
        ({"name": "Countess"}, "/name", "extra_forbidden"),
    ):
        assert faults(await ada.edit(mine, change)) == [(pointer, code)]
    assert await ledger(database) == []


async def test_who_leaves_shares_nothing_any_more(
    ada: Phone, grace: Phone, conference, path, database, clock
):
    await make_attendance(database, conference, ada, now=clock())
    await make_attendance(database, conference, grace, now=clock())
    await ada.edit(f"{path}/attendance", {"listed": True, "named_in_exports": True, "text_version": 1})
    clock.tick(minutes=1)
    assert await names(grace, path) == ["Ada"]

    left, again = [await ada.post(f"{path}/attendance/leave") for _ in range(2)]

    assert left.json() == again.json() == (await ada.get(f"{path}/attendance")).json()
    assert (left.json()["status"], left.json()["listed"], left.json()["version"]) == ("left", False, 3)
    assert await names(grace, path) == []
    assert (await ledger(database))[2:] == [("listed", False, None), ("named_in_exports", False, None)]
    assert (await ada.get(path)).json()["my_attendance"] == "left"
    assert problem(await ada.get(f"{path}/people")) == (404, "event_not_found")
    again = await ada.edit(f"{path}/attendance", {"listed": True, "text_version": 1})
    assert problem(again) == (404, "event_not_found")


async def test_who_has_no_place_finds_nothing(ada: Phone, conference, path, database, clock):
    await make_attendance(database, conference, now=clock(), email="ada@example.org")  # not claimed yet
    for method, where in (
        ("GET", "attendance"),
        ("PATCH", "attendance"),
        ("POST", "attendance/leave"),
        ("GET", "people"),
    ):
        answer = await ada.ask(method, f"{path}/{where}", **({"json": {}} if method == "PATCH" else {}))
        assert problem(answer) == (404, "event_not_found")
    assert (await ada.get(path)).json()["my_attendance"] == "unclaimed"


async def test_the_directory_shows_what_listed_people_say_of_themselves(
    ada: Phone, grace: Phone, conference, path, database, clock
):
    await make_attendance(database, conference, ada, now=clock())
    await make_attendance(
        database, conference, grace, now=clock(), listed=True, organisation="Printed only", type="speaker"
    )
    unsaid = (await ada.get(f"{path}/people")).json()["items"]
    await grace.edit(
        "/v1/me/profile",
        {
            "name": "Amazing Grace",
            "pronouns": "she/her",
            "role": "Admiral",
            "links": ["https://g.example.org"],
        },
    )
    await grace.edit(
        "/v1/me/goals",
        {
            "situation": "searching",
            "asks": ["Compilers"],
            "offers": ["Nanoseconds"],
            "talk_topics": ["COBOL"],
        },
    )
    said = (await ada.get(f"{path}/people")).json()
    await grace.edit("/v1/me/goals", {"open_to_talk": True})
    open_to_talk = (await ada.get(f"{path}/people")).json()["items"]

    nothing = {
        "person_id": grace.person_id,
        "type": "speaker",
        "name": "Grace",
        **dict.fromkeys(("pronouns", "headline", "role", "organisation"), ""),
        **{name: [] for name in ("links", "asks", "offers", "talk_topics")},
        "open_to_talk": False,
        "photo": None,
        "badge_digest": None,
    }
    something = {
        **nothing,
        "name": "Amazing Grace",
        "pronouns": "she/her",
        "role": "Admiral",
        "links": ["https://g.example.org"],
        "asks": ["Compilers"],
        "offers": ["Nanoseconds"],
    }
    assert unsaid == [nothing]
    assert said == {"items": [something], "next_cursor": None}
    assert open_to_talk == [{**something, "open_to_talk": True, "talk_topics": ["COBOL"]}]


async def test_only_people_who_want_to_be_seen_are(
    client, outbox, ada: Phone, grace: Phone, conference, path, database, clock
):
    await make_attendance(database, conference, ada, now=clock(), listed=True)
    place = await make_attendance(database, conference, grace, now=clock(), listed=True)
    await make_attendance(database, conference, now=clock(), listed=True, name="Never claimed")
    other = await make_event(database, now=clock())
    eve = await sign_in(client, outbox, "eve@example.org")
    await make_attendance(database, other, eve, now=clock(), listed=True)
    unlisted = await sign_in(client, outbox, "mallory@example.org")
    await make_attendance(database, conference, unlisted, now=clock())

    assert await names(ada, path) == ["Grace"]
    assert await names(grace, path) == ["Ada"]
    await grace.edit(f"{path}/attendance", {"paused": True})
    assert await names(ada, path) == []
    await grace.edit(f"{path}/attendance", {"paused": False})
    async with database.transaction() as db:
        db.add(Block(blocker_id=UUID(grace.person_id), blocked_id=UUID(ada.person_id), created_at=clock()))
    assert await names(ada, path) == await names(grace, path) == []
    assert sorted(await names(unlisted, path)) == ["Ada", "Grace"]
    assert place.listed


async def test_the_directory_is_paged_by_the_name_that_is_shown(
    client, outbox, ada: Phone, conference, path, database, clock
):
    await make_attendance(database, conference, ada, now=clock())
    for number, name in enumerate(["Zoe", "Bob", "Bob", "mi\u200ckhaham", "漢" * 120]):
        phone = await sign_in(client, outbox, f"person{number}@example.org")
        await make_attendance(database, conference, phone, now=clock(), listed=True, name="Printed")
        await phone.edit("/v1/me/profile", {"name": name})
    silent = await sign_in(client, outbox, "silent@example.org")
    await make_attendance(database, conference, silent, now=clock(), listed=True, name="Mia")

    found, cursor = [], None
    while cursor or not found:
        query = {"limit": 1, **({"cursor": cursor} if cursor else {})}
        page = (await ada.get(f"{path}/people", params=query)).json()
        found += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert found[:4] == ["Bob", "Bob", "Mia", "Zoe"]
    assert sorted(found[4:]) == sorted(["mi\u200ckhaham", "漢" * 120])


async def test_lists_ask_the_same_number_of_questions_at_any_size(
    client, outbox, ada: Phone, conference, path, database, clock, app
):
    await make_attendance(database, conference, ada, now=clock())
    asked: list[str] = []
    engine = app.state.database.engine.sync_engine

    def listener(*facts: Any) -> None:
        asked.append(facts[2])

    sqlalchemy_event.listen(engine, "before_cursor_execute", listener)
    try:
        figures = []
        for number in range(3):
            phone = await sign_in(client, outbox, f"person{number}@example.org")
            await make_attendance(database, conference, phone, now=clock(), listed=True)
            if number in (0, 2):
                asked.clear()
                await ada.get(f"{path}/people")
                await ada.get("/v1/events")
                figures.append(len(asked))
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", listener)
    assert figures[0] == figures[1]
