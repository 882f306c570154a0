"""How much would this talk mean to both? One mutual score for each two people who met.

Weights, the exponent and the floor of r come from the design and are not tuned. Adamic-Adar: "Friends and
neighbors on the Web", Social Networks 25 (2003). A mutual score as a mean of both directions: Pizzato et al.,
"RECON", RecSys 2010.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from server.suggestions.facts import EventFacts, Meeting, Person
from server.suggestions.topics import Topics, Vocabulary

ENCOUNTER, ASKS, FIT = 0.40, 0.35, 0.25
SESSIONS, RECENCY, CONTACTS = 0.55, 0.15, 0.30
SESSION_GAP = timedelta(minutes=5)
HALF_LIFE = timedelta(hours=24)
LEAST_RECIPROCITY = 0.001


class Pair(NamedTuple):
    """Two people who met, as places in `Ranking.ids`, low before high (a tuple: there may be millions)."""

    low: int
    high: int
    score: float
    sessions: int
    common_contacts: int

    def other(self, one: int) -> int:
        return self.high if one == self.low else self.low


@dataclass(frozen=True, slots=True)
class Ranking:
    """`ids` ascending, `degrees` beside them (how many each met), and the pairs by (low, high)."""

    ids: Sequence[UUID]
    degrees: Sequence[int]
    pairs: Sequence[Pair]


class _Met(NamedTuple):
    low: int
    high: int
    sessions: int
    last: datetime
    scans_by_low: int
    scans_by_high: int


@dataclass(frozen=True, slots=True)
class _Said:
    """A person's words, ready to be compared."""

    asks: Topics
    offers: Topics
    targets: tuple[Topics, Topics, Topics]
    described: tuple[Topics, Topics, Topics]


def score_pairs(facts: EventFacts, vocabulary: Vocabulary) -> Ranking:
    """Scores every pair that met; whether the two may be suggested to each other is not asked here.

    Time is that of looking at each meeting once and at the shorter contact list of each pair.
    Raises ValueError if one pair has two meetings or one person two descriptions.
    """
    ids, index = _places(facts)
    met = _met(facts.meetings, index)
    contacts = _contacts(met, len(ids))
    made = _scans_made(met, len(ids))
    said = _said(facts.people, index, vocabulary, len(ids))

    common, adamic_adar = _common(met, contacts)
    most_sessions = max((pair.sessions for pair in met), default=1)
    most_shared = max(adamic_adar, default=0.0)

    pairs = []
    for pair, count, closeness in zip(met, common, adamic_adar, strict=True):
        encounter = (
            SESSIONS * _log_share(pair.sessions, most_sessions)
            + RECENCY * 0.5 ** (max(facts.ended_at - pair.last, timedelta()) / HALF_LIFE)
            + CONTACTS * _log_share(closeness, most_shared)
        )
        score = mutual(
            benefit(encounter, said[pair.low], said[pair.high], vocabulary),
            benefit(encounter, said[pair.high], said[pair.low], vocabulary),
            reciprocity(pair.scans_by_low, made[pair.low], pair.scans_by_high, made[pair.high]),
        )
        pairs.append(Pair(pair.low, pair.high, score, pair.sessions, count))
    return Ranking(ids, [len(people) for people in contacts], pairs)


def benefit(encounter: float, reader: _Said | None, other: _Said | None, vocabulary: Vocabulary) -> float:
    """b(u→v) in 0..1: the weighted mean of the parts known, where a part is known if both sides spoke."""
    parts = [(ENCOUNTER, encounter)]
    if reader is not None and other is not None:
        if reader.asks and other.offers:
            parts.append((ASKS, _strength(reader.asks, other.offers, vocabulary)))
        fits = [
            _strength(target, described, vocabulary)
            for target, described in zip(reader.targets, other.described, strict=True)
            if target and described
        ]
        if fits:
            parts.append((FIT, sum(fits) / len(fits)))
    return weighted_mean(parts)


def weighted_mean(parts: Iterable[tuple[float, float]]) -> float:
    """Of (weight, value) pairs: what is missing drops out and the other weights grow in its place."""
    known = list(parts)
    return sum(weight * value for weight, value in known) / sum(weight for weight, _ in known)


