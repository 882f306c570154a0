"""What happens later: expiry is written down, which holds from its time on whether this ran or not; and suggestions are
held against the talks there are."""

from datetime import datetime

from sqlalchemy import CompoundSelect, and_, or_, select, tuple_, update

from server.database import Database
from server.interviews.models import Interview
from server.interviews.states import PENDING, State
from server.suggestions.actions import move
from server.suggestions.models import Suggestion

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


async def settle_suggestions(database: Database, *, now: datetime) -> None:
    """Whoever waits for an answer or has a talk booked needs no suggestion of the other, also one made since; where
    that came to nothing, the place in the list is somebody else's."""
    pair = tuple_(Suggestion.person_id, Suggestion.other_id)
    moves = (
        (("open", "snoozed"), pair.in_(_people_of_talks(now)), "acted"),
        (("acted",), pair.not_in(_people_of_talks(now)), "ended"),
    )
    for before, condition, state in moves:
        async with database.transaction() as db:
            found = await db.scalars(
                select(Suggestion.id).where(Suggestion.state.in_(before), condition).order_by(Suggestion.id)
            )
            ids = found.all()
        for first in range(0, len(ids), AT_ONCE):
            async with database.transaction() as db:
                await move(db, ids[first : first + AT_ONCE], before, state, now=now)


def _people_of_talks(now: datetime) -> CompoundSelect:
    """Both ways, of what waits for an answer, is booked or was held."""
    alive = or_(
        Interview.state == State.SCHEDULED, and_(Interview.state.in_(PENDING), Interview.expires_at > now)
    )
    return (
        select(Interview.asker_id, Interview.host_id)
        .where(alive)
        .union_all(select(Interview.host_id, Interview.asker_id).where(alive))
    )
