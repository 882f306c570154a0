"""What can be known of interviews, by the two people of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.connections.models import Connection
from server.interviews.diaries import diaries_of
from server.interviews.errors import InterviewNotFound, NoLongerOpen
from server.interviews.models import Interview
from server.interviews.rules import LOOK_AHEAD, MOST_SLOTS_OFFERED
from server.interviews.seen import other_than
from server.interviews.slots import SlotSearch, common_slots, spread
from server.interviews.states import PENDING, Side, State, state_at
from server.paging import read_cursor
from server.people.errors import PersonNotFound
from server.people.models import Goals
from server.people.queries import goals_of, is_leaving, not_blocked


def seen_by_me(me: UUID) -> ColumnElement[bool]:
    """A condition: one of its people is me, and no block is between us. What had been booked stays to be seen
    after a block, which ends it as an ordinary cancellation."""
    other = case((Interview.asker_id == me, Interview.host_id), else_=Interview.asker_id)
    return and_(
        or_(Interview.asker_id == me, Interview.host_id == me),
        or_(Interview.starts_at.is_not(None), not_blocked(me, other)),
    )


async def get_interview(db: AsyncSession, me: SignedIn, interview_id: UUID) -> Interview:
    found = await db.scalar(select(Interview).where(Interview.id == interview_id, seen_by_me(me.person_id)))
    if found is None:
        raise InterviewNotFound
    return found


async def interviews_by_id(db: AsyncSession, me: SignedIn, ids: Sequence[UUID]) -> Sequence[Interview]:
    """Those with these ids that I may see."""
    return (await db.scalars(select(Interview).where(seen_by_me(me.person_id), Interview.id.in_(ids)))).all()


async def list_interviews(
    db: AsyncSession,
    me: SignedIn,
    *,
    state: str | None,
    side: str | None,
    cursor: str | None,
    limit: int,
    now: datetime,
) -> Sequence[Interview]:
    """Mine, the newest first, one row more than the limit when there are more."""
    query = select(Interview).where(seen_by_me(me.person_id))
    if state is not None:
        query = query.where(in_state(State(state), now=now))
    if side is not None:
        mine = Interview.asker_id if side == Side.ASKER else Interview.host_id
        query = query.where(mine == me.person_id)
    if cursor is not None:
        query = query.where(
            tuple_(Interview.requested_at, Interview.id) < tuple_(*read_cursor(cursor, datetime, UUID))
        )
    newest_first = query.order_by(Interview.requested_at.desc(), Interview.id.desc())
    return (await db.scalars(newest_first.limit(limit + 1))).all()


def in_state(state: State, *, now: datetime) -> ColumnElement[bool]:
    """A condition: that is how it stands now; unanswered ones are expired from `expires_at` on."""
    if state is State.EXPIRED:
        return or_(Interview.state == state, and_(Interview.state.in_(PENDING), Interview.expires_at <= now))
    if state in PENDING:
        return and_(Interview.state == state, Interview.expires_at > now)
    return Interview.state == state


async def require_connection(db: AsyncSession, me: UUID, other_id: UUID) -> Connection:
    """My side of a connection that stands on both sides. Raises PersonNotFound for anybody else."""
    theirs = (
        select(Connection.owner_id)
        .where(Connection.owner_id == other_id, Connection.other_id == me, Connection.removed_at.is_(None))
        .exists()
    )
    found = await db.scalar(
        select(Connection).where(
            Connection.owner_id == me,
            Connection.other_id == other_id,
            Connection.first_met_at.is_not(None),
            Connection.removed_at.is_(None),
            theirs,
            not_blocked(me, Connection.other_id),
            ~is_leaving(Connection.other_id),
        )
    )
    if found is None:
        raise PersonNotFound
    return found


def _is_open(interview: Interview, *, now: datetime) -> bool:
    """Whether its two people can still agree on a time; nobody's hours are told for the sake of anything else."""
    state = state_at(State(interview.state), now=now, expires_at=interview.expires_at)
    ahead = interview.ends_at is not None and now < interview.ends_at
    return state in PENDING or (state is State.SCHEDULED and ahead)


async def pending_of(db: AsyncSession, *conditions: ColumnElement[bool], now: datetime) -> int:
    """How many such requests wait for an answer."""
    count = await db.scalar(
        select(func.count()).where(Interview.state.in_(PENDING), Interview.expires_at > now, *conditions)
    )
    return count or 0


@dataclass(frozen=True, slots=True)
class HostTimes:
    """Times for two, and how the host likes to talk."""

    search: SlotSearch
    host: Goals


async def find_common_slots(
    db: AsyncSession,
    me: SignedIn,
    other_id: UUID,
    *,
    minutes: int,
    interview_id: UUID | None,
    now: datetime,
) -> HostTimes:
    """A few good times for us two. For an interview of ours (to counter, to move) its roles hold, and its own
    booking is no obstacle; else I am the asker. Raises PersonNotFound, InterviewNotFound, NoLongerOpen."""
    asker_id, host_id = me.person_id, other_id
    if interview_id is None:
        await require_connection(db, me.person_id, other_id)
    else:
        interview = await get_interview(db, me, interview_id)
        if other_than(interview, me.person_id) != other_id:
            raise InterviewNotFound
        if not _is_open(interview, now=now):
            raise NoLongerOpen
        asker_id, host_id = interview.asker_id, interview.host_id

    host = (await goals_of(db, [host_id])).get(host_id) or Goals(
        talks_paused=False, talk_medium="phone", talk_minutes=20, talk_resource=""
    )
    # A pause is for new requests; what was asked before it can still be answered and moved.
    if host.talks_paused and interview_id is None:
        return HostTimes(SlotSearch((), None), host)
    diaries = await diaries_of(db, [asker_id, host_id], now=now, without=interview_id)
    search = common_slots(
        diaries[asker_id], diaries[host_id], minutes=minutes, now=now, until=now + LOOK_AHEAD
    )
    mine = diaries[me.person_id].availability.zone
    few = tuple(spread(search.slots, MOST_SLOTS_OFFERED, zone=mine))
    return HostTimes(SlotSearch(few, search.full_until), host)
