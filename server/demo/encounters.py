"""What the sensors of a real conference saw; where it comes from and its licence stand in SFHH.md."""

import csv
import gzip
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

RECORDING: Final = Path(__file__).with_name("sfhh_encounters.csv.gz")
CITATION: Final = (
    "Génois and Barrat, EPJ Data Science 7:11 (2018); SocioPatterns data set “SFHH conference”, CC0"
)

ZONE: Final = "Europe/Paris"
PARIS: Final = ZoneInfo(ZONE)
# Shorter ones are people who pass or queue; from a minute on they may well have scanned each other.
_MEETING: Final = 60


@dataclass(frozen=True, slots=True)
class Encounter:
    """Two sensors (`low < high`) face to face for `contact_seconds` between `start` and `end` (UTC)."""

    low: int
    high: int
    start: datetime
    end: datetime
    contact_seconds: int

    @property
    def is_meeting(self) -> bool:
        return self.contact_seconds >= _MEETING


def read_encounters() -> tuple[Encounter, ...]:
    """All encounters of the recording, by start."""
    with gzip.open(RECORDING, "rt", encoding="utf-8", newline="") as lines:
        encounters = [
            Encounter(
                low=int(row["person_a"]),
                high=int(row["person_b"]),
                start=datetime.fromisoformat(row["start"]),
                end=datetime.fromisoformat(row["end"]),
                contact_seconds=int(row["contact_seconds"]),
            )
            for row in csv.DictReader(lines)
        ]
    return tuple(sorted(encounters, key=lambda each: (each.start, each.low, each.high)))


def everybody(encounters: tuple[Encounter, ...]) -> tuple[int, ...]:
    """The sensors that saw anybody at all, however briefly, in ascending order."""
    return tuple(sorted({person for each in encounters for person in (each.low, each.high)}))


def shifted(encounters: tuple[Encounter, ...], *, now: datetime) -> tuple[Encounter, ...]:
    """The same encounters at the same local time of day, the last day now being two days ago in Nice."""
    last_day = max(each.end for each in encounters).astimezone(PARIS).date()
    days = now.astimezone(PARIS).date() - last_day - timedelta(days=2)

    def later(moment: datetime) -> datetime:
        # Arithmetic within one zone is on the wall clock, which is what keeps nine o'clock at nine in winter.
        return (moment.astimezone(PARIS) + days).astimezone(UTC)

    return tuple(replace(each, start=later(each.start), end=later(each.end)) for each in encounters)
