"""What can happen to scans: phones deliver them, and take them back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.devices.access import Deliverer
from server.events.errors import EventNotFound
from server.limits import Limits
from server.scans import rules
from server.scans.counting import follow
from server.scans.deliveries import Delivery
from server.scans.gathering import get_facts
from server.scans.judging import judge_captures
from server.scans.keeping import annotate, keep, keep_sequences, keep_undos, same_fact, undo
from server.scans.outcomes import Outcomes, scan_outcomes, undo_outcomes
from server.scans.parked import judge_again
from server.scans.queries import hold_targets, lock_scanner, people_shown, scans_by_id, undos_by_id
from server.scans.revoked import deliver_from_revoked
from server.scans.rules import Reason, State
from server.scans.sync_state import note_count
from server.scans.tickets import check_tickets


async def deliver(
    db: AsyncSession, by: Deliverer, event_id: UUID, delivery: Delivery, *, limits: Limits, now: datetime
) -> Outcomes:
    """Keep what a phone sent, and say what became of each item. A single scan is a batch of one.

    Delivered any number of times, by any replica, in any order, the same scans leave the same state.
    """
    me = by.scanner
    if me.event_id not in {None, event_id}:
        raise EventNotFound
    cost = rules.REQUEST_COST + delivery.size
    delivery = await check_tickets(db, event_id, delivery)
    if by.revoked_at is not None:
        return await deliver_from_revoked(
            db, me, event_id, delivery, revoked_at=by.revoked_at, cost=cost, limits=limits, now=now
        )
    await limits.take(rules.DELIVERIES, str(me.id), now=now, cost=cost)
    await lock_scanner(db, event_id, me.id)
    facts = await get_facts(db, event_id, me.id)
    await keep_undos(db, event_id, me.id, delivery.undos, now=now)
    undos = await undos_by_id(db, event_id, me.id, delivery.ids)
    await hold_targets(db, event_id, me.id, delivery.ids)
    known = await scans_by_id(db, event_id, me.id, delivery.ids)

    fresh = {capture.id: capture for capture in reversed(delivery.captures) if capture.id not in known}
    judged = await judge_captures(
        db,
        event_id,
        me.id,
        sorted(fresh.values(), key=lambda capture: capture.index),
        delivery,
        facts=facts,
        limits=limits,
        now=now,
    )

    new = await keep(db, event_id, me.id, delivery, judged.kept, undos)
    stored = await scans_by_id(db, event_id, me.id, delivery.ids) if new else known
    vouched = {
        capture.id
        for capture in delivery.captures
        if capture.id in stored
        and stored[capture.id].reason == Reason.DEVICE_REVOKED
        and same_fact(stored[capture.id], capture)
    }
    await judge_again(db, event_id, me.id, [stored[scan_id] for scan_id in sorted(vouched)], now=now)
    await keep_sequences(db, event_id, me.id, delivery, stored)
    if delivery.last_sequence is not None and me.device_id is not None:
        await note_count(db, me, event_id, delivery.last_sequence, now=now)
    first = {scan_id: fresh[scan_id].index for scan_id in new}
    retold = annotate(
        stored, [capture for capture in delivery.captures if first.get(capture.id) != capture.index]
    )
    counted = new | vouched
    undone = undo({scan_id: scan for scan_id, scan in stored.items() if scan_id not in new}, undos, now=now)
    recorded = {scan_id: scan for scan_id, scan in stored.items() if scan.state == State.RECORDED}
    await follow(
        db,
        event_id,
        counted=[scan for scan_id, scan in recorded.items() if scan_id in counted],
        retold=[scan for scan_id, scan in recorded.items() if scan_id in retold and scan_id not in counted],
        undone=[scan for scan_id, scan in recorded.items() if scan_id in undone and scan_id not in counted],
        now=now,
    )

    met = [scan for scan in recorded.values() if scan.purpose == "meet"]
    shown = await people_shown(db, me, event_id, met)
    return Outcomes(
        scans=scan_outcomes(delivery, stored, first, shown),
        undos=undo_outcomes(delivery, stored),
        held_back=judged.held_back,
    )
