"""What is true of events and their attendees."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.failures import Fault, InvalidRequest

LONGEST = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """What somebody says of an event they create."""

    id: UUID
    name: str
    venue: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    doors_before_minutes: int
    doors_after_minutes: int
    check_in_required: bool
    badge_opens_door: bool
    paper_badge_mail: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAttendee:
    """What an organizer says of an attendee they add by hand."""

    id: UUID
    name: str
    email: str | None
    external_id: str | None
    external_code: str | None
    pronouns: str
    organisation: str
    role: str
    type: str


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """Raises InvalidRequest unless the event starts before it ends, at most 31 days later."""
    if ends_at <= starts_at:
        fault = Fault("/ends_at", "ends_before_it_starts", "An event ends after it starts.")
        raise InvalidRequest(faults=(fault,))
    if ends_at - starts_at > LONGEST:
        fault = Fault("/ends_at", "event_too_long", "An event is at most 31 days long.")
        raise InvalidRequest(faults=(fault,))


def with_doors(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts of an event as its row keeps them: the doors as times, not as minutes before and after."""
    row = {name: value for name, value in facts.items() if not name.startswith("doors_")}
    row["doors_open_at"] = facts["starts_at"] - timedelta(minutes=facts["doors_before_minutes"])
    row["doors_close_at"] = facts["ends_at"] + timedelta(minutes=facts["doors_after_minutes"])
    return row


def minutes_between(early: datetime, late: datetime) -> int:
    return int((late - early) / timedelta(minutes=1))


def fingerprint(content: Mapping[str, Any]) -> bytes:
    """The same for the same content of a creating call, so that a repeat is told from a reused id."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).digest()[:16]
