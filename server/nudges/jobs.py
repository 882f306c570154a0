"""What happens later: one look at who might be due, one decision for each, and rows for what is."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Database
from server.ids import new_id
from server.nudges.deliveries import Message, promise
from server.nudges.facts import Facts
from server.nudges.gathering import who_might_be_due
from server.nudges.models import Nudge
from server.nudges.rules import Due, next_nudge
from server.nudges.standing import of_use

log = structlog.get_logger()

NUDGES_PER_CHUNK = 500


async def write_due_nudges(database: Database, *, now: datetime) -> None:
    """Any number of workers may do this at once: the keys keep what is there, and nothing comes twice."""
    await _end_what_is_over(database, now=now)
    async with database.transaction() as db:
        might = await who_might_be_due(db, now=now)

    due = await asyncio.to_thread(_decide, might, now)

    written = 0
    for first in range(0, len(due), NUDGES_PER_CHUNK):
        async with database.transaction() as db:
            written += await _write(db, due[first : first + NUDGES_PER_CHUNK], now=now)
    if written:
        log.info("nudges_written", nudges=written, considered=len(might))


async def _end_what_is_over(database: Database, *, now: datetime) -> None:
    """Nobody sees these any more (`standing.py`); written down, so that phones hear of it, in short steps."""
    ended = NUDGES_PER_CHUNK
    while ended == NUDGES_PER_CHUNK:
        async with database.transaction() as db:
            over = (
                select(Nudge.id)
                .where(Nudge.state == "open", Nudge.useful_until > now, ~of_use(now))
                .limit(NUDGES_PER_CHUNK)
                .with_for_update(skip_locked=True)
            )
            found = await db.execute(
                update(Nudge).where(Nudge.id.in_(over)).values(state="over").returning(Nudge.id)
            )
            ended = len(found.all())


def _decide(might: Sequence[Facts], now: datetime) -> list[tuple[UUID, Due]]:
    return [(facts.person_id, due) for facts in might if (due := next_nudge(facts, now))]


async def _write(db: AsyncSession, decided: Sequence[tuple[UUID, Due]], *, now: datetime) -> int:
    """Rows, and what they promise: of those rows alone that were not there yet."""
    rows = {new_id(): (person_id, due) for person_id, due in decided}
    written = await db.scalars(
        insert(Nudge)
        .values([_row(nudge_id, person_id, due, now=now) for nudge_id, (person_id, due) in rows.items()])
        .on_conflict_do_nothing()
        .returning(Nudge.id)
    )
    new = written.all()
    messages = [
        Message(nudge_id, channel, not_before=now, not_after=rows[nudge_id][1].sent_until)
        for nudge_id in new
        for channel in sorted(rows[nudge_id][1].channels)
    ]
    await promise(db, messages, now=now)
    return len(new)


def _row(nudge_id: UUID, person_id: UUID, due: Due, *, now: datetime) -> dict[str, Any]:
    return {
        "id": nudge_id,
        "person_id": person_id,
        "kind": due.kind,
        "subject": due.subject,
        "facts": dict(due.facts),
        "local_date": due.local_date,
        "rationed": True,
        "created_at": now,
        "useful_until": due.useful_until,
    }
