"""What can happen to connections: people note, signal, share and remove."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.connections.errors import ConnectionNotFound
from server.connections.models import Connection
from server.connections.queries import is_there, person_now
from server.connections.releases import release
from server.people.queries import leaving_among
from server.versions import edit


async def update_connection(
    db: AsyncSession,
    me: SignedIn,
    person_id: UUID,
    changes: dict[str, Any],
    *,
    if_match: str | None,
    now: datetime,
) -> None:
    mine = await _lock_mine(db, me, await person_now(db, person_id))
    if "tags" in changes:
        changes = {**changes, "tags": list(dict.fromkeys(changes["tags"]))}
    edit(mine, changes, if_match=if_match, now=now)
    await db.flush()  # the answer reads it back


async def set_signal(db: AsyncSession, me: SignedIn, person_id: UUID, signal: str, *, now: datetime) -> None:
    """The other learns nothing, unless both say yes."""
    mine = await _lock_mine(db, me, await person_now(db, person_id))
    mine.signal, mine.signalled_at, mine.updated_at = signal, now, now
    await db.flush()  # the answer reads it back


async def remove_connection(db: AsyncSession, me: SignedIn, person_id: UUID, *, now: datetime) -> None:
    """Hide somebody from myself until we scan each other again. Removing again changes nothing."""
    removed = await db.execute(
        update(Connection)
        .where(
            Connection.owner_id == me.person_id,
            Connection.other_id == await person_now(db, person_id),
            Connection.last_met_at.is_not(None),
        )
        .values(removed_at=now, updated_at=now)
        .returning(Connection.other_id)
    )
    if removed.scalar_one_or_none() is None:
        raise ConnectionNotFound


async def share_card(db: AsyncSession, me: SignedIn, person_id: UUID, *, now: datetime) -> None:
    """Give my card to somebody I met, as scanning them would. Sharing again gives what was added since."""
    other_id = await person_now(db, person_id)
    pair = [(me.person_id, other_id), (other_id, me.person_id)]
    rows = await db.scalars(
        select(Connection)
        .where(tuple_(Connection.owner_id, Connection.other_id).in_(pair))
        .order_by(Connection.owner_id, Connection.other_id)
        .with_for_update()
    )
    rows.all()
    mine = await _lock_mine(db, me, other_id)
    if await leaving_among(db, [other_id]):
        raise ConnectionNotFound
    mine.shared_at, mine.updated_at = now, now
    await db.flush()  # what is due follows from it
    await release(db, [(me.person_id, other_id)], event_id=mine.first_event_id, source="share", now=now)


async def _lock_mine(db: AsyncSession, me: SignedIn, other_id: UUID) -> Connection:
    """My side, locked. Raises ConnectionNotFound."""
    mine = await db.scalar(
        select(Connection)
        .where(is_there(me.person_id), Connection.other_id == other_id)
        .with_for_update(of=Connection)
        .execution_options(populate_existing=True)
    )
    if mine is None:
        raise ConnectionNotFound
    return mine
