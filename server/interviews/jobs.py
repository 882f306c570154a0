"""What happens later: expiry is written down. It holds from its time on whether this ran or not."""

from datetime import datetime

from sqlalchemy import select, update

from server.database import Database
from server.interviews.models import Interview
from server.interviews.states import PENDING, State

AT_ONCE = 500


async def record_expired(database: Database, *, now: datetime) -> None:
    """In short steps, leaving alone what somebody is answering at this moment."""
    while True:
        async with database.transaction() as db:
            due = (
                select(Interview.id)
                .where(Interview.state.in_(PENDING), Interview.expires_at <= now)
                .limit(AT_ONCE)
                .with_for_update(skip_locked=True)
            )
            recorded = await db.execute(
                update(Interview)
                .where(Interview.id.in_(due))
                .values(state=State.EXPIRED, updated_at=now)
                .returning(Interview.id)
            )
            if len(recorded.all()) < AT_ONCE:
                return
