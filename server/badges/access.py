"""Who may: the proof that somebody belongs to an event, on whichever side of the door."""

from dataclasses import dataclass
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.events.access import role_of
from server.events.models import Attendance


@dataclass(frozen=True, slots=True)
class Participant:
    """Proof: this account is in the event's team, in any role, or has claimed a place."""

    event_id: UUID
    account_id: UUID


ByParticipant = NamedDependency[Participant]


async def provide_participant(
    event_id: FromPath[UUID], db: NamedDependency[AsyncSession], me: NamedDependency[SignedIn]
) -> Participant:
    claimed = await db.scalar(
        select(Attendance.id).where(
            Attendance.event_id == event_id,
            Attendance.account_id == me.account_id,
            Attendance.status == "expected",
        )
    )
    if claimed is None:
        await role_of(db, me, event_id)
    return Participant(event_id=event_id, account_id=me.account_id)
