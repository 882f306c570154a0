"""What is done once for a whole event, off the request path."""

import asyncio
import json
import math
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from server.database import Database, open_database
from server.reports.building import Reports, occasion_of
from server.settings import Settings
from server.stats.actions import connection_stats
from tests.bench.crowd import EVENT, uid
from tests.bench.figures import Figure, Size
from tests.bench.house import House
from tests.bench.scanning import store, store_met


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
    """Every scan, from the order to the file that can be downloaded, against COPY of the same columns of `scans` to
    nowhere: without names, suppression, shuffling or storing. `writing` leaves out deciding what may be shown."""
    store_met(house, size)
    copied = asyncio.run(copy_scans(house))
    for form in ("csv", "parquet", "xlsx"):
        export_id = asyncio.run(order(house, form))
        said = json.loads(
            subprocess.check_output(
                [sys.executable, "-m", "tests.bench.exporting", str(export_id)], env=house.environment
            )
        )
        rows, writing = said["rows"], said["seconds"] - said["deciding"]
        yield Figure(
            what=f"export of {rows:,} scans as {form}", value=rows / said["seconds"], unit="rows/s",
            ceiling=rows / copied, at_least=0.7 if form == "csv" else None,
            more={"seconds": said["seconds"], "copy_seconds": copied, "writing_ratio": copied / writing,
                  **{name: said[name] for name in ("deciding", "grown_mb", "peak_mb", "mb")}},
        )  # fmt: skip


async def copy_scans(house: House) -> float:
    connection = await house.connect()

    async def drop(data: bytes) -> None:
        del data

    began = time.perf_counter()
    await connection.copy_from_query(
        """select date_trunc('hour', captured_at, 'Europe/Berlin'), purpose, scanner_attendance_id, target_attendance_id
        from scans where event_id = $1""",
        EVENT,
        output=drop,
        format="csv",
        timeout=300,
    )
    took = time.perf_counter() - began
    await connection.close()
    return took


async def order(house: House, form: str) -> UUID:
    export_id = uuid4()
    connection = await house.connect()
    await connection.execute(
        """insert into exports (id, event_id, account_id, kind, format, state, requested_at, expires_at)
        values ($1, $2, $3, 'scans', $4, 'waiting', now(), now() + interval '7 days')""",
        export_id, EVENT, uid("account", 0), form,
    )  # fmt: skip
    await connection.close()
    return export_id


def stats(house: House, size: Size) -> Iterator[Figure]:
    """Figures of the event on the day after, network included, and the report drawn from them."""
    store(house, size)

    async def look() -> tuple[float, float, float]:
        database, now = database_of(house), datetime.now(UTC) + timedelta(days=1)
        began, ours = time.perf_counter(), time.process_time()
        async with database.transaction() as db:
            found = await connection_stats(db, EVENT, now=now)
            occasion = await occasion_of(db, found)
        counted, cpu = time.perf_counter() - began, time.process_time() - ours
        await Reports().read(found, occasion)
        took = time.perf_counter() - began
        await database.close()
        return counted, took, cpu

    counted, took, cpu = asyncio.run(look())
    crowd = f"{house.people:,} people, {size.stored:,} scans"
    yield Figure(what=f"stats for {crowd}", value=counted, unit="s", at_most=10, more={"python_cpu": cpu})
    yield Figure(what="stats and report", value=took, unit="s", at_most=10)


def badges(house: House, size: Size) -> Iterator[Figure]:
    """As `python -m tests.bench.badges` says it."""
    count = 10_000 if size.people > 10_000 else 1_000
    began = time.perf_counter()
    subprocess.check_output([sys.executable, "-m", "tests.bench.badges", str(count)])
    yield Figure(what=f"{count:,} printed badges, all layouts", value=time.perf_counter() - began, unit="s")


def database_of(house: House) -> Database:
    return open_database(Settings(_env_file=None, database_url=house.environment["DATABASE_URL"]))
