"""`python -m tests.bench.exporting EXPORT_ID`: makes one export as a worker does, in a process of its own, and
says in JSON how long it took, how much of that deciding what may be shown took, and how much memory it wanted."""

import asyncio
import json
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from server.clock import utc_now
from server.database import open_database
from server.events.models import Event
from server.exports.guarding import guard
from server.exports.jobs import make_export
from server.exports.models import Export
from server.settings import Settings


async def make(export_id: UUID) -> dict[str, float]:
    database = open_database(Settings(_env_file=None))
    async with database.transaction() as db:
        export = await db.get_one(Export, export_id)
        event = await db.get_one(Event, export.event_id)
    before = peak()
    began = time.perf_counter()
    await make_export(database, export_id, clock=utc_now)
    took = time.perf_counter() - began
    grown = peak() - before

    began = time.perf_counter()
    async with database.transaction() as db:
        await guard(db, event, export.kind, now=datetime.now(UTC))
    deciding = time.perf_counter() - began
    async with database.transaction() as db:
        made = await db.get_one(Export, export_id)
    await database.close()
    return {
        "rows": made.rows or 0, "seconds": took, "deciding": deciding, "grown_mb": grown, "peak_mb": peak(),
        "mb": (made.size or 0) / 1e6,
    }  # fmt: skip


def peak() -> float:
    """MB that this process wanted at most so far (Linux; `getrusage` would begin with whoever started us)."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(make(UUID(sys.argv[1])))) + "\n")
