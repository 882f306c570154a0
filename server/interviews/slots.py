"""When can two people talk? Decided from both their hours, what is booked, and the host's room that week."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from server.interviews.windows import Availability, Interval, open_times
from server.zones import DAY, steady_times

QUARTER = timedelta(minutes=15)
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """`[start, end)`, aware, UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Busy:
    """A booked talk, `[start, end)`. One this person asked for (`hosting` false) takes time but no room."""

    start: datetime
    end: datetime
    hosting: bool = True


@dataclass(frozen=True, slots=True)
class Diary:
    """One person's hours and what is booked. To move a talk, leave that talk out of both diaries."""

    availability: Availability
    busy: tuple[Busy, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotSearch:
    """Slots in order of time, or why there are none.

    `full_until` is set only where weeks without room leave no slot: the start, in UTC, of the next week with
    room, which may lie after the time searched.
    """

    slots: tuple[Slot, ...]
    full_until: datetime | None


def common_slots(
    asker: Diary, host: Diary, *, minutes: int, now: datetime, until: datetime, step: timedelta = QUARTER
) -> SlotSearch:
    """Every start at which a talk of `minutes` fits both, ending by `until`.

    Starts stand on the host's wall clock, at multiples of `step` from midnight. Both people's buffers and
    notice are kept. Only ISO weeks of the host's zone with room are offered; who has `per_week` 0 has none.
    Raises ValueError for a talk without length and for a step that does not divide a day.
    """
    if minutes <= 0 or step <= timedelta(0) or DAY % step:
        raise ValueError("a talk has a length, and the step divides a day")
    length = timedelta(minutes=minutes)
    first = now.astimezone(UTC) + max(asker.availability.minimum_notice, host.availability.minimum_notice)
    zone = host.availability.zone

    both_free = _overlap(_free_times(asker, first, until), _free_times(host, first, until))
    fitting = [
        Slot(at, at + length)
        for free in both_free
        for at in _starts(free, length=length, step=step, zone=zone)
    ]
    room = _Room(host)
    offered = tuple(slot for slot in fitting if room.has(_week_of(slot.start, zone)))

    full = not offered and bool(fitting)
    return SlotSearch(offered, room.next_after(_week_of(fitting[-1].start, zone)) if full else None)


def first_free(proposed: Sequence[Slot], *, asker: Diary, host: Diary, now: datetime) -> Slot | None:
    """The first of the proposed slots, in the order proposed, that can still be booked; None if none can.

    One that keeps both buffers goes before one that merely overlaps nothing. Hours, notice and room are not
    asked again: one person chose these slots, the other accepts them, and a host may always accept more.
    """
    ahead = [slot for slot in proposed if slot.start > now]
    for buffered in (True, False):
        taken = [
            (busy.start - buffer, busy.end + buffer)
            for diary in (asker, host)
            for buffer in [diary.availability.buffer if buffered else timedelta(0)]
            for busy in diary.busy
        ]
        for slot in ahead:
            if not any(start < slot.end and slot.start < end for start, end in taken):
                return slot
    return None


def spread(slots: Iterable[Slot], limit: int, *, zone: ZoneInfo, per_day: int = 3) -> list[Slot]:
    """At most `limit` slots that are easy to choose from: the earliest days of `zone`, a few over each day.

    On each day those that start on the hour or half hour there, if there are any, evenly from first to last.
    """
    chosen: list[Slot] = []
    for _, of_day in groupby(sorted(slots), key=lambda slot: slot.start.astimezone(zone).date()):
        day = list(of_day)
        day = [slot for slot in day if _is_round(slot.start.astimezone(zone))] or day
        chosen += _evenly(day, min(per_day, limit - len(chosen)))
    return chosen


class _Room:
    """How many more talks a host takes in which week; weeks are named by their Monday."""

    def __init__(self, host: Diary) -> None:
        self.zone = host.availability.zone
        self.per_week = host.availability.per_week
        self.hosted = Counter(_week_of(busy.start, self.zone) for busy in host.busy if busy.hosting)

    def has(self, week: date) -> bool:
        return self.per_week is None or self.hosted[week] < self.per_week

    def next_after(self, week: date) -> datetime | None:
        if self.per_week == 0:
            return None
        week += WEEK
        while not self.has(week):
            week += WEEK
        # A midnight that the clock skips or shows twice: fold 0 gives the day's first instant either way.
        return datetime.combine(week, time(0), self.zone).astimezone(UTC)


def _week_of(at: datetime, zone: ZoneInfo) -> date:
    day = at.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def _free_times(diary: Diary, first: datetime, last: datetime) -> list[Interval]:
    """The person's hours, less what is booked and the buffer around it."""
    buffer = diary.availability.buffer
    free = open_times(diary.availability, first=first, last=last)
    for busy in diary.busy:
        start, end = busy.start.astimezone(UTC) - buffer, busy.end.astimezone(UTC) + buffer
        free = [
            part
            for opens, closes in free
            for part in ((opens, min(closes, start)), (max(opens, end), closes))
            if part[0] < part[1]
        ]
    return free


def _overlap(one: list[Interval], other: list[Interval]) -> Iterator[Interval]:
    """The instants in both; each list is sorted and its intervals are apart."""
    i = j = 0
    while i < len(one) and j < len(other):
        start, end = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if start < end:
            yield start, end
        if one[i][1] <= other[j][1]:
            i += 1
        else:
            j += 1


def _starts(free: Interval, *, length: timedelta, step: timedelta, zone: ZoneInfo) -> Iterator[datetime]:
    for start, end, offset in steady_times(zone, first=free[0], last=free[1]):
        wall = start + offset
        since_midnight = wall - wall.replace(hour=0, minute=0, second=0, microsecond=0)
        at = start + -since_midnight % step
        while at < end and at + length <= free[1]:
            yield at
            at += step


def _is_round(wall: datetime) -> bool:
    return wall.minute % 30 == 0 and wall.second == 0


def _evenly(slots: list[Slot], count: int) -> list[Slot]:
    count = min(count, len(slots))
    if count <= 1:
        return slots[:count]
    return [slots[index * (len(slots) - 1) // (count - 1)] for index in range(count)]
