"""What somebody did to you: told once for each fact, at once, and not rationed like our reminders."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, exists, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Account
from server.connections.models import Connection
from server.connections.queries import both_said_yes
from server.database import Database
from server.ids import new_id
from server.nudges.hours import first_known
from server.nudges.introduced import introduction_notices
from server.nudges.kinds import KINDS
from server.nudges.models import Nudge
from server.people.models import Profile, Release

NOTICES_A_ROUND = 500


async def write_notices(database: Database, *, now: datetime) -> None:
    """Tell visitors what an exhibitor's staff noted that they agreed to; whoever claims a place later is told then.
    Tell two people that both want to talk, and people what others did about introductions. Any number of workers may
    do this at once: the key keeps what is there."""
    async with database.transaction() as db:
        rows = [
            *await _agreed_at_stands(db, now=now),
            *await _both_want_to_talk(db, now=now),
            *await _about_introductions(db, now=now),
        ]
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
    return [
        _row(
            kind,
            release.subject_id,
            str(release.id),
            {
                "event_id": str(release.event_id),
                "release_id": str(release.id),
                "exhibitor": release.exhibitor_name,
            },
            zone,
            now=now,
        )
        for release, zone in found
    ]


async def _both_want_to_talk(db: AsyncSession, *, now: datetime) -> list[dict[str, Any]]:
    """Each of the two once for good, however often either changes their mind."""
    kind, recent = "both_want_to_talk", Connection.signalled_at > now - KINDS["both_want_to_talk"].of_use
    lately = union(
        select(Connection.owner_id, Connection.other_id).where(Connection.signal == "yes", recent),
        select(Connection.other_id, Connection.owner_id).where(Connection.signal == "yes", recent),
    ).subquery()
    told = exists().where(
        Nudge.person_id == lately.c.owner_id,
        Nudge.kind == kind,
        Nudge.subject == cast(lately.c.other_id, Text),
    )
    found = await db.execute(
        select(lately.c.owner_id, lately.c.other_id, Profile.zone)
        .outerjoin(Profile, Profile.person_id == lately.c.owner_id)
        .where(both_said_yes(lately.c.owner_id, lately.c.other_id), ~told)
        .limit(NOTICES_A_ROUND)
    )
    return [
        _row(kind, person_id, str(other_id), {"person_id": str(other_id)}, zone, now=now)
        for person_id, other_id, zone in found
    ]


async def _about_introductions(db: AsyncSession, *, now: datetime) -> list[dict[str, Any]]:
    return [
        _row(
            notice.kind,
            notice.person_id,
            str(notice.way_id),
            {
                "person_id": str(notice.about_id),
                "introduction_id": str(notice.introduction_id),
                "way_id": str(notice.way_id),
            },
            notice.zone,
            now=now,
        )
        for notice in await introduction_notices(db, now=now, most=NOTICES_A_ROUND)
    ]


def _row(
    kind: str, person_id: UUID, subject: str, facts: dict[str, Any], zone: str | None, *, now: datetime
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "person_id": person_id,
        "kind": kind,
        "subject": subject,
        "facts": facts,
        "local_date": now.astimezone(first_known([zone])).date(),
        "created_at": now,
        "useful_until": now + KINDS[kind].of_use,
    }
