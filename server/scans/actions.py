"""What can happen to scans: phones deliver them, and take them back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.limits import Limits, RateLimited
from server.scans import rules
from server.scans.counting import count_in, take_out
from server.scans.deliveries import Capture, Delivery, Undo
from server.scans.models import Scan, ScanUndo
from server.scans.queries import (
    count_parked,
    find_scanner,
    find_targets,
    get_place,
    lock_scanner,
    scans_by_id,
    undos_by_id,
)
from server.scans.rules import Annotation, Reason, State, Tap


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one item; `pointer` names what could not be read."""

    index: int
    id: UUID | None
    outcome: str
    state: str = ""
    code: str | None = None
    pointer: str | None = None
    person_id: UUID | None = None


@dataclass(slots=True)
class Outcomes:
    """Of one delivery. `held_back` is why some items are missing: the phone keeps those."""

    scans: list[Outcome] = field(default_factory=list)
    undos: list[Outcome] = field(default_factory=list)
    held_back: Reason | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A capture nobody delivered before, with its row as it will be stored."""

    capture: Capture
    row: dict[str, Any]


async def deliver(
    db: AsyncSession, me: SignedIn, event_id: UUID, delivery: Delivery, *, limits: Limits, now: datetime
) -> Outcomes:
    """Keep what a phone sent and say what became of each item. A single scan is a batch of one.

    Delivered any number of times, by any replica, in any order, the same scans leave the same state.
    """
    cost = len(delivery.captures) + len(delivery.undos)
    await limits.take(rules.DELIVERIES, str(me.person_id), now=now)
    await limits.take(rules.SCANS, str(me.person_id), now=now, cost=cost)
