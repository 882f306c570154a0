"""What can happen to prints, and what can be known of them: ordered, followed, looked up in the log."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from server.badges.actions import issue, issue_missing
from server.badges.errors import (
    NothingToPrint,
    PrintContradictory,
    PrintExpired,
    PrintFailed,
    PrintNotFound,
    PrintNotReady,
)
from server.badges.models import Badge, BadgePrint, BadgePrintChunk, PrintedBadge
from server.database import Database
from server.events.access import Organizer
from server.events.models import Attendance, Event
from server.failures import IdReused
from server.files import read_chunks
from server.limits import Limit, Limits
from server.paging import read_cursor
from server.queue import enqueue

PRINTS_PER_ACCOUNT = Limit("badge_prints_per_account", most=120, per=timedelta(hours=1))
KEPT = timedelta(
    days=3
)  # a file full of names is kept for as long as somebody may be standing at the printer


async def print_badges(
    db: AsyncSession,
    organizer: Organizer,
    print_id: UUID,
    *,
    who: str,
    attendance_id: UUID | None,
    limits: Limits,
    now: datetime,
    **looks: Any,
) -> tuple[BadgePrint, bool]:
    """Promise a file, and say whether it is new. Which badges it has is decided now, so that two people who print what
    is missing at once print each badge once; whoever has no badge is issued one."""
    if (who == "one") != (attendance_id is not None):
        raise PrintContradictory
    await limits.take(PRINTS_PER_ACCOUNT, str(organizer.account_id), now=now)

    facts: dict[str, Any] = {
        "event_id": organizer.event_id,
        "account_id": organizer.account_id,
        "who": who,
        "attendance_id": attendance_id,
        **looks,
    }
    await db.execute(select(Event.id).where(Event.id == organizer.event_id).with_for_update(key_share=True))
    if attendance_id is not None:
        await issue(db, organizer.event_id, attendance_id, now=now)
    made = await db.scalar(
        upsert(BadgePrint)
        .values(id=print_id, **facts, total=0, done=0, incomplete=[], state="waiting", requested_at=now,
                expires_at=now + KEPT)
        .on_conflict_do_nothing()
        .returning(BadgePrint.id)
    )  # fmt: skip
    ordered = await db.scalar(select(BadgePrint).filter_by(id=print_id, **facts))
    if ordered is None:
        raise IdReused
    if made is None:
        return ordered, False

    if who != "one":
        await issue_missing(db, organizer, now=now)
    chosen = badges_of(organizer.event_id, print_id, who=who, attendance_id=attendance_id)
    taken = await db.execute(
        insert(PrintedBadge)
        .from_select(["event_id", "badge_id", "print_id"], chosen)
        .returning(PrintedBadge.badge_id)
    )
    ordered.total = len(taken.all())
    if ordered.total == 0:
        raise NothingToPrint
    await enqueue(db, "make_badge_print", print_id)
    return ordered, True


def badges_of(
    event_id: UUID, print_id: UUID, *, who: str, attendance_id: UUID | None
) -> Select[tuple[UUID, UUID, UUID]]:
    """The badges that an order means. Printed is what is in a print that did not fail."""
    chosen = (
        select(Badge.event_id, Badge.id, literal(print_id))
        .join(Attendance, (Attendance.event_id == Badge.event_id) & (Attendance.id == Badge.attendance_id))
        .where(Badge.event_id == event_id, Badge.revoked_at.is_(None), Attendance.status == "expected")
    )
    if attendance_id is not None:
        return chosen.where(Badge.attendance_id == attendance_id)
    if who == "not_printed":
        printed = (
            select(PrintedBadge.badge_id)
            .join(BadgePrint, BadgePrint.id == PrintedBadge.print_id)
            .where(
                PrintedBadge.event_id == event_id,
                PrintedBadge.badge_id == Badge.id,
                BadgePrint.state != "failed",
            )
        )
        return chosen.where(~printed.exists())
    return chosen


async def get_badge_print(db: AsyncSession, organizer: Organizer, print_id: UUID) -> BadgePrint:
    found = await db.scalar(
        select(BadgePrint).where(BadgePrint.id == print_id, BadgePrint.event_id == organizer.event_id)
    )
    if found is None:
        raise PrintNotFound
    return found


async def list_badge_prints(
    db: AsyncSession, organizer: Organizer, *, cursor: str | None, limit: int
) -> Sequence[BadgePrint]:
    """The event's prints, the newest first, one row more than the limit when there are more."""
    query = select(BadgePrint).where(BadgePrint.event_id == organizer.event_id)
    if cursor is not None:
        before = read_cursor(cursor, datetime, UUID)
        query = query.where(tuple_(BadgePrint.requested_at, BadgePrint.id) < before)
    query = query.order_by(BadgePrint.requested_at.desc(), BadgePrint.id.desc()).limit(limit + 1)
    return (await db.scalars(query)).all()


async def get_file(db: AsyncSession, organizer: Organizer, print_id: UUID, *, now: datetime) -> BadgePrint:
    """A print that can be downloaded now."""
    found = await get_badge_print(db, organizer, print_id)
    match state_of(found, now=now):
        case "waiting":
            raise PrintNotReady
        case "failed":
            raise PrintFailed
        case "expired":
            raise PrintExpired
    return found


def read_file(database: Database, print_id: UUID) -> AsyncIterator[bytes]:
    return read_chunks(database, BadgePrintChunk, BadgePrintChunk.print_id == print_id)


def state_of(found: BadgePrint, *, now: datetime) -> str:
    """Expired when its time is over, whether or not housekeeping has come by; a failed one has failed."""
    return "expired" if found.state != "failed" and found.expires_at <= now else found.state
