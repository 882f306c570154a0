"""My booked talks as a calendar to subscribe to, at an address that only I know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import Account
from server.interviews import calendar
from server.interviews.errors import CalendarFeedNotFound
from server.interviews.feed_secrets import account_in, is_feed_secret
from server.interviews.mails import copies_for, reader_of, sender
from server.interviews.models import CalendarFeed, Interview
from server.interviews.states import State
from server.people.queries import is_leaving
from server.settings import Settings
from server.texts import say

STAYS = timedelta(days=30)
"""How long a talk stays in the feed after its end, and a cancelled one after it was cancelled."""
MOST = 500


@dataclass(frozen=True, slots=True)
class Feed:
    """`rotation`: how often its address was replaced."""

    rotation: int
    rotated_at: datetime | None


async def get_feed(db: AsyncSession, me: SignedIn) -> Feed:
    found = await db.execute(
        select(CalendarFeed.rotation, CalendarFeed.rotated_at).where(CalendarFeed.account_id == me.account_id)
    )
    row = found.one_or_none()
    return Feed(row.rotation, row.rotated_at) if row else Feed(0, None)


async def rotate_feed(db: AsyncSession, me: SignedIn, *, rotation: int, now: datetime) -> Feed:
    """End the address with this number; another takes its place. Ended before, it stays as it is: a repeat does not
    end the new one."""
    await db.execute(
        insert(CalendarFeed)
        .values(account_id=me.account_id, rotation=0, rotated_at=now)
        .on_conflict_do_nothing()
    )
    await db.execute(
        update(CalendarFeed)
        .where(CalendarFeed.account_id == me.account_id, CalendarFeed.rotation == rotation)
        .values(rotation=rotation + 1, rotated_at=now)
    )
    return await get_feed(db, me)


async def read_feed(db: AsyncSession, text: str, settings: Settings, *, now: datetime) -> bytes:
    """The feed with this secret. The same bytes as long as nothing in it changes. Raises CalendarFeedNotFound."""
    person_id = await _owner_of(db, text, settings.secret("session"))

    interviews = await _booked(db, person_id, now=now)
    copies = await copies_for(db, person_id, interviews, now=now)
    reader, language = await reader_of(db, person_id)

    changed = [interview.updated_at for interview in interviews]
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return calendar.feed(
        [copy.talk for copy in copies],
        reader,
        sender=sender(settings),
        now=max(changed, default=midnight),
        gettext=lambda message: say(message, language=language),
    )


async def _owner_of(db: AsyncSession, text: str, secret: bytes) -> UUID:
    account_id = account_in(text)
    if account_id is None:
        raise CalendarFeedNotFound
    found = await db.execute(
        select(Account.person_id, func.coalesce(CalendarFeed.rotation, 0).label("rotation"))
        .outerjoin(CalendarFeed, CalendarFeed.account_id == Account.id)
        .where(Account.id == account_id, ~is_leaving(Account.person_id))
    )
    owner = found.one_or_none()
    if owner is None or not is_feed_secret(text, secret, account_id, rotation=owner.rotation):
        raise CalendarFeedNotFound
    return owner.person_id


async def _booked(db: AsyncSession, person_id: UUID, *, now: datetime) -> Sequence[Interview]:
    """Also those cancelled lately: a calendar that keeps what it saw learns of it."""
    since = now - STAYS
    found = await db.scalars(
        select(Interview)
        .where(
            or_(Interview.asker_id == person_id, Interview.host_id == person_id),
            or_(
                Interview.state == State.SCHEDULED,
                and_(Interview.state == State.CANCELLED, Interview.updated_at > since),
            ),
            Interview.ends_at > since,
        )
        .order_by(Interview.starts_at, Interview.id)
        .limit(MOST)
    )
    return found.all()
