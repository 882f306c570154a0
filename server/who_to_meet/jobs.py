"""What happens before an event and while it lasts: lists of people to meet, made anew when something changed.

A run reads in one moment, computes in a thread outside any transaction, and writes in short chunks. One worker at a
time does this, for all events, so that two runs never give away what one host has left.
"""

import asyncio
import time
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Database
from server.problems import where
from server.suggestions.jobs import READERS_PER_CHUNK, keep_awake
from server.suggestions.models import PeopleToMeetRun, PersonToMeet
from server.suggestions.recording import changes, replace_lists
from server.who_to_meet.gathering import Gathered, gather
from server.who_to_meet.queries import QUIET, events_with_news
from server.who_to_meet.rules import propose

log = structlog.get_logger()


async def propose_people_to_meet(database: Database, *, now: datetime) -> None:
    """One look at what is due; an event that fails is tried again at the next, and keeps no other waiting."""
    async with database.transaction() as lock:
        key = func.hashtextextended("people to meet", 0)
        if not await lock.scalar(select(func.pg_try_advisory_xact_lock(key))):
            return
        for event_id in await events_with_news(lock, now=now):
            try:
                await _propose_for_event(database, lock, event_id, now=now)
            except Exception as failed:  # noqa: BLE001, whatever it was, the other events are not to blame
                log.error(  # noqa: TRY400, the text of an error may hold personal data
                    "people_to_meet_failed",
                    event_id=str(event_id),
                    error=type(failed).__name__,
                    where=where(failed),
                )


async def _propose_for_event(
    database: Database, lock: AsyncSession, event_id: UUID, *, now: datetime
) -> None:
    began = time.perf_counter()
    gathered = await keep_awake(lock, _look(database, event_id, now=now))
    proposed = await keep_awake(lock, asyncio.to_thread(propose, gathered.facts))
    new = changes(gathered.stored, proposed)

    for first in range(0, len(new), READERS_PER_CHUNK):
        async with database.transaction() as db:
            # A list that its reader looked at meanwhile stays as it is until the next run.
            await replace_lists(db, PersonToMeet, event_id, new[first : first + READERS_PER_CHUNK], now=now)
        await lock.execute(select(1))  # awake
    async with database.transaction() as db:
        await _note(db, event_id, now=now, took_ms=round((time.perf_counter() - began) * 1000))


async def _look(database: Database, event_id: UUID, *, now: datetime) -> Gathered:
    """The facts as of one moment, and no transaction open afterwards."""
    engine = database.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    async with AsyncSession(engine, expire_on_commit=False) as db:
        return await gather(db, event_id, now=now)


async def _note(db: AsyncSession, event_id: UUID, *, now: datetime, took_ms: int) -> None:
    run = insert(PeopleToMeetRun).values(event_id=event_id, until=now - QUIET, ran_at=now, took_ms=took_ms)
    later = {name: run.excluded[name] for name in ("until", "ran_at", "took_ms")}
    await db.execute(run.on_conflict_do_update(index_elements=[PeopleToMeetRun.event_id], set_=later))
