"""What happens after an event: a run that makes everybody's suggestions, and another when late scans arrive or places
in lists become free.

A run reads in one moment, computes outside any transaction in a thread, and writes in short chunks, since any
writing transaction holds the change feed back. It is shown when `published_at` is set, and later runs replace
each list whole, so nobody ever sees half a list.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Database
from server.problems import where
from server.suggestions.actions import move
from server.suggestions.due import (
    QUIET,
    closed_events_without_suggestions,
    events_with_the_same_people,
    list_ended,
)
from server.suggestions.gathering import Gathered, gather
from server.suggestions.models import Suggestion, SuggestionRun
from server.suggestions.recording import changes, replace_lists
from server.suggestions.rules import suggest

log = structlog.get_logger()
Answer = TypeVar("Answer")

READERS_PER_CHUNK = 100
ENDED_PER_CHUNK = 500
# Well within the idle_in_transaction_session_timeout of the role.
KEEP_AWAKE_EVERY = 15.0  # seconds


async def suggest_for_closed_events(database: Database, *, now: datetime) -> None:
    """One look at what is due; an event that fails is tried again at the next, and keeps no other waiting."""
    async with database.transaction() as db:
        due = await closed_events_without_suggestions(db, now=now)
    for event_id in due:
        try:
            await suggest_for_event(database, event_id, now=now)
        except Exception as failed:  # noqa: BLE001, whatever it was, the other events are not to blame
            log.error(  # noqa: TRY400, the text of an error may hold personal data
                "suggestions_failed",
                event_id=str(event_id),
                error=type(failed).__name__,
                where=where(failed),
            )


async def end_suggestions(database: Database, *, now: datetime) -> None:
    """Free the places of those that wait for their reader in vain."""
    async with database.transaction() as db:
        ended = await list_ended(db, now=now)
    for first in range(0, len(ended), ENDED_PER_CHUNK):
        async with database.transaction() as db:
            await move(db, ended[first : first + ENDED_PER_CHUNK], ("open", "snoozed"), "ended", now=now)


async def suggest_for_event(database: Database, event_id: UUID, *, now: datetime) -> bool:
    """Whether this worker made a run: not if another is at it, or has done it meanwhile."""
    began = time.perf_counter()
    async with only_worker(database, event_id, now=now) as lock:
        # In a second statement: another may have published and given the lock back just now.
        due = await closed_events_without_suggestions(lock, now=now, event_id=event_id) if lock else []
        if lock is None or not due:
            return False

        gathered = await look(database, event_id, now=now)
        suggested = await keep_awake(lock, asyncio.to_thread(suggest, gathered.facts))
        new = changes(gathered.stored, suggested)

        looked_at = False
        for first in range(0, len(new), READERS_PER_CHUNK):
            async with database.transaction() as db:
                batch = new[first : first + READERS_PER_CHUNK]
                looked_at |= await replace_lists(db, Suggestion, event_id, batch, now=now)
            await lock.execute(select(1))  # still the only one, and awake

        # Where somebody looked at their list while a new one was made, the event stays due.
        if not looked_at:
            await publish(lock, event_id, now=now, took=time.perf_counter() - began)
    log.info(
        "suggestions_made",
        event_id=str(event_id),
        people=len(gathered.facts.people),
        meetings=len(gathered.facts.meetings),
        suggestions=len(suggested),
        lists_changed=len(new),
        seconds=round(time.perf_counter() - began, 2),
    )
    return True


@asynccontextmanager
async def only_worker(
    database: Database, event_id: UUID, *, now: datetime
) -> AsyncIterator[AsyncSession | None]:
    """A transaction that holds the event's lock and those of the events that share people with it, since two runs at
    once would each give away what a host has left; or None if another holds one of them. Everybody tries them in one
    order, so that somebody gets all. It writes nothing before its last statement, so that it holds the change feed back
    for that long only."""
    async with database.transaction() as db:
        for shared in await events_with_the_same_people(db, event_id, now=now):
            key = func.hashtextextended(f"suggestions of {shared}", 0)
            if not await db.scalar(select(func.pg_try_advisory_xact_lock(key))):
                yield None
                return
        yield db


async def look(database: Database, event_id: UUID, *, now: datetime) -> Gathered:
    """The facts as of one moment, and no transaction open afterwards."""
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    async with AsyncSession(engine, expire_on_commit=False) as db:
        return await gather(db, event_id, now=now)


async def keep_awake(lock: AsyncSession, work: Awaitable[Answer]) -> Answer:
    """Wait for work without letting the transaction idle for so long that the server ends it."""
    task = asyncio.ensure_future(work)
    while not (await asyncio.wait({task}, timeout=KEEP_AWAKE_EVERY))[0]:
        await lock.execute(select(1))
    return task.result()


async def publish(db: AsyncSession, event_id: UUID, *, now: datetime, took: float) -> None:
    """The last statement of the transaction that holds the lock: a run that lost it publishes nothing. `took` in
    seconds."""
    run = insert(SuggestionRun).values(
        event_id=event_id, scans_until=now - QUIET, ran_at=now, published_at=now, took_ms=round(took * 1000)
    )
    later = {
        "scans_until": run.excluded.scans_until,
        "ran_at": run.excluded.ran_at,
        "took_ms": run.excluded.took_ms,
        "published_at": func.coalesce(SuggestionRun.published_at, run.excluded.published_at),
    }
    await db.execute(run.on_conflict_do_update(index_elements=[SuggestionRun.event_id], set_=later))
