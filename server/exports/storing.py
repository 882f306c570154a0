"""A file on its way into the table, in which every replica finds it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import insert, update

from server.database import Database
from server.exports.models import Export, ExportChunk
from server.files import CHUNK

AT_ONCE = 8
"""Chunks in a transaction: few, since every writing transaction holds the change feed back."""


@asynccontextmanager
async def new_file(database: Database, export_id: UUID) -> AsyncIterator["File"]:
    """Whatever happens, nothing of it is stored any more afterwards."""
    file = File(database, export_id)
    try:
        yield file
    finally:
        if file.storing:
            await asyncio.gather(file.storing, return_exceptions=True)


@dataclass
class File:
    """Bytes go in as they come; `rows` is what is told of how far it is."""

    database: Database
    export_id: UUID
    rows: int = 0
    size: int = 0
    chunks: int = 0
    waiting: bytearray = field(default_factory=bytearray)
    storing: asyncio.Task[None] | None = None

    async def write(self, data: bytes) -> None:
        """Whoever makes the file makes the next piece while one is stored."""
        self.waiting += data
        if len(self.waiting) >= CHUNK * AT_ONCE:
            whole = len(self.waiting) // CHUNK * CHUNK
            await self._stored()
            self.storing = asyncio.create_task(self._store(bytes(self.waiting[:whole])))
            del self.waiting[:whole]

    async def end(self) -> None:
        await self._stored()
        await self._store(bytes(self.waiting))
        self.waiting.clear()

    async def _stored(self) -> None:
        if self.storing:
            await self.storing

    async def tell(self) -> None:
        """How many rows there are so far."""
        async with self.database.transaction() as db:
            await db.execute(update(Export).where(Export.id == self.export_id).values(rows=self.rows))

    async def _store(self, data: bytes) -> None:
        pieces = [
            {"export_id": self.export_id, "number": self.chunks + place, "data": data[begin : begin + CHUNK]}
            for place, begin in enumerate(range(0, len(data), CHUNK))
        ]
        if pieces:
            async with self.database.transaction() as db:
                await db.execute(insert(ExportChunk), pieces)
                await db.execute(update(Export).where(Export.id == self.export_id).values(rows=self.rows))
        self.chunks += len(pieces)
        self.size += len(data)
