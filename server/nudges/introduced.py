"""What others did about introductions, as notices: to a connector who is asked, a target to whom somebody would be
introduced, and an asker who was. Each sees as much as the introduction itself shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.introductions.models import Introduction, IntroductionRequest
from server.introductions.queries import seen_by_connector, seen_by_target
from server.introductions.states import State
from server.nudges.models import Nudge
from server.people.queries import not_blocked


@dataclass(frozen=True, slots=True)
class Notice:
    """`way_id` is the one introduction that it is about, `introduction_id` the id by which its reader knows it."""

    kind: str
    person_id: UUID
    way_id: UUID
    introduction_id: UUID
    about_id: UUID


@dataclass(frozen=True, slots=True)
class _Fact:
    """`person`, who knows it by `known_by`, is told about `about`, while `stands`."""

    kind: str
    known_by: Any
    person: Any
    about: Any
    stands: ColumnElement[bool]


def _facts(now: datetime) -> Iterator[_Fact]:
    asker, connector, target = Introduction.asker_id, Introduction.connector_id, Introduction.target_id
    waits = and_(Introduction.expires_at > now, IntroductionRequest.withdrawn_at.is_(None))
    asked = and_(Introduction.state == State.ASKED, waits, seen_by_connector(connector.expression))
    yield _Fact("introduction_asked", Introduction.id, connector, asker, asked)
    offered = and_(Introduction.state == State.OFFERED, waits, seen_by_target(target.expression))
    yield _Fact("introduction_offered", Introduction.id, target, connector, offered)
    introduced = and_(
        Introduction.state == State.INTRODUCED, not_blocked(asker.expression, target.expression)
    )
    yield _Fact("introduced", Introduction.request_id, asker, target, introduced)


async def introduction_notices(db: AsyncSession, *, now: datetime, most: int) -> list[Notice]:
    """Those that nobody was told of."""
    found = []
    for fact in _facts(now):
        told = exists().where(
            Nudge.person_id == fact.person,
            Nudge.kind == fact.kind,
            Nudge.subject == cast(Introduction.id, Text),
        )
        rows = await db.execute(
            select(fact.person, Introduction.id, fact.known_by, fact.about)
            .select_from(Introduction)
            .join(IntroductionRequest, IntroductionRequest.id == Introduction.request_id)
            .where(fact.stands, ~told)
            .limit(most)
        )
        found += [Notice(fact.kind, *row) for row in rows]
    return found


def still_stands(way_id: ColumnElement[UUID], *, now: datetime) -> list[Any]:
    """For each kind, the condition under which its notice is still of use."""
    return [
        (
            Nudge.kind == fact.kind,
            exists().where(
                Introduction.id == way_id,
                IntroductionRequest.id == Introduction.request_id,
                fact.person == Nudge.person_id,
                fact.stands,
            ),
        )
        for fact in _facts(now)
    ]
