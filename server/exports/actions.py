"""What can happen to exports: they are asked for."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.access import Organizer
from server.events.errors import RoleRequired
from server.events.models import Event
from server.exports.errors import EventNotClosed
from server.exports.models import Export
from server.exports.rules import KEPT, WHO_MAY
from server.failures import IdReused
from server.limits import Limit, Limits
from server.queue import enqueue

EXPORTS_PER_ACCOUNT = Limit("exports_per_account", most=60, per=timedelta(hours=1))


async def create_export(
    db: AsyncSession,
    organizer: Organizer,
    export_id: UUID,
    *,
    kind: str,
    form: str,
    limits: Limits,
    now: datetime,
) -> tuple[Export, bool]:
    """Promise a file, and say whether it is new. Who met whom is not exported while people are still meeting: two files
    an hour apart would show what a single person did."""
    if organizer.role not in WHO_MAY[kind]:
        raise RoleRequired
    event = await db.get_one(Event, organizer.event_id)
    if kind == "connections" and now < event.doors_close_at:
        raise EventNotClosed
    await limits.take(EXPORTS_PER_ACCOUNT, str(organizer.account_id), now=now)

    facts = {"event_id": organizer.event_id, "account_id": organizer.account_id, "kind": kind, "format": form}
    made = await db.scalar(
        insert(Export)
        .values(id=export_id, **facts, state="waiting", requested_at=now, expires_at=now + KEPT)
        .on_conflict_do_nothing()
        .returning(Export.id)
    )
    export = await db.scalar(select(Export).filter_by(id=export_id, **facts))
    if export is None:
        raise IdReused
    if made is not None:
        await enqueue(db, "make_export", export_id)
    return export, made is not None
