"""Asking to be introduced: who may ask whom, and how much is open at once."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_leave
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import Account
from server.failures import Failure, Fault, IdReused, InvalidRequest
from server.ids import new_id
from server.interviews.booking import lock_people
from server.interviews.errors import InterviewNotFound, NotJoined
from server.interviews.queries import get_interview
from server.introductions import rules
from server.introductions.errors import AlreadyAsked, ConnectionPrivate, ConnectorFull, TooManyIntroductions
from server.introductions.models import Introduction, IntroductionRequest
from server.introductions.queries import my_connection
from server.introductions.states import State
from server.limits import Limits
from server.people.errors import PersonNotFound


@dataclass(frozen=True, slots=True)
class Wish:
    """What an asker says."""

    id: UUID
    seeks: str
    what: str
    why: str
    blurb: str
    connector_ids: Sequence[UUID]
    interview_id: UUID | None

    @property
    def content(self) -> str:
        """A digest of what was said, to know a repeat by."""
        said = json.dumps(
            {**asdict(self), "connector_ids": sorted(map(str, self.connector_ids))}, default=str
        )
        return hashlib.sha256(said.encode()).hexdigest()[:32]


async def request_introduction(
    db: AsyncSession, me: SignedIn, wish: Wish, *, limits: Limits, now: datetime
) -> tuple[IntroductionRequest, bool]:
    """Ask people I met whether they know somebody; also says whether it is new. Delivered again, it is what it is by
    now."""
    await limits.take(rules.REQUESTS_A_DAY, str(me.person_id), now=now)
    await lock_people(db, me.person_id, *wish.connector_ids)
    earlier = await _mine(db, me, wish.id)
    if earlier is not None:
        if earlier.content != wish.content:
            raise IdReused
        return earlier, False

    faults = rules.faults_of_connectors(wish.connector_ids)
    if faults:
        raise InvalidRequest(faults=faults)
    await _require_connectors(db, me, wish, now=now)
    await _require_talk(db, me, wish)
    return await _record(db, me, wish, now=now), True


async def _mine(db: AsyncSession, me: SignedIn, request_id: UUID) -> IntroductionRequest | None:
    return await db.scalar(
        select(IntroductionRequest).where(
            IntroductionRequest.id == request_id, IntroductionRequest.asker_id == me.person_id
        )
    )


async def _require_connectors(db: AsyncSession, me: SignedIn, wish: Wish, *, now: datetime) -> None:
    """Each is somebody I met and can be asked; counted with all of them locked. What they keep private, or said of me,
    makes no difference here: then they do not see it."""
    joined = set(await db.scalars(select(Account.person_id).where(Account.person_id.in_(wish.connector_ids))))
    waiting = await _waiting_for(db, wish.connector_ids, now=now)
    open_with = await _open_with(db, me, now=now)
    for index, connector_id in enumerate(wish.connector_ids):
        try:
            connection = await my_connection(db, me, connector_id)
        except PersonNotFound:
            raise _of(PersonNotFound, index) from None
        if connection.private:
            raise _of(ConnectionPrivate, index)
        if connector_id not in joined:
            raise _of(NotJoined, index)
        if connector_id in open_with:
            raise _of(AlreadyAsked, index)
        if waiting.get(connector_id, 0) >= rules.MOST_WAITING:
            raise _of(ConnectorFull, index)
    if len(set(open_with.values())) >= rules.MOST_OPEN:
        raise TooManyIntroductions


def _of(failure: type[Failure], index: int) -> Failure:
    return failure(faults=(Fault(f"/connector_ids/{index}", failure.code, failure.title),))


async def _waiting_for(db: AsyncSession, connector_ids: Sequence[UUID], *, now: datetime) -> dict[UUID, int]:
    """How many requests wait for the first answer of each."""
    rows = await db.execute(
        select(Introduction.connector_id, func.count())
        .join(IntroductionRequest, IntroductionRequest.id == Introduction.request_id)
        .where(
            Introduction.connector_id.in_(connector_ids),
            Introduction.state == State.ASKED,
            Introduction.expires_at > now,
            IntroductionRequest.withdrawn_at.is_(None),
        )
        .group_by(Introduction.connector_id)
    )
    return dict(rows.all())


async def _open_with(db: AsyncSession, me: SignedIn, *, now: datetime) -> dict[UUID, UUID]:
    """Whom I have asked already, by what; open until it closes, whatever they did with it."""
    rows = await db.execute(
        select(Introduction.connector_id, Introduction.request_id)
        .join(IntroductionRequest, IntroductionRequest.id == Introduction.request_id)
        .where(
            Introduction.asker_id == me.person_id,
            Introduction.state != State.INTRODUCED,
            IntroductionRequest.withdrawn_at.is_(None),
            IntroductionRequest.closes_at > now,
        )
    )
    return dict(rows.all())


async def _require_talk(db: AsyncSession, me: SignedIn, wish: Wish) -> None:
    """The talk in which it came up was with one of those asked."""
    if wish.interview_id is None:
        return
    talk = await get_interview(db, me, wish.interview_id)
    if not {talk.asker_id, talk.host_id} & set(wish.connector_ids):
        raise InterviewNotFound


async def _record(db: AsyncSession, me: SignedIn, wish: Wish, *, now: datetime) -> IntroductionRequest:
    made = await db.execute(
        insert_or_leave(IntroductionRequest)
        .values(
            id=wish.id,
            asker_id=me.person_id,
            seeks=wish.seeks,
            what=wish.what,
            why=wish.why,
            blurb=wish.blurb,
            interview_id=wish.interview_id,
            content=wish.content,
            asked_at=now,
            closes_at=now + rules.CLOSES_AFTER,
        )
        .on_conflict_do_nothing(index_elements=[IntroductionRequest.id])
        .returning(IntroductionRequest.id)
    )
    if made.scalar_one_or_none() is None:
        raise IdReused
    await db.execute(
        insert(Introduction),
        [
            {
                "id": new_id(),
                "request_id": wish.id,
                "asker_id": me.person_id,
                "connector_id": connector_id,
                "state": State.ASKED,
                "expires_at": now + rules.CONNECTOR_ANSWERS_WITHIN,
            }
            for connector_id in wish.connector_ids
        ],
    )
    return await db.get_one(IntroductionRequest, wish.id)
