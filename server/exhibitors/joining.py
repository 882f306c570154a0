"""Two places of one person at an event become one: so do the leads that exhibitors had of each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.exhibitors.giving import settle
from server.exhibitors.models import Lead, LeadEdit, LeadScan


async def join_leads(
    db: AsyncSession, event_id: UUID, mine_id: UUID, second_id: UUID, *, now: datetime
) -> None:
    """What exhibitors have of the second place is of mine from now on, scans and notes. Where they had both, the second
    lead becomes a tombstone: it had an id that staff's phones know. Releases have been moved already, and both places
    are locked."""
    found = await db.scalars(
        select(Lead)
        .where(Lead.event_id == event_id, Lead.attendance_id.in_((mine_id, second_id)))
        .order_by(Lead.exhibitor_id, Lead.attendance_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    leads = found.all()
    mine = {lead.exhibitor_id: lead for lead in leads if lead.attendance_id == mine_id}
    joined = []
    for second in [lead for lead in leads if lead.attendance_id == second_id]:
        second.version += 1
        second.updated_at = now
        kept = mine.get(second.exhibitor_id)
        if kept is None:
            second.attendance_id = mine_id
            continue
        for kind in (LeadScan, LeadEdit):
            await db.execute(
                update(kind)
                .where(kind.event_id == event_id, kind.lead_id == second.id)
                .values(lead_id=kept.id)
            )
        kept.given, second.given = kept.given or second.given, {}
        joined.append(kept)
    await db.flush()  # what is given follows from it
    await settle(db, event_id, joined, now=now)
