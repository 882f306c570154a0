"""What nobody needs any more: used codes, settled mails and reports, old counters and stamps, the queue's log."""

from datetime import datetime, timedelta

from sqlalchemy import delete, text

from server.accounts.models import CodeRequest
from server.changes import forget_old_stamps
from server.database import Database
from server.limits import forget_old_windows
from server.mail import Mail
from server.moderation.models import PersonReport
from server.nudges.deliveries import Delivery

KEEP_CODES = timedelta(days=1)
KEEP_MAILS = timedelta(days=30)
KEEP_DELIVERIES = timedelta(days=90)
KEEP_REPORTS = timedelta(days=365)  # settled ones: who is reported again has been before
KEEP_QUEUE_LOG = timedelta(days=7)


async def tidy_up(database: Database, *, now: datetime) -> None:
    """Each step in a transaction of its own, so that none holds locks for long."""
    async with database.transaction() as db:
        await db.execute(delete(CodeRequest).where(CodeRequest.expires_at < now - KEEP_CODES))
    async with database.transaction() as db:
        await db.execute(delete(Mail).where(Mail.settled_at < now - KEEP_MAILS))
    async with database.transaction() as db:
        await db.execute(delete(Delivery).where(Delivery.settled_at < now - KEEP_DELIVERIES))
    async with database.transaction() as db:
        await db.execute(delete(PersonReport).where(PersonReport.settled_at < now - KEEP_REPORTS))
    async with database.transaction() as db:
        await forget_old_windows(db, now=now)
    async with database.transaction() as db:
        await forget_old_stamps(db, now=now)
    async with database.transaction() as db:
        await db.execute(
            text("delete from pgqueuer_log where created < :before"), {"before": now - KEEP_QUEUE_LOG}
        )
