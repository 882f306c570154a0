"""Somebody leaves: whatever is still ahead with them ends, as if they had said so themselves, without a reason."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.interviews.answers import cancel, decline, withdraw
from server.interviews.booking import lock_people
from server.interviews.models import Interview
from server.interviews.states import PENDING, State


async def end_talks(db: AsyncSession, me: SignedIn, *, now: datetime) -> None:
    """Withdraw what I asked, decline what I was asked, cancel what is booked. Everybody concerned is locked first, in
    the order in which all who book lock."""
    ahead = await _ahead(db, me, now=now)
    await lock_people(db, me.person_id, *(person for one in ahead for person in (one.asker_id, one.host_id)))

    for interview in await _ahead(db, me, now=now):
        if interview.state == State.SCHEDULED:
            await cancel(db, me, interview.id, reply="", now=now)
        elif interview.asker_id == me.person_id:
            await withdraw(db, me, interview.id, proposal=interview.proposal, now=now)
        else:
            await decline(db, me, interview.id, proposal=interview.proposal, reply="", now=now)


async def _ahead(db: AsyncSession, me: SignedIn, *, now: datetime) -> Sequence[Interview]:
    mine = or_(Interview.asker_id == me.person_id, Interview.host_id == me.person_id)
    found = await db.scalars(
        select(Interview)
        .where(
            mine,
            or_(
                and_(Interview.state.in_(PENDING), Interview.expires_at > now),
                and_(Interview.state == State.SCHEDULED, Interview.ends_at > now),
            ),
        )
        .order_by(Interview.id)
        .execution_options(populate_existing=True)
    )
    return found.all()
