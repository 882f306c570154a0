"""Why this person, what is in it for both, and the one thing to do now.

A reason is a code and plain values; whoever renders it asks gettext for the sentence below and fills it in.
Everything in it is visible to its reader: their own words and taps, how often they met, and what the other
shows to connections. The other's situation, targets, notes and signal are never read here, save that two
`yes` are told to both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from server.suggestions.facts import Person
from server.suggestions.topics import Match, Vocabulary

# Whom the other met is theirs. That circles overlap is said only where it can be pinned on nobody: at least
# this many of the reader's contacts in common, at least this many not, and no figure.
CROWD = 5


class Sentence(NamedTuple):
    """An English msgid and, where %(count)d decides, its plural: gettext and ngettext."""

    one: str
    many: str | None = None


SENTENCES: Mapping[str, Sentence] = {
    "both_want_to_talk": Sentence("You both want to talk."),
    "you_want_to_talk": Sentence("You said that you want to talk."),
    "they_offer_what_you_ask": Sentence("You ask for “%(ask)s”, they offer “%(offer)s”."),
    "you_offer_what_they_ask": Sentence("They ask for “%(ask)s”, you offer “%(offer)s”."),
    "fits_your_target_role": Sentence("You look towards “%(target)s”, they are “%(value)s”."),
    "fits_your_target_industry": Sentence("You look towards “%(target)s”, they work in “%(value)s”."),
    "fits_your_target_skill": Sentence("You look for “%(target)s”, they know “%(value)s”."),
    "met_n_times": Sentence("You met once.", "You met %(count)d times."),
    "same_event": Sentence("You are at the same event."),
    "common_contacts": Sentence("You met many of the same people."),
    "same_industry": Sentence("You both work in “%(industry)s”."),
    "open_to_talk": Sentence("They are open to talk."),
}

ACTIONS: Mapping[str, Sentence] = {
    "book_talk": Sentence("Find a time to talk."),
    "offer_help": Sentence("Offer your help."),
    "ask_for_talk": Sentence("Ask for a short talk."),
    "share_card": Sentence("Share your card."),
    "answer_signal": Sentence("Would you like to talk to them? Only you see your answer."),
    "write_note": Sentence("Note what you talked about."),
    "find_them": Sentence("Find them, and scan their badge."),
}


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    evidence: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What the reader knows of their own meeting with the other (no sessions: none yet), and the taps the reader may
    know of."""

    sessions: int
    common_contacts: int
    reader_contacts: int
    reader_said_yes: bool = False
    both_said_yes: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """`reasons` strongest first, never empty; `for_reader` and `for_other` are the gain of each side."""

    reasons: tuple[Reason, ...]
    for_reader: Reason
    for_other: Reason
    action: str


# Gains by code, strongest first; meeting is both sides' last, so that nobody is ever without one.
_FOR_READER = (
    "both_want_to_talk",
    "they_offer_what_you_ask",
    "fits_your_target_role",
    "fits_your_target_industry",
    "fits_your_target_skill",
    "same_industry",
    "common_contacts",
    "met_n_times",
    "same_event",
)
_FOR_OTHER = (
    "both_want_to_talk",
    "you_offer_what_they_ask",
    "same_industry",
    "common_contacts",
    "met_n_times",
    "same_event",
)


def explain(
    reader: Person, other: Person, known: Acquaintance, vocabulary: Vocabulary, *, quiet: bool = False
) -> Explanation:
    """The same whatever the other's private facts are. `quiet`: the action asks nothing of the other."""
    found = [*_taps(known), *_exchange(reader, other, vocabulary), *_fit(reader, other, vocabulary)]
    found += _shared(reader, other, known, vocabulary)
    by_code = {reason.code: reason for reason in found}

    return Explanation(
        reasons=tuple(found),
        for_reader=next(by_code[code] for code in _FOR_READER if code in by_code),
        for_other=next(by_code[code] for code in _FOR_OTHER if code in by_code),
        action=next_step(
            other,
            both=known.both_said_yes,
            mine=known.reader_said_yes,
            gives="you_offer_what_they_ask" in by_code,
            quiet=quiet,
        ),
    )


def next_step(other: Person, *, both: bool, mine: bool, gives: bool, quiet: bool) -> str:
    """The one thing to do. Whoever can give gives first; a talk is asked for only of who is open to it. `both` and
    `mine`: who has said yes; `quiet`: the other is to be asked nothing."""
    if both:
        return "book_talk"
    if quiet:
        return "write_note"
    if gives:
        return "offer_help"
    if other.open_to_talk:
        return "ask_for_talk"
    return "share_card" if mine else "answer_signal"


def _taps(known: Acquaintance) -> list[Reason]:
    if known.both_said_yes:
        return [Reason("both_want_to_talk", {})]
    return [Reason("you_want_to_talk", {})] if known.reader_said_yes else []


def _exchange(reader: Person, other: Person, vocabulary: Vocabulary) -> list[Reason]:
    """What one asks and the other offers. To whoever is content at work, giving comes first."""
    taken = _match(reader.asks, other.offers, vocabulary)
    given = _match(other.asks, reader.offers, vocabulary)
    reasons = []
    if taken:
        reasons.append(Reason("they_offer_what_you_ask", {"ask": taken.wanted, "offer": taken.given}))
    if given:
        reasons.append(Reason("you_offer_what_they_ask", {"ask": given.wanted, "offer": given.given}))
    return reasons[::-1] if reader.situation == "employed" else reasons


def _fit(reader: Person, other: Person, vocabulary: Vocabulary) -> list[Reason]:
    """The reader's own targets beside what the other shows of themselves."""
    kinds = (
        ("fits_your_target_role", reader.target_roles, (other.role,)),
        ("fits_your_target_industry", reader.target_industries, (other.industry,)),
        ("fits_your_target_skill", reader.target_skills, other.skills),
    )
    return [
        Reason(code, {"target": match.wanted, "value": match.given})
        for code, targets, values in kinds
        if (match := _match(targets, values, vocabulary))
    ]


def _shared(reader: Person, other: Person, known: Acquaintance, vocabulary: Vocabulary) -> list[Reason]:
    met = Reason("met_n_times", {"count": known.sessions}) if known.sessions else Reason("same_event", {})
    reasons = [met]
    if circles_overlap(known):
        reasons.append(Reason("common_contacts", {}))
    if _match((reader.industry,), (other.industry,), vocabulary):
        reasons.append(Reason("same_industry", {"industry": other.industry}))
    return reasons


def circles_overlap(known: Acquaintance) -> bool:
    return known.common_contacts >= CROWD and known.reader_contacts - 1 - known.common_contacts >= CROWD


def _match(wanted: tuple[str, ...], given: tuple[str, ...], vocabulary: Vocabulary) -> Match | None:
    return vocabulary.best_match(vocabulary.topics(wanted), vocabulary.topics(given))
