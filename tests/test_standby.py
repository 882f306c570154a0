"""Files come from a standby that keeps up, and from the primary where it does not; consent is the primary's."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, make_url, select, text, update

from server import standby as standby_reads
from server.database import Database, open_database
from server.doctor import look_at_standby
from server.embedded import THROW_AWAY
from server.events.models import Attendance
from server.exports.models import Export
from server.metrics import LONG_READS
from server.people.models import Release
from server.stats.models import FinalStats
from server.worker import Tools
from tests.exports.ordering import download, file_of, made, order, rows_in
from tests.exports.people import agree
from tests.phones import Outbox
from tests.standbys import NoStandby, by_hand, kill, standby_of, until
from tests.stats.crowds import make_crowd


@dataclass
class Standby:
    folder: Path
    url: str


@pytest.fixture(scope="module")
async def standby(database_url) -> AsyncIterator[Standby]:
    with tempfile.TemporaryDirectory(prefix="hallway-standby-") as name:
        folder = Path(name)
        try:
            async with standby_of(
                database_url, folder, settings=THROW_AWAY, may_create_databases=True
            ) as server:
                yield Standby(folder, server.url(make_url(database_url).database))
        except NoStandby as missing:
            pytest.skip(str(missing))


@pytest.fixture
async def beside(settings, standby) -> AsyncIterator[Database]:
    """The database, with the standby set."""
    database = open_database(settings.model_copy(update={"database_url_reads": standby.url}))
    yield database
    await database.close()


@pytest.fixture
def worker(beside, settings, clock, clean) -> Outbox:
    """One that has the standby set."""
    return Outbox(Tools(database=beside, settings=settings, clock=clock))


@pytest.fixture
async def crowd(ada, database, clock):
    """An event that Ada owns, closed a day ago."""
    return await make_crowd(database, now=clock(), types={"attendee": 40}, encounters=200, seed=5)


@asynccontextmanager
async def paused(standby: Standby) -> AsyncIterator[None]:
    """What the primary writes meanwhile does not show on the standby."""
    connection = await by_hand(standby.url)
    await connection.execute("select pg_wal_replay_pause()")
    await until(connection, "select pg_get_wal_replay_pause_state() = 'paused'")
    try:
        yield
    finally:
        await connection.execute("select pg_wal_replay_resume()")
        await connection.close()


def answered() -> dict[str, float]:
    return {who: LONG_READS.labels(who)._value.get() for who in ("standby", "primary")}


def since(before: dict[str, float]) -> dict[str, float]:
    return {who: count - before[who] for who, count in answered().items()}


WAITS_FOR_A_LOCK = "select exists (select from pg_locks where not granted and relation = '{}'::regclass)"


async def test_a_file_read_from_the_standby_is_the_one_that_the_primary_gives(ada, crowd, outbox, worker):
    wanted = await file_of(ada, crowd.event, outbox, "connection_stats")
    before = answered()

    assert await file_of(ada, crowd.event, worker, "connection_stats") == wanted
    assert since(before) == {"standby": 1, "primary": 0}


async def test_figures_that_are_fixed_now_are_written_on_the_primary(ada, crowd, worker, database, clock):
    await order(ada, crowd.event, "connection_stats")
    clock.tick(days=31)
    before = answered()
    await worker.run_jobs()

    async with database.transaction() as db:
        fixed = await db.get_one(FinalStats, crowd.event.id)
        export = (await db.scalars(select(Export))).one()
    assert (export.state, fixed.computed_at) == ("ready", clock())
    assert since(before) == {"standby": 1, "primary": 0}


async def test_a_standby_that_lags_is_not_read_from(ada, crowd, worker, standby, monkeypatch):
    reads = await by_hand(standby.url)
    await until(reads, "select exists (select from encounters)")  # all of them at once
    await reads.close()
    monkeypatch.setattr(standby_reads, "PATIENCE", 0.3)
    before = answered()
    async with paused(standby):
        export = await made(ada, crowd.event, worker, "connections")
        rows = rows_in((await download(ada, crowd.event, export["id"])).content)

    assert len(rows) == len(crowd.met)
    assert since(before) == {"standby": 0, "primary": 1}


async def test_a_standby_killed_while_it_is_read_leaves_the_file_to_the_primary(
    ada, crowd, worker, standby, database
):
    await order(ada, crowd.event, "connections")
    before = answered()
    reads = await by_hand(standby.url)
    async with database.engine.connect() as holder:
        await holder.execute(text("lock table encounters in access exclusive mode"))  # on the standby as well
        making = asyncio.create_task(worker.run_jobs())
        await until(reads, WAITS_FOR_A_LOCK.format("encounters"))
        kill(standby.folder)
        await holder.rollback()
        await making
    reads.terminate()
    back = await by_hand(standby.url)
    await back.close()

    async with database.transaction() as db:
        export = (await db.scalars(select(Export))).one()
    assert (export.state, export.rows) == ("ready", len(crowd.met))
    assert since(before) == {"standby": 0, "primary": 1}


async def test_whoever_takes_consent_back_while_the_standby_lags_is_not_named(
    ada, crowd, worker, standby, database, clock
):
    await agree(database, crowd, now=clock(), share=1)
    export_id = UUID((await order(ada, crowd.event, "attendees", people="names")).json()["id"])
    before, reads, writes = answered(), await by_hand(standby.url), await by_hand(str(database.engine.url))
    who = crowd.guests[0].id
    async with database.engine.connect() as holder:
        await holder.execute(text("lock table releases in share mode"))  # written when a file is published
        making = asyncio.create_task(worker.run_jobs())
        await until(writes, WAITS_FOR_A_LOCK.format("releases"))
        async with paused(standby):
            async with database.transaction() as db:
                await db.execute(
                    update(Attendance).where(Attendance.id == who).values(named_in_exports=False)
                )
            still_there = await reads.fetchval("select named_in_exports from attendances where id = $1", who)
            await holder.rollback()
            await making
    await reads.close()
    await writes.close()

    async with database.transaction() as db:
        export = await db.get_one(Export, export_id)
        released = await db.scalar(select(func.count()).select_from(Release))
    assert still_there
    assert since(before) == {"standby": 1, "primary": 0}
    assert (export.state, released) == ("waiting", 0)


async def test_a_database_that_is_no_standby_of_this_one_is_not_read_from(ada, crowd, settings, clock):
    database = open_database(settings.model_copy(update={"database_url_reads": settings.database_url}))
    before = answered()
    export = await made(
        ada,
        crowd.event,
        Outbox(Tools(database=database, settings=settings, clock=clock)),
        "connection_stats",
    )
    await database.close()

    assert export["state"] == "ready"
    assert since(before) == {"standby": 0, "primary": 1}


async def test_the_doctor_says_whether_the_standby_keeps_up(beside, standby, settings, database, monkeypatch):
    monkeypatch.setattr(standby_reads, "PATIENCE", 0.3)
    nowhere = open_database(
        settings.model_copy(update={"database_url_reads": f"postgresql://hallway@/x?host={standby.folder}"})
    )
    async with database.engine.connect() as primary:
        well = await look_at_standby(beside.standby, primary)
        async with paused(standby):
            await primary.execute(text("create table passing ()"))
            behind = await look_at_standby(beside.standby, primary)
            await primary.rollback()
        away = await look_at_standby(nowhere.standby, primary)
    await nowhere.close()

    assert (well.good, well.says) == (True, "has all that the primary has")
    assert not behind.good
    assert "bytes behind" in behind.says
    assert (away.good, "cannot be asked" in away.says) == (False, True)
