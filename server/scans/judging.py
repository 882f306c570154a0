"""What becomes of scans nobody delivered before? The facts are gathered for all of them at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.failures import TooMany
from server.limits import Limits, RateLimited
from server.scans.deliveries import Capture, Delivery
from server.scans.errors import TooManyParked
from server.scans.gathering import gather
from server.scans.queries import count_parked
from server.scans.rules import MOST_PARKED, WRONG_MANUAL_CODES, Reason, State
from server.scans.verdicts import Facts, Scanner, Target, capturer, judge, state_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    capture: Capture
    captured_at: datetime
    reason: Reason | None
    target: Target | None
    scanner: Scanner | None
    exhibitor_id: UUID | None = None
    staff_id: UUID | None = None
    held: bool = False  # parked until the scanner's owner says otherwise, whatever the reason

    @property
    def scanner_attendance_id(self) -> UUID | None:
        """Who went through a door, or was somebody's lead, met nobody there."""
        return self.scanner.attendance_id if self.scanner and self.capture.purpose == "meet" else None

    @property
    def state(self) -> State:
        return State.PARKED if self.held else state_for(self.reason)


@dataclass(slots=True)
class Judged:
    """What can be kept, and why the rest was held back: it was not judged, so the phone keeps it."""

    kept: list[Judgement] = field(default_factory=list)
    held_back: TooMany | None = None


async def judge_captures(
    db: AsyncSession,
    event_id: UUID,
    scanner_id: UUID,
    captures: Sequence[Capture],
    delivery: Delivery,
    *,
    facts: Facts,
    limits: Limits,
    now: datetime,
) -> Judged:
    targets, facts = await gather(
        db, event_id, scanner_id, facts, ((capture.reading, capture.purpose) for capture in captures)
    )
    tries = Tries(limits, str(scanner_id), now)
    room: int | None = None
    judged = Judged()

    for capture in captures:
        if capture.reading.manual is not None and not await tries.left():
            judged.held_back = tries.used_up
            continue
        judgement = _judge(capture, delivery, targets.get(capture.reading), facts)
        if judgement.reason is Reason.NO_BADGE_YET and capture.reading.manual and not await tries.count():
            judged.held_back = tries.used_up
            continue
        if judgement.state is State.PARKED:
            if room is None:
                room = MOST_PARKED - await count_parked(db, event_id, scanner_id, held=False)
            if room <= 0:
                judged.held_back = TooManyParked()
                continue
            room -= 1
        judged.kept.append(judgement)
    return judged


def _judge(capture: Capture, delivery: Delivery, target: Target | None, facts: Facts) -> Judgement:
    captured_at = delivery.clock.corrected(capture.captured_raw_at)
    reason = judge(
        capture.reading,
        purpose=capture.purpose,
        captured_at=captured_at,
        received_at=delivery.clock.received_at,
        target=target,
        facts=facts,
        said=capture.said,
    )
    exhibitor_id, staff_id = capturer(
        facts, capture.said, reason, purpose=capture.purpose, captured_at=captured_at
    )
    return Judgement(
        capture=capture,
        captured_at=captured_at,
        reason=reason,
        target=target,
        scanner=facts.scanner,
        exhibitor_id=exhibitor_id,
        staff_id=staff_id,
    )


@dataclass(slots=True)
class Tries:
    """Typed codes can be guessed: ten wrong ones an hour. After that even a right one is not looked at."""

    limits: Limits
    who: str
    now: datetime
    used_up: RateLimited | None = None
    looked: bool = False

    async def left(self) -> bool:
        if not self.looked:
            self.looked = True
            try:
                await self.limits.check(WRONG_MANUAL_CODES, self.who, now=self.now)
            except RateLimited as limited:
                self.used_up = limited
        return self.used_up is None

    async def count(self) -> bool:
        """One more wrong try, kept even if the request fails. False when it was one too many."""
        try:
            await self.limits.take(WRONG_MANUAL_CODES, self.who, now=self.now)
        except RateLimited as limited:
            self.used_up = limited
        return self.used_up is None
