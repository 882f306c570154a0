"""What can be known of blocks: my own. Nobody learns of a block against them, here or elsewhere."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.accounts.access import SignedIn
from server.connections.models import Connection
from server.connections.queries import list_connections_with
from server.directory.queries import entries_of
from server.events.models import Attendance
from server.interviews.asking import between
from server.interviews.models import Interview
from server.introductions.models import Introduction
from server.paging import read_cursor
from server.people.models import Block

Mine, Theirs = aliased(Attendance), aliased(Attendance)


async def list_blocks(db: AsyncSession, me: SignedIn, *, cursor: str | None, limit: int) -> Sequence[Block]:
    """The newest first, one more than the limit when there are more."""
    query = select(Block).where(Block.blocker_id == me.person_id)
    if cursor is not None:
        query = query.where(
            tuple_(Block.created_at, Block.blocked_id) < tuple_(*read_cursor(cursor, datetime, UUID))
        )
    newest_first = query.order_by(Block.created_at.desc(), Block.blocked_id.desc())
    return (await db.scalars(newest_first.limit(limit + 1))).all()


async def get_block(db: AsyncSession, me: SignedIn, other_id: UUID) -> Block:
    found = await db.scalars(
        select(Block).where(Block.blocker_id == me.person_id, Block.blocked_id == other_id)
    )
    return found.one()


async def came_across(db: AsyncSession, me: SignedIn, other_id: UUID) -> bool:
    """Whether I may know of somebody: we met, asked each other, were to be introduced, or have places at one event. A
    block of theirs makes no difference, which would tell of it."""
    met = select(Connection.owner_id).where(
        Connection.owner_id == me.person_id, Connection.other_id == other_id
    )
    asked = select(Interview.id).where(between(me.person_id, other_id))
    offered = select(Introduction.id).where(
        Introduction.target_id == me.person_id, Introduction.asker_id == other_id
    )
    there = select(Mine.id).join(Theirs, Theirs.event_id == Mine.event_id).where(_places(me, other_id))
    return bool(await db.scalar(select(or_(met.exists(), asked.exists(), offered.exists(), there.exists()))))


async def name_known(db: AsyncSession, me: SignedIn, other_id: UUID) -> str:
    """What I know somebody by, so that I find them in my list when nothing else shows them: as I see them, else as
    printed on a badge that was read."""
    seen = await list_connections_with(db, me, [other_id])
    if seen:
        return seen[0].name
    events = await db.scalars(
        select(Mine.event_id).join(Theirs, Theirs.event_id == Mine.event_id).where(_places(me, other_id))
    )
    listed = await entries_of(db, me, [(event_id, other_id) for event_id in events])
    if listed:
        return listed[0].name
    printed = await db.scalar(
        select(Attendance.name)
        .join(
            Connection,
            and_(
                Connection.first_event_id == Attendance.event_id, Connection.other_id == Attendance.person_id
            ),
        )
        .where(Connection.owner_id == me.person_id, Connection.other_id == other_id)
    )
    return printed or ""


def _places(me: SignedIn, other_id: UUID) -> ColumnElement[bool]:
    """Of two people at one event, who are not one."""
    return and_(
        Mine.person_id == me.person_id, Theirs.person_id == other_id, Theirs.person_id != me.person_id
    )
