"""What follows from scans: encounters, connections, what each gives the other, and leads.

Rows are taken in one order everywhere, so that no two deliveries wait for each other: places, encounters by
(low, high), connections by (owner, other), leads by (exhibitor, place). Hence one pass for scans that came and scans
that were undone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Integer, and_, cast, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.connections.meeting import Met, Noted, Standing, keep_notes, meet, restate
from server.events.models import Attendance
from server.exhibitors.leads import Captured, keep_leads
from server.scans.models import Encounter, Scan
from server.scans.queries import people_at

Pair = tuple[UUID, UUID]


async def follow(
    db: AsyncSession,
    event_id: UUID,
    *,
    counted: Sequence[Scan] = (),
    retold: Sequence[Scan] = (),
    undone: Sequence[Scan] = (),
    now: datetime,
) -> None:
    """Bring encounters, connections and leads up to date: `counted` are recorded since just now, `retold` recorded
    before with a new note or signal, `undone` taken back just now. Call it once in a transaction."""
    if not (counted or retold or undone):
        return
    await db.flush()  # what stands is counted by statements
    await note_check_ins(db, event_id, [scan for scan in (*counted, *undone) if scan.purpose == "entry"])
    visits = [scan for scan in (*counted, *retold, *undone) if scan.purpose == "lead"]
    counted, retold, undone = (
        [scan for scan in scans if scan.purpose == "meet"] for scans in (counted, retold, undone)
    )
    people = await people_at(
        db,
        event_id,
        {place for scan in (*counted, *retold, *undone) for place in (_scanner(scan), _target(scan))}
        | {_target(scan) for scan in visits},
    )
    await _follow_meetings(db, event_id, people, counted=counted, retold=retold, undone=undone, now=now)
    await keep_leads(db, event_id, [_captured(scan, now=now) for scan in visits], now=now)


async def _follow_meetings(
    db: AsyncSession,
    event_id: UUID,
    people: dict[UUID, UUID],
    *,
    counted: Sequence[Scan],
    retold: Sequence[Scan],
    undone: Sequence[Scan],
    now: datetime,
) -> None:
    standing = [scan for scan in counted if scan.undone_at is None]
    tapped = [scan for scan in (*retold, *counted) if scan.signal and scan not in standing]

    await add_up(db, event_id, [*standing, *undone])
    for pair in sorted({_pair(scan) for scan in undone}):
        await recount(db, event_id, pair)

    await meet(
        db,
        event_id,
        [_met(scan, people, stands=True, now=now) for scan in standing]
        + [_met(scan, people, stands=False, now=now) for scan in (*undone, *tapped)],
        now=now,
    )
    for a, b in sorted({_people(scan, people) for scan in undone}):
        await restate(db, event_id, a, b, await standing_of(db, a, b), now=now)
    notes = [_noted(scan, people) for scan in counted]
    await keep_notes(
        db,
        event_id,
        [noted for noted in notes if noted.says_something] + [_noted(scan, people) for scan in retold],
    )


async def note_check_ins(db: AsyncSession, event_id: UUID, entries: Sequence[Scan]) -> None:
    """When the places concerned were first entered, by the entries that stand. Their rows are locked first, so that
    the second statement sees what others committed before they let them go."""
    if not entries:
        return
    these = and_(Attendance.event_id == event_id, Attendance.id.in_({_target(scan) for scan in entries}))
    await db.execute(
        select(Attendance.id).where(these).order_by(Attendance.id).with_for_update(key_share=True)
    )
    first = (
        select(func.min(Scan.captured_at))
        .where(
            Scan.event_id == Attendance.event_id,
            Scan.target_attendance_id == Attendance.id,
            Scan.purpose == "entry",
            Scan.state == "recorded",
            Scan.undone_at.is_(None),
        )
        .scalar_subquery()
    )
    await db.execute(
        update(Attendance)
        .where(these)
        .values(checked_in_at=first)
        .execution_options(synchronize_session=False)
    )


async def add_up(db: AsyncSession, event_id: UUID, scans: Sequence[Scan]) -> None:
    """Add scans to their encounters, which are locked from then on. An undone one is added too, which locks its
    encounter in turn: `recount` puts that right."""
    if not scans:
        return
    await db.execute(
        ADD_UP,
        {
            "event_id": event_id,
            "scanners": [_scanner(scan) for scan in scans],
            "targets": [_target(scan) for scan in scans],
            "times": [scan.captured_at for scan in scans],
        },
    )


ADD_UP = text("select add_encounters(:event_id, :scanners, :targets, :times)")


async def recount(db: AsyncSession, event_id: UUID, pair: Pair) -> None:
    """An encounter from the scans that stand: a minimum cannot be taken back. Its row is locked already; this is
    the second statement, which sees what others committed before they let the row go."""
    low, high = pair
    by_low = cast(Scan.scanner_attendance_id == low, Integer)
    row = (
        await db.execute(
            select(
                func.min(Scan.captured_at),
                func.max(Scan.captured_at),
                func.count(),
                func.coalesce(func.sum(by_low), 0),
            ).where(
                Scan.event_id == event_id,
                Scan.scanner_attendance_id.in_(pair),
                Scan.target_attendance_id.in_(pair),
                Scan.state == "recorded",
                Scan.undone_at.is_(None),
            )
        )
    ).one()
    first_at, last_at, count, scans_by_low = row
    this = and_(Encounter.event_id == event_id, Encounter.low_id == low, Encounter.high_id == high)
    if count == 0:
        await db.execute(delete(Encounter).where(this))
        return
    await db.execute(
        update(Encounter)
        .where(this)
        .values(
            first_at=first_at,
            last_at=last_at,
            scans_by_low=scans_by_low,
            scans_by_high=count - scans_by_low,
        )
    )


async def standing_of(db: AsyncSession, a: UUID, b: UUID) -> list[Standing]:
    """What stands between two people, by event and by who scanned, at all events whose scans are still kept."""
    scanner, target = aliased(Attendance), aliased(Attendance)
    rows = await db.execute(
        select(Scan.event_id, scanner.person_id, func.min(Scan.captured_at), func.max(Scan.captured_at))
        .join(scanner, and_(scanner.event_id == Scan.event_id, scanner.id == Scan.scanner_attendance_id))
        .join(target, and_(target.event_id == Scan.event_id, target.id == Scan.target_attendance_id))
        .where(
            scanner.person_id.in_((a, b)),
            target.person_id.in_((a, b)),
            Scan.state == "recorded",
            Scan.undone_at.is_(None),
        )
        .group_by(Scan.event_id, scanner.person_id)
    )
    return [Standing(*row) for row in rows]


def _scanner(scan: Scan) -> UUID:
    return _there(scan.scanner_attendance_id)


def _target(scan: Scan) -> UUID:
    return _there(scan.target_attendance_id)


def _there(place: UUID | None) -> UUID:
    if place is None:
        raise LookupError("a recorded scan is resolved")  # the database keeps that promise
    return place


def _pair(scan: Scan) -> Pair:
    low, high = sorted((_scanner(scan), _target(scan)))
    return low, high


def _people(scan: Scan, people: dict[UUID, UUID]) -> Pair:
    a, b = sorted((people[_scanner(scan)], people[_target(scan)]))
    return a, b


def _met(scan: Scan, people: dict[UUID, UUID], *, stands: bool, now: datetime) -> Met:
    signalled_at = scan.signalled_raw_at and min(
        scan.signalled_raw_at + timedelta(milliseconds=scan.skew_ms), now
    )
    return Met(
        scanner_id=people[_scanner(scan)],
        other_id=people[_target(scan)],
        at=scan.captured_at if stands else None,
        signal=scan.signal,
        signalled_at=signalled_at,
    )


def _captured(scan: Scan, *, now: datetime) -> Captured:
    return Captured(
        exhibitor_id=_there(scan.exhibitor_id),
        attendance_id=_target(scan),
        scanner_id=scan.scanner_id,
        scan_id=scan.id,
        captured_at=scan.captured_at,
        stands=scan.undone_at is None,
        given_at_stand=scan.given_at_stand,
        text_version=scan.text_version,
        staff_id=scan.staff_id,
        annotated_at=min(scan.annotated_raw_at + timedelta(milliseconds=scan.skew_ms), now),
        rating=scan.rating,
        label=scan.label,
        note=scan.note,
        tags=scan.tags,
    )


def _noted(scan: Scan, people: dict[UUID, UUID]) -> Noted:
    return Noted(
        owner_id=people[_scanner(scan)],
        other_id=people[_target(scan)],
        scan_id=scan.id,
        captured_at=scan.captured_at,
        label=scan.label,
        note=scan.note,
        tags=scan.tags,
    )
