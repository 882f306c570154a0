"""What happens later: one look at who might be due, one decision for each, and rows for what is."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Database
from server.ids import new_id
from server.nudges.models import Nudge
from server.nudges.queries import who_has_something_new, who_might_be_due
from server.nudges.rules import Due, Facts, next_nudge

log = structlog.get_logger()

NUDGES_PER_CHUNK = 500


async def write_due_nudges(database: Database, *, now: datetime) -> None:
    """Any number of workers may do this at once: the key keeps what is there, and nothing comes twice."""
    async with database.transaction() as db:
        might = await who_might_be_due(db, now=now)

    due = await asyncio.to_thread(_decide, might, now)

    written = 0
    for first in range(0, len(due), NUDGES_PER_CHUNK):
        async with database.transaction() as db:
            written += await _write(db, due[first : first + NUDGES_PER_CHUNK], now=now)
    if written:
        log.info("nudges_written", nudges=written, considered=len(might))


def _decide(might: Sequence[Facts], now: datetime) -> list[tuple[UUID, Due]]:
    return [(facts.person_id, due) for facts in might if (due := next_nudge(facts, now))]


async def _write(db: AsyncSession, due: Sequence[tuple[UUID, Due]], *, now: datetime) -> int:
    """A digest of suggestions that have all been taken back since is left out, and may come when there are new."""
    digests = [(person_id, UUID(one.subject)) for person_id, one in due if one.kind == "digest"]
    something_new = await who_has_something_new(db, digests)

    rows = [
        _row(person_id, one, now=now)
        for person_id, one in due
        if one.kind != "digest" or (person_id, UUID(one.subject)) in something_new
    ]
    if rows:
        await db.execute(insert(Nudge).on_conflict_do_nothing(), rows)
    return len(rows)


def _row(person_id: UUID, due: Due, *, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "person_id": person_id,
        "kind": due.kind,
        "subject": due.subject,
        "facts": dict(due.facts),
        "local_date": due.local_date,
        "created_at": now,
        "useful_until": due.useful_until,
    }
