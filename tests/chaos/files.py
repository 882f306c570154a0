"""Files that organizers order meanwhile; workers read them from a standby, which is killed too."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg

from server.embedded import EmbeddedPostgres
from tests.bench.crowd import EVENT, uid
from tests.chaos.counting import Check
from tests.chaos.people import Guest, Line
from tests.standbys import NoStandby, standby_of

STANDBY = "standby"  # its data folder, in that of the house
ORGANIZERS = 8  # each may order sixty an hour
EVERY = 3.0  # seconds


@asynccontextmanager
async def standby_beside(primary_url: str, folder: Path) -> AsyncIterator[EmbeddedPostgres | NoStandby]:
    """One, or why there is none."""
    async with AsyncExitStack() as beside:
        folder.mkdir(mode=0o700)
        try:
            yield await beside.enter_async_context(standby_of(primary_url, folder))
        except NoStandby as missing:
            yield missing


async def make_organizers(database: asyncpg.Connection) -> None:
    await database.executemany(
        "insert into team_members (event_id, id, email, account_id, role, created_as, version, added_at)"
        " values ($1, $2, $3, $4, 'manager', '', 1, now())",
        [(EVENT, uid("member", n), f"person{n}@example.org", uid("account", n)) for n in range(ORGANIZERS)],
    )


async def order_files(
    guests: list[Guest], line: Line, over: asyncio.Event, chance: random.Random
) -> set[UUID]:
    """Those that were acknowledged."""
    ordered = set()
    while not over.is_set():
        export_id = UUID(int=chance.getrandbits(128), version=4)
        body = {
            "id": str(export_id),
            "kind": chance.choice(["connection_stats", "follow_up"]),
            "format": "csv",
        }
        token = chance.choice(guests[:ORGANIZERS]).token
        status, _, _ = await line.until_answered(token, "POST", f"/v1/events/{EVENT}/exports", body)
        if status in (200, 201):
            ordered.add(export_id)
        await asyncio.sleep(EVERY)
    return ordered


async def check_files(database: asyncpg.Connection, ordered: set[UUID]) -> list[Check]:
    states = {row["id"]: row["state"] for row in await database.fetch("select id, state from exports")}
    return [
        Check(
            "files ordered, and not made", len(ordered), sum(states.get(one) != "ready" for one in ordered)
        ),
    ]


def left_out(log: Path) -> int:
    """How often the standby was not read from, or gave up."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if '"standby_left_out"' in line]
    return len(lines)
