"""What can happen to blocks: somebody blocks a person they came across, and takes it back.

A block filters what is read (`people/queries.py:not_blocked`), so it is one row; all it does besides is to end the
talks between the two. Nobody is told, and whoever is blocked is answered as if the other had left.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.blocking.queries import came_across, name_known
from server.connections.queries import person_now
from server.exhibitors.changed import stamp_leads_between
from server.interviews.booking import lock_people
from server.interviews.ending import end_talks
from server.people.errors import PersonNotFound
from server.people.models import Block


async def block_person(db: AsyncSession, me: SignedIn, person_id: UUID, *, now: datetime) -> UUID:
    """Hide two people from each other; returns today's id of the other. Blocking again changes nothing.
    Raises PersonNotFound for somebody I never came across."""
    other_id = await person_now(db, person_id)
    if not await came_across(db, me, other_id):
        raise PersonNotFound
    name = await name_known(db, me, other_id)

    await lock_people(db, me.person_id, other_id)  # as whoever asks for a talk, who then reads the block
    await db.execute(
        insert(Block)
        .values(blocker_id=me.person_id, blocked_id=other_id, name=name, created_at=now)
        .on_conflict_do_nothing()
    )
    await end_talks(db, me, other_id, now=now)
    await stamp_leads_between(db, me.person_id, other_id)
    return other_id


async def unblock_person(db: AsyncSession, me: SignedIn, person_id: UUID) -> None:
    """What stood before is seen again; talks that were ended stay ended. Whom I have not blocked stays as they are."""
    other_id = await person_now(db, person_id)
    await db.execute(delete(Block).where(Block.blocker_id == me.person_id, Block.blocked_id == other_id))
    await stamp_leads_between(db, me.person_id, other_id)
