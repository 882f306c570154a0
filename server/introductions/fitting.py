"""Whom of the people I met could I introduce? Pure: what the asker looks for, and what each shows me, in; fits out.

Read is only what the connector sees anyway. Nothing of the asker's own acquaintances, so that the list tells nobody
who knows whom.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.suggestions.reasons import Sentence
from server.suggestions.topics import Vocabulary

MOST_FITS = 10


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody the connector met, as they see them. `noted` are the connector's own tags and labels."""

    person_id: UUID
    role: str
    organisation: str
    industry: str
    headline: str
    offers: Sequence[str]
    talk_topics: Sequence[str]
    noted: Sequence[str]
    last_met_at: datetime

    def says(self, heading: str) -> Sequence[str]:
        found = getattr(self, heading)
        return [found] if isinstance(found, str) else found


@dataclass(frozen=True, slots=True)
class FitReason:
    """`evidence` is the phrase that fits, as it was written."""

    code: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Fit:
    person_id: UUID
    strength: float
    reasons: tuple[FitReason, ...]


# Where to look for each kind of wish, and how much a find there weighs: what somebody says they are or give beside what
# may merely be mentioned.
HEADINGS: Mapping[str, Mapping[str, float]] = {
    "role": {"role": 1.0, "headline": 0.8, "noted": 0.8},
    "organisation": {"organisation": 1.0, "headline": 0.8, "noted": 0.8},
    "topic": {
        "offers": 1.0,
        "talk_topics": 1.0,
        "industry": 0.8,
        "headline": 0.8,
        "noted": 0.8,
        "role": 0.7,
    },
}

SENTENCES: Mapping[str, Sentence] = {
    "role": Sentence("They are “%(evidence)s”."),
    "organisation": Sentence("They work at “%(evidence)s”."),
    "industry": Sentence("They work in “%(evidence)s”."),
    "headline": Sentence("They say of themselves: “%(evidence)s”."),
    "offers": Sentence("They offer “%(evidence)s”."),
    "talk_topics": Sentence("They like to talk about “%(evidence)s”."),
    "noted": Sentence("You noted “%(evidence)s”."),
}


def fits(seeks: str, what: str, people: Iterable[Known]) -> list[Fit]:
    """The best first; among equals whom the connector met last. Who does not fit at all is left out."""
    known = list(people)
    headings = HEADINGS[seeks]
    vocabulary = Vocabulary(text for one in known for heading in headings for text in one.says(heading))
    wanted = vocabulary.topics([what])

    found: list[tuple[Fit, datetime]] = []
    for one in known:
        matches = {
            heading: match
            for heading in headings
            if (match := vocabulary.best_match(wanted, vocabulary.topics(one.says(heading))))
        }
        if matches:
            strength = max(headings[heading] * match.strength for heading, match in matches.items())
            reasons = tuple(FitReason(heading, match.given) for heading, match in matches.items())
            found.append((Fit(one.person_id, strength, reasons), one.last_met_at))
    found.sort(key=lambda each: (-each[0].strength, -each[1].timestamp(), each[0].person_id))
    return [fit for fit, _ in found[:MOST_FITS]]
