"""What a worker's rounds read of everybody, at an event of this size: nudges every minute, people to meet as often as
something changed. With them are talks of a year, and a `yes` on two connections of a hundred."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.nudges.gathering import who_might_be_due
from server.nudges.rules import next_nudge
from server.who_to_meet.gathering import gather
from tests.bench.crowd import EVENT
from tests.bench.figures import Figure, Size
from tests.bench.house import House, cpu
from tests.bench.large import database_of
from tests.bench.scanning import store

FOLLOWING = (
    "alter table interviews disable trigger user",
    "alter table connections disable trigger user",
    """
    insert into interviews (id, asker_id, host_id, purpose, ask, offer, minutes, medium, content, slots, proposal,
        proposed_by, moving, state, starts_at, ends_at, place, reply, sequence, requested_at, expires_at,
        answered_at, asker_did, host_did, updated_at)
    select gen_random_uuid(), one, other, 'advice', 'An ask', '', 20, 'phone', '', array[at], 1, one, false,
        'scheduled', at, at + interval '20 min', '', '', 0, at - interval '3 days', at + interval '7 days',
        at - interval '2 days', '', '', at
    from generate_series(0, $1::int * 2 - 1) n, lateral (
        select md5('person' || n % $1)::uuid as one, md5('person' || (n + 1960 + n / $1) % $1)::uuid as other,
            now() - make_interval(secs => n * 7919 % 31536000 + 3600) as at
    ) as talk
    """,
    """
    update connections set signal = 'yes', signalled_at = last_met_at
    where $1::int > 0 and ('x' || left(owner_id::text, 4))::bit(16)::int % 10 = 0
        and ('x' || left(other_id::text, 4))::bit(16)::int % 5 = 0
    """,
    "alter table interviews enable trigger user",
    "alter table connections enable trigger user",
    "analyze interviews",
    "analyze connections",
)


def rounds(house: House, size: Size) -> Iterator[Figure]:
    store(house, size)
    asyncio.run(follow_up(house))
    for what, look in (("nudges", due), ("people to meet", to_meet)):
        seconds, more = asyncio.run(measure(house, look))
        yield Figure(what=f"{what}: one look at {house.people:,} people", value=seconds, unit="s", more=more)


async def follow_up(house: House) -> None:
    connection = await house.connect()
    for statement in FOLLOWING:
        await connection.execute(statement, *([house.people] if "$1" in statement else []), timeout=400)
    await connection.close()


async def due(db: AsyncSession, now: datetime) -> float:
    """Gathers, decides, and says how long deciding took."""
    found = await who_might_be_due(db, now=now)
    began = time.process_time()
    for facts in found:
        next_nudge(facts, now)
    return time.process_time() - began


async def to_meet(db: AsyncSession, now: datetime) -> float:
    await gather(db, EVENT, now=now)
    return 0.0


async def measure(
    house: House, look: Callable[[AsyncSession, datetime], Awaitable[float]]
) -> tuple[float, dict[str, Any]]:
    database = database_of(house)
    async with database.transaction() as db:
        await db.execute(
            text("set local idle_in_transaction_session_timeout = 0")
        )  # deciding is meant to be outside
        backend = await db.scalar(text("select pg_backend_pid()"))
        before, began, ours = cpu(backend), time.perf_counter(), time.process_time()
        deciding = await look(db, datetime.now(UTC))
        took = time.perf_counter() - began
        figures = {
            "python_cpu": time.process_time() - ours,
            "postgres_cpu": cpu(backend) - before,
            "deciding_cpu": deciding,
        }
    await database.close()
    return took, figures
