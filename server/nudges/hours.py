"""When may somebody be reminded? Waking hours by their own clock, also in nights in which clocks change. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC_NAME = "Etc/UTC"
NO_ZONE = ZoneInfo(UTC_NAME)
QUIET_FROM, QUIET_UNTIL = time(21), time(8)
MORNING = time(8)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """Quiet from one time of day to another by the clock of `zone`, mostly across midnight; never the whole day."""

    zone: ZoneInfo
    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL

    def quiet(self, moment: datetime) -> bool:
        """By what a clock on the wall shows, so that an hour that comes twice is quiet twice."""
        shown = moment.astimezone(self.zone).time()
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= shown < self.quiet_until
        return shown >= self.quiet_from or shown < self.quiet_until

    def next_waking(self, moment: datetime) -> datetime:
        """The first moment from then on that is not quiet."""
        return self._first(moment, quiet=False)

    def next_quiet(self, moment: datetime) -> datetime:
        """The first moment from then on that is quiet."""
        return self._first(moment, quiet=True)

    def _first(self, moment: datetime, *, quiet: bool) -> datetime:
        if self.quiet(moment) is quiet:
            return moment
        return _first_minute(self, moment.replace(second=0, microsecond=0) + MINUTE, quiet=quiet)


@lru_cache(maxsize=4096)  # at one moment thousands keep the same hours
def _first_minute(hours: Hours, minute: datetime, *, quiet: bool) -> datetime:
    # Minute by minute, so that skipped and repeated hours need no thought: at most two days of them.
    while hours.quiet(minute) is not quiet:
        minute += MINUTE
    return minute


@dataclass(frozen=True, slots=True)
class Day:
    """A day by some clock: 23 to 25 hours from `begins` to before `ends`."""

    date: date
    begins: datetime
    noon: datetime
    ends: datetime


def day_of(moment: datetime, zone: ZoneInfo) -> Day:
    today = moment.astimezone(zone).date()

    def at(days: int, shown: time) -> datetime:
        return datetime.combine(today + timedelta(days=days), shown, zone).astimezone(UTC)

    return Day(today, begins=at(0, time()), noon=at(0, time(12)), ends=at(1, time()))


@cache
def zone_named(name: str) -> ZoneInfo | None:
    """None for what this machine's tz database lacks, such as a zone that was removed from it since."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def first_known(names: Iterable[str | None]) -> ZoneInfo:
    """The first of these zones that is known here; UTC where none is."""
    known = (zone for name in names if name and (zone := zone_named(name)))
    return next(known, NO_ZONE)


def first_morning(moment: datetime, zone: ZoneInfo) -> datetime:
    """The first 08:00 by this zone's clock at or after a moment, in UTC."""
    day = moment.astimezone(zone).date()
    mornings = (
        datetime.combine(day + timedelta(days=days), MORNING, zone).astimezone(UTC) for days in (0, 1)
    )
    return next(morning for morning in mornings if morning >= moment)
