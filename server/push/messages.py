"""What is pushed, and what becomes of it: one shape for both services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Protocol

import httpx2


@dataclass(frozen=True, slots=True)
class Push:
    """A few words for one installation. A repeat under the same `collapse_key` takes the place of the first;
    after `expires_at` nobody needs to deliver it any more. `data` is for the app, not for eyes."""

    token: str
    title: str
    body: str
    data: Mapping[str, str]
    collapse_key: str
    expires_at: datetime


class Outcome(StrEnum):
    SENT = "sent"
    """The service has taken it."""
    GONE = "gone"
    """This installation is no more: its token is dead."""
    LATER = "later"
    """Not taken now, also for what is ours to mend (a key): try again."""
    REFUSED = "refused"
    """Not taken, and would not be another time."""
    UNKNOWN = "unknown"
    """It may have been taken: the connection broke before the answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service said. `detail` is its own word for it; `after` how long it wants to be left alone; `gone_since`
    since when it knows the token for dead, where it says so."""

    outcome: Outcome
    detail: str = ""
    after: timedelta | None = None
    gone_since: datetime | None = None


class PushSender(Protocol):
    async def send(self, push: Push, *, now: datetime) -> Answer: ...

    async def check(self, *, now: datetime) -> str:
        """For the operator: empty if the service answers and knows us, else what is wrong. Nothing is pushed."""


# Under this it was surely not taken; whatever else breaks leaves it open.
NEVER_BEGAN = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
    httpx2.ProxyError,
)

TIMEOUT = httpx2.Timeout(10)
# A connection idle for longer may have been cut without a word, which would be found out by losing a push.
LIMITS = httpx2.Limits(max_connections=10, keepalive_expiry=30)


def broken(failed: httpx2.TransportError) -> Answer:
    outcome = Outcome.LATER if isinstance(failed, NEVER_BEGAN) else Outcome.UNKNOWN
    return Answer(outcome, type(failed).__name__)


def body_of(answer: httpx2.Response) -> dict[str, Any]:
    """What it says, which may be nothing, or something that a box in between wrote."""
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def retry_after(answer: httpx2.Response, *, now: datetime) -> timedelta | None:
    """Seconds or a date (RFC 9110, 10.2.3); None without one that can be read."""
    text = answer.headers.get("retry-after", "")
    if text.isdecimal():
        return timedelta(seconds=min(int(text), LONGEST_WAIT))
    try:
        return max(parsedate_to_datetime(text) - now, timedelta())
    except (TypeError, ValueError):
        return None


LONGEST_WAIT = 7 * 86_400  # seconds; nothing is of use for longer
