"""What can be known of introductions, by each of the three: only what `states.py` lets them know.

A connection is used while it stands on both sides, neither keeps it private or said `never`, and there is no block. If
one of a way's does not, or asker and target want nothing of each other, whom it would have reached does not see it;
nobody else can tell that from silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.accounts.access import SignedIn
from server.accounts.models import Account
from server.connections.models import Connection
from server.connections.queries import is_there
from server.introductions.errors import IntroductionNotFound
from server.introductions.models import Introduction, IntroductionRequest
from server.introductions.states import Side, Stand, State
from server.paging import read_cursor
from server.people.errors import PersonNotFound
from server.people.queries import is_leaving, not_blocked

Person = UUID | ColumnElement[UUID]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of mine, with those of its ways that led to somebody."""

    request: IntroductionRequest
    connector_ids: Sequence[UUID]
    introduced: Sequence[Introduction]

    @property
    def key(self) -> tuple[datetime, UUID]:
        return self.request.asked_at, self.request.id


@dataclass(frozen=True, slots=True)
class Way:
    """An introduction in which I am connector or target."""

    introduction: Introduction
    request: IntroductionRequest
    side: Side
    target_visible: bool

    @property
    def key(self) -> tuple[datetime, UUID]:
        offered_at = self.introduction.offered_at
        reached_me_at = offered_at if self.side is Side.TARGET and offered_at else self.request.asked_at
        return reached_me_at, self.introduction.id

    @property
    def stand(self) -> Stand:
        return stand_of(self.introduction, self.request)


def stand_of(introduction: Introduction, request: IntroductionRequest) -> Stand:
    return Stand(
        State(introduction.state),
        introduction.expires_at,
        withdrawn=request.withdrawn_at is not None,
        target_id=introduction.target_id,
    )


def usable(one: Person, other: ColumnElement[UUID]) -> ColumnElement[bool]:
    """A condition: somebody may be introduced along the connection of these two."""
    return and_(
        _stands(one, other),
        _stands(other, one),
        not_blocked(one, other),
        ~is_leaving(one),
        ~is_leaving(other),
    )


def _stands(owner: Person, other: Person) -> ColumnElement[bool]:
    side = aliased(Connection)
    return exists().where(
        side.owner_id == owner,
        side.other_id == other,
        side.last_met_at.is_not(None),
        side.removed_at.is_(None),
        side.private.is_(False),
        side.signal != "never",
    )


def seen_by_connector(me: Person) -> ColumnElement[bool]:
    """A condition: I was asked, along a connection that may be used; what came about stays to be seen."""
    return and_(
        Introduction.connector_id == me,
        ~is_leaving(Introduction.asker_id.expression),
        or_(
            and_(Introduction.state == State.INTRODUCED, not_blocked(me, Introduction.asker_id.expression)),
            usable(Introduction.connector_id.expression, Introduction.asker_id.expression),
        ),
    )


def seen_by_target(me: Person) -> ColumnElement[bool]:
    """A condition: somebody I met offered to introduce me, along connections that may be used, to somebody with whom I
    have no block and neither said `never`."""
    asker, connector = Introduction.asker_id.expression, Introduction.connector_id.expression
    target = Introduction.target_id.expression
    never = aliased(Connection)
    pair = tuple_(never.owner_id, never.other_id)
    return and_(
        Introduction.target_id == me,
        Introduction.state.in_((State.OFFERED, State.REFUSED, State.INTRODUCED)),
        not_blocked(target, asker),
        not_blocked(target, connector),
        ~is_leaving(asker),
        ~is_leaving(connector),
        or_(
            Introduction.state == State.INTRODUCED,
            and_(
                usable(connector, target),
                usable(asker, connector),
                ~exists().where(
                    pair.in_([tuple_(asker, target), tuple_(target, asker)]), never.signal == "never"
                ),
            ),
        ),
    )


async def list_asked(
    db: AsyncSession, me: SignedIn, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Asked]:
    """What I asked for, the newest first."""
    query = select(IntroductionRequest).where(IntroductionRequest.asker_id == me.person_id)
    if after is not None:
        query = query.where(tuple_(IntroductionRequest.asked_at, IntroductionRequest.id) < after)
    newest_first = query.order_by(IntroductionRequest.asked_at.desc(), IntroductionRequest.id.desc())
    return await _asked(db, (await db.scalars(newest_first.limit(limit))).all())


