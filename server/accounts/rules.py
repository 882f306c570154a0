"""What is true of codes and refresh tokens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from server.limits import Limit

CODE_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
MOST_EMAILS = 10
SESSION_LIFETIME = timedelta(days=180)  # without a refresh
PARALLEL_CALLS = timedelta(seconds=10)

# Strict per e-mail, generous per address: a whole venue shares one.
CODES_PER_EMAIL = Limit("codes_per_email", most=5, per=timedelta(hours=1))
WRONG_CODES_PER_EMAIL = Limit("wrong_codes_per_email", most=30, per=timedelta(days=1))
CODES_PER_CLIENT = Limit("codes_per_client", most=2_000, per=timedelta(hours=1))
CODES_OF_ALL = Limit("codes_of_all", most=600, per=timedelta(minutes=1))
SIGN_INS_PER_CLIENT = Limit("sign_ins_per_client", most=10_000, per=timedelta(hours=1))


class Refresh(Enum):
    """What a presented refresh token means."""

    ROTATE = "rotate"
    REPEAT = "repeat"
    REUSE = "reuse"


@dataclass(frozen=True, slots=True)
class Rotation:
    """Where a session's refresh tokens stand: the newest counter, and when the last two rotations happened."""

    counter: int
    refreshed_at: datetime
    refreshed_before_at: datetime | None


def judge_refresh(presented: int, rotation: Rotation, *, now: datetime) -> Refresh:
    """The newest token rotates. The one before it repeats: its successor is unused, so the answer was lost.
    The one before that repeats too within ten seconds, since two calls of one phone may cross. Else it is a reuse.

    One that is newer than the newest was given out by us and forgotten since: a backup was restored. It rotates too,
    else everybody who refreshed since the backup would be signed out."""
    if presented >= rotation.counter:
        return Refresh.ROTATE
    if presented == rotation.counter - 1:
        return Refresh.REPEAT
    crossed = (
        presented == rotation.counter - 2
        and rotation.refreshed_before_at is not None
        and now - rotation.refreshed_before_at <= PARALLEL_CALLS
    )
    return Refresh.REPEAT if crossed else Refresh.REUSE
