"""What can happen to scans: phones deliver them, and take them back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.failures import TooMany
from server.limits import Limits
from server.scans import rules
from server.scans.counting import follow
from server.scans.deliveries import Delivery
from server.scans.judging import judge_captures
from server.scans.keeping import annotate, keep, keep_undos, same_fact, undo
from server.scans.models import Scan
from server.scans.queries import get_place_and_scanner, lock_scanner, people_shown, scans_by_id, undos_by_id
from server.scans.rules import Reason, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one item; `pointer` names what could not be read."""

    index: int
    id: UUID | None
    outcome: str
    state: str = "refused"
    code: str | None = None
    pointer: str | None = None
    person_id: UUID | None = None


@dataclass(slots=True)
class Outcomes:
    """Of one delivery. `held_back` says why some scans have none: the phone keeps those."""

    scans: list[Outcome] = field(default_factory=list)
    undos: list[Outcome] = field(default_factory=list)
    held_back: TooMany | None = None


async def deliver(
    db: AsyncSession, me: SignedIn, event_id: UUID, delivery: Delivery, *, limits: Limits, now: datetime
) -> Outcomes:
    """Keep what a phone sent, and say what became of each item. A single scan is a batch of one.

    Delivered any number of times, by any replica, in any order, the same scans leave the same state.
    """
    cost = rules.REQUEST_COST + delivery.size
    await limits.take(rules.DELIVERIES, str(me.person_id), now=now, cost=cost)
    await lock_scanner(db, event_id, me.person_id)
    place, scanner = await get_place_and_scanner(db, event_id, me.person_id)
    await keep_undos(db, event_id, me.person_id, delivery.undos, now=now)
    undos = await undos_by_id(db, event_id, me.person_id, delivery.ids)
    known = await scans_by_id(db, event_id, me.person_id, delivery.ids)

    fresh = {capture.id: capture for capture in reversed(delivery.captures) if capture.id not in known}
    judged = await judge_captures(
        db,
        event_id,
        me.person_id,
        sorted(fresh.values(), key=lambda capture: capture.index),
        delivery,
        place=place,
        scanner=scanner,
        limits=limits,
        now=now,
    )

    new = await keep(db, event_id, me.person_id, delivery, judged.kept, undos)
    stored = await scans_by_id(db, event_id, me.person_id, delivery.ids) if new else known
    first = {scan_id: fresh[scan_id].index for scan_id in new}
    retold = annotate(
        stored, [capture for capture in delivery.captures if first.get(capture.id) != capture.index]
    )
    undone = undo({scan_id: scan for scan_id, scan in stored.items() if scan_id not in new}, undos, now=now)
    recorded = {scan_id: scan for scan_id, scan in stored.items() if scan.state == State.RECORDED}
    await follow(
        db,
        event_id,
        counted=[scan for scan_id, scan in recorded.items() if scan_id in new],
        retold=[scan for scan_id, scan in recorded.items() if scan_id in retold and scan_id not in new],
        undone=[scan for scan_id, scan in recorded.items() if scan_id in undone],
        now=now,
    )

    shown = await people_shown(db, me, event_id, recorded.values())
    return Outcomes(
        scans=_scan_outcomes(delivery, stored, first, shown),
        undos=_undo_outcomes(delivery, stored),
        held_back=judged.held_back,
    )


def _scan_outcomes(
    delivery: Delivery,
    stored: Mapping[UUID, Scan],
    first: Mapping[UUID, int],
    shown: Mapping[UUID, UUID],
) -> list[Outcome]:
    outcomes = [
        Outcome(index=item.index, id=None, outcome="refused", code=Reason.MALFORMED, pointer=item.pointer)
        for item in delivery.unreadable
    ]
    for capture in delivery.captures:
        scan = stored.get(capture.id)
        if scan is None:
            continue  # held back: absent means keep
        if not same_fact(scan, capture):
            code = Reason.ID_REUSED if capture.pointer is None else Reason.MALFORMED
            outcomes.append(
                Outcome(
                    index=capture.index, id=capture.id, outcome="refused", code=code, pointer=capture.pointer
                )
            )
            continue
        is_new = first.get(scan.id) == capture.index
        outcomes.append(
            Outcome(
                index=capture.index,
                id=scan.id,
                outcome=scan.state if is_new else "repeated",
                state=scan.state,
                code=scan.reason,
                pointer=capture.pointer,
                person_id=shown.get(scan.id),
            )
        )
    return sorted(outcomes, key=lambda outcome: outcome.index)


def _undo_outcomes(delivery: Delivery, stored: Mapping[UUID, Scan]) -> list[Outcome]:
    outcomes = [
        Outcome(index=item.index, id=item.id, outcome="malformed", pointer=item.pointer)
        for item in delivery.unreadable_undos
    ]
    for undo_ in delivery.undos:
        scan = stored.get(undo_.id)
        said = "waiting" if scan is None else "undone" if scan.undone_at else "too_late"
        outcomes.append(Outcome(index=undo_.index, id=undo_.id, outcome=said))
    return sorted(outcomes, key=lambda outcome: outcome.index)
