"""What can be known of exports."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Database
from server.events.access import Organizer
from server.events.errors import RoleRequired
from server.exports.errors import (
    ExportExpired,
    ExportFailed,
    ExportNotFound,
    ExportNotReady,
    ExportTakenBack,
)
from server.exports.models import Export, ExportChunk
from server.exports.naming import is_taken_back
from server.exports.ranges import Part
from server.exports.rules import state_of, who_may
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


async def require_file(db: AsyncSession, organizer: Organizer, export: Export, *, now: datetime) -> None:
    """That the export can be downloaded now, by this organizer in the role of today."""
    if organizer.role not in who_may(export.kind):
        raise RoleRequired
    match state_of(export.state, expires_at=export.expires_at, now=now):
        case "waiting":
            raise ExportNotReady
        case "failed":
            raise ExportFailed
        case "expired":
            raise ExportExpired
    if export.people == "names" and await is_taken_back(db, export.id):
        raise ExportTakenBack


def read_file(database: Database, export_id: UUID, part: Part) -> AsyncIterator[bytes]:
    return read_chunks(
        database, ExportChunk, ExportChunk.export_id == export_id, begin=part.begin, end=part.end
    )
