"""The talks of two people who are to have nothing to do with each other any more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.interviews.answers import cancel
from server.interviews.asking import between
from server.interviews.models import Interview
from server.interviews.states import PENDING, State


async def end_talks(db: AsyncSession, me: SignedIn, other_id: UUID, *, now: datetime) -> None:
    """Cancel what is booked between us as anybody would, without a word; what was only asked for ends as if nobody had
    answered. Both are locked. Talks that are over stay as they were."""
    booked = await db.scalars(
        select(Interview.id).where(
            between(me.person_id, other_id), Interview.state == State.SCHEDULED, Interview.ends_at > now
        )
    )
    for interview_id in booked.all():
        await cancel(db, me, interview_id, reply="", now=now)
    await db.execute(
        update(Interview)
        .where(between(me.person_id, other_id), Interview.state.in_(PENDING))
        .values(state=State.EXPIRED, updated_at=now)
    )
