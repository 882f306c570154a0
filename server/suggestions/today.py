"""What does a stored suggestion say today? Its reasons were true when it was made, and must be when it is read.

Words that either has since taken back, or shows this reader no longer, drop out with the reason that quotes
them. Taps are those of today. Having met, or being at one event, never drops out, so nobody is left without a reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.suggestions.facts import YES, Person
from server.suggestions.reasons import SENTENCES, Explanation, Reason, next_step

# One of them is among the reasons of every entry.
ALWAYS = ("met_n_times", "same_event")
TAPS = ("both_want_to_talk", "you_want_to_talk")

# The operation of the contract by which each action is done.
OPERATIONS: Mapping[str, str] = {
    "book_talk": "request_interview",
    "offer_help": "request_interview",
    "ask_for_talk": "request_interview",
    "share_card": "share_card",
    "answer_signal": "set_signal",
    "write_note": "update_connection",
    "find_them": "record_scan",
}


@dataclass(frozen=True, slots=True)
class Quoted:
    """Where a phrase of a reason's evidence comes from: its name there, and the field of the person."""

    name: str
    field: str


# The reader's own phrase and the other's, by code.
QUOTES: Mapping[str, tuple[Quoted | None, Quoted | None]] = {
    "they_offer_what_you_ask": (Quoted("ask", "asks"), Quoted("offer", "offers")),
    "you_offer_what_they_ask": (Quoted("offer", "offers"), Quoted("ask", "asks")),
    "fits_your_target_role": (Quoted("target", "target_roles"), Quoted("value", "role")),
    "fits_your_target_industry": (Quoted("target", "target_industries"), Quoted("value", "industry")),
    "fits_your_target_skill": (Quoted("target", "target_skills"), Quoted("value", "skills")),
    "same_industry": (None, Quoted("industry", "industry")),
}


@dataclass(frozen=True, slots=True)
class Made:
    """A suggestion's reasons as they were stored."""

    reasons: Sequence[Mapping[str, Any]]
    for_reader: str
    for_other: str
    action: str


def explain_today(made: Made, me: Person, other: Person, *, my_tap: str, their_tap: str) -> Explanation:
    """`other` in the words that I may see now."""
    both, mine = my_tap == their_tap == YES, my_tap == YES
    tapped = [Reason(TAPS[0], {})] if both else [Reason(TAPS[1], {})] if mine else []
    reasons = (*tapped, *_still_true(made.reasons, me, other))
    by_code = {reason.code: reason for reason in reasons}

    last = next(by_code[code] for code in ALWAYS if code in by_code)

    def gain(code: str) -> Reason:
        return by_code[TAPS[0]] if both else by_code.get(code, last)

    return Explanation(
        reasons=reasons,
        for_reader=gain(made.for_reader),
        for_other=gain(made.for_other),
        action=next_step(
            other,
            both=both,
            mine=mine,
            gives="you_offer_what_they_ask" in by_code,
            quiet=made.action == "write_note",
        ),
    )


def _still_true(stored: Iterable[Mapping[str, Any]], me: Person, other: Person) -> list[Reason]:
    found = [Reason(str(one["code"]), one["evidence"]) for one in stored]
    return [
        reason
        for reason in found
        if reason.code in SENTENCES and reason.code not in TAPS and _holds(reason, me, other)
    ]


def _holds(reason: Reason, me: Person, other: Person) -> bool:
    quotes = QUOTES.get(reason.code, (None, None))
    return all(
        quoted is None or reason.evidence[quoted.name] in _phrases(person, quoted.field)
        for quoted, person in zip(quotes, (me, other), strict=True)
    )


def _phrases(person: Person, field: str) -> tuple[str, ...]:
    said = getattr(person, field)
    return said if isinstance(said, tuple) else (said,)


def phrases_of(reason: Reason) -> tuple[str | None, str | None, int | None]:
    """A reason's evidence in one shape for all: my phrase, theirs, and how many times."""
    mine, theirs = QUOTES.get(reason.code, (None, None))
    count = reason.evidence.get("count")
    return (
        str(reason.evidence[mine.name]) if mine else None,
        str(reason.evidence[theirs.name]) if theirs else None,
        int(count) if count is not None else None,
    )
