"""What happens later: files are written, and thrown away after a week."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from server.clock import Clock
from server.csv_writer import Cell, write_rows
from server.database import Database
from server.events.models import Event
from server.exports import connection_stats as as_stats
from server.exports import connections as as_connections
from server.exports.models import Export, ExportChunk
from server.exports.rules import KEPT
from server.files import CHUNK
from server.stats.actions import connection_stats

log = structlog.get_logger()

TRY_AGAIN = timedelta(seconds=30)
TRY_FOR = timedelta(hours=1)

Rows = AsyncIterator[list[tuple[Cell, ...]]]


async def make_export(database: Database, export_id: UUID, *, clock: Clock) -> timedelta | None:
    """Write the file and call it ready. What reads stays open and holds nothing; what writes is short, since every
    writing transaction holds the change feed back. A second run waits for the first, then finds it done."""
    try:
        async with database.transaction() as reader:
            await reader.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            if not await reader.scalar(ALONE, {"export_id": str(export_id)}):
                return TRY_AGAIN
            export = await _begin(database, export_id)
            if export is None:
                return None
            event = await reader.get_one(Event, export.event_id)
            columns, rows = _file(reader, export, event, now=clock())
            file = File(database, export_id)
            await file.write(columns, rows)
            done = clock()
            facts = {"rows": file.rows, "size": file.size, "ready_at": done, "expires_at": done + KEPT}
            await _settle(database, export_id, {"state": "ready", **facts})
    except as_connections.TooFewPeople:
        await _fail(database, export_id, "too_few_people")
    except (DBAPIError, OSError) as busy:
        log.warning("export_interrupted", error=type(busy).__name__)
        return await _later(database, export_id, now=clock())
    except Exception as broken:  # noqa: BLE001  (whatever broke, nobody shall wait for this file for ever)
        log.error("export_broken", error=type(broken).__name__)  # noqa: TRY400  (a traceback may hold data)
        await _fail(database, export_id, "internal_error")
    return None


# Held to the end of the reading transaction; takes no transaction id.
ALONE = text("select pg_try_advisory_xact_lock(hashtextextended('make_export:' || :export_id, 0))")


def _file(
    reader: AsyncSession, export: Export, event: Event, *, now: datetime
) -> tuple[tuple[str, ...], Rows]:
    if export.kind == "connections":
        return as_connections.COLUMNS, as_connections.connection_rows(reader, event, now=now)

    async def stats() -> Rows:
        figures = (await connection_stats(reader, event.id, now=now)).figures
        yield list(as_stats.stats_rows(figures))

    return as_stats.COLUMNS, stats()


async def _begin(database: Database, export_id: UUID) -> Export | None:
    """The export, if it still waits, without what an interrupted run left. Asked of today, not of the reader's
    snapshot: that may be older than the end of another run."""
    async with database.transaction() as db:
        export = await db.get(Export, export_id)
        if export is None or export.state != "waiting":
            return None
        await db.execute(delete(ExportChunk).where(ExportChunk.export_id == export_id))
        return export


@dataclass
class File:
    """A file on its way into the table."""

    database: Database
    export_id: UUID
    rows: int = 0
    size: int = 0
    chunks: int = 0
    waiting: bytearray = field(default_factory=bytearray)

    async def write(self, columns: tuple[str, ...], pieces: Rows) -> None:
        self.waiting += b"".join(write_rows(columns, []))
        async for piece in pieces:
            self.rows += len(piece)
            self.waiting += b"".join(write_rows(columns, piece, header=False))
            while len(self.waiting) >= CHUNK:
                await self._store(bytes(self.waiting[:CHUNK]))
                del self.waiting[:CHUNK]
        await self._store(bytes(self.waiting))

    async def _store(self, data: bytes) -> None:
        async with self.database.transaction() as db:
            db.add(ExportChunk(export_id=self.export_id, number=self.chunks, data=data))
        self.chunks += 1
        self.size += len(data)


async def _settle(database: Database, export_id: UUID, changes: dict[str, object]) -> None:
    async with database.transaction() as db:
        await db.execute(
            update(Export).where(Export.id == export_id, Export.state == "waiting").values(**changes)
        )


async def _fail(database: Database, export_id: UUID, reason: str) -> None:
    async with database.transaction() as db:
        await db.execute(delete(ExportChunk).where(ExportChunk.export_id == export_id))
    await _settle(database, export_id, {"state": "failed", "reason": reason})


async def _later(database: Database, export_id: UUID, *, now: datetime) -> timedelta | None:
    """Try for an hour, then give up."""
    async with database.transaction() as db:
        requested_at = await db.scalar(select(Export.requested_at).where(Export.id == export_id))
    if requested_at is not None and now < requested_at + TRY_FOR:
        return TRY_AGAIN
    await _fail(database, export_id, "internal_error")
    return None


async def expire_exports(database: Database, *, now: datetime) -> None:
    """Throw away what is over a week old, one file a transaction; the row stays and says so."""
    async with database.transaction() as db:
        over = await db.scalars(
            select(Export.id).where(Export.expires_at <= now, Export.state.in_(("ready", "waiting")))
        )
        expired = over.all()
    for export_id in expired:
        async with database.transaction() as db:
            await db.execute(update(Export).where(Export.id == export_id).values(state="expired"))
            await db.execute(delete(ExportChunk).where(ExportChunk.export_id == export_id))
