"""What can be known of exports."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Database
from server.events.access import Organizer
from server.events.errors import RoleRequired
from server.exports.errors import ExportExpired, ExportFailed, ExportNotFound, ExportNotReady
from server.exports.models import Export, ExportChunk
from server.exports.rules import WHO_MAY, state_of
from server.files import read_chunks
from server.paging import read_cursor


async def get_export(db: AsyncSession, organizer: Organizer, export_id: UUID) -> Export:
    export = await db.scalar(
        select(Export).where(Export.id == export_id, Export.event_id == organizer.event_id)
    )
    if export is None:
        raise ExportNotFound
    return export


async def list_exports(
    db: AsyncSession, organizer: Organizer, *, cursor: str | None, limit: int
) -> Sequence[Export]:
    """The event's exports, the newest first, one row more than the limit when there are more."""
    query = select(Export).where(Export.event_id == organizer.event_id)
    if cursor is not None:
        query = query.where(tuple_(Export.requested_at, Export.id) < read_cursor(cursor, datetime, UUID))
    query = query.order_by(Export.requested_at.desc(), Export.id.desc()).limit(limit + 1)
    return (await db.scalars(query)).all()


async def get_file(db: AsyncSession, organizer: Organizer, export_id: UUID, *, now: datetime) -> Export:
    """An export that can be downloaded now, by this organizer in the role of today."""
    export = await get_export(db, organizer, export_id)
    if organizer.role not in WHO_MAY[export.kind]:
        raise RoleRequired
    match state_of(export.state, expires_at=export.expires_at, now=now):
        case "waiting":
            raise ExportNotReady
        case "failed":
            raise ExportFailed
        case "expired":
            raise ExportExpired
    return export


def read_file(database: Database, export_id: UUID) -> AsyncIterator[bytes]:
    return read_chunks(database, ExportChunk, ExportChunk.export_id == export_id)
