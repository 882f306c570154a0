"""What is true of requests for a talk: how many, how long they wait, which times can be proposed."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from server.failures import Fault
from server.limits import Limit

ANSWER_WITHIN = timedelta(days=10)
"""A request expires then; a counter-proposal gives the other side as long again."""
MOST_PENDING = 10
WEEKS_OF_PENDING = 2
ASK_AGAIN_AFTER = timedelta(days=30)
FARTHEST = timedelta(days=90)
LOOK_AHEAD = timedelta(weeks=4)
MOST_SLOTS_OFFERED = 12
REQUESTS_A_DAY = Limit("interview_requests", 30, timedelta(days=1))


def most_waiting_for(talks_per_week: int) -> int:
    """How many requests may wait for one host: twice what they take in two weeks, since many lead nowhere."""
    return 2 * talks_per_week * WEEKS_OF_PENDING


def faults_of_slots(slots: Sequence[datetime], minutes: int, *, now: datetime) -> tuple[Fault, ...]:
    """What is wrong with proposed starts, each where it stands in `/slots`; empty when all can be meant."""
    faults: list[Fault] = []
    for index, start in enumerate(slots):
        where, before = f"/slots/{index}", slots[:index]
        if start.second or start.microsecond:
            faults.append(Fault(where, "slot_not_whole_minute", "A start is a whole minute."))
        elif start <= now:
            faults.append(Fault(where, "slot_past", "This time has passed."))
        elif start > now + FARTHEST:
            faults.append(Fault(where, "slot_too_far", f"At most {FARTHEST.days} days ahead."))
        elif start in before:
            faults.append(Fault(where, "slot_repeated", "This time is proposed already."))
        elif any(abs(start - other) < timedelta(minutes=minutes) for other in before):
            faults.append(Fault(where, "slots_overlap", "This talk would overlap another one proposed."))
    return tuple(faults)


def said(**facts: object) -> str:
    """A short digest of what was said, to know a repeat by; times in UTC, whatever their offset was."""
    text = json.dumps(facts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
