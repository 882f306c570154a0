"""What is known of an event when its suggestions are made: plain values, gathered by the caller."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

# The taps of a connection as they are stored; a StrEnum with these values does as well.
YES = "yes"
NOT_NOW = "not_now"
NEVER = "never"


@dataclass(frozen=True, slots=True)
class Person:
    """One person at the event. Texts are as typed; empty means not said.

    People met see organisation, role, industry and skills; connections see asks, offers and open_to_talk.
    situation (`searching`, `employed`, `exploring`) and the targets are seen by this person alone.
    """

    person_id: UUID
    organisation: str = ""
    role: str = ""
    industry: str = ""
    skills: tuple[str, ...] = ()
    situation: str = ""
    target_roles: tuple[str, ...] = ()
    target_industries: tuple[str, ...] = ()
    target_skills: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    # Talks a week this host chose; None where nothing was chosen.
    capacity: int | None = None
    # Suggestions of other events, still open and not quiet, that point at this person.
    inbound_elsewhere: int = 0
    open_to_talk: bool = False
    # Claimed, not paused, not opted out. Whoever is not is neither suggested nor given suggestions.
    suggestible: bool = True


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two people of this event, with the capture times of the scans that stand, each way, in any order."""

    low: UUID
    high: UUID
    by_low: tuple[datetime, ...] = ()
    by_high: tuple[datetime, ...] = ()

    def __post_init__(self) -> None:
        if self.low.int >= self.high.int:
            raise ValueError("a meeting is of two people, the lower id first")


@dataclass(frozen=True, slots=True)
class Standing:
    """A suggestion shown to `person_id` already, put off or acted on, which keeps its rank; `quiet` asks nothing (more)
    of the other."""

    person_id: UUID
    other_id: UUID
    rank: int
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class EventFacts:
    """Everything about one event. The order of people, meetings and standing carries no meaning.

    Somebody who met people but is not among `people` counts in who met whom and is never suggested.
    """

    ended_at: datetime
    people: Sequence[Person]
    meetings: Sequence[Meeting]
    # (from, to): the private tap of `from` on `to`.
    signals: Mapping[tuple[UUID, UUID], str]
    # Blocks and the like. Either order of the two ids keeps each out of the other's list.
    excluded: frozenset[tuple[UUID, UUID]] = frozenset()
    # (reader, other): over for the reader; the other's list is not touched.
    set_aside: frozenset[tuple[UUID, UUID]] = frozenset()
    standing: Sequence[Standing] = ()
