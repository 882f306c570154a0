"""What is done once for a whole event, off the request path."""

import asyncio
import math
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from server.csv_writer import write_rows
from server.database import Database, open_database
from server.events.models import Event
from server.exports.connections import COLUMNS, ROWS, connection_rows
from server.settings import Settings
from server.stats.actions import connection_stats
from tests.bench.crowd import EVENT
from tests.bench.figures import Figure, Size
from tests.bench.house import House
from tests.bench.scanning import store


def suggestions(house: House, size: Size) -> Iterator[Figure]:
    """Ten times as many people and connections; the exponent says how time grows."""
    people = size.people if size.people > 10_000 else 5_000
    took = []
    for count in (people // 10, people):
        said = subprocess.check_output(
            [sys.executable, "-m", "tests.suggestions.scale", str(count), str(count * 20)], text=True
        )
        seconds, peak = re.search(r"in ([\d.]+) s.*peak (\d+) MB", said).groups()
        took.append(float(seconds))
    yield Figure(
        what=f"suggestions for {people:,} people, {people * 20:,} connections",
        value=took[1],
        unit="s",
        at_most=60,
    )
    yield Figure(what="its memory", value=float(peak), unit="MB", at_most=2_000)
    yield Figure(
        what="its growth over 10 times", value=math.log10(took[1] / took[0]), unit="exponent", at_most=1.1
    )


def export(house: House, size: Size) -> Iterator[Figure]:
    """Who met whom at the event, as CSV, against COPY of the same rows. There is no export of single scans."""
    store(house, size)
    rows, ours, copied, grown = asyncio.run(write_both(house))
    yield Figure(
        what=f"export of {rows:,} encounters to CSV", value=rows / ours, unit="rows/s", ceiling=rows / copied,
        at_least=0.7, more={"grown_mb": grown},
    )  # fmt: skip


async def write_both(house: House) -> tuple[int, float, float, float]:
    connection = await house.connect()
    statement = str(ROWS).replace(":event_id", "$1").replace(":zone", "$2")
    began, size = time.perf_counter(), 0

    async def keep(data: bytes) -> None:
        nonlocal size
        size += len(data)

    await connection.copy_from_query(
        statement, EVENT, "Europe/Berlin", output=keep, format="csv", timeout=300
    )
    copied = time.perf_counter() - began
    await connection.close()

    before, began, rows = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter(), 0
    database = database_of(house)
    async with database.transaction() as db:
        event = await db.get_one(Event, UUID(int=EVENT.int))
        async for piece in connection_rows(db, event):
            rows += len(piece)
            for _ in write_rows(COLUMNS, piece, header=False):
                pass
    ours = time.perf_counter() - began
    await database.close()
    return rows, ours, copied, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def stats(house: House, size: Size) -> Iterator[Figure]:
    store(house, size)

    async def count() -> float:
        database = database_of(house)
        began = time.perf_counter()
        async with database.transaction() as db:
            await connection_stats(db, EVENT, now=datetime.now(UTC))
        took = time.perf_counter() - began
        await database.close()
        return took

    yield Figure(
        what=f"stats for {house.people:,} people, {size.stored:,} scans",
        value=asyncio.run(count()),
        unit="s",
        at_most=10,
    )


def badges(house: House, size: Size) -> Iterator[Figure]:
    """As `python -m tests.bench.badges` says it."""
    count = 10_000 if size.people > 10_000 else 1_000
    began = time.perf_counter()
    subprocess.check_output([sys.executable, "-m", "tests.bench.badges", str(count)])
    yield Figure(what=f"{count:,} printed badges, all layouts", value=time.perf_counter() - began, unit="s")


def database_of(house: House) -> Database:
    return open_database(Settings(_env_file=None, database_url=house.environment["DATABASE_URL"]))
