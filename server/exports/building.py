"""A file is made: its rows copied out by PostgreSQL, stored as they are or turned into another format beside us."""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.csv_writer import Cell, write_rows
from server.exports.columns import columns_of
from server.exports.dictionary import about
from server.exports.models import Export
from server.exports.sources import Source
from server.exports.storing import File
from server.files import CHUNK

ROOT = Path(__file__).parents[2]
TELL_AFTER = 100_000  # rows

Sink = Callable[[bytes], Awaitable[None]]


class WritingBroken(Exception):
    """The writing process ended without a file."""


async def write_table(export: Export, file: File, rows: Iterable[tuple[Cell, ...]]) -> None:
    """A small table that is here already."""
    names = [column.name for column in columns_of(export.kind, export.people)]
    listed = list(rows)
    file.rows = len(listed)
    if export.format == "csv":
        await file.write(b"".join(write_rows(names, listed)))
        await file.end()
        return
    async with writing(export, file) as write:
        await write(b"".join(write_rows(names, listed, header=False, safe=False)))


async def copy_table(db: AsyncSession, export: Export, file: File, sources: list[Source]) -> None:
    """Rows that PostgreSQL copies out of the snapshot of `db`, with the memory of a piece at a time. Of a graph there
    are two sources."""
    await db.execute(text("set local statement_timeout = '15min'"))
    await db.execute(text("set local idle_in_transaction_session_timeout = '15min'"))
    await db.execute(text("set local work_mem = '64MB'"))  # to shuffle in memory what fits
    if export.format == "csv":
        names = [column.name for column in columns_of(export.kind, export.people)]
        await file.write(b"".join(write_rows(names, [])))

        async def keep(data: bytes) -> None:
            file.rows += data.count(b"\n")  # no cell has a line break
            await file.write(data.replace(b"\n", b"\r\n"))

        await _copy(db, sources[0], keep)
        await file.end()
        return

    told = 0
    async with writing(export, file) as write:

        async def pass_on(data: bytes) -> None:
            nonlocal told
            file.rows += data.count(b"\n")
            await write(data)
            if file.rows >= told + TELL_AFTER:
                told = file.rows
                await file.tell()

        for before, source in enumerate(sources):
            if before:
                file.rows = 0  # of a graph the edges are counted
                await write(b"\n")
            await _copy(db, source, pass_on)


async def read_ids(db: AsyncSession, source: Source) -> set[UUID]:
    return {row[0] for row in await (await _driver(db)).fetch(source.query, *source.arguments)}


async def _copy(db: AsyncSession, source: Source, sink: Sink) -> None:
    driver = await _driver(db)
    await driver.copy_from_query(source.query, *source.arguments, output=sink, format="csv", timeout=900)


async def _driver(db: AsyncSession) -> asyncpg.Connection:
    """What is under the session, whose transaction has begun: SQLAlchemy copies nothing out."""
    connection = await (await db.connection()).get_raw_connection()
    return cast("asyncpg.Connection", connection.driver_connection)


@asynccontextmanager
async def writing(export: Export, file: File) -> AsyncIterator[Sink]:
    """Feed the writing process; at the end what it wrote is in the file. Raises WritingBroken."""
    with tempfile.TemporaryDirectory(prefix="hallway-export-") as folder:
        path = Path(folder) / "file"
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "server.exports.writing", cwd=ROOT, env={"TMPDIR": folder},
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            stdin = cast("asyncio.StreamWriter", process.stdin)

            async def write(data: bytes) -> None:
                try:
                    stdin.write(data)
                    await stdin.drain()
                except ConnectionError as ended:
                    raise WritingBroken from ended

            order: dict[str, Any] = {
                "path": str(path),
                "format": export.format,
                "about": about(export).facts(),
            }
            await write(json.dumps(order).encode() + b"\n")
            yield write
            stdin.close()
            if await process.wait() != 0:
                raise WritingBroken
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        await _take(path, file)


async def _take(path: Path, file: File) -> None:
    source = await asyncio.to_thread(path.open, "rb")
    with source:
        while data := await asyncio.to_thread(source.read, CHUNK):
            await file.write(data)
    await file.end()
