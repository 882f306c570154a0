"""The short way of a plain scan: a badge, read by somebody who has a place, with nothing noted at it. One statement
gathers, one keeps, and what is kept is committed with it.

Judged by the same rules, kept as the same rows and followed by the same functions as on the long way (`actions.py`),
which takes whatever is left: that is everything that is parked, refused, repeated, undone, typed, noted or at a door.
Splitting a delivery changes nothing, since each item is judged alone, in any company.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Record

from server.connections.releases import WORDS
from server.devices.access import Scanner as Me
from server.direct import Direct
from server.limits import COUNT, Limits
from server.scans.deliveries import Capture, Delivery
from server.scans.outcomes import Outcome
from server.scans.rules import DELIVERIES, State
from server.scans.verdicts import Facts, Place, Scanner, Target, judge


@dataclass(frozen=True, slots=True)
class Plain:
    """What was recorded on the short way, and what is left of the delivery."""

    outcomes: list[Outcome]
    left: Delivery


async def record_plain(
    direct: Direct, me: Me, event_id: UUID, delivery: Delivery, *, cost: int, limits: Limits, now: datetime
) -> Plain:
    """Record what is plain. The delivery counts against its limit first: raises RateLimited."""
    maybe = _may_be_plain(delivery)
    if me.event_id is not None or not maybe:
        await limits.take(DELIVERIES, str(me.id), now=now, cost=cost)
        return Plain([], delivery)

    codes = list({capture.reading.text for capture in maybe})
    rows = await direct.fetch(
        GATHER, *limits.values(DELIVERIES, str(me.id), now=now, cost=cost), event_id, me.id, codes
    )
    if rows:
        limits.judge(DELIVERIES, rows[0]["taken"], now=now)
    recorded = _recorded(delivery, maybe, rows)
    if not recorded:
        return Plain([], delivery)

    captures, targets, times = zip(*recorded, strict=True)
    kept = await direct.write(
        KEEP,
        event_id,
        me.id,
        rows[0]["attendance_id"],
        delivery.device_id,
        delivery.clock.received_at,
        delivery.clock.skew // timedelta(milliseconds=1),
        delivery.clock.doubtful,
        [capture.id for capture in captures],
        [capture.sequence for capture in captures],
        targets,
        [capture.reading.text for capture in captures],
        [capture.captured_raw_at for capture in captures],
        times,
        *WORDS.values(),
    )
    people = {row["scan_id"]: row["person_id"] for row in kept}
    return Plain(
        [
            Outcome(
                index=capture.index,
                id=capture.id,
                outcome=State.RECORDED,
                state=State.RECORDED,
                person_id=people[capture.id],
            )
            for capture in captures
            if capture.id in people
        ],
        replace(delivery, captures=[c for c in delivery.captures if c.id not in people]),
    )


def _may_be_plain(delivery: Delivery) -> list[Capture]:
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


def _recorded(
    delivery: Delivery, maybe: Sequence[Capture], rows: Sequence[Record]
) -> list[tuple[Capture, UUID, datetime]]:
    """Those that count, with the place that was met and the time set right."""
    if not rows or rows[0]["attendance_id"] is None:
        return []
    here = rows[0]
    facts = Facts(
        place=Place(*here[1:7]),
        scanner=Scanner(attendance_id=here["attendance_id"], checked_in=here["checked_in_at"] is not None),
    )
    targets = {
        row["code"]: Target(
            attendance_id=row["target_id"], issued_to=row["target_id"], revoked_at=row["revoked_at"]
        )
        for row in rows
        if row["target_id"] is not None
    }
    found = []
    for capture in maybe:
        target = targets.get(capture.reading.text)
        at = delivery.clock.corrected(capture.captured_raw_at)
        reason = judge(
            capture.reading,
            purpose=capture.purpose,
            captured_at=at,
            received_at=delivery.clock.received_at,
            target=target,
            facts=facts,
        )
        if target is not None and reason is None:
            found.append((capture, target.attendance_id, at))
    return found


# A place that was joined into another leads there: its badge takes the long way.
GATHER = f"""
    with counted as ({COUNT})
    select (select count from counted) as taken,
        events.code_reference, events.doors_open_at, events.doors_close_at, events.cancelled_at,
        events.check_in_required, events.badge_opens_door,
        mine.id as attendance_id, mine.checked_in_at, codes.code, badges.attendance_id as target_id, badges.revoked_at
    from events
    left join attendances mine on mine.event_id = events.id and mine.person_id = $5 and mine.status = 'expected'
    cross join unnest($6::text[]) as codes (code)
    left join badges on badges.event_id = events.id and badges.code = codes.code
    where events.id = $4
"""  # noqa: S608 - of two constants
KEEP = """
    select * from record_meetings($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
"""
