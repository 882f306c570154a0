"""What somebody did to you: told once for each fact, at once, and not rationed like our reminders."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Account
from server.database import Database
from server.ids import new_id
from server.nudges.hours import first_known
from server.nudges.kinds import KINDS
from server.nudges.models import Nudge
from server.people.models import Profile, Release

NOTICES_A_ROUND = 500


async def write_notices(database: Database, *, now: datetime) -> None:
    """Tell visitors what an exhibitor's staff noted that they agreed to. Whoever claims a place later is told then. Any
    number of workers may do this at once: the key keeps what is there."""
    async with database.transaction() as db:
        rows = await _agreed_at_stands(db, now=now)
        if rows:
            await db.execute(insert(Nudge).on_conflict_do_nothing(), rows)


async def _agreed_at_stands(db: AsyncSession, *, now: datetime) -> list[dict[str, Any]]:
    kind = "given_at_stand"
    found = await db.execute(
        select(Release, Profile.zone)
        .join(Account, Account.person_id == Release.subject_id)
        .outerjoin(Profile, Profile.person_id == Release.subject_id)
        .where(
            Release.source == kind,
            Release.withdrawn_at.is_(None),
            ~exists().where(
                Nudge.person_id == Release.subject_id,
                Nudge.kind == kind,
                Nudge.subject == cast(Release.id, Text),
            ),
        )
        .limit(NOTICES_A_ROUND)
    )
    return [_row(kind, release, zone, now=now) for release, zone in found]


def _row(kind: str, release: Release, zone: str | None, *, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "person_id": release.subject_id,
        "kind": kind,
        "subject": str(release.id),
        "facts": {
            "event_id": str(release.event_id),
            "release_id": str(release.id),
            "exhibitor": release.exhibitor_name,
        },
        "local_date": now.astimezone(first_known([zone])).date(),
        "created_at": now,
        "useful_until": now + KINDS[kind].of_use,
    }
