"""When is a reminder due? Pure: facts and the time in, at most one nudge out.

Each kind is a row of KINDS, in the order in which they are decided: what it says, what it asks to do, how long it
is of use, and when it is due. A new kind is a new row with a `find` of its own, and its facts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from server.suggestions.reasons import Sentence

# Nobody is reminded of anything before, by their own clock.
MORNING = time(8)


@dataclass(frozen=True, slots=True)
class NewSuggestions:
    """An event that closed, with suggestions that this person has not seen and was not reminded of."""

    event_id: UUID
    closed_at: datetime
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one person. `zone` is an IANA name: theirs, or that of where they were."""

    person_id: UUID
    zone: str
    suggestions: tuple[NewSuggestions, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """A nudge to write down. (person, kind, subject) is its key, so it never comes twice."""

    kind: str
    subject: str
    facts: Mapping[str, str]
    local_date: date
    useful_until: datetime


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of nudge: one reason and one action. `of_use` is counted from when it could first come. A notice has no
    `find`: it comes with its fact (`notices.py`)."""

    title: Sentence
    reason: Sentence
    action: Sentence
    operation: str
    of_use: timedelta
    find: Callable[[Facts, "Kind", datetime], Due | None] | None = None


def next_nudge(facts: Facts, now: datetime) -> Due | None:
    """The first that is due; whatever else is due waits for the next look."""
    if _local(facts, now).time() < MORNING:
        return None
    return next((due for kind in KINDS.values() if kind.find and (due := kind.find(facts, kind, now))), None)


def _digest(facts: Facts, kind: Kind, now: datetime) -> Due | None:
    """The morning after an event, once its suggestions are there; of several events the one that closed first."""
    for new in sorted(facts.suggestions, key=lambda one: (one.closed_at, one.event_id)):
        morning = first_morning(new.closed_at, zone_of(facts.zone))
        if max(morning, new.published_at) <= now < morning + kind.of_use:
            event_id = str(new.event_id)
            return Due(
                kind="digest",
                subject=event_id,
                facts={"event_id": event_id},
                local_date=_local(facts, now).date(),
                useful_until=morning + kind.of_use,
            )
    return None


KINDS: Mapping[str, Kind] = {
    "digest": Kind(
        title=Sentence("The morning after %(event)s"),
        reason=Sentence("You remember them best now: whom to talk to again, and why."),
        action=Sentence("See your suggestions"),
        operation="list_suggestions",
        of_use=timedelta(days=7),
        find=_digest,
    ),
    "both_want_to_talk": Kind(
        title=Sentence("%(person)s wants to talk to you, too"),
        reason=Sentence("You both said yes. Whoever proposes a time first makes it easy for the other."),
        action=Sentence("Find a time"),
        operation="find_common_slots",
        of_use=timedelta(days=30),
    ),
    "given_at_stand": Kind(
        title=Sentence("%(exhibitor)s noted that you agreed at their stand"),
        reason=Sentence(
            "At %(event)s they got what your card for exhibitors gives. If you did not agree, take it back."
        ),
        action=Sentence("Take it back"),
        operation="withdraw_release",
        of_use=timedelta(days=30),
    ),
}


def first_morning(moment: datetime, zone: ZoneInfo) -> datetime:
    """The first 08:00 by this zone's clock at or after a moment, in UTC."""
    day = moment.astimezone(zone).date()
    mornings = (
        datetime.combine(day + timedelta(days=days), MORNING, zone).astimezone(UTC) for days in (0, 1)
    )
    return next(morning for morning in mornings if morning >= moment)


def zone_of(name: str) -> ZoneInfo:
    """UTC for a zone that this machine's tables lack: one person's odd zone must not stop everybody's nudges."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Etc/UTC")


def _local(facts: Facts, now: datetime) -> datetime:
    return now.astimezone(zone_of(facts.zone))
