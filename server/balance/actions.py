"""What can happen to the balance: people log what they did, and take it back."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.balance.errors import ActivityNotFound
from server.balance.models import Activity
from server.balance.rules import APPLICATION, OLDEST
from server.connections.queries import get_connection
from server.failures import Fault, IdReused, InvalidRequest


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody says they did."""

    id: UUID
    kind: str
    at: datetime
    minutes: int
    with_person_id: UUID | None
    note: str


async def log_activity(db: AsyncSession, me: SignedIn, done: Done, *, now: datetime) -> tuple[Activity, bool]:
    """Keep it once; also says whether it is new. Raises IdReused, InvalidRequest, ConnectionNotFound."""
    earlier = await _mine(db, me, done.id)
    if earlier is None:
        _require_sense(done, now=now)
        if done.with_person_id is not None:
            await get_connection(db, me, done.with_person_id)
        made = await db.execute(
            insert(Activity)
            .values(person_id=me.person_id, logged_at=now, **asdict(done))
            .on_conflict_do_nothing()
            .returning(Activity.id)
        )
        new = made.scalar_one_or_none() is not None
        kept = await _mine(db, me, done.id)
    else:
        new, kept = False, earlier
    if kept is None or any(getattr(kept, name) != value for name, value in asdict(done).items()):
        raise IdReused
    return kept, new


async def remove_activity(db: AsyncSession, me: SignedIn, activity_id: UUID) -> None:
    removed = await db.execute(
        delete(Activity)
        .where(Activity.person_id == me.person_id, Activity.id == activity_id)
        .returning(Activity.id)
    )
    if removed.scalar_one_or_none() is None:
        raise ActivityNotFound


async def _mine(db: AsyncSession, me: SignedIn, activity_id: UUID) -> Activity | None:
    return await db.scalar(
        select(Activity).where(Activity.person_id == me.person_id, Activity.id == activity_id)
    )


def _require_sense(done: Done, *, now: datetime) -> None:
    faults = []
    if done.at > now:
        faults.append(Fault("/at", "activity_in_future", "Log it once it is done."))
    elif done.at < now - OLDEST:
        faults.append(Fault("/at", "activity_too_old", f"At most {OLDEST.days} days ago."))
    if done.kind == APPLICATION and done.with_person_id is not None:
        faults.append(Fault("/with_person_id", "application_with_person", "An application is with nobody."))
    if faults:
        raise InvalidRequest(faults=tuple(faults))
