"""Runs: complete before they are shown, one worker at a time, and later ones leave alone what was seen."""

import asyncio
import csv
import gzip
import time
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select, text

from server.database import Database
from server.people.models import Goals
from server.suggestions import jobs
from server.suggestions.gathering import gather
from server.suggestions.jobs import only_worker, suggest_for_closed_events, suggest_for_event
from server.suggestions.models import Suggestion, SuggestionRun
from server.suggestions.recording import changes
from server.suggestions.rules import suggest
from tests.phones import Phone
from tests.suggestions.gathering import (
    Gathering,
    add_meetings,
    change,
    close_and_suggest,
    make_crowd,
    make_gathering,
    names,
    suggestions_of,
)


async def rows_of(party: Gathering) -> set[tuple[UUID, UUID, int]]:
    async with party.database.transaction() as db:
        rows = await db.execute(select(Suggestion.id, Suggestion.other_id, Suggestion.rank))
        return {tuple(row) for row in rows}


async def arrive_late(party: Gathering, one: UUID, guests: list[UUID], clock) -> None:
    clock.tick(minutes=1)
    for number, guest in enumerate(guests):
        times = tuple(100 + number + 10 * again for again in range(6))
        await party.meet(one, guest, minutes=times, received=clock())


async def test_nothing_is_shown_before_the_whole_set_is_there(
    party: Gathering, ada: Phone, clock, monkeypatch
):
    monkeypatch.setattr(jobs, "READERS_PER_CHUNK", 1)
    clock.now = party.event.doors_close_at + timedelta(minutes=5)
    seen = []

    async def written_but_not_published(*_: object, **__: object) -> None:
        seen.append((len(await rows_of(party)), await names(ada)))
        raise ConnectionError("killed before publishing")

    with monkeypatch.context() as killed:
        killed.setattr(jobs, "publish", written_but_not_published)
        await suggest_for_closed_events(party.database, now=clock())
    assert seen == [(2, [])]
    assert await names(ada) == []

    await suggest_for_closed_events(party.database, now=clock())
    assert await names(ada) == ["Grace"]
    assert len(await rows_of(party)) == 2


async def test_two_workers_at_once_make_one_set(party: Gathering, ada: Phone, clock):
    for number in range(12):
        guest = await party.guest(f"Guest {number}", now=clock())
        await party.meet(UUID(ada.person_id), guest, minutes=(number,))
    now = party.event.doors_close_at + timedelta(minutes=5)

    made = await asyncio.gather(
        *(suggest_for_event(party.database, party.event.id, now=now) for _ in range(4))
    )
    again = await suggest_for_event(party.database, party.event.id, now=now)

    assert (sorted(made), again) == ([False, False, False, True], False)
    async with party.database.transaction() as db:
        pairs = await db.execute(
            select(func.count(), func.count(func.distinct(Suggestion.other_id)))
            .group_by(Suggestion.person_id)
            .where(Suggestion.person_id == UUID(ada.person_id))
        )
        assert [tuple(row) for row in pairs] == [(5, 5)]


async def test_only_one_worker_holds_an_event_and_events_do_not_wait_for_each_other(party: Gathering, clock):
    other = await make_gathering(party.database, now=clock())
    async with only_worker(party.database, party.event.id, now=clock()) as first:
        async with only_worker(party.database, party.event.id, now=clock()) as second:
            assert (first is not None, second) == (True, None)
        async with only_worker(party.database, other.event.id, now=clock()) as third:
            assert third is not None
    async with only_worker(party.database, party.event.id, now=clock()) as later:
        assert later is not None


async def test_the_lock_writes_nothing_while_suggestions_are_computed(party: Gathering, clock):
    """A writing transaction would hold the change feed back for as long as that takes."""
    async with only_worker(party.database, party.event.id, now=clock()) as lock:
        await jobs.keep_awake(lock, asyncio.to_thread(time.sleep, 0.01))
        written = await lock.scalar(text("select pg_current_xact_id_if_assigned()::text"))
    assert written is None


