"""A file on its way into the table, in which every replica finds it."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import insert, update

from server.database import Database
from server.exports.models import Export, ExportChunk
from server.files import CHUNK

AT_ONCE = 8
"""Chunks in a transaction: few, since every writing transaction holds the change feed back."""


@dataclass
class File:
    """Bytes go in as they come; `rows` is what is told of how far it is."""

    database: Database
    export_id: UUID
    rows: int = 0
    size: int = 0
    chunks: int = 0
    waiting: bytearray = field(default_factory=bytearray)

    async def write(self, data: bytes) -> None:
        self.waiting += data
        if len(self.waiting) >= CHUNK * AT_ONCE:
            whole = len(self.waiting) // CHUNK * CHUNK
            await self._store(bytes(self.waiting[:whole]))
            del self.waiting[:whole]

    async def end(self) -> None:
        await self._store(bytes(self.waiting))
        self.waiting.clear()

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
