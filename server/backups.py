"""Take the database along as one file, and begin again from it.

PostgreSQL's own pg_dump and pg_restore do it. What they cannot know is said afterwards: numbers of transactions, by
which phones and doors read on (`changes.py`, `deltas.py`), mean nothing in another database.
"""

import asyncio
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Database
from server.embedded import folders_with_programs
from server.models import Base
from server.settings import Settings


class BackupFailed(Exception):
    """Nothing was taken along or put back; its text says what to do."""


async def back_up(database: Database, settings: Settings, file: Path) -> None:
    """Write everything as of one moment to a new file that only its owner may read, whole or not at all. Nobody waits
    for it."""
    async with database.transaction() as db:
        program = find_program("pg_dump", server=await _major(db))
    await asyncio.to_thread(_dump, program, settings, file)


def _dump(program: Path, settings: Settings, file: Path) -> None:
    if file.exists():
        raise BackupFailed(f"{file} is there already; a backup replaces none.")
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    # Limits count anew, as after a crash.
    run(program, settings, *AS_WHOEVER, "--format=custom", "--no-unlogged-table-data", f"--file={unfinished}")
    unfinished.rename(file)


async def put_back(database: Database, settings: Settings, file: Path) -> None:
    """Fill an empty database from such a file, whole or not at all."""
    async with database.transaction() as db:
        if await db.scalar(text("select exists (select from pg_tables where schemaname = 'public')")):
            raise BackupFailed(
                "This database is not empty. Restore into a new one, so that nothing there is lost: "
                "create it, and name it in DATABASE_URL (embedded: in an empty HALLWAY_DATA)."
            )
        program = find_program("pg_restore", server=await _major(db))
    # Comments on extensions are their owner's alone.
    once = ("--exit-on-error", "--single-transaction", "--no-comments")
    database_name = f"--dbname={_where(settings)['PGDATABASE']}"
    await asyncio.to_thread(run, program, settings, *AS_WHOEVER, *once, database_name, str(file))


async def begin_stamps_anew(database: Database) -> None:
    """Let every stamp be of this database. Another one's transactions may have numbers that this one has not reached:
    then door lists come whole each time, and housekeeping takes new stamps for older than the old ones. Nobody misses
    what is forgotten, since every phone and door reads all there is when it meets another generation."""
    async with database.transaction() as db:
        await db.execute(text("set local statement_timeout = 0"))
        for table, column in stamp_columns():
            now = "pg_current_xact_id()::text::bigint"
            await db.execute(text(f"update {table} set {column} = {now} where {column} is not null"))  # noqa: S608
        await db.execute(text("truncate changes, ripples"))  # last: updates write some


def stamp_columns() -> Iterator[tuple[str, str]]:
    """Tables and their columns that hold the number of a transaction."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith("_xid"):
                yield table.name, column.name


# Owners and privileges are those of wherever it is put back.
AS_WHOEVER = ("--no-owner", "--no-privileges")


async def _major(db: AsyncSession) -> int:
    return int(await db.scalar(text("select current_setting('server_version_num')::int / 10000")) or 0)


def find_program(name: str, *, server: int) -> Path:
    """PostgreSQL's program for a server of this major version: its own, else the next newer one. Older ones refuse, and
    much newer ones say what the server does not know. Raises BackupFailed."""
    found: dict[int, Path] = {}
    for folder in folders_with_programs(name):
        said = subprocess.run([folder / name, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
        version = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
        if version:
            found.setdefault(int(version[1]), folder / name)
    fitting = [major for major in found if major >= server]
    if not fitting:
        raise BackupFailed(
            f"No {name} for PostgreSQL {server} was found. Install PostgreSQL's client programs of that version "
            f"(Debian, Ubuntu: apt install postgresql-client-{server}), or Hallway's extra `embedded`."
        )
    return found[min(fitting)]


def run(program: Path, settings: Settings, *words: str) -> None:
    """Run it, with the password where no list of processes shows it. Raises BackupFailed with what it said."""
    ended = subprocess.run(  # noqa: S603
        [program, "--no-password", *words],
        env=_environment() | _where(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode != 0:
        raise BackupFailed(f"{program.name} failed.\n{ended.stderr.strip()}")


def _environment() -> dict[str, str]:
    """PATH, PGSSLMODE and the like, and none of Hallway's secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HALLWAY_")}


def _where(settings: Settings) -> dict[str, str]:
    """The database as libpq's environment names it, past PgBouncer."""
    url = make_url(settings.database_url_direct or settings.database_url or "")
    said = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port or url.query.get("port"),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database or url.username,
    }
    return {name: str(value) for name, value in said.items() if value}
