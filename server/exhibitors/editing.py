"""What an exhibitor's staff write of a lead after it was captured."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.exhibitors.access import ExhibitorStaff
from server.exhibitors.errors import LeadNotFound, LeadWithdrawn
from server.exhibitors.models import Lead, LeadEdit
from server.exhibitors.visitors import LeadView, get_lead
from server.ids import new_id
from server.requests import require_version


async def update_lead(
    db: AsyncSession,
    staff: ExhibitorStaff,
    lead_id: UUID,
    changes: dict[str, Any],
    *,
    if_match: str | None,
    now: datetime,
) -> LeadView:
    """Write what counts until somebody says something later. Raises LeadNotFound, LeadWithdrawn."""
    lead = await db.scalar(
        select(Lead)
        .where(Lead.event_id == staff.event_id, Lead.exhibitor_id == staff.exhibitor_id, Lead.id == lead_id)
        .with_for_update()
    )
    if lead is None:
        raise LeadNotFound
    require_version(if_match, lead.version)
    seen = await get_lead(db, staff, lead_id)
    if seen.withdrawn:
        raise LeadWithdrawn

    if changes:
        db.add(
            LeadEdit(
                event_id=staff.event_id,
                id=new_id(),
                lead_id=lead_id,
                staff_id=staff.staff_id,
                said_at=now,
                **changes,
            )
        )
        lead.version += 1
        lead.updated_at = now
        await db.flush()  # the answer reads it back
    return await get_lead(db, staff, lead_id)
