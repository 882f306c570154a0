"""What became of a talk? Each side says it for itself; decided without I/O.

Held if one says held and the other does not deny it within a week. Silence is unknown. What one side says is told to
the other in one case only: when it has stood for that week and the other said nothing. So nobody can tell a denial
from silence (decision 0025).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto

DENY_WITHIN = timedelta(days=7)


class Outcome(StrEnum):
    """What one side says; all but the first deny that the talk was held as booked."""

    HELD = auto()
    THEY_MISSED_IT = auto()
    I_MISSED_IT = auto()
    MOVED_ELSEWHERE = auto()
    NOT_HELD = auto()


class Together(StrEnum):
    """What both sides' words come to, as far as one of them may be told."""

    HELD = auto()
    NOT_HELD = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Said:
    """`since`: when this side began to say that it was held, or that it was not."""

    held: bool
    since: datetime


def was_held(one: Said | None, other: Said | None, *, now: datetime) -> bool:
    """What is counted; whoever denies after the week is too late. The order of the two does not matter."""
    claims = [said for said in (one, other) if said and said.held]
    if len(claims) != 1:
        return len(claims) == 2
    denial = next((said for said in (one, other) if said and not said.held), None)
    return (denial.since if denial else now) >= claims[0].since + DENY_WITHIN


def together(mine: Said | None, theirs: Said | None, *, now: datetime) -> Together:
    """What I may be told. Once I have said something, it is that, whatever the other says."""
    if mine is not None:
        return Together.HELD if mine.held else Together.NOT_HELD
    return Together.HELD if was_held(None, theirs, now=now) else Together.UNKNOWN
