"""The talks of people who are to have nothing to do with each other any more, or of somebody who leaves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.interviews.answers import cancel
from server.interviews.asking import between
from server.interviews.booking import lock_people
from server.interviews.models import Interview
from server.interviews.states import PENDING, State


async def end_talks(db: AsyncSession, me: SignedIn, other_id: UUID, *, now: datetime) -> None:
    """Cancel what is booked between us as anybody would, without a word; what was only asked for ends as if nobody had
    answered. Both are locked. Talks that are over stay as they were."""
    await _end(db, me, between(me.person_id, other_id), now=now)


async def end_all_talks(db: AsyncSession, me: SignedIn, *, now: datetime) -> None:
    """The same for all of mine. Everybody concerned is locked first, in the order in which all who book lock."""
    mine = or_(Interview.asker_id == me.person_id, Interview.host_id == me.person_id)
    people = await db.execute(
        select(Interview.asker_id, Interview.host_id).where(
            mine, Interview.state == State.SCHEDULED, Interview.ends_at > now
        )
    )
    await lock_people(db, me.person_id, *(person for both in people for person in both))
    await _end(db, me, mine, now=now)


async def _end(db: AsyncSession, me: SignedIn, ours: ColumnElement[bool], *, now: datetime) -> None:
    booked = await db.scalars(
        select(Interview.id)
        .where(ours, Interview.state == State.SCHEDULED, Interview.ends_at > now)
        .order_by(Interview.id)
    )
    for interview_id in booked.all():
        await cancel(db, me, interview_id, reply="", now=now)
    await db.execute(
        update(Interview)
        .where(ours, Interview.state.in_(PENDING))
        .values(state=State.EXPIRED, updated_at=now)
    )
