"""What is true of connections: what is due to whom, and what one may see of the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

CONTACT = ("email", "phone")
PRINTED = ["name", "organisation", "role"]  # all that somebody gives who has claimed nothing yet
PURPOSES = ("card", "contact")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How one person (the subject) stands to another (the recipient), whom they met.

    `card` is the fields of the subject's card for people met, None for somebody unclaimed. Having given means
    having scanned the other or shared the card with them.
    """

    card: Sequence[str] | None
    gave_at: datetime | None
    recipient_gave: bool
    standing: Mapping[str, Sequence[str]]
    taken_back_at: Mapping[str, datetime]


def due(given: Given) -> Iterator[tuple[str, list[str]]]:
    """The releases to write, as (purpose, fields): the card on any scan, contact fields once both have given.

    Nothing is written where as much stands already. What the subject took back stays so until they give again:
    being scanned is not giving.
    """
    for purpose in PURPOSES:
        fields = _fields(given, purpose)
        taken_back_at = given.taken_back_at.get(purpose)
        if taken_back_at is not None and (given.gave_at is None or given.gave_at <= taken_back_at):
            continue
        standing = given.standing.get(purpose, ())
        if not set(fields) <= set(standing):
            yield purpose, [*standing, *(field for field in fields if field not in standing)]


def _fields(given: Given, purpose: str) -> list[str]:
    if given.card is None:
        return PRINTED if purpose == "card" else []
    if purpose == "card":
        return ["name", "pronouns", *(field for field in given.card if field not in CONTACT)]
    if given.gave_at is None or not given.recipient_gave:
        return []
    return [field for field in given.card if field in CONTACT]


def visible(released: Sequence[str], card: Sequence[str] | None) -> frozenset[str]:
    """The fields shown: what was released and is still on today's card. Name and pronouns are on every card."""
    today = {*PRINTED} if card is None else {"name", "pronouns", *card}
    return frozenset(released) & today
