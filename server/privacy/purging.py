"""What happens later: an event's data goes when its time is over, kind by kind, as the table of fates says."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import TIMESTAMP, Integer, Uuid, bindparam, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import ErasedAddress, Person
from server.database import Database
from server.events.models import Attendance, Event
from server.privacy.erasing import forget, verb
from server.privacy.fate import Kind, Purged, Stub, Table
from server.privacy.fates import FATES
from server.privacy.models import Erasure, Purge
from server.privacy.retention import chosen_terms
from server.privacy.rules import LEDGER_LASTS, SHORTEST, terms
from server.stats.models import FinalStats

log = structlog.get_logger()

ROWS = 1000  # in one transaction: the change feed waits for whoever writes
PEOPLE = 50


async def purge_due(database: Database, *, now: datetime) -> None:
    """Stopped on the way, it goes on where it stopped: a kind is noted as purged when nothing is left of it."""
    async with database.transaction() as db:
        due = await _due(db, now=now)
    for event_id, kind in due:
        rows = await purge(database, event_id, kind, now=now)
        async with database.transaction() as db:
            await db.execute(
                insert(Purge)
                .values(event_id=event_id, kind=kind, rows=rows, purged_at=now)
                .on_conflict_do_nothing()
            )
        log.info("purged", kind=kind, rows=rows)
    async with database.transaction() as db:
        await _forget_old_erasures(db, now=now)


async def _due(db: AsyncSession, *, now: datetime) -> list[tuple[UUID, Kind]]:
    """Only once the event's figures are fixed: nothing that is purged changes one."""
    events = await db.execute(
        select(Event.id, Event.doors_close_at)
        .join(FinalStats, FinalStats.event_id == Event.id)
        .where(Event.doors_close_at <= now - timedelta(days=SHORTEST))
        .order_by(Event.doors_close_at, Event.id)
    )
    done = {(row.event_id, row.kind) for row in await db.execute(select(Purge.event_id, Purge.kind))}
    chosen = await chosen_terms(db)
    return [
        (event_id, term.kind)
        for event_id, doors_close_at in events
        for term in terms(chosen.get(event_id, {}))
        if (event_id, term.kind) not in done and term.ends(doors_close_at=doors_close_at) <= now
    ]


async def purge(database: Database, event_id: UUID, kind: Kind, *, now: datetime) -> int:
    """How many rows that were."""
    if kind is Kind.UNCLAIMED:
        return await _purge_unclaimed(database, event_id, now=now)
    return sum([await _purge_table(database, table, event_id, now=now) for table in tables_of(kind)])


def tables_of(kind: Kind) -> Sequence[Table]:
    return [table for table in FATES if isinstance(table.purged, Purged) and table.purged.kind is kind]


async def _purge_table(database: Database, table: Table, event_id: UUID, *, now: datetime) -> int:
    if not isinstance(table.purged, Purged):
        raise TypeError(f"nothing of {table.name} is purged")
    sql = f"""
        {verb(table.name, table.purged.fate)} where ctid = any(array(
            select ctid from {table.name} where event_id = :event_id and {table.purged.where} limit :rows
        ))
    """  # noqa: S608 - of constants
    facts = {"event_id": event_id, "rows": ROWS, "now": now}
    used = [bindparam(name, type_=kind) for name, kind in TYPES.items() if f":{name}" in sql]
    step = text(sql).bindparams(*used)
    total, touched = 0, ROWS
    while touched == ROWS:
        async with database.transaction() as db:
            result = await db.execute(step, {one.key: facts[one.key] for one in used})
            touched = result.rowcount
        total += touched
    return total


TYPES = {"event_id": Uuid, "rows": Integer, "now": TIMESTAMP(timezone=True)}


async def _purge_unclaimed(database: Database, event_id: UUID, *, now: datetime) -> int:
    """Whoever was imported and never came for it. Who met them keeps that they met a former attendee."""
    total, touched = 0, PEOPLE
    while touched == PEOPLE:
        async with database.transaction() as db:
            people = await _unclaimed(db, event_id)
            if people:
                await forget(db, people, addresses=[], now=now)
                await db.execute(update(Person).where(Person.id.in_(people)).values(leaving_at=now))
                await _stub_places(db, event_id, people, now=now)
        touched = len(people)
        total += touched
    return total


async def _unclaimed(db: AsyncSession, event_id: UUID) -> Sequence[UUID]:
    found = await db.scalars(
        select(Attendance.person_id)
        .where(
            Attendance.event_id == event_id,
            Attendance.account_id.is_(None),
            Attendance.status != "joined",
            Attendance.purged_at.is_(None),
        )
        .order_by(Attendance.id)
        .limit(PEOPLE)
        .with_for_update()
    )
    return found.all()


async def _stub_places(db: AsyncSession, event_id: UUID, people: Sequence[UUID], *, now: datetime) -> None:
    [places] = [table for table in FATES if table.name == "attendances"]
    assert isinstance(places.purged, Purged) and isinstance(places.purged.fate, Stub)  # noqa: S101, PT018
    await db.execute(
        text(
            f"{verb(places.name, places.purged.fate)} where event_id = :event_id and person_id = any(:people)"
        ),
        {"event_id": event_id, "people": list(people), "now": now},
    )


async def _forget_old_erasures(db: AsyncSession, *, now: datetime) -> None:
    """No backup is so old."""
    await db.execute(delete(Erasure).where(Erasure.erase_at < now - LEDGER_LASTS))
    await db.execute(delete(ErasedAddress).where(ErasedAddress.erased_at < now - LEDGER_LASTS))
