"""Everything at first, page by page; cursors that cannot be read on; and what the answer costs when nothing is new."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text

from server.accounts.models import Account, Person
from server.changes import CURSORS_LAST, STAMPS_LAST, Change
from server.connections.models import Connection
from server.events.models import Attendance
from server.housekeeping import tidy_up
from server.ids import new_id
from server.people.models import Profile
from server.sync.cursors import parse
from tests.counting import counted
from tests.phones import Phone
from tests.scans.conference import Conference, Guest, later
from tests.suggestions.gathering import still_signed_in
from tests.sync.copies import NOTHING, Copy, spread

CROWD = 200


@pytest.fixture
async def crowd(conference: Conference, ada_there: Guest, database, clock) -> list[UUID]:
    """Two hundred people whom Ada met, and who are listed."""
    people = sorted(new_id() for _ in range(CROWD))
    accounts = [new_id() for _ in people]
    now, event_id = clock.now, conference.event.id
    async with database.transaction() as db:
        await db.execute(insert(Person), [{"id": one, "created_at": now} for one in people])
        await db.execute(
            insert(Account),
            [
                {"id": account, "person_id": one, "created_at": now}
                for account, one in zip(accounts, people, strict=True)
            ],
        )
        await db.execute(
            insert(Attendance),
            [
                {"event_id": event_id, "id": new_id(), "person_id": one, "account_id": account, "listed": True,
                 "name": f"Person {number}", "created_at": now, "updated_at": now}
                for number, (account, one) in enumerate(zip(accounts, people, strict=True))
            ],
        )  # fmt: skip
        await db.execute(
            insert(Connection),
            [
                {"owner_id": UUID(ada_there.person_id), "other_id": one, "first_event_id": event_id,
                 "first_met_at": now, "last_met_at": now, "updated_at": now}
                for one in people
            ],
        )  # fmt: skip
    await spread(database, now)
    return people


async def test_the_first_reading_is_what_the_lists_answer_page_by_page(
    conference: Conference, ada_there: Guest, crowd: list[UUID], database
):
    copy = Copy(ada_there.phone, limit=30)
    sizes = [await size_of_page(copy) for _ in range(14)]

    assert sizes == [30] * 13 + [2 * CROWD + 1 - 13 * 30]
    listed = (await ada_there.phone.get("/v1/connections", params={"limit": CROWD})).json()
    people = await ada_there.phone.get(f"/v1/events/{conference.event.id}/people", params={"limit": CROWD})
    assert sorted(copy["connections"], key=str) == sorted(listed["items"], key=str)
    assert sorted((one["person"] for one in copy["directory"]), key=str) == sorted(
        people.json()["items"], key=str
    )
    assert len(copy["attendances"]) == 1
    assert await copy.sync() == NOTHING


async def size_of_page(copy: Copy) -> int:
    page = await copy.page()
    assert page["removed"] == []
    return sum(len(page[name]) for name in NOTHING)


async def test_what_changes_during_the_first_reading_comes_after_it(
    ada_there: Guest, crowd: list[UUID], database, clock
):
    copy = Copy(ada_there.phone, limit=50)
    await copy.page()
    async with database.transaction() as db:
        for person_id in (crowd[0], crowd[-1]):
            await db.merge(Profile(person_id=person_id, name="Renamed", version=1, updated_at=clock.now))
    await ada_there.phone.delete(f"/v1/connections/{crowd[1]}")
    await spread(database, clock.now)
    await copy.sync()
    changed = await copy.sync()

    assert sorted(one["person_id"] for one in changed["connections"]) == [str(crowd[0]), str(crowd[-1])]
    assert [one["id"] for one in changed["removed"]] == [str(crowd[1])]
    assert sorted(copy["connections"], key=str) == sorted(
        (await ada_there.phone.get("/v1/connections", params={"limit": CROWD})).json()["items"], key=str
    )


async def test_nothing_new_costs_one_statement_beside_the_proof(
    app, monkeypatch, ada_there: Guest, crowd: list[UUID]
):
    copy = Copy(ada_there.phone)
    await copy.sync()
    with counted(app, monkeypatch) as asked:
        assert await copy.sync() == NOTHING
    assert len(asked) == 2


@pytest.mark.parametrize("size", [1, 40])
async def test_a_page_costs_the_same_at_any_size(
    app, monkeypatch, ada_there: Guest, crowd: list[UUID], database, size
):
    copy = Copy(ada_there.phone)
    await copy.sync()
    async with database.transaction() as db:
        await db.execute(
            text("update connections set note = 'x' where other_id = any(:ids)"), {"ids": crowd[:size]}
        )
    with counted(app, monkeypatch) as asked:
        assert len((await copy.sync())["connections"]) == size
    assert len(asked) == 4


async def test_many_changes_of_one_thing_are_one(ada_there: Guest, crowd: list[UUID], database):
    copy = Copy(ada_there.phone)
    await copy.sync()
    for note in ("first", "second", "third"):
        await ada_there.phone.edit(f"/v1/connections/{crowd[0]}", {"note": note})
    assert [one["note"] for one in (await copy.sync())["connections"]] == ["third"]


@pytest.mark.parametrize(
    "cursor", ["", "x", "%", "W10", "bnVsbA", "eyJhIjoxfQ", "\u0000", "x" * 6001, "WyJhIl0" * 20]
)
async def test_a_cursor_that_is_none_is_refused(ada: Phone, cursor):
    answer = await ada.get("/v1/me/changes", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) in {(400, "cursor_invalid"), (400, "invalid_request")}


@pytest.mark.parametrize("limit", [0, -1, 201, "many"])
async def test_the_limit_is_bounded(ada: Phone, limit):
    answer = await ada.get("/v1/me/changes", params={"limit": limit})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")


async def refused(phone: Phone, cursor: str | None) -> tuple[int, str]:
    answer = await phone.get("/v1/me/changes", params={"cursor": cursor})
    return answer.status_code, answer.json().get("code", "")


async def test_a_cursor_of_another_database_or_person_is_over(ada: Phone, grace: Phone):
    copy = Copy(ada)
    await copy.sync()
    mine = parse(copy.cursor)
    restored = type(mine)(**{**{name: getattr(mine, name) for name in mine.__slots__}, "generation": "other"})

    assert await refused(ada, restored.text()) == (410, "cursor_expired")
    assert await refused(grace, copy.cursor) == (410, "cursor_expired")
    assert await refused(ada, copy.cursor) == (200, "")


async def test_a_cursor_lasts_for_ninety_days(ada_there: Guest, grace_there: Guest, clock):
    copy = Copy(ada_there.phone)
    await copy.sync()
    old = copy.cursor
    clock.now += CURSORS_LAST
    await still_signed_in(ada_there.phone)
    assert await refused(ada_there.phone, old) == (200, "")
    await later(ada_there, clock, seconds=1)
    assert await refused(ada_there.phone, old) == (410, "cursor_expired")


async def test_stamps_are_kept_as_long_as_a_cursor_and_repeated_ones_go(
    ada_there: Guest, crowd: list[UUID], database, clock
):
    copy = Copy(ada_there.phone)
    await copy.sync()
    for note in ("first", "second"):
        await ada_there.phone.edit(f"/v1/connections/{crowd[0]}", {"note": note})
    kept = select(Change.kind).where(Change.object_id == crowd[0], Change.kind == "note")
    async with database.transaction() as db:
        assert len((await db.scalars(kept)).all()) == 2
        stamped_at = await db.scalar(text("select max(stamped_at) from changes"))

    await tidy_up(database, now=stamped_at)
    async with database.transaction() as db:
        assert len((await db.scalars(kept)).all()) == 1
    assert [one["note"] for one in (await copy.sync())["connections"]] == ["second"]
    await tidy_up(database, now=stamped_at + STAMPS_LAST + timedelta(seconds=1))
    async with database.transaction() as db:
        assert (await db.scalars(select(Change.kind))).all() == []


async def test_nobody_reads_without_a_session(client):
    answer = await client.get("/v1/me/changes", params={"cursor": str(uuid4())})
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required")
