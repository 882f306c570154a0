"""Where does the time go? Minutes by ISO week on the person's own clock. Pure.

Most positions are filled through people, so 80 to 90 % of the time spent on looking belongs to relationships, and the
rest to applications (DESIGN section 2).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum, auto
from zoneinfo import ZoneInfo

LOWEST, HIGHEST = 0.8, 0.9
WEEK = timedelta(weeks=1)
OLDEST = timedelta(days=366)
"""How far back something may be logged, and the balance be read."""
APPLICATION = "application"


class Standing(StrEnum):
    """Where the share of relationships lies, beside the band."""

    NOTHING = auto()
    BELOW = auto()
    WITHIN = auto()
    ABOVE = auto()


@dataclass(frozen=True, slots=True)
class Spent:
    """Minutes from a moment on: in a held talk, in another activity for relationships, or in an application."""

    at: datetime
    talk: int = 0
    activity: int = 0
    application: int = 0


@dataclass(frozen=True, slots=True)
class Minutes:
    talks: int
    activities: int
    applications: int

    @property
    def share(self) -> float | None:
        """Of relationships in all of it, 0 to 1; None where there is nothing."""
        relationships = self.talks + self.activities
        everything = relationships + self.applications
        return relationships / everything if everything else None

    @property
    def standing(self) -> Standing:
        share = self.share
        if share is None:
            return Standing.NOTHING
        if share < LOWEST:
            return Standing.BELOW
        return Standing.ABOVE if share > HIGHEST else Standing.WITHIN


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week by its Monday."""

    monday: date
    minutes: Minutes


@dataclass(frozen=True, slots=True)
class Balance:
    weeks: Sequence[Week]
    minutes: Minutes


def begins_at(now: datetime, zone: ZoneInfo, weeks: int) -> datetime:
    """When the first of so many weeks begins, this one being the last; in UTC."""
    monday = monday_of(now, zone) - (weeks - 1) * WEEK
    return datetime.combine(monday, time(), zone).astimezone(UTC)


def balance_of(spent: Iterable[Spent], *, zone: ZoneInfo, now: datetime, weeks: int) -> Balance:
    """So many weeks up to this one, also those without anything, the newest first; and all of them together. What is
    dated later, as talks that are still to come, counts in none."""
    last = monday_of(now, zone)
    by_week: dict[date, list[Spent]] = {last - back * WEEK: [] for back in range(weeks)}
    for one in spent:
        by_week.get(monday_of(one.at, zone), []).append(one)
    return Balance(
        weeks=[Week(monday, _sum(found)) for monday, found in by_week.items()],
        minutes=_sum(one for found in by_week.values() for one in found),
    )


def monday_of(moment: datetime, zone: ZoneInfo) -> date:
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def _sum(spent: Iterable[Spent]) -> Minutes:
    found = list(spent)
    return Minutes(
        talks=sum(one.talk for one in found),
        activities=sum(one.activity for one in found),
        applications=sum(one.application for one in found),
    )