async def test_a_worker_that_waits_long_stays_awake(party: Gathering, clock, monkeypatch):
    monkeypatch.setattr(jobs, "KEEP_AWAKE_EVERY", 0.1)
    async with only_worker(party.database, party.event.id, now=clock()) as lock:
        await lock.execute(text("set local idle_in_transaction_session_timeout = '400ms'"))
        assert await jobs.keep_awake(lock, asyncio.to_thread(lambda: time.sleep(1) or "done")) == "done"


async def test_late_scans_add_to_what_was_seen_without_moving_it(
    party: Gathering, ada: Phone, grace: Phone, clock
):
    await close_and_suggest(party, clock)
    before = await suggestions_of(ada)
    guests = [await party.guest(f"Guest {number}", now=clock()) for number in range(6)]
    await arrive_late(party, UUID(ada.person_id), guests, clock)
    await suggest_for_closed_events(party.database, now=clock.tick(seconds=10))

    after = await suggestions_of(ada)
    assert [item["rank"] for item in after] == [1, 2, 3, 4, 5]
    assert after[0] == before[0]
    assert {item["person"]["name"] for item in after[1:]} < {f"Guest {number}" for number in range(6)}
    assert await names(grace) == ["Ada"]


async def test_late_scans_replace_what_nobody_has_seen(party: Gathering, ada: Phone, clock):
    weak = [await party.guest(f"Weak {number}", now=clock()) for number in range(5)]
    for guest in weak:
        await party.meet(UUID(ada.person_id), guest, minutes=(1,))
    await close_and_suggest(party, clock)
    before = await rows_of(party)

    strong = [await party.guest(f"Strong {number}", now=clock()) for number in range(4)]
    await arrive_late(party, UUID(ada.person_id), strong, clock)
    await suggest_for_closed_events(party.database, now=clock.tick(seconds=10))

    listed = await names(ada)
    assert sum(name.startswith("Strong") for name in listed) >= 3
    assert len(listed) == len(set(listed)) == 5
    kept = {row[:2] for row in before} & {row[:2] for row in await rows_of(party)}
    assert kept, "a suggestion that stays keeps its id"


async def test_the_same_facts_again_change_nothing(party: Gathering, clock):
    await close_and_suggest(party, clock)
    before = await rows_of(party)
    async with party.database.transaction() as db:
        gathered = await gather(db, party.event.id, now=clock())
    assert changes(gathered.stored, suggest(gathered.facts)) == []
    await suggest_for_closed_events(party.database, now=clock.tick(hours=1))
    assert await rows_of(party) == before


async def test_a_list_looked_at_while_a_new_one_is_made_stays_and_the_event_stays_due(
    party: Gathering, ada: Phone, clock, monkeypatch
):
    await close_and_suggest(party, clock)
    guests = [await party.guest(f"Guest {number}", now=clock()) for number in range(2)]
    await arrive_late(party, UUID(ada.person_id), guests, clock)
    clock.tick(seconds=10)

    def while_ada_looks(facts):
        looked = asyncio.run_coroutine_threadsafe(names(ada), loop)
        assert looked.result(timeout=10) == ["Grace"]
        return suggest(facts)

    loop = asyncio.get_running_loop()
    with monkeypatch.context() as slow:
        slow.setattr(jobs, "suggest", while_ada_looks)
        await suggest_for_closed_events(party.database, now=clock())
    assert await names(ada) == ["Grace"]

    await suggest_for_closed_events(party.database, now=clock())
    after = await names(ada)
    assert (after[0], len(after)) == ("Grace", 3)


