"""What happens later: one look at who might be due, one decision for each, and rows for what is."""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.dialects.postgresql import insert

from server.database import Database
from server.ids import new_id
from server.nudges.models import Nudge
from server.nudges.queries import who_might_be_due
from server.nudges.rules import Due, next_nudge

log = structlog.get_logger()

NUDGES_PER_CHUNK = 500


async def write_due_nudges(database: Database, *, now: datetime) -> None:
    """Any number of workers may do this at once: the key keeps what is there, and nothing comes twice."""
    async with database.transaction() as db:
        might = await who_might_be_due(db, now=now)

    rows = [_row(facts.person_id, due, now=now) for facts in might if (due := next_nudge(facts, now))]

    for first in range(0, len(rows), NUDGES_PER_CHUNK):
        async with database.transaction() as db:
            await db.execute(insert(Nudge).on_conflict_do_nothing(), rows[first : first + NUDGES_PER_CHUNK])
    if rows:
        log.info("nudges_written", nudges=len(rows), considered=len(might))


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
