"""What can happen to an introduction once it was asked for.

Every action locks the request first, so that of two at once one comes second and reads what the first wrote.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import Account
from server.connections.introducing import introduce
from server.interviews.errors import NotJoined
from server.introductions import rules, states
from server.introductions.errors import ConnectionPrivate, IntroductionClosed, IntroductionNotFound
from server.introductions.models import Introduction, IntroductionRequest
from server.introductions.queries import Way, get_way, my_connection
from server.introductions.states import Action, Side, State
from server.people.errors import PersonNotFound


async def agree_to_introduce(
    db: AsyncSession, me: SignedIn, introduction_id: UUID, *, target_id: UUID, now: datetime
) -> None:
    """Offer somebody I met. Nobody but them learns of it; and whether they do, makes no difference here."""
    way = await _lock(db, me, introduction_id, Side.CONNECTOR)
    decided = _judge(way, Action.OFFER, now=now, target_id=target_id)
    if decided is None:
        return
    if target_id == way.introduction.asker_id:
        raise PersonNotFound
    connection = await my_connection(db, me, target_id)
    if connection.private:
        raise ConnectionPrivate
    if await db.scalar(select(Account.id).where(Account.person_id == target_id)) is None:
        raise NotJoined

    introduction = way.introduction
    introduction.state, introduction.target_id, introduction.offered_at = decided, target_id, now
    introduction.expires_at = now + rules.TARGET_ANSWERS_WITHIN
    await db.flush()  # so that the answer reads it


async def agree_to_be_introduced(
    db: AsyncSession, me: SignedIn, introduction_id: UUID, *, now: datetime
) -> None:
    """Both agreed: the asker by asking. From now on they are connected, and each has what the other's card gives."""
    way = await _lock(db, me, introduction_id, Side.TARGET)
    decided = _judge(way, Action.AGREE, now=now)
    if decided is None:
        return
    way.introduction.state, way.introduction.introduced_at = decided, now
    await db.flush()  # so that the answer reads it
    await introduce(db, way.introduction.asker_id, me.person_id, now=now)


async def decline(db: AsyncSession, me: SignedIn, introduction_id: UUID, *, now: datetime) -> None:
    """As connector or as target. To everybody else it looks like silence."""
    way = await _lock(db, me, introduction_id, None)
    decided = _judge(way, Action.DECLINE, now=now)
    if decided is not None:
        way.introduction.state = decided
        await db.flush()  # so that the answer reads it


async def withdraw(db: AsyncSession, me: SignedIn, request_id: UUID, *, now: datetime) -> None:
    """Take back what I asked for, from everybody at once; whoever was introduced stays so."""
    request = await db.scalar(
        select(IntroductionRequest)
        .where(IntroductionRequest.id == request_id, IntroductionRequest.asker_id == me.person_id)
        .with_for_update()
    )
    if request is None:
        raise IntroductionNotFound
    if request.withdrawn_at is None and now >= request.closes_at:
        raise IntroductionClosed(f"It is {State.EXPIRED}.")
    request.withdrawn_at = request.withdrawn_at or now
    await db.flush()  # so that the answer reads it


async def _lock(db: AsyncSession, me: SignedIn, introduction_id: UUID, side: Side | None) -> Way:
    """My side of it, as it is from then on. Raises IntroductionNotFound."""
    mine = (Introduction.connector_id == me.person_id) | (Introduction.target_id == me.person_id)
    await db.execute(
        select(IntroductionRequest.id)
        .join(Introduction, Introduction.request_id == IntroductionRequest.id)
        .where(Introduction.id == introduction_id, mine)
        .with_for_update(of=IntroductionRequest)
    )
    way = await get_way(db, me, introduction_id)
    if side not in {None, way.side}:
        raise IntroductionNotFound
    return way


def _judge(way: Way, action: Action, *, now: datetime, target_id: UUID | None = None) -> State | None:
    try:
        return states.next_state(way.stand, action, way.side, now=now, target_id=target_id)
    except states.NoLongerOpen as closed:
        raise IntroductionClosed(f"It is {closed.state}.") from closed
