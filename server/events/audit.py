"""Who of the team did what? Entries are written where the proof is made (`access.py`)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.access import Organizer
from server.events.models import AuditEntry
from server.paging import read_cursor


async def list_audit_log(
    db: AsyncSession, organizer: Organizer, *, operation: str | None, cursor: str | None, limit: int
) -> Sequence[AuditEntry]:
    """The newest first, one more than the limit when there are more."""
    query = select(AuditEntry).where(AuditEntry.event_id == organizer.event_id)
    if operation is not None:
        query = query.where(AuditEntry.operation == operation)
    if cursor is not None:
        query = query.where(AuditEntry.id < read_cursor(cursor, UUID)[0])
    return (await db.scalars(query.order_by(AuditEntry.id.desc()).limit(limit + 1))).all()
