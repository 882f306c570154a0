"""When do a zone's clocks change? As stretches of time, and as the rules with which a calendar reads our local times:
VTIMEZONE (RFC 5545, 3.6.5).

The rules are ours, because icalendar 7.3 puts the onset of summer time an hour late (it writes the local time after the
change where the RFC wants the one before), and because rules for a day or two spoil a calendar that keeps the
first it sees of a zone.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def timezone_of(zone: ZoneInfo, *, first: date, last: date) -> Timezone:
    """The clock changes of `zone`, from the year of `first` to the end of the year after `last`."""
    begin = datetime(first.year, 1, 1, tzinfo=zone).astimezone(UTC)
    end = datetime(last.year + 2, 1, 1, tzinfo=zone).astimezone(UTC)
    rules = Timezone()
    rules.add("tzid", zone.key)
    before = None
    for start, _, offset in steady_times(zone, first=begin, last=end):
        local = start.astimezone(zone)
        observance = TimezoneDaylight() if local.dst() else TimezoneStandard()
        observance.add("tzname", local.tzname())
        observance.add("tzoffsetfrom", offset if before is None else before)
        observance.add("tzoffsetto", offset)
        # The onset is written on the clock that ends with it.
        observance.add("dtstart", (start + (offset if before is None else before)).replace(tzinfo=None))
        rules.add_component(observance)
        before = offset
    return rules


def steady_times(
    zone: ZoneInfo, *, first: datetime, last: datetime
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """`(start, end, offset from UTC)` from `first` to `last`, one for each stretch without a clock change."""
    at = first.astimezone(UTC)
    last = last.astimezone(UTC)
    while at < last:
        change = _next_change(zone, at, last)
        yield at, change, _offset(zone, at)
        at = change


def _next_change(zone: ZoneInfo, at: datetime, last: datetime) -> datetime:
    """The next clock change after `at`, or `last`. No zone changes its clocks twice within 24 hours."""
    offset = _offset(zone, at)
    before = at.replace(microsecond=0)
    while before < last:
        after = before + DAY
        if _offset(zone, after) != offset:
            while after - before > SECOND:
                middle = before + (after - before) // 2 // SECOND * SECOND
                before, after = (middle, after) if _offset(zone, middle) == offset else (before, middle)
            return min(after, last)
        before = after
    return last


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)
