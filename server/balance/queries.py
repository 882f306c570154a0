"""What can be known of the balance: by oneself alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.balance.models import Activity
from server.balance.rules import APPLICATION, Balance, Spent, balance_of, begins_at
from server.interviews.hours import zone_of
from server.interviews.models import Interview
from server.interviews.outcomes import Together
from server.interviews.queries import seen_by_me
from server.interviews.seen import as_seen
from server.interviews.states import State
from server.paging import read_cursor


async def get_balance(
    db: AsyncSession, me: SignedIn, *, weeks: int, now: datetime
) -> tuple[Balance, ZoneInfo]:
    """With the zone whose weeks these are."""
    zone = ZoneInfo(await zone_of(db, me.person_id))
    since = begins_at(now, zone, weeks)
    spent = [*await _talks(db, me, since=since, now=now), *await _logged(db, me, since=since)]
    return balance_of(spent, zone=zone, now=now, weeks=weeks), zone


async def _talks(db: AsyncSession, me: SignedIn, *, since: datetime, now: datetime) -> list[Spent]:
    """Held, as far as I may be told: by my word, else by the other's once it has stood for a week (decision 0025)."""
    booked = await db.scalars(
        select(Interview).where(
            seen_by_me(me.person_id),
            Interview.state == State.SCHEDULED,
            Interview.starts_at >= since,
            Interview.starts_at <= now,
        )
    )
    seen = await as_seen(db, me.person_id, booked.all(), now=now)
    return [
        Spent(one.starts_at, talk=one.minutes)
        for one in seen
        if one.starts_at is not None and one.outcome.together is Together.HELD
    ]


async def _logged(db: AsyncSession, me: SignedIn, *, since: datetime) -> list[Spent]:
    rows = await db.scalars(select(Activity).where(Activity.person_id == me.person_id, Activity.at >= since))
    return [
        Spent(row.at, **{"application" if row.kind == APPLICATION else "activity": row.minutes})
        for row in rows
    ]


async def list_activities(
    db: AsyncSession, me: SignedIn, *, cursor: str | None, limit: int
) -> Sequence[Activity]:
    """What I logged, the newest first, one row more than the limit when there are more."""
    query: Any = select(Activity).where(Activity.person_id == me.person_id)
    if cursor is not None:
        query = query.where(tuple_(Activity.at, Activity.id) < tuple_(*read_cursor(cursor, datetime, UUID)))
    return (await db.scalars(query.order_by(Activity.at.desc(), Activity.id.desc()).limit(limit + 1))).all()
