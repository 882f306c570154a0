"""What is true at doors."""

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from server.scans.rules import Reason

Kind = Literal["parked", "double_entry", "refused_entry", "too_fast"]
Decision = Literal["release", "discard", "noted"]

# Nobody shakes more hands in a minute. What is scanned faster counts, and a supervisor is told.
MOST_A_MINUTE = 30
# A door that could ask us did not let in whom we refused; one that could not may have.
DECIDED_ALONE_AFTER = timedelta(minutes=1)

HELD = frozenset({Reason.DEVICE_REVOKED, Reason.NOT_ON_TEAM_YET})


def decisions(
    kind: Kind, *, purpose: str, reason: str | None, by_station: bool = True
) -> tuple[Decision, ...]:
    """How a supervisor may settle an issue. What people read of each other is theirs to release; what a lost device of
    an exhibitor brought, nobody else's."""
    if kind != "parked":
        return ("noted",)
    if purpose == "lead" and by_station and reason == Reason.DEVICE_REVOKED:
        return ("release", "discard")
    if purpose not in {"entry", "exit"}:
        return ()
    return ("release", "discard") if reason in HELD else ("discard",)


def is_inside(last_purpose: str | None, last_at: datetime | None, *, at: datetime, zone: str) -> bool:
    """Whether somebody whose last passage was this is inside. Nobody stays overnight: who went home through an
    unwatched door comes in again the next day."""
    if last_purpose != "entry" or last_at is None:
        return False
    there = ZoneInfo(zone)
    return last_at.astimezone(there).date() == at.astimezone(there).date()
