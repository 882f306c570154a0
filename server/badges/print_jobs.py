"""What happens later: badges are drawn by a process of their own, and the file is thrown away after some days."""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, delete, or_, select, update
from sqlalchemy.exc import DBAPIError

from server.badges.codes import badge_url_prefix
from server.badges.manual_codes import ManualCode
from server.badges.models import Badge, BadgePrint, BadgePrintChunk, PrintedBadge
from server.badges.prints import KEPT
from server.clock import Clock
from server.database import Database
from server.events.models import Attendance, Event
from server.files import CHUNK

log = structlog.get_logger()

CLAIMED_FOR = timedelta(minutes=2)  # without a sign of life
TRY_AGAIN = timedelta(seconds=30)
TRY_FOR = timedelta(hours=1)
INCOMPLETE_NAMED = 100
ROOT = Path(__file__).parents[2]


class DrawingBroken(Exception):
    """The drawing process ended without a file."""


async def make_badge_print(
    database: Database, print_id: UUID, *, public_url: str, clock: Clock
) -> timedelta | None:
    """Draw the file and call it ready. A second run waits until the first gives no sign of life for two minutes."""
    ordered = await _claim(database, print_id, now=clock())
    if ordered is None:
        return await _wait_for_other(database, print_id)
    try:
        with tempfile.TemporaryDirectory(prefix="hallway-print-") as folder:
            path = Path(folder) / "badges.pdf"
            looks, badges = await _facts(database, ordered, path, public_url=public_url)
            outcome: dict[str, Any] = {}
            async for outcome in draw(looks, badges):
                await _tell(database, print_id, outcome["done"], now=clock())
            size = await _store(database, print_id, path)
        now = clock()
        changes = {
            "state": "ready", "total": outcome["done"], "done": outcome["done"], "pages": outcome["pages"],
            "incomplete": [UUID(place) for place in outcome["incomplete"][:INCOMPLETE_NAMED]], "size": size,
            "ready_at": now, "expires_at": now + KEPT,
        }  # fmt: skip
        await _settle(database, print_id, changes)
    except (DBAPIError, OSError) as busy:
        log.warning("badge_print_interrupted", error=type(busy).__name__)
        if clock() < ordered.requested_at + TRY_FOR:
            await _settle(database, print_id, {"claimed_until": None})
            return TRY_AGAIN
        await _fail(database, print_id)
    except Exception as broken:  # noqa: BLE001  (whatever broke, nobody shall wait for this file for ever)
        log.error("badge_print_broken", error=type(broken).__name__)  # noqa: TRY400  (a traceback may hold data)
        await _fail(database, print_id)
    return None


