"""Transactions that overlap: whatever commits is brought once, in whatever order, and nothing waits for anything."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.models import Person
from server.connections.models import Connection
from server.database import Database, open_database
from server.ids import new_id
from tests.phones import Phone
from tests.scans.conference import quick_phone
from tests.sync.copies import NOTHING, Copy

AT_ONCE = 4


@dataclass
class Ledger:
    """Somebody who met many people, and what is written about each of them: at most once."""

    database: Database
    owner_id: UUID
    others: list[UUID] = field(default_factory=list)

    async def meet(self, count: int, *, now) -> None:
        new = [new_id() for _ in range(count)]
        async with self.database.transaction() as db:
            await db.execute(insert(Person), [{"id": one, "created_at": now} for one in new])
            await db.execute(
                insert(Connection),
                [
                    {
                        "owner_id": self.owner_id,
                        "other_id": one,
                        "first_event_id": one,
                        "first_met_at": now,
                        "last_met_at": now,
                        "updated_at": now,
                    }
                    for one in new
                ],
            )
        self.others = new

    async def write(self, connection: AsyncConnection, other_id: UUID) -> str:
        await connection.execute(
            update(Connection)
            .where(Connection.owner_id == self.owner_id, Connection.other_id == other_id)
            .values(note=f"about {other_id}")
        )
        return str(other_id)


@pytest.fixture
async def ledger(ada: Phone, database: Database, clock) -> Ledger:
    ledger = Ledger(database, UUID(ada.person_id))
    await ledger.meet(120, now=clock.now)
    return ledger


@asynccontextmanager
async def elsewhere(database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction of another replica, that writes from its first moment."""
    async with database.engine.connect() as connection:
        await connection.execute(text("select pg_current_xact_id()"))
        yield connection


def people(brought) -> list[str]:
    return sorted(one["person_id"] for one in brought["connections"])


async def test_a_transaction_that_lasts_holds_nothing_back_and_is_not_skipped(
    ada: Phone, ledger: Ledger, database: Database
):
    copy = Copy(ada)
    first, second, third, *_ = ledger.others
    await copy.sync()

    async with elsewhere(database) as lasting, elsewhere(database):
        late = await ledger.write(lasting, first)
        for other_id in (second, third):
            async with elsewhere(database) as quick:
                written = await ledger.write(quick, other_id)
                await quick.commit()
            assert people(await copy.sync()) == [written]
            assert await copy.sync() == NOTHING
        await lasting.commit()

    brought = await copy.sync()
    assert people(brought) == [late]
    assert brought["connections"][0]["note"] == f"about {late}"
    assert await copy.sync() == NOTHING


async def test_what_is_rolled_back_never_comes(ada: Phone, ledger: Ledger, database: Database):
    copy = Copy(ada)
    await copy.sync()
    async with elsewhere(database) as undecided:
        await ledger.write(undecided, ledger.others[0])
        assert await copy.sync() == NOTHING
        await undecided.rollback()
    assert await copy.sync() == NOTHING


async def test_pages_are_of_the_moment_when_the_first_was_read(
    ada: Phone, ledger: Ledger, database: Database
):
    copy = Copy(ada, limit=2)
    await copy.sync()
    early, late = ledger.others[:5], ledger.others[5:9]
    async with elsewhere(database) as connection:
        for other_id in early:
            await ledger.write(connection, other_id)
        await connection.commit()

    page = await copy.page()
    async with elsewhere(database) as connection:
        for other_id in late:
            await ledger.write(connection, other_id)
        await connection.commit()
    rest = await copy.sync()

    assert sorted(people(page) + people(rest)) == sorted(map(str, early))
    assert people(await copy.sync()) == sorted(map(str, late))
    assert await copy.sync() == NOTHING


steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.integers(0, AT_ONCE - 1)),
        st.tuples(st.sampled_from(["commit", "rollback"]), st.integers(0, AT_ONCE - 1)),
        st.tuples(st.just("sync"), st.integers(1, 3)),
    ),
    max_size=30,
)


