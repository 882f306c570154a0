"""Where is somebody still to be found? In every column of every table, the queue's too, and in every file."""

import re
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text

from server.database import Database

COLUMNS = """
    select table_name, column_name from information_schema.columns
    where table_schema = 'public' and table_name not like 'alembic%'
      and (data_type in ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY') or udt_name = 'name')
"""


async def found_in_database(database: Database, words: Sequence[str]) -> set[str]:
    """`table.column` of each in which one of these words stands, whatever its case. Bytes are searched as they are."""
    wanted = "|".join(re.escape(word) for word in words)
    hits = set()
    async with database.transaction() as db:
        for table, column in (await db.execute(text(COLUMNS))).all():
            query = f'select exists (select from "{table}" where "{column}"::text ~* :words)'  # noqa: S608
            if await db.scalar(text(query), {"words": wanted}):
                hits.add(f"{table}.{column}")
        binary = COLUMNS + " and data_type = 'bytea'"
        for table, column in (await db.execute(text(binary))).all():
            for word in words:
                query = f'select exists (select from "{table}" where position(cast(:word as bytea) in "{column}") > 0)'  # noqa: S608
                if await db.scalar(text(query), {"word": word.encode()}):
                    hits.add(f"{table}.{column}")
    return hits


def found_in_files(folder: Path, words: Sequence[str]) -> set[Path]:
    wanted = re.compile("|".join(re.escape(word) for word in words).encode(), re.IGNORECASE)
    return {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and wanted.search(path.read_bytes())
    }
