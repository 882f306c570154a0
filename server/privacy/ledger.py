"""Erasures survive a restore: who asked to be erased is also written to a file that no backup of the database holds.

Each line is a JSON object: a person's id, HMACs of their addresses, when they asked, when they are erased, and whether
they took it back. Nothing in it is personal. What a person said last counts.
"""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from server.accounts.models import Person
from server.database import Database
from server.privacy.erasing import erase_due
from server.privacy.models import Erasure

log = structlog.get_logger()

AT_ONCE = 500


def ledger_writer(path: Path) -> Callable[..., Awaitable[None]]:
    """The round that writes it. Written twice is written once; several workers may each have a file of their own."""

    async def write_ledger(database: Database, *, now: datetime) -> None:
        async with database.transaction() as db:
            found = await db.scalars(
                select(Erasure)
                .where(Erasure.written_at.is_(None))
                .order_by(Erasure.person_id)
                .limit(AT_ONCE)
                .with_for_update(skip_locked=True)
            )
            erasures = found.all()
            if erasures:
                await asyncio.to_thread(_append, path, [_line(erasure) for erasure in erasures])
            for erasure in erasures:
                erasure.written_at = now

    return write_ledger


def _line(erasure: Erasure) -> str:
    return json.dumps(
        {
            "person_id": str(erasure.person_id),
            "addresses": [digest.hex() for digest in erasure.addresses],
            "asked_at": erasure.asked_at.isoformat(),
            "erase_at": erasure.erase_at.isoformat(),
            "cancelled_at": erasure.cancelled_at and erasure.cancelled_at.isoformat(),
        }
    )


def _append(path: Path, lines: Iterable[str]) -> None:
    """On disk when it returns. A line that a crash tore stays by itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.writelines(f"\n{line}" for line in lines)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def ledgers_in(paths: Iterable[Path]) -> list[Path]:
    """These files, and all ledgers in these folders."""
    return [file for path in paths for file in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path])]


async def replay(database: Database, lines: Iterable[str], *, now: datetime) -> int:
    """After a restore: let everybody who asked leave again, and erase whose time has come. How many asked. Lines of
    several workers may come in any order."""
    entries = [entry for line in lines if line.strip() and (entry := _read(line))]
    entries.sort(
        key=lambda entry: (entry["asked_at"], entry["cancelled_at"] or "")
    )  # perhaps of several files
    last = {entry["person_id"]: entry for entry in entries}
    for entry in last.values():
        person_id, asked_at = UUID(entry["person_id"]), _time(entry["asked_at"])
        cancelled_at = entry["cancelled_at"] and _time(entry["cancelled_at"])
        facts = {
            "addresses": [bytes.fromhex(digest) for digest in entry["addresses"]],
            "asked_at": asked_at,
            "erase_at": _time(entry["erase_at"]),
            "cancelled_at": cancelled_at,
            "erased_at": None,
        }
        async with database.transaction() as db:
            await db.execute(
                insert(Erasure)
                .values(person_id=person_id, **facts, written_at=now)
                .on_conflict_do_update(index_elements=[Erasure.person_id], set_=facts)
            )
            leaving_at = None if cancelled_at else asked_at
            await db.execute(update(Person).where(Person.id == person_id).values(leaving_at=leaving_at))
    await erase_due(database, now=now)
    return sum(entry["cancelled_at"] is None for entry in last.values())


def _read(line: str) -> dict[str, Any] | None:
    """None of a line that a crash tore: what it said was not taken as written, and stands below it."""
    try:
        return json.loads(line)
    except ValueError:
        log.warning("torn_line_in_ledger_of_erasures")
        return None


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
