"""What can happen to reports: somebody makes one, and somebody looks into it."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.blocking.actions import block_person
from server.blocking.queries import came_across
from server.connections.queries import person_now
from server.events.access import Organizer
from server.events.errors import EventNotFound
from server.events.models import Attendance
from server.events.rules import fingerprint
from server.failures import IdReused
from server.ids import new_id
from server.limits import Limit, Limits
from server.moderation.access import Moderator
from server.moderation.errors import ReportNotFound
from server.moderation.models import PersonReport, ReportNote
from server.moderation.queries import for_moderator
from server.moderation.rules import is_settled
from server.people.errors import PersonNotFound

REPORTS_A_DAY = Limit("reports", most=20, per=timedelta(days=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReport:
    """What somebody says another did."""

    id: UUID
    person_id: UUID
    event_id: UUID | None
    reason: str
    words: str
    block: bool


async def report_person(
    db: AsyncSession, me: SignedIn, facts: NewReport, *, limits: Limits, now: datetime
) -> tuple[PersonReport, bool]:
    """The report, and whether it is new. Raises PersonNotFound, EventNotFound, IdReused, RateLimited."""
    await limits.take(REPORTS_A_DAY, str(me.person_id), now=now)
    other_id = await person_now(db, facts.person_id)
    if not await came_across(db, me, other_id):
        raise PersonNotFound
    await _require_shared_event(db, me, other_id, facts.event_id)

    content = fingerprint(asdict(facts))
    made = await db.scalar(
        insert(PersonReport)
        .values(
            id=facts.id,
            reporter_id=me.person_id,
            subject_id=other_id,
            event_id=facts.event_id,
            reason=facts.reason,
            words=facts.words,
            created_as=content,
            reported_at=now,
        )
        .on_conflict_do_nothing()
        .returning(PersonReport.id)
    )
    report = await db.scalar(
        select(PersonReport).where(PersonReport.id == facts.id, PersonReport.reporter_id == me.person_id)
    )
    if report is None or report.created_as != content:
        raise IdReused
    if facts.block:
        await block_person(db, me, other_id, now=now)
    return report, made is not None


async def resolve_report(
    db: AsyncSession, moderator: Moderator, report_id: UUID, *, state: str, words: str, now: datetime
) -> None:
    """Note a step, and the state that it leads to. The same step again, by the same account, is one.
    Raises ReportNotFound."""
    report = await db.scalar(
        select(PersonReport)
        .where(PersonReport.id == report_id, for_moderator(moderator))
        .with_for_update(of=PersonReport)
    )
    if report is None:
        raise ReportNotFound
    account_id = moderator.account_id if isinstance(moderator, Organizer) else None
    last = await db.scalar(
        select(ReportNote).where(ReportNote.report_id == report_id).order_by(ReportNote.id.desc()).limit(1)
    )
    if last is not None and (last.account_id, last.state, last.words) == (account_id, state, words):
        return

    db.add(
        ReportNote(
            id=new_id(), report_id=report_id, account_id=account_id, state=state, words=words, written_at=now
        )
    )
    report.state = state
    report.settled_at = now if is_settled(state) else None
    await db.flush()  # the answer reads it back


async def _require_shared_event(
    db: AsyncSession, me: SignedIn, other_id: UUID, event_id: UUID | None
) -> None:
    if event_id is None:
        return
    places = select(func.count()).where(
        Attendance.event_id == event_id, Attendance.person_id.in_([me.person_id, other_id])
    )
    if await db.scalar(places) != 2:
        raise EventNotFound
