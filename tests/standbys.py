"""A streaming standby of a PostgreSQL of ours, made by its own `pg_basebackup`."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def standby_of(primary_url: str, folder: Path, **as_primary: Any) -> Iterator[EmbeddedPostgres]:
    """Follows the primary until the end, with what that was started with. Raises NoStandby."""
    programs = programs_for(primary_url)
    data = folder / "postgres"
    data.mkdir(mode=0o700)
    code, said = programs.run(
        *("pg_basebackup", "-h", str(socket_folder(primary_url)), "-p", str(PORT), "-U", SUPERUSER),
        *("-D", str(data), "--write-recovery-conf", "--checkpoint=fast", "--no-sync"),
        folders=[data],
    )
    if code != 0:
        raise NoStandby(said)
    with EmbeddedPostgres.start(folder, **as_primary) as standby:
        yield standby


async def by_hand(url: str) -> asyncpg.Connection:
    """As whoever may pause and look at everything; once it answers, which after a crash takes a moment."""
    async with asyncio.timeout(60):
        while True:
            try:
                return await asyncpg.connect(driver_url(url), user=SUPERUSER)
            except (OSError, asyncpg.CannotConnectNowError):
                await asyncio.sleep(0.05)


def kill(folder: Path) -> None:
    """`kill -9` of the server of this data folder, whose keeper starts it again."""
    postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