async def _asked(db: AsyncSession, requests: Sequence[IntroductionRequest]) -> list[Asked]:
    """Of whom I blocked, or who blocked me since, nothing."""
    rows = (
        await db.execute(
            select(
                Introduction, not_blocked(Introduction.asker_id.expression, Introduction.target_id.expression)
            )
            .where(
                Introduction.request_id.in_([request.id for request in requests]),
                not_blocked(Introduction.asker_id.expression, Introduction.connector_id.expression),
            )
            .order_by(Introduction.introduced_at, Introduction.id)
        )
    ).all()
    return [
        Asked(
            request,
            [way.connector_id for way, _ in rows if way.request_id == request.id],
            [
                way
                for way, visible in rows
                if way.request_id == request.id and way.state == State.INTRODUCED and visible
            ],
        )
        for request in requests
    ]


async def list_ways(
    db: AsyncSession, me: SignedIn, side: Side, *, after: tuple[datetime, UUID] | None, limit: int
) -> list[Way]:
    """Those in which I am connector or target, the newest first."""
    reached_me_at = Introduction.offered_at if side is Side.TARGET else IntroductionRequest.asked_at
    query = _ways().where(_seen(side, me.person_id))
    if after is not None:
        query = query.where(tuple_(reached_me_at, Introduction.id) < after)
    rows = await db.execute(query.order_by(reached_me_at.desc(), Introduction.id.desc()).limit(limit))
    return [Way(introduction, request, side, visible) for introduction, request, visible in rows]


async def list_introductions(
    db: AsyncSession, me: SignedIn, *, side: Side | None, cursor: str | None, limit: int
) -> list[Asked | Way]:
    """Mine, by when they reached me, one more than the limit when there are more."""
    after = None if cursor is None else read_cursor(cursor, datetime, UUID)
    found: list[Asked | Way] = []
    if side in {None, Side.ASKER}:
        found += await list_asked(db, me, after=after, limit=limit + 1)
    for one in (Side.CONNECTOR, Side.TARGET):
        if side in {None, one}:
            found += await list_ways(db, me, one, after=after, limit=limit + 1)
    return sorted(found, key=lambda each: each.key, reverse=True)[: limit + 1]


async def get_introduction(db: AsyncSession, me: SignedIn, introduction_id: UUID) -> Asked | Way:
    """Raises IntroductionNotFound."""
    request = await db.get(IntroductionRequest, introduction_id, populate_existing=True)
    if request is not None and request.asker_id == me.person_id:
        return (await _asked(db, [request]))[0]
    return await get_way(db, me, introduction_id)


async def get_way(db: AsyncSession, me: SignedIn, introduction_id: UUID) -> Way:
    """Raises IntroductionNotFound."""
    which = case((Introduction.connector_id == me.person_id, Side.CONNECTOR.value), else_=Side.TARGET.value)
    row = await db.execute(
        _ways()
        .add_columns(which)
        .where(
            Introduction.id == introduction_id,
            or_(_seen(Side.CONNECTOR, me.person_id), _seen(Side.TARGET, me.person_id)),
        )
        .execution_options(populate_existing=True)
    )
    found = row.one_or_none()
    if found is None:
        raise IntroductionNotFound
    introduction, request, visible, side = found
    return Way(introduction, request, Side(side), visible)


async def my_connection(db: AsyncSession, me: SignedIn, person_id: UUID) -> Connection:
    """My side, whatever the other made of theirs. Raises PersonNotFound."""
    found = await db.scalar(
        select(Connection).where(is_there(me.person_id), Connection.other_id == person_id)
    )
    if found is None:
        raise PersonNotFound
    return found


async def reachable_through(db: AsyncSession, me: SignedIn, *, without: UUID) -> list[UUID]:
    """Who of those I met may be introduced by me, and has an account."""
    rows = await db.scalars(
        select(Connection.other_id)
        .join(Account, Account.person_id == Connection.other_id)
        .where(
            Connection.owner_id == me.person_id,
            Connection.other_id != without,
            usable(Connection.owner_id.expression, Connection.other_id.expression),
        )
    )
    return list(rows)


def _ways() -> Any:
    """With whether connector and target see each other."""
    visible = not_blocked(Introduction.connector_id.expression, Introduction.target_id.expression)
    return select(Introduction, IntroductionRequest, visible).join(
        IntroductionRequest, IntroductionRequest.id == Introduction.request_id
    )


def _seen(side: Side, me: UUID) -> ColumnElement[bool]:
    return seen_by_connector(me) if side is Side.CONNECTOR else seen_by_target(me)
