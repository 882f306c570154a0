"""When is a reminder due? Pure: facts and the time in, at most one nudge out. The kinds are a table (`kinds.py`)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.nudges.choices import Choices
from server.nudges.facts import Facts, Told
from server.nudges.hours import Hours
from server.nudges.kinds import KINDS, Kind
from server.nudges.occasions import Occasion

REST = timedelta(hours=20)
"""Between any two reminders; also, no two on one date by the person's own calendar."""
SOON = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Due:
    """A nudge to write down, and by which channels it leaves. (person, kind, subject) is its key, so it never comes
    twice. It is shown until `useful_until`, and sent until `sent_until`."""

    kind: str
    subject: str
    facts: Mapping[str, str]
    local_date: date
    useful_until: datetime
    sent_until: datetime
    channels: frozenset[str]


def next_nudge(facts: Facts, now: datetime) -> Due | None:
    """The first that is due; whatever else is due waits for another day, or passes."""
    if facts.choices.silent(now) or not _rested(facts, now) or facts.hours.quiet(now):
        return None
    return next(_due(facts, now), None)


def leaves_at(
    kind: str, channel: str, choices: Choices, hours: Hours, *, talk_at: datetime | None, now: datetime
) -> datetime | None:
    """From when on something that was decided may leave by a channel; None: not any more, it stays in the app.

    A notice is held during quiet hours, unless it is about a talk that starts within 12 hours (`talk_at`). A reminder
    is not: its day is over then.
    """
    notice = KINDS[kind].notice
    one_a_week = choices.weekly and kind != "weekly" and not notice
    silent = choices.stopped if notice else choices.silent(now)
    if silent or one_a_week or not choices.of(kind).wanted or channel not in choices.allowed(kind):
        return None
    if notice and talk_at is not None and now < talk_at <= now + SOON:
        return now
    awake_at = hours.next_waking(now)
    return awake_at if notice or awake_at == now else None


def _rested(facts: Facts, now: datetime) -> bool:
    if facts.pushed_at is not None and now < facts.pushed_at + REST:
        return False
    last = facts.last_told()
    return last is None or (now >= last.at + REST and _today(facts, now) > last.local_date)


def _today(facts: Facts, now: datetime) -> date:
    return now.astimezone(facts.hours.zone).date()


def _due(facts: Facts, now: datetime) -> Iterator[Due]:
    for name, kind in KINDS.items():
        if kind.find is None or not facts.choices.of(name).wanted or _too_soon(facts, name, kind, now):
            continue
        for occasion in sorted(kind.find(facts, now), key=lambda one: (one.at, one.subject)):
            if occasion.about in facts.choices.stopped_people:
                continue
            for turn, wait in enumerate(kind.waits):
                until = occasion.at + wait + kind.of_use
                since = max(occasion.at + wait, occasion.not_before or occasion.at + wait)
                subject = _untold(facts, name, occasion, turn, now)
                if since <= now < until and subject is not None:
                    yield _nudge(facts, name, subject, occasion, until, now)


def _too_soon(facts: Facts, name: str, kind: Kind, now: datetime) -> bool:
    return any(now < one.at + kind.every for one in facts.told_of(name))


def _untold(facts: Facts, name: str, occasion: Occasion, turn: int, now: datetime) -> str | None:
    """The key under which it is told now; None when it was told. What was put off is told again, once its time has
    come, under a key of its own."""
    told: Mapping[str, Told] = {one.subject: one for one in facts.told_of(name)}
    subject = occasion.subject if turn == 0 else f"{occasion.subject}#{turn + 1}"
    while (before := told.get(subject)) is not None:
        if before.state != "snoozed" or before.snoozed_until is None or now < before.snoozed_until:
            return None
        subject = f"{subject}@{before.snoozed_until:%Y-%m-%dT%H:%M:%SZ}"
    return subject


def _nudge(facts: Facts, name: str, subject: str, occasion: Occasion, until: datetime, now: datetime) -> Due:
    # Whoever chose one message a week finds the rest in the app.
    sent = name == "weekly" or not facts.choices.weekly
    return Due(
        kind=name,
        subject=subject,
        facts=occasion.facts,
        local_date=_today(facts, now),
        useful_until=until,
        sent_until=min(until, facts.hours.next_quiet(now)),
        channels=facts.choices.channels(name, facts.reachable) if sent else frozenset(),
    )
