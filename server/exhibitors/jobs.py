"""What happens later: nothing is kept of visitors who took back what they gave."""

from datetime import datetime

from sqlalchemy import exists, select, update

from server.database import Database
from server.events.models import Attendance
from server.exhibitors.giving import forget_remarks
from server.exhibitors.models import Lead
from server.people.models import Release

AT_ONCE = 500


async def forget_withdrawn_leads(database: Database, *, now: datetime) -> None:  # noqa: ARG001  (as every round)
    """They are shown to nobody from the moment they are withdrawn; this empties their rows. Asks the ledger, so that
    nobody has to tell us; the next 500 come in the next round."""
    stands = exists().where(
        Release.event_id == Lead.event_id,
        Release.exhibitor_id == Lead.exhibitor_id,
        Release.subject_id == Attendance.person_id,
        Release.withdrawn_at.is_(None),
    )
    async with database.transaction() as db:
        found = await db.scalars(
            select(Lead)
            .join(Attendance, (Attendance.event_id == Lead.event_id) & (Attendance.id == Lead.attendance_id))
            .where(Lead.given != {}, ~stands)
            .order_by(Lead.exhibitor_id, Lead.attendance_id)
            .limit(AT_ONCE)
            .with_for_update(of=Lead, skip_locked=True)
        )
        leads = found.all()
        for event_id in sorted({lead.event_id for lead in leads}):
            ids = [lead.id for lead in leads if lead.event_id == event_id]
            await db.execute(update(Lead).where(Lead.event_id == event_id, Lead.id.in_(ids)).values(given={}))
            await forget_remarks(db, event_id, ids)
