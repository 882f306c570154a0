"""What is known of somebody who might be due a nudge: frozen, gathered for all at once (`gathering.py`).

Each fact says what began (a moment), whom it is about, and whether the person has done by now what we would ask for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from server.nudges.choices import NOTHING_CHOSEN, Choices
from server.nudges.hours import Hours


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request for a talk that waits for this person's answer, its proposal by number. `as_host`: they were asked;
    else other times were proposed to them."""

    interview_id: UUID
    other_id: UUID
    proposal: int
    as_host: bool
    asked_at: datetime
    expires_at: datetime
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """A booked talk of this person. `outcome` is what they said became of it, None: nothing yet."""

    interview_id: UUID
    other_id: UUID
    as_asker: bool
    ended_at: datetime
    outcome: str | None = None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class NewSuggestions:
    """What an event that closed suggests to this person. `looked`: they have seen the list. `acted`: they have asked,
    tapped, put off or dismissed one of it. `other_id`: the best of those still open, None: none is left."""

    event_id: UUID
    closed_at: datetime
    published_at: datetime
    other_id: UUID | None
    looked: bool = False
    acted: bool = False


@dataclass(frozen=True, slots=True)
class EventDay:
    """A day at an event, by the event's clock, on which this person met others for the first time. `noon` is its 12:00;
    `unnoted` of them have no note yet, the last met is `other_id`."""

    event_id: UUID
    day: date
    noon: datetime
    met_at: datetime
    unnoted: int
    other_id: UUID | None


@dataclass(frozen=True, slots=True)
class Tie:
    """Somebody this person wants to keep in touch with (their own `yes`, or a talk that was held). `contact_at`: when
    they last had to do with each other, in whatever way. `upcoming`: a talk is booked or asked for."""

    other_id: UUID
    contact_at: datetime
    upcoming: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A reminder that this person got. (kind, subject) is its key."""

    kind: str
    subject: str
    at: datetime
    local_date: date
    useful_until: datetime
    state: str = "open"
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one person, at one moment. `reachable`: the channels that can reach them (`choices.py`). `pushed_at`: when a
    reminder last went to their phone, which may be long after it was decided."""

    person_id: UUID
    hours: Hours
    choices: Choices = NOTHING_CHOSEN
    reachable: frozenset[str] = frozenset()
    pushed_at: datetime | None = None
    waiting: tuple[Waiting, ...] = ()
    talks: tuple[Talk, ...] = ()
    suggestions: tuple[NewSuggestions, ...] = ()
    days: tuple[EventDay, ...] = ()
    ties: tuple[Tie, ...] = ()
    told: tuple[Told, ...] = ()

    def last_told(self) -> Told | None:
        return max(self.told, key=lambda one: one.at, default=None)

    def told_of(self, *kinds: str) -> Iterable[Told]:
        return (one for one in self.told if one.kind in kinds)
