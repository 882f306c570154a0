"""What can happen to a list of people to meet: it is seen, and somebody on it is not wanted."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.access import Attendee
from server.suggestions.models import PersonToMeet
from server.who_to_meet.errors import NotToMeet
from server.who_to_meet.queries import find_person_to_meet


async def mark_seen(db: AsyncSession, entries: Sequence[PersonToMeet], *, now: datetime) -> None:
    """From now on later runs leave these where they are."""
    unseen = [one.id for one in entries if one.seen_at is None]
    if not unseen:
        return
    # Locked in the order in which a run locks them.
    await db.execute(
        select(PersonToMeet.id).where(PersonToMeet.id.in_(unseen)).order_by(PersonToMeet.id).with_for_update()
    )
    await db.execute(
        update(PersonToMeet)
        .where(PersonToMeet.id.in_(unseen), PersonToMeet.seen_at.is_(None))
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


async def dismiss_person_to_meet(
    db: AsyncSession, attendee: Attendee, person_id: UUID, *, now: datetime
) -> None:
    """This person is not on my list at this event again. Dismissing again changes nothing. Raises NotToMeet."""
    entry = await find_person_to_meet(db, attendee, person_id, now=now)
    if entry is None:
        raise NotToMeet
    if entry.state != "dismissed":
        entry.state, entry.updated_at = "dismissed", now
