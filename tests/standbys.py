"""A streaming standby of a PostgreSQL of ours, made by its own `pg_basebackup`."""

import asyncio
import os
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import make_url

from server.database import driver_url
from server.embedded import EmbeddedPostgres, RunAs
from server.embedded.cluster import SUPERUSER
from server.embedded.launch import Programs, find_programs
from server.embedded.sockets import PORT


class NoStandby(Exception):
    """Why none can be made here."""


def programs_for(primary_url: str) -> Programs:
    """Those that run as the primary's do. Raises NoStandby."""
    programs = find_programs(owner=socket_folder(primary_url).stat().st_uid, major=None)
    if not (programs.folder / "pg_basebackup").exists():
        raise NoStandby(f"no pg_basebackup in {programs.folder}")
    if programs.run_as is RunAs.NOBODY:
        raise NoStandby("root without user namespaces: nobody may not enter the primary's folder")
    return programs


def socket_folder(url: str) -> Path:
    return Path(str(make_url(url).query["host"]))


@asynccontextmanager
async def standby_of(primary_url: str, folder: Path, **as_primary: Any) -> AsyncIterator[EmbeddedPostgres]:
    """Follows the primary until the end, with what that was started with; a slot keeps the log for it meanwhile. Raises
    NoStandby."""
    programs = programs_for(primary_url)
    data, slot = folder / "postgres", f"standby_{secrets.token_hex(4)}"
    data.mkdir(mode=0o700)
    primary = await by_hand(primary_url)
    # Before the backup begins: the slot that pg_basebackup makes comes after, and the log may be gone by then.
    await primary.execute("select pg_create_physical_replication_slot($1, true)", slot)
    await primary.close()
    try:
        code, said = programs.run(
            *("pg_basebackup", "-h", str(socket_folder(primary_url)), "-p", str(PORT), "-U", SUPERUSER),
            *("-D", str(data), "--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--slot", slot),
            folders=[data],
        )
        assert code == 0, said
        with EmbeddedPostgres.start(folder, **as_primary) as standby:
            yield standby
    finally:
        primary = await by_hand(primary_url)
        await until(primary, f"select not active from pg_replication_slots where slot_name = '{slot}'")  # noqa: S608
        await primary.execute("select pg_drop_replication_slot($1)", slot)
        await primary.close()


async def by_hand(url: str) -> asyncpg.Connection:
    """As whoever may pause and look at everything; once it answers, which after a crash takes a moment."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await asyncpg.connect(driver_url(url), user=SUPERUSER)
            except (OSError, asyncpg.CannotConnectNowError):
                await asyncio.sleep(0.05)


async def until(connection: asyncpg.Connection, question: str) -> None:
    async with asyncio.timeout(30):
        while not await connection.fetchval(question):
            await asyncio.sleep(0.02)


def kill(folder: Path) -> None:
    """`kill -9` of the server of this data folder, whose keeper starts it again."""
    postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
