"""When the phones of a conference are online, what they have captured by then, and what the line makes of it.

What phones do about it (keep, send again) is the reference queue's: openapi/examples/scan_queue.py.
"""

import random
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from server.demo.conference import Conference, PlannedScan


class Line(Enum):
    """What becomes of a delivery on its way."""

    GOOD = auto()
    TWICE = auto()  # a router repeats it
    UNANSWERED = auto()  # it arrives, its answer does not
    OVERTAKEN = auto()  # it hangs, and arrives after the phone's next one


@dataclass(frozen=True, slots=True)
class Batch:
    """What one phone has captured since it was last online, in the order of capture; none when it only tries again.

    `online_at` is the true moment (UTC). `device_time_offset` is what the phone's clock is ahead (negative:
    behind), the same for all its batches.
    """

    person: int
    online_at: datetime
    device_time_offset: timedelta
    scans: tuple[PlannedScan, ...]
    line: Line


def phones(conference: Conference, *, seed: int) -> dict[int, tuple[Batch, ...]]:
    """The batches of everybody who scanned anybody, each phone's in the order of arrival."""
    rng = random.Random(f"{seed}, phones")
    captured: dict[int, list[PlannedScan]] = defaultdict(list)
    for scan in conference.scans:
        captured[scan.scanner].append(scan)
    return {person: _deliveries(rng, conference, captured[person]) for person in sorted(captured)}


def play_order(conference: Conference, *, seed: int) -> tuple[Batch, ...]:
    """All batches of all phones as the server would have seen them arrive."""
    batches = [batch for phone in phones(conference, seed=seed).values() for batch in phone]
    return tuple(sorted(batches, key=lambda batch: (batch.online_at, batch.person)))


def _deliveries(rng: random.Random, conference: Conference, scans: list[PlannedScan]) -> tuple[Batch, ...]:
    offset = _clock_offset(rng)
    when_online = rng.choices(list(_HABITS), list(_HABITS.values()))[0]
    heaps = _heaps(scans, when_online(rng, conference, scans))
    person = scans[0].scanner
    batches = [Batch(person, at, offset, tuple(heap), _draw_line(rng)) for at, heap in heaps]
    if batches[-1].line in {Line.UNANSWERED, Line.OVERTAKEN}:
        again = batches[-1].online_at + timedelta(seconds=rng.randint(30, 900))
        batches.append(Batch(person, again, offset, (), Line.GOOD))
    return tuple(batches)


def _draw_line(rng: random.Random) -> Line:
    return rng.choices(list(_LINES), list(_LINES.values()))[0]


def _clock_offset(rng: random.Random) -> timedelta:
    """One phone in twenty-five is minutes off, and one in a hundred set to the neighbours' time."""
    chance = rng.random()
    if chance < 0.01:
        return timedelta(hours=-1)
    if chance < 0.05:
        return timedelta(seconds=rng.choice((-1, 1)) * rng.randint(90, 700))
    return timedelta(0)


def _heaps(scans: list[PlannedScan], moments: list[datetime]) -> list[tuple[datetime, list[PlannedScan]]]:
    """The scans by the first moment after their capture at which the phone is online."""
    heaps: dict[datetime, list[PlannedScan]] = defaultdict(list)
    for scan in scans:
        heaps[moments[bisect_left(moments, scan.captured_at)]].append(scan)
    return sorted(heaps.items())


def _online(rng: random.Random, _conference: Conference, scans: list[PlannedScan]) -> list[datetime]:
    """Seconds after each capture, save where the hall has no signal for that moment."""
    caught = [scan for scan in scans[:-1] if rng.random() < 0.7]
    return [scan.captured_at + timedelta(seconds=rng.randint(2, 15)) for scan in [*caught, scans[-1]]]


def _now_and_then(rng: random.Random, conference: Conference, _scans: list[PlannedScan]) -> list[datetime]:
    """Every half hour to two hours, whenever the way leads past the stairs."""
    moments = [conference.starts_at]
    while moments[-1] < conference.ends_at:
        moments.append(moments[-1] + timedelta(minutes=rng.randint(30, 120)))
    return moments


def _in_the_evening(rng: random.Random, _conference: Conference, scans: list[PlannedScan]) -> list[datetime]:
    """Back at the hotel, an hour or three after the day's last scan."""
    lasts = {scan.captured_at.date(): scan.captured_at for scan in scans}
    return [last + timedelta(minutes=rng.randint(60, 180)) for last in lasts.values()]


def _in_the_last_hour(
    rng: random.Random, conference: Conference, _scans: list[PlannedScan]
) -> list[datetime]:
    """Nothing for two days, then before the way home."""
    return [conference.ends_at - timedelta(minutes=rng.randint(5, 55)), conference.ends_at]


def _on_the_next_day(rng: random.Random, conference: Conference, _scans: list[PlannedScan]) -> list[datetime]:
    return [conference.ends_at + timedelta(hours=14, minutes=rng.randint(0, 240))]


# In percent of the deliveries.
_LINES: Final = {Line.GOOD: 83, Line.UNANSWERED: 8, Line.OVERTAKEN: 5, Line.TWICE: 4}

Habit = Callable[[random.Random, Conference, list[PlannedScan]], list[datetime]]
# In percent of the phones.
_HABITS: Final[dict[Habit, int]] = {
    _online: 45,
    _now_and_then: 40,
    _in_the_evening: 9,
    _in_the_last_hour: 3,
    _on_the_next_day: 3,
}
