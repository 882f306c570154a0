"""What a revoked device still brings: kept for the owner of the scans, who releases or discards it.

Whoever holds the device holds its token, so it learns nothing here, and changes nothing that was kept before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.devices.access import Scanner
from server.devices.errors import DeviceRevoked
from server.devices.queries import get_device
from server.failures import Failure
from server.limits import Limits
from server.scans.counting import follow
from server.scans.deliveries import Capture, Delivery
from server.scans.errors import TooManyParked
from server.scans.gathering import get_place
from server.scans.judging import Judgement, Tries
from server.scans.keeping import keep, keep_sequences, same_fact, tells_news
from server.scans.models import Scan
from server.scans.outcomes import Outcomes, scan_outcomes
from server.scans.parked import AT_ONCE, judge_again
from server.scans.queries import count_parked, lock_scanner, scans_by_id
from server.scans.rules import DELIVERIES, MOST_PARKED, Reason, State
from server.scans.verdicts import Place, never_counts


async def deliver_from_revoked(
    db: AsyncSession,
    me: Scanner,
    event_id: UUID,
    delivery: Delivery,
    *,
    revoked_at: datetime,
    cost: int,
    limits: Limits,
    now: datetime,
) -> Outcomes:
    """Park what was captured before the revocation, refuse what was captured after. Undos, and later annotations of
    what is kept, have no outcome: the phone keeps them until somebody signs in on it and registers it anew."""
    who = f"{me.id} {me.device_id}"  # limits of its own: it must not use up its owner's
    await limits.take(DELIVERIES, who, now=now, cost=cost)
    await lock_scanner(db, event_id, me.id)
    place = await get_place(db, event_id)
    known = await scans_by_id(db, event_id, me.id, delivery.ids)

    fresh = {capture.id: capture for capture in reversed(delivery.captures) if capture.id not in known}
    room = MOST_PARKED - await count_parked(db, event_id, me.id, held=True)
    tries, held_back, kept = Tries(limits, who, now), None, list[Judgement]()
    for capture in sorted(fresh.values(), key=lambda capture: capture.index):
        judgement = _judge(capture, delivery, place, revoked_at)
        stopped = await _stopped(judgement, tries, room) if judgement.held else None
        if stopped is not None:
            held_back = stopped
            continue
        room -= judgement.held
        kept.append(judgement)

    new = await keep(db, event_id, me.id, delivery, kept, {})
    stored = await scans_by_id(db, event_id, me.id, delivery.ids)
    settled = [capture for capture in delivery.captures if not _waits(capture, stored.get(capture.id))]
    answered = replace(delivery, captures=settled, undos=())
    await keep_sequences(db, event_id, me.id, answered, stored)
    if held_back is None and len(settled) < len(delivery.captures):
        held_back = DeviceRevoked()
    first = {scan_id: fresh[scan_id].index for scan_id in new}
    return Outcomes(scans=scan_outcomes(answered, stored, first, {}), held_back=held_back)


def _judge(capture: Capture, delivery: Delivery, place: Place, revoked_at: datetime) -> Judgement:
    captured_at = delivery.clock.corrected(capture.captured_raw_at)
    final = never_counts(
        capture.reading,
        purpose=capture.purpose,
        captured_at=captured_at,
        received_at=delivery.clock.received_at,
        place=place,
    )
    return Judgement(
        capture=capture,
        captured_at=captured_at,
        reason=final or Reason.DEVICE_REVOKED,
        target=None,
        scanner=None,
        staff_id=capture.said.staff_id,
        held=final is None and captured_at < revoked_at,
    )


async def _stopped(judgement: Judgement, tries: Tries, room: int) -> Failure | None:
    """Why it cannot be parked now. A typed code counts as a wrong one: it would be looked up when released."""
    if room <= 0:
        return TooManyParked()
    if judgement.capture.reading.manual is None or (await tries.left() and await tries.count()):
        return None
    return tries.used_up


def _waits(capture: Capture, scan: Scan | None) -> bool:
    return scan is None or (same_fact(scan, capture) and tells_news(scan, capture))


@dataclass(frozen=True, slots=True)
class Resolved:
    resolved: int
    left: int


async def resolve_parked(
    db: AsyncSession, me: SignedIn, device_id: UUID, event_id: UUID, *, release: bool, now: datetime
) -> Resolved:
    """Judge what a revoked device of mine brought as if it had never been revoked, or refuse it; at most 500.
    Raises DeviceNotFound, EventNotFound."""
    await get_device(db, me, device_id)
    await lock_scanner(db, event_id, me.person_id)
    await get_place(db, event_id)
    scans = await _held(db, me, device_id, event_id)

    if release:
        await judge_again(db, event_id, me.person_id, scans, now=now)
    else:
        for scan in scans:
            scan.state, scan.reason, scan.changed_at = State.REFUSED, Reason.DISCARDED, now
    recorded = [scan for scan in scans if scan.state == State.RECORDED]
    await follow(db, event_id, counted=recorded, now=now)

    left = await db.scalar(select(func.count()).select_from(_of_device(me, device_id, event_id).subquery()))
    return Resolved(resolved=len(scans), left=left or 0)


async def _held(db: AsyncSession, me: SignedIn, device_id: UUID, event_id: UUID) -> Sequence[Scan]:
    found = await db.scalars(
        _of_device(me, device_id, event_id)
        .order_by(Scan.id)
        .limit(AT_ONCE)
        .execution_options(populate_existing=True)
    )
    return found.all()


def _of_device(me: SignedIn, device_id: UUID, event_id: UUID) -> Select[tuple[Scan]]:
    return select(Scan).where(
        Scan.event_id == event_id,
        Scan.scanner_id == me.person_id,
        Scan.device_id == device_id,
        Scan.state == "parked",
        Scan.reason == Reason.DEVICE_REVOKED,
    )