async def draw(looks: dict[str, Any], badges: Sequence[list[str]]) -> AsyncIterator[dict[str, Any]]:
    """Have it drawn, in another process; each word from it, the last with what came of it. Raises DrawingBroken."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.badges.printing", cwd=ROOT, env={},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdin is not None  # noqa: S101  (a pipe, as asked for above)
    assert process.stdout is not None  # noqa: S101
    feeding = asyncio.create_task(_feed(process.stdin, looks, badges))
    told: dict[str, Any] = {}
    try:
        async for line in process.stdout:
            told = json.loads(line)
            yield told
        await feeding
        if await process.wait() != 0 or "pages" not in told:
            raise DrawingBroken
    finally:
        feeding.cancel()
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _feed(stdin: asyncio.StreamWriter, looks: dict[str, Any], badges: Sequence[list[str]]) -> None:
    with suppress(ConnectionError):  # it ended early, and its exit says so
        for facts in (looks, *badges):
            stdin.write(json.dumps(facts).encode() + b"\n")
            await stdin.drain()
    stdin.close()


async def _claim(database: Database, print_id: UUID, *, now: datetime) -> BadgePrint | None:
    """The print, if it waits and nobody is on it, without what an interrupted run left."""
    async with database.transaction() as db:
        free = or_(BadgePrint.claimed_until.is_(None), BadgePrint.claimed_until <= now)
        claimed = await db.scalar(
            update(BadgePrint)
            .where(BadgePrint.id == print_id, BadgePrint.state == "waiting", free)
            .values(claimed_until=now + CLAIMED_FOR, done=0)
            .returning(BadgePrint)
        )
        if claimed is not None:
            await db.execute(delete(BadgePrintChunk).where(BadgePrintChunk.print_id == print_id))
        return claimed


async def _wait_for_other(database: Database, print_id: UUID) -> timedelta | None:
    async with database.transaction() as db:
        state = await db.scalar(select(BadgePrint.state).where(BadgePrint.id == print_id))
    return TRY_AGAIN if state == "waiting" else None


async def _facts(
    database: Database, ordered: BadgePrint, path: Path, *, public_url: str
) -> tuple[dict[str, Any], list[list[str]]]:
    """The looks, and each badge that still stands: its place, then what is printed, as `Wearer` has it."""
    async with database.transaction() as db:
        event = await db.get_one(Event, ordered.event_id)
        rows = await db.execute(
            select(
                Attendance.id, Attendance.name, Attendance.pronouns, Attendance.organisation, Attendance.role,
                Attendance.type, Badge.code, Badge.manual_code,
            )
            .join(Badge, (Badge.event_id == Attendance.event_id) & (Badge.attendance_id == Attendance.id))
            .join(PrintedBadge, (PrintedBadge.event_id == Badge.event_id) & (PrintedBadge.badge_id == Badge.id))
            .where(
                PrintedBadge.event_id == ordered.event_id,
                PrintedBadge.print_id == ordered.id,
                Badge.revoked_at.is_(None),
                Attendance.status == "expected",
            )
        )  # fmt: skip
        badges = [facts_of(row) for row in rows]
    looks = {
        "path": str(path), "order": ordered.order, "event_name": event.name, "layout": ordered.layout,
        "url_prefix": badge_url_prefix(public_url), "page": ordered.page, "double_sided": ordered.double_sided,
    }  # fmt: skip
    return looks, badges


def facts_of(row: Row[Any]) -> list[str]:
    facts = [str(fact) for fact in row]
    return [*facts[:-1], ManualCode(facts[-1]).text]


async def _tell(database: Database, print_id: UUID, done: int, *, now: datetime) -> None:
    async with database.transaction() as db:
        await db.execute(
            update(BadgePrint)
            .where(BadgePrint.id == print_id, BadgePrint.state == "waiting")
            .values(done=done, claimed_until=now + CLAIMED_FOR)
        )


async def _store(database: Database, print_id: UUID, path: Path) -> int:
    """The file, a short transaction for each piece; its size in bytes."""
    size, number = 0, 0
    file = await asyncio.to_thread(path.open, "rb")
    with file:
        while data := await asyncio.to_thread(file.read, CHUNK):
            async with database.transaction() as db:
                db.add(BadgePrintChunk(print_id=print_id, number=number, data=data))
            size, number = size + len(data), number + 1
    return size


async def _settle(database: Database, print_id: UUID, changes: dict[str, Any]) -> None:
    async with database.transaction() as db:
        await db.execute(
            update(BadgePrint)
            .where(BadgePrint.id == print_id, BadgePrint.state == "waiting")
            .values(**changes)
        )


async def _fail(database: Database, print_id: UUID) -> None:
    async with database.transaction() as db:
        await db.execute(delete(BadgePrintChunk).where(BadgePrintChunk.print_id == print_id))
    await _settle(database, print_id, {"state": "failed"})


async def expire_badge_prints(database: Database, *, now: datetime) -> None:
    """Throw away files whose time is over, one a transaction; the row stays in the log and says so."""
    async with database.transaction() as db:
        over = await db.scalars(
            select(BadgePrint.id).where(
                BadgePrint.expires_at <= now, BadgePrint.state.in_(("ready", "waiting"))
            )
        )
        expired = over.all()
    for print_id in expired:
        async with database.transaction() as db:
            await db.execute(update(BadgePrint).where(BadgePrint.id == print_id).values(state="expired"))
            await db.execute(delete(BadgePrintChunk).where(BadgePrintChunk.print_id == print_id))
