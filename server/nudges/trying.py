"""May a delivery be tried now, and what follows from what became of it? Pure: facts and the time in, one decision out.

Claimed under a lease before it is sent. Where nobody knows whether it was sent, a push is repeated once, under the same
collapse key; a mail is not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from server.nudges.deliveries import EMAIL, PUSH
from server.push.messages import Answer, Outcome
from server.queue import wait_after

LEASE = timedelta(minutes=2)
"""Longer than a mail server or a push service may take to answer."""
MOST_TRIES = 8
MOST_REPEATS = {PUSH: 1, EMAIL: 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a delivery: `tries` begun so far, `repeats` of them that nobody knows the end of."""

    channel: str
    due_at: datetime
    useful_until: datetime
    tries: int
    repeats: int
    leased_until: datetime | None


@dataclass(frozen=True, slots=True)
class Wait:
    until: datetime


@dataclass(frozen=True, slots=True)
class Settle:
    outcome: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Try:
    """`repeats` counts the try that somebody died over, if that is why it is tried again."""

    repeats: int


def may_try(facts: Facts, now: datetime) -> Try | Wait | Settle:
    if facts.leased_until is not None and facts.leased_until > now:
        return Wait(facts.leased_until)
    repeats = facts.repeats + (facts.leased_until is not None)
    if repeats > MOST_REPEATS[facts.channel]:
        return Settle("unknown", "the worker was lost")
    if facts.due_at > now:
        return Wait(facts.due_at)
    if facts.useful_until <= now:
        return Settle("too_late")
    return Try(repeats)


def what_follows(facts: Facts, answer: Answer, now: datetime) -> Wait | Settle:
    """`facts` as they were while it was tried."""
    if answer.outcome is Outcome.SENT:
        return Settle("sent")
    if answer.outcome is Outcome.REFUSED:
        return Settle("refused", answer.detail)
    if answer.outcome is Outcome.UNKNOWN and facts.repeats >= MOST_REPEATS[facts.channel]:
        return Settle("unknown", answer.detail)

    # A dead phone makes room for the next at once; everything else is left alone for a while.
    pause = timedelta() if answer.outcome is Outcome.GONE else wait_after(facts.tries)
    until = now + max(pause, answer.after or timedelta())
    if facts.tries >= MOST_TRIES or until >= facts.useful_until:
        outcome = "unknown" if answer.outcome is Outcome.UNKNOWN else "given_up"
        return Settle(outcome, answer.detail)
    return Wait(until)
