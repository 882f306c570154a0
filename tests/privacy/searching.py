"""Where is somebody still to be found? In every column of every table, the queue's too, and in every file; whatever it
is packed in."""

import gzip
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pyarrow.parquet as pq
import pypdfium2
from sqlalchemy import text

from server.database import Database

COLUMNS = """
    select table_name, column_name from information_schema.columns
    where table_schema = 'public' and table_name not like 'alembic%'
      and (data_type in ('text', 'character varying', 'json', 'jsonb', 'ARRAY') or udt_name = 'name')
"""
BINARY = """
    select table_name, column_name, exists (
        select from information_schema.columns number
        where number.table_name = binary_column.table_name and number.column_name = 'number'
    ) from information_schema.columns binary_column
    where table_schema = 'public' and data_type = 'bytea'
"""


def readable(raw: bytes) -> str:
    """What can be read in a file: zip (XLSX too), gzip, Parquet, PDF and mail are opened."""
    if raw.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(raw)) as files:
            return "\n".join([*files.namelist(), *(readable(files.read(name)) for name in files.namelist())])
    if raw.startswith(b"\x1f\x8b"):
        return readable(gzip.decompress(raw))
    if raw.startswith(b"PAR1"):
        return str(pq.read_table(io.BytesIO(raw)).to_pylist())
    if raw.startswith(b"%PDF-"):
        pages = pypdfium2.PdfDocument(raw)
        return "\n".join(
            [str(pages.get_metadata_dict()), *(page.get_textpage().get_text_range() for page in pages)]
        )
    if re.match(rb"[\w-]+: .*?\r?\n", raw) and b"\nMIME-Version:" in raw:
        mail = message_from_bytes(raw, policy=default)
        parts = [part.get_payload(decode=True) or b"" for part in mail.walk()]
        return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *map(readable, parts)])
    return raw.decode(errors="replace")


async def found_in_database(database: Database, words: Sequence[str]) -> set[str]:
    """`table.column` of each in which one of these words stands, whatever its case. Files kept in pieces are put
    together first."""
    wanted = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    hits = set()
    async with database.transaction() as db:
        for table, column in (await db.execute(text(COLUMNS))).all():
            query = f'select exists (select from "{table}" where "{column}"::text ~* :words)'  # noqa: S608
            if await db.scalar(text(query), {"words": wanted.pattern}):
                hits.add(f"{table}.{column}")
        for table, column, in_pieces in (await db.execute(text(BINARY))).all():
            query = f'select to_jsonb(t) - :column, "{column}" from "{table}" t'  # noqa: S608
            rows = (await db.execute(text(query), {"column": column})).all()
            files: dict[str, bytes] = defaultdict(bytes)
            for key, raw in sorted(rows, key=lambda row: row[0]["number"]) if in_pieces else rows:
                whose = {name: value for name, value in key.items() if name != "number"}
                files[str(whose)] += raw or b""
            if any(wanted.search(readable(raw)) for raw in files.values()):
                hits.add(f"{table}.{column}")
    return hits


def found_in_files(folder: Path, words: Sequence[str]) -> set[Path]:
    wanted = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    return {
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_file() and wanted.search(readable(path.read_bytes()))
    }