async def test_a_run_waits_until_phones_are_quiet_but_not_for_ever(party: Gathering, ada: Phone, clock):
    async def arrives(at: datetime) -> None:
        guest = await party.guest("Trickle", now=clock())
        await party.meet(UUID(ada.person_id), guest, minutes=(5,), received=at)

    async def published() -> bool:
        async with party.database.transaction() as db:
            return await db.scalar(select(func.count()).select_from(SuggestionRun)) == 1

    await change(
        party.database, text("update scans set received_at = :at, changed_at = :at").bindparams(at=clock())
    )
    clock.now = party.event.doors_close_at
    await change(
        party.database, text("update scans set received_at = :at, changed_at = :at").bindparams(at=clock())
    )
    for _ in range(3):
        clock.tick(seconds=9)
        await suggest_for_closed_events(party.database, now=clock())
        await arrives(clock())
    assert not await published()

    clock.now = party.event.doors_close_at + timedelta(minutes=10)
    await arrives(clock())
    await suggest_for_closed_events(party.database, now=clock())
    assert await published()
    async with party.database.transaction() as db:
        until = await db.scalar(select(SuggestionRun.scans_until))
    assert until == clock() - timedelta(seconds=10), "what came last is looked at again"


async def test_capacity_counts_across_events(party: Gathering, ada: Phone, grace: Phone, clock):
    """Grace takes one talk a week: two lists of all events together."""
    async with party.database.transaction() as db:
        db.add(
            Goals(person_id=UUID(grace.person_id), open_to_talk=True, talks_per_week=1, updated_at=clock())
        )
    second = await make_gathering(party.database, now=clock())
    await second.come(grace, now=clock())
    guests = [await second.guest(f"Guest {number}", now=clock()) for number in range(4)]
    for guest in guests:
        await second.meet(UUID(grace.person_id), guest)
    await close_and_suggest(party, clock)

    async with party.database.transaction() as db:
        asked = await db.scalar(
            select(func.count()).where(
                Suggestion.other_id == UUID(grace.person_id), Suggestion.action != "write_note"
            )
        )
        readers = await db.scalar(select(func.count(Suggestion.person_id.distinct())))
    assert (asked, readers) == (2, 6)


SFHH = Path("server/demo/sfhh_encounters.csv.gz")


async def test_a_real_conference_takes_seconds(database: Database, clock, clean, capsys):
    party = await make_gathering(database, now=clock(), ends_at=clock() + timedelta(hours=40))
    with gzip.open(SFHH, "rt") as lines:
        rows = [row for row in csv.DictReader(lines) if int(row["contact_seconds"]) >= 60]
    met: dict[tuple[int, int], list[datetime]] = {}
    for row in rows:
        pair = tuple(sorted((int(row["person_a"]), int(row["person_b"]))))
        met.setdefault(pair, []).append(datetime.fromisoformat(row["start"]))
    began = min(min(times) for times in met.values())
    everybody = sorted({person for pair in met for person in pair})
    crowd = await make_crowd(party, 403, now=clock())  # four met nobody
    people = dict(zip(everybody, crowd, strict=False))
    meetings = [
        (people[one], people[two], tuple((time - began).total_seconds() / 60 for time in times))
        for (one, two), times in met.items()
    ]
    await add_meetings(database, party.event, party.places, meetings)

    started = time.perf_counter()
    await suggest_for_closed_events(database, now=party.event.doors_close_at + timedelta(minutes=1))
    took = time.perf_counter() - started

    async with database.transaction() as db:
        readers, made = (
            await db.execute(select(func.count(Suggestion.person_id.distinct()), func.count()))
        ).one()
        most = await db.scalar(
            select(func.count())
            .where(Suggestion.action != "write_note")
            .group_by(Suggestion.other_id)
            .order_by(func.count().desc())
            .limit(1)
        )
    with capsys.disabled():
        print(f"\n{len(crowd)} people, {len(meetings)} pairs: {made} suggestions in {took:.2f} s")  # noqa: T201
    assert (len(meetings), readers) == (2865, 399)
    assert (most <= 10, took < 10) == (True, True)
