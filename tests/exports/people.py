"""What people of a crowd did, and what they agreed to."""

import random
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update

from server.accounts.models import Account
from server.database import Database
from server.events.models import Attendance
from server.ids import new_id
from server.scans.models import Scan
from tests.stats.crowds import Crowd


async def store_scans(database: Database, crowd: Crowd, *, now: datetime) -> None:
    """The scans of the encounters, all at their first moment, and an entry for each guest when it began."""
    rows = [
        scan_row(crowd, scanner, target, "meet", first)
        for (low, high), (by_low, by_high, first) in crowd.met.items()
        for scanner, target, count in ((low, high, by_low), (high, low, by_high))
        for _ in range(count)
    ] + [scan_row(crowd, None, guest.id, "entry", crowd.event.starts_at) for guest in crowd.guests]
    async with database.transaction() as db:
        await db.execute(insert(Scan), rows)


def scan_row(crowd: Crowd, scanner: UUID | None, target: UUID, purpose: str, at: datetime) -> dict[str, Any]:
    return {
        "event_id": crowd.event.id, "scanner_id": new_id(), "id": new_id(), "scanner_attendance_id": scanner,
        "target_attendance_id": target, "code": "X", "purpose": purpose, "captured_raw_at": at, "captured_at": at,
        "skew_ms": 0, "received_at": at, "changed_at": at, "state": "recorded", "annotated_raw_at": at,
    }  # fmt: skip


async def agree(database: Database, crowd: Crowd, *, now: datetime, share: float) -> None:
    """So many claim their place and agree to be named, under names that look for trouble."""
    lots = random.Random(7)  # noqa: S311
    async with database.transaction() as db:
        for place, guest in enumerate(crowd.guests):
            if lots.random() < share:
                account = Account(id=new_id(), person_id=guest.person_id, created_at=now)
                db.add(account)
                await db.flush()
                await db.execute(
                    update(Attendance)
                    .where(Attendance.id == guest.id)
                    .values(
                        account_id=account.id, named_in_exports=True, name=f'=N\u00e4me\x0b {place}\r\n,"'
                    )
                )