@given(history=steps)
@settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
async def test_each_sync_brings_exactly_what_was_committed_since_the_one_before(
    client, database, clock, request, history
):
    setup = request.getfixturevalue("settings")
    phone = await quick_phone(client, database, setup, email=f"{new_id()}@example.org", now=clock.now)
    ledger = Ledger(database, UUID(phone.person_id))
    await ledger.meet(30, now=clock.now)
    fresh, copy = iter(ledger.others), Copy(phone)
    await copy.sync()

    written: list[list[str]] = [[] for _ in range(AT_ONCE)]
    committed: list[str] = []
    replicas = [await database.engine.connect() for _ in range(AT_ONCE)]
    try:
        for what, number in [*history, *(("commit", index) for index in range(AT_ONCE)), ("sync", 2)]:
            if what == "write":
                written[number].append(await ledger.write(replicas[number], next(fresh)))
            elif what == "sync":
                copy.limit = number
                assert people(await copy.sync()) == sorted(committed)
                committed = []
            else:
                await getattr(replicas[number], what)()
                committed += written[number] if what == "commit" else []
                written[number] = []
    finally:
        for replica in replicas:
            await replica.close()


@dataclass
class Writers:
    """They share out what there is to write, a few in each transaction, on connections of their own."""

    ledger: Ledger
    replica: Database
    chance: random.Random
    queue: list[UUID]
    committed: list[str] = field(default_factory=list)
    others_done: asyncio.Event = field(default_factory=asyncio.Event)

    async def write(self) -> None:
        while self.queue:
            async with elsewhere(self.replica) as connection:
                written = await self.some(connection)
                if self.chance.random() < 1 / 3:
                    await connection.rollback()
                else:
                    await connection.commit()
                    self.committed += written

    async def last(self) -> None:
        """Begins early, and commits when all others are done."""
        async with elsewhere(self.replica) as connection:
            written = await self.some(connection)
            await self.others_done.wait()
            await connection.commit()
            self.committed += written

    async def some(self, connection: AsyncConnection) -> list[str]:
        mine = [self.queue.pop() for _ in range(min(len(self.queue), self.chance.randint(1, 3)))]
        return [await self.ledger.write(connection, other_id) for other_id in mine]


@pytest.mark.parametrize("seed", range(3))
async def test_many_writers_at_once_are_missed_by_nobody_and_repeated_to_nobody(
    ada: Phone, ledger: Ledger, settings, seed
):
    """Some last until all others are done, some give up, while two phones read page by page."""
    chance = random.Random(seed)  # noqa: S311 - a history to repeat
    replica = open_database(settings, pool_size=20)
    writers = Writers(ledger, replica, chance, chance.sample(ledger.others, len(ledger.others)))
    copies = [Copy(ada, limit=1), Copy(ada, limit=7)]
    for copy in copies:
        await copy.sync()
    brought = [Counter[str](), Counter[str]()]

    async def read(number: int) -> None:
        while not writers.others_done.is_set():
            brought[number].update(people(await copies[number].page()))

    readers = [asyncio.create_task(read(number)) for number in range(2)]
    lasting = [asyncio.create_task(writers.last()) for _ in range(3)]
    await asyncio.gather(*(writers.write() for _ in range(6)))
    writers.others_done.set()
    await asyncio.gather(*lasting, *readers)
    await replica.close()

    for number, copy in enumerate(copies):
        for _ in range(2):  # to the end of what was begun, and what came after
            brought[number].update(people(await copy.sync()))
        assert await copy.sync() == NOTHING
        assert brought[number] == Counter(writers.committed)
        notes = {one["person_id"]: one["note"] for one in copy["connections"]}
        assert notes == {
            str(one): f"about {one}" if str(one) in writers.committed else "" for one in ledger.others
        }
