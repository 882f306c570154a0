"""What can happen at doors: a supervisor settles what is wrong."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.doors.errors import AlreadySettled, DecisionNotPossible
from server.doors.issues import ScanIssue, get_scan_issue
from server.doors.models import ScanIssueSettlement
from server.doors.rules import Decision
from server.events.access import Organizer
from server.scans.counting import follow
from server.scans.models import Scan
from server.scans.parked import judge_again
from server.scans.queries import lock_scanner
from server.scans.rules import Reason, State


async def resolve_scan_issue(
    db: AsyncSession, organizer: Organizer, issue_id: UUID, *, decision: Decision, note: str, now: datetime
) -> ScanIssueSettlement:
    """Settle an issue once and for all; the same again answers the same. Raises ScanIssueNotFound,
    DecisionNotPossible, AlreadySettled."""
    settled = await _find(db, organizer, issue_id)
    if settled is None:
        issue = await get_scan_issue(db, organizer, issue_id)
        if decision not in issue.decisions:
            raise DecisionNotPossible
        await lock_scanner(db, organizer.event_id, issue.scanner_id)
        new = await db.scalar(
            insert(ScanIssueSettlement)
            .values(
                event_id=organizer.event_id,
                issue_id=issue_id,
                kind=issue.kind,
                scanner_id=issue.scanner_id,
                scan_id=issue.scan_id,
                decision=decision,
                note=note,
                account_id=organizer.account_id,
                settled_at=now,
            )
            .on_conflict_do_nothing()
            .returning(ScanIssueSettlement.issue_id)
        )
        if new is not None and issue.kind == "parked":
            await _release_or_discard(db, organizer, issue, release=decision == "release", now=now)
        settled = await _find(db, organizer, issue_id)
    if settled is None or settled.decision != decision:
        raise AlreadySettled
    return settled


async def _find(db: AsyncSession, organizer: Organizer, issue_id: UUID) -> ScanIssueSettlement | None:
    return await db.scalar(
        select(ScanIssueSettlement).where(
            ScanIssueSettlement.event_id == organizer.event_id, ScanIssueSettlement.issue_id == issue_id
        )
    )


async def _release_or_discard(
    db: AsyncSession, organizer: Organizer, issue: ScanIssue, *, release: bool, now: datetime
) -> None:
    scan = await db.scalar(
        select(Scan)
        .where(
            Scan.event_id == organizer.event_id,
            Scan.scanner_id == issue.scanner_id,
            Scan.id == issue.scan_id,
            Scan.state == State.PARKED,
        )
        .execution_options(populate_existing=True)
    )
    if scan is None:
        return  # its missing fact came meanwhile
    if not release:
        scan.state, scan.reason, scan.changed_at = State.REFUSED, Reason.DISCARDED, now
        return
    await judge_again(db, organizer.event_id, issue.scanner_id, [scan], now=now, vouched=True)
    if scan.state == State.RECORDED:
        await follow(db, organizer.event_id, counted=[scan], now=now)
