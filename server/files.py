"""Files that every replica can serve: chunks in a table, read a piece at a time."""

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Database

CHUNK = 256 * 1024  # bytes


class Chunk:
    """A piece of a file, in order, counted from 0. Each kind of file has a table of its own, which says whose it is."""

    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column()


async def read_chunks(
    database: Database,
    chunk: type[Any],
    whose: ColumnElement[bool],
    *,
    begin: int = 0,
    end: int | None = None,
) -> AsyncIterator[bytes]:
    """The file from byte `begin` up to but not including `end`, a piece at a time; no connection is held while the
    client takes its time. A file that expires meanwhile ends early, which its Content-Length gives away."""
    while end is None or begin < end:
        number, skipped = divmod(begin, CHUNK)
        async with database.autocommit.connect() as connection:
            piece = await connection.scalar(select(chunk.data).where(whose, chunk.number == number))
        if piece is None:
            return
        yield piece[skipped : CHUNK if end is None else end - number * CHUNK]
        begin = (number + 1) * CHUNK
