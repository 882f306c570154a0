"""How does the operator look into reports? On Hallway's own machine: no account of the API may read those of all
events."""

import json
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from server.database import open_database
from server.moderation.access import Operator
from server.moderation.actions import resolve_report
from server.moderation.queries import Reported, list_reports
from server.moderation.rules import age_seconds, is_settled
from server.settings import Settings

MOST = 10_000


class Settlement(StrEnum):
    """To what looking into a report may lead."""

    LOOKING = "looking"
    ACTED = "acted"
    DISMISSED = "dismissed"


async def unsettled_reports(settings: Settings, *, now: datetime) -> Sequence[str]:
    """Each as a line of JSON."""
    database = open_database(settings, pool_size=2)
    try:
        async with database.transaction() as db:
            found = await list_reports(db, Operator(), state=None, cursor=None, limit=MOST)
            return [_line(one, now=now) for one in found if not is_settled(one.report.state)]
    finally:
        await database.close()


async def settle_report(
    settings: Settings, report_id: UUID, *, state: str, words: str, now: datetime
) -> None:
    """Raises ReportNotFound."""
    database = open_database(settings, pool_size=2)
    try:
        async with database.transaction() as db:
            await resolve_report(db, Operator(), report_id, state=state, words=words, now=now)
    finally:
        await database.close()


def _line(found: Reported, *, now: datetime) -> str:
    report = found.report
    said = {
        "id": report.id,
        "age_seconds": age_seconds(report.reported_at, report.settled_at, now=now),
        "state": report.state,
        "event_id": report.event_id,
        "reported": report.subject_id,
        "reporter": report.reporter_id,
        "reason": report.reason,
        "words": report.words,
        "notes": [f"{note.written_at:%Y-%m-%d} {note.state}: {note.words}" for note in found.notes],
    }
    return json.dumps(said, default=str, ensure_ascii=False)
