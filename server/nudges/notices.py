"""What somebody did to you, or that a booked talk is near: told once for each fact, at once, and not rationed like our
reminders; on its way held during quiet hours (`rules.py:leaves_at`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, case, cast, exists, func, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Account
from server.connections.models import Connection
from server.connections.queries import both_said_yes
from server.database import Database
from server.ids import new_id
from server.interviews.models import Interview
from server.interviews.states import PENDING, State
from server.nudges.chosen import choices_of, hours_of
from server.nudges.deliveries import Message, promise, reachable
from server.nudges.introduced import introduction_notices
from server.nudges.kinds import KINDS
from server.nudges.models import Nudge
from server.nudges.paper_badges import scanned_on_paper
from server.nudges.rules import leaves_at
from server.people.models import Release
from server.people.queries import not_blocked

NOTICES_A_ROUND = 500
NEAR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Notice:
    """`talk_at`: when the talk it is about begins, after which it is of no use; `until`: the same of what is not about
    a talk, where it is not counted from now."""

    kind: str
    person_id: UUID
    subject: str
    facts: Mapping[str, str | None]
    talk_at: datetime | None = None
    until: datetime | None = None


async def write_notices(database: Database, *, now: datetime) -> None:
    """Tell visitors what an exhibitor's staff noted that they agreed to (who claims later is told then), two people
    that both want to talk, people what others did about introductions, whoever is to answer a request, both of a talk
    that is near, and by mail whoever never claimed their place how many scanned their badge. Any number of workers may
    do this at once: the key keeps what is there."""
    async with database.transaction() as db:
        found = [
            *await _agreed_at_stands(db),
            *await _both_want_to_talk(db, now=now),
            *await _about_introductions(db, now=now),
            *await _asked_for_a_talk(db, now=now),
            *await _talks_near(db, now=now),
            *await _on_paper(db, now=now),
        ]
        if found:
            await _write(db, found, now=now)


async def _agreed_at_stands(db: AsyncSession) -> list[Notice]:
    kind = "given_at_stand"
    found = await db.scalars(
        select(Release)
        .join(Account, Account.person_id == Release.subject_id)
        .where(
            Release.source == kind,
            Release.withdrawn_at.is_(None),
            ~_told(kind, Release.subject_id, cast(Release.id, Text)),
        )
        .limit(NOTICES_A_ROUND)
    )
    return [
        Notice(
            kind,
            release.subject_id,
            str(release.id),
            {
                "event_id": str(release.event_id),
                "release_id": str(release.id),
                "exhibitor": release.exhibitor_name,
            },
        )
        for release in found
    ]


async def _both_want_to_talk(db: AsyncSession, *, now: datetime) -> list[Notice]:
    """Each of the two once for good, however often either changes their mind."""
    kind, recent = "both_want_to_talk", Connection.signalled_at > now - KINDS["both_want_to_talk"].of_use
    lately = union(
        select(Connection.owner_id, Connection.other_id).where(Connection.signal == "yes", recent),
        select(Connection.other_id, Connection.owner_id).where(Connection.signal == "yes", recent),
    ).subquery()
    found = await db.execute(
        select(lately.c.owner_id, lately.c.other_id)
        .where(
            both_said_yes(lately.c.owner_id, lately.c.other_id),
            ~_told(kind, lately.c.owner_id, cast(lately.c.other_id, Text)),
        )
        .limit(NOTICES_A_ROUND)
    )
    return [
        Notice(kind, person_id, str(other_id), {"person_id": str(other_id)}) for person_id, other_id in found
    ]


async def _about_introductions(db: AsyncSession, *, now: datetime) -> list[Notice]:
    return [
        Notice(
            notice.kind,
            notice.person_id,
            str(notice.way_id),
            {
                "person_id": str(notice.about_id),
                "introduction_id": str(notice.introduction_id),
                "way_id": str(notice.way_id),
            },
        )
        for notice in await introduction_notices(db, now=now, most=NOTICES_A_ROUND)
    ]


async def _asked_for_a_talk(db: AsyncSession, *, now: datetime) -> list[Notice]:
    """Whoever is to answer a request or a counter-proposal, once for each proposal."""
    kind = "talk_asked"
    asked = Interview.state == State.REQUESTED
    answerer = case((asked, Interview.host_id), else_=Interview.asker_id)
    other = case((asked, Interview.asker_id), else_=Interview.host_id)
    subject = func.concat(cast(Interview.id, Text), "/", Interview.proposal)
    found = await db.execute(
        select(Interview.id, Interview.proposal, answerer, other)
        .where(
            Interview.state.in_(PENDING),
            Interview.expires_at > now,
            not_blocked(answerer, other),
            ~_told(kind, answerer, subject),
        )
        .limit(NOTICES_A_ROUND)
    )
    return [
        Notice(
            kind,
            person_id,
            f"{interview_id}/{proposal}",
            {"interview_id": str(interview_id), "proposal": str(proposal), "person_id": str(other_id)},
        )
        for interview_id, proposal, person_id, other_id in found
    ]


async def _talks_near(db: AsyncSession, *, now: datetime) -> list[Notice]:
    """Both people of a talk that begins within the hour; again when it was moved."""
    found = await db.scalars(
        select(Interview).where(
            Interview.state == State.SCHEDULED, Interview.starts_at > now, Interview.starts_at <= now + NEAR
        )
    )
    return [
        Notice(
            "talk_near",
            person_id,
            f"{talk.id}/{talk.starts_at:%Y-%m-%dT%H:%M:%SZ}",
            {"interview_id": str(talk.id), "person_id": str(other_id)},
            talk_at=talk.starts_at,
        )
        for talk in found
        for person_id, other_id in ((talk.asker_id, talk.host_id), (talk.host_id, talk.asker_id))
    ]


async def _on_paper(db: AsyncSession, *, now: datetime) -> list[Notice]:
    return [
        Notice(
            "paper_badge",
            badge.person_id,
            str(badge.attendance_id),
            {
                "event_id": str(badge.event_id),
                "attendance_id": str(badge.attendance_id),
                "count": str(badge.people),
            },
            until=badge.until,
        )
        for badge in await scanned_on_paper(
            db, of_use=KINDS["paper_badge"].of_use, now=now, most=NOTICES_A_ROUND
        )
    ]


def _told(kind: str, person_id: ColumnElement[UUID], subject: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(Nudge.person_id == person_id, Nudge.kind == kind, Nudge.subject == subject)


async def _write(db: AsyncSession, notices: Sequence[Notice], *, now: datetime) -> None:
    """Rows, and what they promise: of those rows alone that were not there yet."""
    people = {notice.person_id for notice in notices}
    choices = await choices_of(db, people)
    hours = await hours_of(db, people, choices, now=now)
    reached = await reachable(db, people)

    by_id = {new_id(): notice for notice in notices}
    rows = [
        _row(id_, notice, now.astimezone(hours[notice.person_id].zone), now=now)
        for id_, notice in by_id.items()
    ]
    written = await db.scalars(insert(Nudge).values(rows).on_conflict_do_nothing().returning(Nudge.id))
    messages = []
    for id_ in written:
        notice = by_id[id_]
        chosen = choices[notice.person_id]
        for channel in sorted(chosen.channels(notice.kind, reached[notice.person_id])):
            at = leaves_at(
                notice.kind, channel, chosen, hours[notice.person_id], talk_at=notice.talk_at, now=now
            )
            if at is not None:
                messages.append(Message(id_, channel, not_before=at, not_after=_useful_until(notice, now)))
    await promise(db, messages, now=now)


def _row(id_: UUID, notice: Notice, local: datetime, *, now: datetime) -> dict[str, Any]:
    return {
        "id": id_,
        "person_id": notice.person_id,
        "kind": notice.kind,
        "subject": notice.subject,
        "facts": dict(notice.facts),
        "local_date": local.date(),
        "created_at": now,
        "useful_until": _useful_until(notice, now),
    }


def _useful_until(notice: Notice, now: datetime) -> datetime:
    return notice.talk_at or notice.until or now + KINDS[notice.kind].of_use