def mutual(low_to_high: float, high_to_low: float, reciprocal: float) -> float:
    return math.sqrt(low_to_high * high_to_low) * max(reciprocal, LEAST_RECIPROCITY) ** 0.25


def reciprocity(of_high: int, made_by_low: int, of_low: int, made_by_high: int) -> float:
    """Harmonic mean of each side's share of own scans spent on the other; 0 if only one side scanned."""
    if not of_high or not of_low:
        return 0.0
    one, two = of_high / made_by_low, of_low / made_by_high
    return 2 * one * two / (one + two)


def count_sessions(times: Iterable[datetime]) -> int:
    """Scans at most 5 minutes after the one before belong to its session."""
    ordered = sorted(times)
    return bool(ordered) + sum(later - earlier > SESSION_GAP for earlier, later in pairwise(ordered))


def _places(facts: EventFacts) -> tuple[list[UUID], dict[UUID, int]]:
    everybody = {person.person_id for person in facts.people}
    if len(everybody) != len(facts.people):
        raise ValueError("a person is described twice")
    for meeting in facts.meetings:
        everybody.add(meeting.low)
        everybody.add(meeting.high)
    ids = sorted(everybody, key=lambda person_id: person_id.int)
    return ids, {person_id: place for place, person_id in enumerate(ids)}


def _met(meetings: Iterable[Meeting], index: dict[UUID, int]) -> list[_Met]:
    """By (low, high), so that nothing depends on the order facts arrive in; without a scan nobody met."""
    met = []
    for meeting in meetings:
        times = meeting.by_low + meeting.by_high
        if times:
            pair = (index[meeting.low], index[meeting.high])
            counts = (len(meeting.by_low), len(meeting.by_high))
            met.append(_Met(*pair, count_sessions(times), max(times), *counts))
    met.sort()
    if any(one[:2] == two[:2] for one, two in pairwise(met)):
        raise ValueError("two meetings of one pair: add their scans up first")
    return met


def _contacts(met: Iterable[_Met], people: int) -> list[set[int]]:
    contacts: list[set[int]] = [set() for _ in range(people)]
    for pair in met:
        contacts[pair.low].add(pair.high)
        contacts[pair.high].add(pair.low)
    return contacts


def _scans_made(met: Iterable[_Met], people: int) -> list[int]:
    made = [0] * people
    for pair in met:
        made[pair.low] += pair.scans_by_low
        made[pair.high] += pair.scans_by_high
    return made


def _common(met: Iterable[_Met], contacts: Sequence[set[int]]) -> tuple[list[int], list[float]]:
    """Of each pair: how many people both met, and their Adamic-Adar index."""
    # Whom two others met has at least two contacts; nobody else is ever looked up.
    weights = [1 / math.log(len(people)) if len(people) > 1 else 0.0 for people in contacts]
    counts, sums = [], []
    for pair in met:
        both = contacts[pair.low] & contacts[pair.high]
        counts.append(len(both))
        # fsum, since the order of a set depends on how it was filled.
        sums.append(math.fsum(map(weights.__getitem__, both)))
    return counts, sums


def _said(
    people: Iterable[Person], index: dict[UUID, int], vocabulary: Vocabulary, count: int
) -> list[_Said | None]:
    said: list[_Said | None] = [None] * count
    for person in people:
        said[index[person.person_id]] = _Said(
            asks=vocabulary.topics(person.asks),
            offers=vocabulary.topics(person.offers),
            targets=(
                vocabulary.topics(person.target_roles),
                vocabulary.topics(person.target_industries),
                vocabulary.topics(person.target_skills),
            ),
            described=(
                vocabulary.topics((person.role,)),
                vocabulary.topics((person.industry,)),
                vocabulary.topics(person.skills),
            ),
        )
    return said


def _strength(wanted: Topics, given: Topics, vocabulary: Vocabulary) -> float:
    match = vocabulary.best_match(wanted, given)
    return match.strength if match else 0.0


def _log_share(value: float, most: float) -> float:
    return math.log1p(value) / math.log1p(most) if most else 0.0
