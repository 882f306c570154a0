"""Scans that waited: judged again once the missing fact is there. State beats signals: nobody has to tell us."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Account
from server.badges.models import Badge
from server.database import Database, sqlstate
from server.events.access import DOOR, membership_of
from server.events.models import Attendance, Event, TeamMember
from server.exhibitors.access import is_staff_of
from server.exhibitors.models import StaffMember
from server.scans.counting import follow
from server.scans.gathering import gather, get_facts
from server.scans.models import Scan
from server.scans.queries import lock_scanner
from server.scans.rules import Reading, Reason, Said, State, read, ticket_of
from server.scans.verdicts import ARCHIVED_AFTER, capturer, judge, state_for

log = structlog.get_logger()

AT_ONCE = 500  # scans in one transaction
SCANNERS_A_ROUND = 1_000


async def judge_parked_scans(database: Database, *, now: datetime) -> None:
    """One look at everything parked, each scanner in a transaction of its own."""
    async with database.transaction() as db:
        found = await db.execute(
            due(now).with_only_columns(Scan.event_id, Scan.scanner_id).distinct().limit(SCANNERS_A_ROUND)
        )
        scanners = found.all()
    for event_id, scanner_id in scanners:
        try:
            async with database.transaction() as db:
                await judge_parked(db, event_id, scanner_id, now=now)
        except DBAPIError as error:  # the others go on; this one is due again in the next round
            log.warning("parked_scans_not_judged", event_id=str(event_id), sqlstate=sqlstate(error))


async def judge_parked(db: AsyncSession, event_id: UUID, scanner_id: UUID, *, now: datetime) -> int:
    """Judge again what a scanner has parked at an event and is due, at most 500; returns how many were.

    Call it last in a transaction: it takes rows in the order that all scans do.
    """
    await lock_scanner(db, event_id, scanner_id)
    scans = (
        await db.scalars(
            due(now)
            .where(Scan.event_id == event_id, Scan.scanner_id == scanner_id)
            .order_by(Scan.id)
            .limit(AT_ONCE)
            .execution_options(populate_existing=True)
        )
    ).all()
    if not scans:
        return 0
    await judge_again(db, event_id, scanner_id, scans, now=now)
    await follow(db, event_id, counted=[scan for scan in scans if scan.state == State.RECORDED], now=now)
    return len(scans)


async def judge_again(
    db: AsyncSession,
    event_id: UUID,
    scanner_id: UUID,
    scans: Sequence[Scan],
    *,
    now: datetime,
    vouched: bool = False,
) -> None:
    """Say anew what becomes of kept scans, as the facts are now; `vouched` when a supervisor says that whoever let
    people in or out might. Whatever is recorded then is still to be counted."""
    if not scans:
        return
    readings = {scan.id: reading_of(scan) for scan in scans}
    targets, facts = await gather(
        db,
        event_id,
        scanner_id,
        await get_facts(db, event_id, scanner_id),
        ((readings[scan.id], scan.purpose) for scan in scans),
    )
    if vouched and facts.door is not None:
        facts = replace(facts, door=replace(facts.door, guarded=True))

    for scan in scans:
        target = targets.get(readings[scan.id])
        said = Said(
            given_at_stand=scan.given_at_stand, text_version=scan.text_version, staff_id=scan.staff_id
        )
        reason = judge(
            readings[scan.id],
            purpose=scan.purpose,
            captured_at=scan.captured_at,
            received_at=scan.received_at,
            target=target,
            facts=facts,
            said=said,
        )
        scan.exhibitor_id, scan.staff_id = capturer(
            facts, said, reason, purpose=scan.purpose, captured_at=scan.captured_at
        )
        scan.state, scan.reason = state_for(reason), reason
        met = facts.scanner if scan.purpose == "meet" else None
        scan.scanner_attendance_id = met and met.attendance_id
        scan.target_attendance_id = target and target.attendance_id
        scan.changed_at = now
    await db.flush()  # the places are held by the rows that name them


def reading_of(scan: Scan) -> Reading:
    if scan.is_ticket:
        return Reading(scan.code, ticket=ticket_of(scan.code))
    return Reading(scan.code, manual=scan.manual_code) if scan.manual_code else read(scan.code)


def due(now: datetime) -> Select[tuple[Scan]]:
    """Parked scans whose missing fact is there, as `judge` will see it; else they would be due for ever."""
    badge = exists().where(
        Badge.event_id == Scan.event_id,
        or_(Badge.code == Scan.code, Badge.manual_code == Scan.manual_code),
    )
    named = exists().where(Attendance.event_id == Scan.event_id, Attendance.external_code == Scan.code)
    mine = and_(
        Attendance.event_id == Scan.event_id,
        Attendance.person_id == Scan.scanner_id,
        Attendance.status == "expected",
    )
    account = select(Account.id).where(Account.person_id == Scan.scanner_id).correlate(Scan).scalar_subquery()
    checked_in = or_(Event.check_in_required.is_(False), Attendance.checked_in_at.is_not(None))
    arrived = {
        Reason.NO_BADGE_YET: or_(badge, named),
        Reason.NOT_CLAIMED_YET: exists().where(mine),
        Reason.NOT_CHECKED_IN_YET: or_(exists().where(mine, checked_in), ~exists().where(mine)),
        Reason.NOT_ON_TEAM_YET: exists().where(
            TeamMember.event_id == Scan.event_id, TeamMember.role.in_(DOOR), membership_of(account)
        ),
        Reason.NOT_STAFF_YET: exists().where(
            StaffMember.event_id == Scan.event_id,
            is_staff_of(account),
            or_(StaffMember.removed_at.is_(None), StaffMember.removed_at > Scan.captured_at),
        ),
    }
    return (
        select(Scan)
        .join(Event, Event.id == Scan.event_id)
        .where(
            Scan.state == "parked",
            Event.doors_close_at > now - ARCHIVED_AFTER,
            or_(*(and_(Scan.reason == reason, fact) for reason, fact in arrived.items())),
        )
    )
