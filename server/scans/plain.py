"""The short way of a plain scan: a badge, read by somebody who has a place, with nothing noted at it. One statement
(`record_plain`, migration 0012) counts, looks up, keeps and follows.

It takes what surely counts, and the long way (`actions.py`) whatever is left: what is parked, refused, repeated,
undone, typed, noted or at a door. Both keep the same rows and are followed by the same functions. Splitting a delivery
changes nothing, since each item is judged alone, in any company.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from server.connections.releases import WORDS
from server.devices.access import Scanner
from server.direct import Direct
from server.limits import Limits
from server.scans.deliveries import Capture, Delivery
from server.scans.outcomes import Outcome
from server.scans.rules import DELIVERIES, State
from server.scans.verdicts import ARCHIVED_AFTER


@dataclass(frozen=True, slots=True)
class Plain:
    """What was recorded on the short way, and what is left of the delivery."""

    outcomes: list[Outcome]
    left: Delivery


async def record_plain(
    direct: Direct,
    me: Scanner,
    event_id: UUID,
    delivery: Delivery,
    *,
    cost: int,
    limits: Limits,
    now: datetime,
) -> Plain:
    """Record what is plain. The delivery counts against its limit first: raises RateLimited."""
    captures = _plain(delivery) if me.event_id is None else []
    if not captures:
        await limits.take(DELIVERIES, str(me.id), now=now, cost=cost)
        return Plain([], delivery)

    clock = delivery.clock
    rows = await direct.write(
        RECORD,
        *limits.values(DELIVERIES, str(me.id), now=now, cost=cost),
        DELIVERIES.most,
        event_id,
        me.id,
        delivery.device_id,
        clock.received_at,
        clock.skew // timedelta(milliseconds=1),
        clock.doubtful,
        clock.received_at - ARCHIVED_AFTER,
        [capture.id for capture in captures],
        [capture.sequence for capture in captures],
        [capture.reading.text for capture in captures],
        [capture.captured_raw_at for capture in captures],
        [clock.corrected(capture.captured_raw_at) for capture in captures],
        *WORDS.values(),
    )
    limits.judge(DELIVERIES, rows[0]["taken"], now=now)
    people = {row["scan_id"]: row["person_id"] for row in rows}
    recorded = [capture for capture in captures if capture.id in people]
    return Plain(
        [
            Outcome(
                index=capture.index,
                id=capture.id,
                outcome=State.RECORDED,
                state=State.RECORDED,
                person_id=people[capture.id],
            )
            for capture in recorded
        ],
        replace(delivery, captures=[each for each in delivery.captures if each.id not in people]),
    )


def _plain(delivery: Delivery) -> list[Capture]:
    """As far as the delivery tells."""
    times = Counter(capture.id for capture in delivery.captures)
    undone = {undo.id for undo in delivery.undos}
    return [
        capture
        for capture in delivery.captures
        if capture.purpose == "meet"
        and capture.reading.event_ref is not None
        and not capture.tells_something
        and times[capture.id] == 1
        and capture.id not in undone
    ]


RECORD = """
    select * from record_plain(
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19
    )
"""
