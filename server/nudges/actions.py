"""What can happen to nudges: the person acts on them, or does not want to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.nudges.errors import NudgeNotFound
from server.nudges.queries import Reminder, find_nudge


async def act_on_nudge(
    db: AsyncSession, me: SignedIn, nudge_id: UUID, *, outcome: str, now: datetime
) -> Reminder:
    """Either way it does not come back. Of two answers the later stands, with the time of the first."""
    reminder = await find_nudge(db, me, nudge_id)
    if reminder is None:
        raise NudgeNotFound
    reminder.nudge.state = outcome
    reminder.nudge.acted_at = reminder.nudge.acted_at or now
    return reminder
