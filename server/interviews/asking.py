"""Asking for a talk: who may ask whom, and how much waits for an answer at once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import Account
from server.connections.models import Connection
from server.events.errors import EventNotFound
from server.events.models import Attendance
from server.failures import IdReused, InvalidRequest
from server.interviews import rules
from server.interviews.booking import lock_people
from server.interviews.diaries import TALKS_PER_WEEK
from server.interviews.errors import AlreadyRequested, DeclinedRecently, HostFull, NotJoined, TooManyPending
from server.interviews.models import Interview
from server.interviews.queries import pending_of, require_connection
from server.interviews.states import PENDING, State
from server.limits import Limits
from server.people.models import Goals
from server.people.queries import goals_of
from server.suggestions.actions import act_on_suggestions


@dataclass(frozen=True, slots=True)
class Request:
    """What an asker says."""

    id: UUID
    host_id: UUID
    event_id: UUID | None
    purpose: str
    ask: str
    offer: str
    minutes: int
    medium: str | None
    slots: tuple[datetime, ...]

    @property
    def content(self) -> str:
        return rules.said(
            host=self.host_id,
            event=self.event_id,
            purpose=self.purpose,
            ask=self.ask,
            offer=self.offer,
            minutes=self.minutes,
            medium=self.medium,
            slots=self.slots,
        )


async def request_interview(
    db: AsyncSession, me: SignedIn, request: Request, *, limits: Limits, now: datetime
) -> tuple[Interview, bool]:
    """Ask somebody I met for a talk; also says whether it is new. Delivered again, it is what it is by now."""
    await limits.take(rules.REQUESTS_A_DAY, str(me.person_id), now=now)
    await lock_people(db, me.person_id, request.host_id)
    earlier = await _mine(db, me, request.id)
    if earlier is not None:
        if earlier.content != request.content:
            raise IdReused
        return earlier, False

    faults = rules.faults_of_slots(request.slots, request.minutes, now=now)
    if faults:
        raise InvalidRequest(faults=faults)
    connection = await require_connection(db, me.person_id, request.host_id)
    await _require_shared_event(db, me, request)
    await _record_expiredbetween(db, me.person_id, request.host_id, now=now)
    host = (await goals_of(db, [request.host_id])).get(request.host_id) or Goals(
        talks_per_week=TALKS_PER_WEEK, talks_paused=False, talk_medium="phone"
    )
    met_at = request.event_id or connection.first_event_id
    await _require_room(db, me, request, host, met_at=met_at, now=now)

    made = await db.execute(
        insert(Interview)
        .values(
            id=request.id,
            asker_id=me.person_id,
            host_id=request.host_id,
            event_id=request.event_id,
            purpose=request.purpose,
            ask=request.ask,
            offer=request.offer,
            minutes=request.minutes,
            medium=request.medium or host.talk_medium,
            content=request.content,
            slots=list(request.slots),
            proposed_by=me.person_id,
            state=State.REQUESTED,
            requested_at=now,
            expires_at=now + rules.ANSWER_WITHIN,
            updated_at=now,
        )
        .on_conflict_do_nothing(index_elements=[Interview.id])
        .returning(Interview.id)
    )
    if made.scalar_one_or_none() is None:
        raise IdReused
    interview = await _mine(db, me, request.id)
    if interview is None:
        raise IdReused
    await act_on_suggestions(db, me.person_id, request.host_id, now=now)
    return interview, True


async def _mine(db: AsyncSession, me: SignedIn, interview_id: UUID) -> Interview | None:
    return await db.scalar(
        select(Interview).where(Interview.id == interview_id, Interview.asker_id == me.person_id)
    )


async def _require_shared_event(db: AsyncSession, me: SignedIn, request: Request) -> None:
    if request.event_id is None:
        return
    present = await db.scalar(
        select(func.count()).where(
            Attendance.event_id == request.event_id,
            Attendance.person_id.in_([me.person_id, request.host_id]),
        )
    )
    if present != 2:
        raise EventNotFound


def between(one: UUID, other: UUID) -> ColumnElement[bool]:
    """A condition: an interview of these two."""
    return or_(
        and_(Interview.asker_id == one, Interview.host_id == other),
        and_(Interview.asker_id == other, Interview.host_id == one),
    )


async def _record_expiredbetween(db: AsyncSession, one: UUID, other: UUID, *, now: datetime) -> None:
    """An expired request that the job has not written down yet must not stand in the way of a new one."""
    await db.execute(
        update(Interview)
        .where(between(one, other), Interview.state.in_(PENDING), Interview.expires_at <= now)
        .values(state=State.EXPIRED, updated_at=now)
    )


async def _require_room(
    db: AsyncSession, me: SignedIn, request: Request, host: Goals, *, met_at: UUID | None, now: datetime
) -> None:
    """Nobody is flooded; counted with both people locked."""
    host_id = request.host_id
    if await pending_of(db, between(me.person_id, host_id), now=now):
        raise AlreadyRequested
    if await _declined_since(db, me, host_id, since=now - rules.ASK_AGAIN_AFTER):
        raise DeclinedRecently
    if await pending_of(db, Interview.asker_id == me.person_id, now=now) >= rules.MOST_PENDING:
        raise TooManyPending
    if await db.scalar(select(Account.id).where(Account.person_id == host_id)) is None:
        raise NotJoined

    room = rules.most_waiting_for(host.talks_per_week)
    waiting = await pending_of(db, Interview.host_id == host_id, Interview.state == State.REQUESTED, now=now)
    if (
        waiting >= room
        or host.talks_paused
        or await _is_paused(db, host_id, met_at)
        or await _said_never(db, host_id, of=me.person_id)
    ):
        raise HostFull


async def _said_never(db: AsyncSession, person_id: UUID, *, of: UUID) -> bool:
    """Whether they want to hear of this person never again; told apart from being full to nobody."""
    signal = await db.scalar(
        select(Connection.signal).where(Connection.owner_id == person_id, Connection.other_id == of)
    )
    return signal == "never"


async def _declined_since(db: AsyncSession, me: SignedIn, host_id: UUID, *, since: datetime) -> bool:
    found = await db.scalar(
        select(Interview.id)
        .where(
            Interview.asker_id == me.person_id,
            Interview.host_id == host_id,
            Interview.state == State.DECLINED,
            Interview.answered_by == host_id,
            Interview.answered_at > since,
        )
        .limit(1)
    )
    return found is not None


async def _is_paused(db: AsyncSession, person_id: UUID, event_id: UUID | None) -> bool:
    """Whether they paused at the event in question; told apart from being full to nobody."""
    if event_id is None:
        return False
    paused = await db.scalar(
        select(Attendance.paused).where(Attendance.event_id == event_id, Attendance.person_id == person_id)
    )
    return bool(paused)
