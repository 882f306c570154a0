"""Which rules does a calendar need to read our local times? A zone as VTIMEZONE (RFC 5545, 3.6.5).

Ours, because icalendar 7.3 puts the onset of summer time an hour late (it writes the local time after the
change where the RFC wants the one before), and because rules for a day or two spoil a calendar that keeps the
first it sees of a zone.
"""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from server.interviews.windows import steady_times


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
