"""When would one person talk? Weekly hours on their own clock, days that differ, and both in UTC."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from server.zones import DAY, steady_times

MIDNIGHT = time(0)

Hours = tuple[time, time]
"""`[start, end)` on the wall clock of one day; an end of 00:00 is the end of that day."""
Interval = tuple[datetime, datetime]
"""`[start, end)`, aware, UTC."""


@dataclass(frozen=True, slots=True)
class Window:
    """Hours that come back every week. `weekday` 0 is Monday; an `end` of 00:00 is the end of the day."""

    weekday: int
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class ExceptionDay:
    """One date whose hours replace those of its weekday; no hours means away."""

    day: date
    windows: tuple[Hours, ...] = ()


@dataclass(frozen=True, slots=True)
class Availability:
    """What somebody said about their time.

    `buffer` stays free before and after each booked talk; nothing starts sooner than `minimum_notice` from
    now; `per_week` is how many talks they host in an ISO week of their zone: None is no limit, 0 none at all.
    """

    zone: ZoneInfo
    windows: tuple[Window, ...]
    exceptions: tuple[ExceptionDay, ...] = ()
    buffer: timedelta = timedelta(minutes=10)
    minimum_notice: timedelta = timedelta(hours=2)
    per_week: int | None = 2


class AvailabilityProblem(ValueError):
    """Hours that cannot be meant. `where` leads there, as `("windows", 3)` does; `index` is its end."""

    def __init__(self, *where: str | int) -> None:
        super().__init__(*where)
        self.where = where
        self.index = where[-1]


class WeekdayUnknown(AvailabilityProblem):
    """The weekday is not 0 (Monday) to 6 (Sunday)."""


class WindowEmpty(AvailabilityProblem):
    """The window ends when or before it starts; one that runs past midnight is two windows."""


class WindowsOverlap(AvailabilityProblem):
    """The window begins before an earlier one of the same day ends. `index` is the later of the two."""


class DayRepeated(AvailabilityProblem):
    """The date has an exception already."""


def default_availability(zone: ZoneInfo) -> Availability:
    """What holds for somebody who set nothing: Monday to Friday, 09:00 to 17:00, in their own zone."""
    return Availability(zone, tuple(Window(weekday, time(9), time(17)) for weekday in range(5)))


def problems_with(availability: Availability) -> list[AvailabilityProblem]:
    """Everything that cannot be meant; empty when all is well, as windows that only touch are."""
    found: list[AvailabilityProblem] = []
    by_weekday: dict[int, list[tuple[int, Hours]]] = {}
    for index, window in enumerate(availability.windows):
        if window.weekday not in range(7):
            found.append(WeekdayUnknown("windows", index))
        by_weekday.setdefault(window.weekday, []).append((index, (window.start, window.end)))
    for numbered in by_weekday.values():
        found.extend(_problems_of_a_day(numbered, "windows"))

    seen: set[date] = set()
    for index, exception in enumerate(availability.exceptions):
        if exception.day in seen:
            found.append(DayRepeated("exceptions", index))
        seen.add(exception.day)
        found.extend(_problems_of_a_day(list(enumerate(exception.windows)), "exceptions", index, "windows"))
    return found


def open_times(availability: Availability, *, first: datetime, last: datetime) -> list[Interval]:
    """The instants between `first` and `last` at which this person's clock shows one of their hours.

    Sorted, apart from each other. Read backwards, from instants to the clock, so that nights of a clock
    change need no rule of their own: an hour that is skipped holds no instant, an hour that comes twice holds
    each of its instants once, and a window that opens within it (02:30 to 04:00) leaves out the second 02:15.
    """
    exceptions = {exception.day: exception.windows for exception in availability.exceptions}
    found: list[Interval] = []
    for start, end, offset in steady_times(availability.zone, first=first, last=last):
        day = (start + offset).date()
        while day <= (end + offset).date():
            weekly = tuple((w.start, w.end) for w in availability.windows if w.weekday == day.weekday())
            for hours in exceptions.get(day, weekly):
                opens, closes = (edge - offset for edge in _on(day, hours))
                found.append((max(opens, start), min(closes, end)))
            day += DAY
    return joined(interval for interval in found if interval[0] < interval[1])


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same instants as few intervals as can be, in order; those that touch become one."""
    found: list[Interval] = []
    for start, end in sorted(intervals):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _on(day: date, hours: Hours) -> Interval:
    """Those hours of that day, as if its clock showed UTC."""
    start, end = (datetime.combine(day, edge, UTC) for edge in hours)
    return start, end + DAY if hours[1] == MIDNIGHT else end


def _problems_of_a_day(
    numbered: Sequence[tuple[int, Hours]], *where: str | int
) -> Iterator[AvailabilityProblem]:
    filled: list[tuple[Interval, int]] = []
    for index, hours in numbered:
        start, end = _on(date.min, hours)
        if start < end:
            filled.append(((start, end), index))
        else:
            yield WindowEmpty(*where, index)
    reach = datetime.min.replace(tzinfo=UTC)
    for (start, end), index in sorted(filled):
        if start < reach:
            yield WindowsOverlap(*where, index)
        reach = max(reach, end)
