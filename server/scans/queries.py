"""What can be known of scans."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.devices import access as devices
from server.events.models import Attendance
from server.paging import read_cursor
from server.people.queries import not_blocked
from server.scans.gathering import get_place
from server.scans.models import Scan, ScanUndo
from server.scans.rules import Reason


async def lock_scanner(db: AsyncSession, event_id: UUID, scanner_id: UUID) -> None:
    """One at a time for each scanner and event: deliveries, undos, claims and judgements of parked scans.

    It is what an undo and its scan arriving together need: neither could see the other's row. Taken before any
    row, so that it takes part in no deadlock; let go at the end of the transaction.
    """
    await db.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"scans {event_id} {scanner_id}", 0)))
    )


async def hold_targets(db: AsyncSession, event_id: UUID, scanner_id: UUID, ids: Iterable[UUID]) -> None:
    """Hold the unclaimed places that kept scans lead to, before these are read: a claim that joins such a place into
    another moves its scans, and is over or waits."""
    kept = select(Scan.target_attendance_id).where(
        Scan.event_id == event_id, Scan.scanner_id == scanner_id, Scan.id.in_(set(ids))
    )
    await db.execute(
        select(Attendance.id)
        .where(Attendance.event_id == event_id, Attendance.id.in_(kept), Attendance.account_id.is_(None))
        .order_by(Attendance.id)
        .with_for_update(read=True, key_share=True)
    )


async def scans_by_id(
    db: AsyncSession, event_id: UUID, scanner_id: UUID, ids: Iterable[UUID]
) -> dict[UUID, Scan]:
    """By owner as well as by key: another's scan of the same id is another scan."""
    found = await db.scalars(
        select(Scan)
        .where(Scan.event_id == event_id, Scan.scanner_id == scanner_id, Scan.id.in_(set(ids)))
        .execution_options(populate_existing=True)
    )
    return {scan.id: scan for scan in found}


async def undos_by_id(
    db: AsyncSession, event_id: UUID, scanner_id: UUID, ids: Iterable[UUID]
) -> dict[UUID, datetime]:
    rows = await db.execute(
        select(ScanUndo.scan_id, ScanUndo.undone_raw_at).where(
            ScanUndo.event_id == event_id, ScanUndo.scanner_id == scanner_id, ScanUndo.scan_id.in_(set(ids))
        )
    )
    return dict(rows.all())


async def count_parked(
    db: AsyncSession, event_id: UUID, scanner_id: UUID, *, held: bool | None = None
) -> int:
    """All, or only those that revoked devices brought (`held`), or only the others."""
    query = select(func.count()).where(
        Scan.event_id == event_id, Scan.scanner_id == scanner_id, Scan.state == "parked"
    )
    if held is not None:
        query = query.where((Scan.reason == Reason.DEVICE_REVOKED) == held)
    return await db.scalar(query) or 0


async def people_at(db: AsyncSession, event_id: UUID, attendance_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The person of each place, held until the end of the transaction: a claim, which moves a place to another
    person, waits for whoever is writing about its person, or is over before they read it here."""
    rows = await db.execute(
        select(Attendance.id, Attendance.person_id)
        .where(Attendance.event_id == event_id, Attendance.id.in_(set(attendance_ids)))
        .order_by(Attendance.id)
        .with_for_update(read=True, key_share=True)
    )
    return dict(rows.all())


async def people_shown(
    db: AsyncSession, me: devices.Scanner, event_id: UUID, scans: Iterable[Scan]
) -> dict[UUID, UUID]:
    """Whom recorded scans that stand lead to, by scan; a block hides them."""
    places = {scan.id: scan.target_attendance_id for scan in scans if scan.undone_at is None}
    if not places:
        return {}
    rows = await db.execute(
        select(Attendance.id, Attendance.person_id).where(
            Attendance.event_id == event_id,
            Attendance.id.in_(set(places.values())),
            not_blocked(me.id, Attendance.person_id),
        )
    )
    people = dict(rows.all())
    return {scan_id: people[place] for scan_id, place in places.items() if place in people}


async def list_my_scans(
    db: AsyncSession, me: SignedIn, event_id: UUID, *, state: str | None, cursor: str | None, limit: int
) -> Sequence[Scan]:
    """Mine in the order of their ids, one more than the limit when there are more. Raises EventNotFound."""
    await get_place(db, event_id)
    query = select(Scan).where(Scan.event_id == event_id, Scan.scanner_id == me.person_id)
    if state is not None:
        query = query.where(Scan.state == state)
    if cursor is not None:
        query = query.where(Scan.id > read_cursor(cursor, UUID)[0])
    return (await db.scalars(query.order_by(Scan.id).limit(limit + 1))).all()
