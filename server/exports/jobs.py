"""What happens later: files are written, and thrown away after a week."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from server.clock import Clock
from server.database import Database
from server.events.models import Event
from server.exhibitors.models import Exhibitor
from server.exhibitors.rules import told
from server.exports.building import copy_table, read_ids, write_table
from server.exports.guarding import TooFewPeople, guard
from server.exports.models import Export, ExportChunk
from server.exports.naming import TakenBack, is_taken_back, people_to_name, release_names
from server.exports.rules import KEPT
from server.exports.sources import Asked, edges, in_file, nodes, table
from server.exports.storing import File, new_file
from server.exports.tables import follow_up_rows, lead_rows, stats_rows
from server.people.models import Release
from server.standby import SNAPSHOT, read_apart
from server.stats.actions import connection_stats, fix_if_final

log = structlog.get_logger()

TRY_AGAIN = timedelta(seconds=30)
TRY_FOR = timedelta(hours=1)


async def make_export(database: Database, export_id: UUID, *, clock: Clock) -> timedelta | None:
    """Write the file and call it ready. What reads stays open and holds nothing; what writes is short, since every
    writing transaction holds the change feed back. A second run waits for the first, then finds it done. Rows may come
    from a standby; who may be named is asked on the primary when the file is published."""
    try:
        await _fix_figures(database, export_id, now=clock())
        async with database.transaction() as primary:
            await primary.connection(execution_options=SNAPSHOT)
            await primary.execute(STAYS_OPEN)
            if not await primary.scalar(ALONE, {"export_id": str(export_id)}):
                return TRY_AGAIN
            export = await _begin(database, export_id, now=clock())
            if export is None:
                return None
            named = await read_apart(
                database, primary, lambda reader: _write(database, reader, export, now=clock())
            )
            await _publish(database, export, named, now=clock())
    except TooFewPeople:
        await _fail(database, export_id, "too_few_people")
    except (DBAPIError, OSError, TakenBack) as busy:
        log.warning("export_interrupted", error=type(busy).__name__)
        return await _later(database, export_id, now=clock())
    except Exception as broken:  # noqa: BLE001  (whatever broke, nobody shall wait for this file for ever)
        log.error("export_broken", error=type(broken).__name__)  # noqa: TRY400  (a traceback may hold data)
        await _fail(database, export_id, "internal_error")
    return None


# It is idle while a standby is read.
STAYS_OPEN = text("set local idle_in_transaction_session_timeout = '15min'")
# Held to the end of the primary's transaction; takes no transaction id.
ALONE = text("select pg_try_advisory_xact_lock(hashtextextended('make_export:' || :export_id, 0))")


async def _fix_figures(database: Database, export_id: UUID, *, now: datetime) -> None:
    """They are fixed by whoever asks first, and what reads the rows writes nothing."""
    async with database.transaction() as db:
        event_id = await db.scalar(select(Export.event_id).where(Export.id == export_id))
        if event_id is not None:
            await fix_if_final(db, event_id, now=now)


async def _begin(database: Database, export_id: UUID, *, now: datetime) -> Export | None:
    """The export, if it still waits. Asked of today, not of the reader's snapshot: that may be older than the end of
    another run."""
    async with database.transaction() as db:
        export = await db.get(Export, export_id)
        if export is None or export.state != "waiting":
            return None
        export.rows, export.read_at = 0, now
        return export


async def _write(
    database: Database, reader: AsyncSession, export: Export, *, now: datetime
) -> dict[UUID, UUID]:
    """The file, from one snapshot, without what an interrupted run left; who is named in it."""
    await _forget(database, export.id)
    event = await reader.get_one(Event, export.event_id)
    named: dict[UUID, UUID] = {}  # attendances and their persons
    async with new_file(database, export.id) as file:
        match export.kind:
            case "connection_stats":
                stats = await connection_stats(reader, event.id, now=now)
                await write_table(export, file, stats_rows(stats.figures))
            case "follow_up":
                stats = await connection_stats(reader, event.id, now=now)
                await write_table(export, file, follow_up_rows(stats.figures))
            case "leads":
                await write_table(export, file, lead_rows(await _leads(reader, event.id)))
            case _:
                named = await _copy(reader, export, event, file, now=now)
    export.rows, export.size = file.rows, file.size
    return named


async def _copy(
    reader: AsyncSession, export: Export, event: Event, file: File, *, now: datetime
) -> dict[UUID, UUID]:
    found = await guard(reader, event, export.kind, named=export.people == "names", now=now)
    if export.cut_type is not None and export.cut_type not in found.types:
        raise TooFewPeople
    cut = None if export.cut_type is None else found.types.index(export.cut_type) + 1
    rows = found.count(cut)
    named = await people_to_name(reader, event.id) if export.people == "names" else {}
    await _settle(file.database, export.id, {"rows_expected": rows})

    asked = Asked(
        cut=cut, named=named.keys() if export.people == "names" else None, plain=export.format != "csv"
    )
    if export.format == "graphml":
        sources = [nodes(event, found, asked), edges(event, found, asked)]
    else:
        sources = [table(event, export.kind, found, asked)]
    await copy_table(reader, export, file, sources)
    if export.people == "names":
        export.left_out = rows - file.rows
        shown = await read_ids(
            reader, in_file(event, export.kind, found, asked, graph=export.format == "graphml")
        )
        return {attendance_id: named[attendance_id] for attendance_id in shown}
    return {}


async def _leads(db: AsyncSession, event_id: UUID) -> list[tuple[str, str, int]]:
    """Exhibitors by name, with their leads as organizers are told them."""
    stands = (
        (Release.event_id == Exhibitor.event_id)
        & (Release.exhibitor_id == Exhibitor.id)
        & Release.withdrawn_at.is_(None)
    )
    rows = await db.execute(
        select(Exhibitor.name, Exhibitor.booth, func.count(Release.id))
        .outerjoin(Release, stands)
        .where(Exhibitor.event_id == event_id)
        .group_by(Exhibitor.event_id, Exhibitor.id)
        .order_by(Exhibitor.name, Exhibitor.id)
    )
    return [(name, booth, told(leads)) for name, booth, leads in rows]


async def _publish(database: Database, export: Export, named: dict[UUID, UUID], *, now: datetime) -> None:
    """Ready from now on; whoever is named is told at the same moment. Raises TakenBack."""
    facts = {
        "rows": export.rows,
        "rows_expected": export.rows,
        "left_out": export.left_out,
        "size": export.size,
    }
    async with database.transaction() as db:
        await db.execute(
            update(Export)
            .where(Export.id == export.id, Export.state == "waiting")
            .values(state="ready", ready_at=now, expires_at=now + KEPT, **facts)
        )
        await release_names(db, export, named, now=now)


async def _settle(database: Database, export_id: UUID, changes: dict[str, Any]) -> None:
    async with database.transaction() as db:
        await db.execute(
            update(Export).where(Export.id == export_id, Export.state == "waiting").values(**changes)
        )


async def _fail(database: Database, export_id: UUID, reason: str) -> None:
    await _forget(database, export_id)
    await _settle(database, export_id, {"state": "failed", "reason": reason})


async def _forget(database: Database, export_id: UUID) -> None:
    """What was written of the file so far."""
    async with database.transaction() as db:
        await db.execute(delete(ExportChunk).where(ExportChunk.export_id == export_id))


async def _later(database: Database, export_id: UUID, *, now: datetime) -> timedelta | None:
    """Try for an hour, then give up."""
    async with database.transaction() as db:
        requested_at = await db.scalar(select(Export.requested_at).where(Export.id == export_id))
    if requested_at is not None and now < requested_at + TRY_FOR:
        return TRY_AGAIN
    await _fail(database, export_id, "internal_error")
    return None


async def expire_exports(database: Database, *, now: datetime) -> None:
    """Throw away what is over a week old, and what names somebody who took that back; one file a transaction. The row
    stays and says so."""
    async with database.transaction() as db:
        over = await db.scalars(
            select(Export.id).where(Export.expires_at <= now, Export.state.in_(("ready", "waiting")))
        )
        expired = list(over)
        names = await db.scalars(select(Export.id).where(Export.state == "ready", Export.people == "names"))
        expired += [export_id for export_id in names if await is_taken_back(db, export_id)]
    for export_id in expired:
        async with database.transaction() as db:
            await db.execute(update(Export).where(Export.id == export_id).values(state="expired"))
            await db.execute(delete(ExportChunk).where(ExportChunk.export_id == export_id))
