"""Who of my connections can I help, and who can help me? Decided without I/O from what each shows to connections.

Giving comes first: whoever asks for what I offer stands before whoever offers what I ask for. An ask put to my own
connections is the other way round: those who offered on that topic come first, then those who are open to talk.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from server.suggestions.facts import Person
from server.suggestions.reasons import Reason, next_step
from server.suggestions.topics import Match, Vocabulary


class Tier(IntEnum):
    """In the order of the list."""

    I_CAN_HELP = 0
    THEY_CAN_HELP = 1
    OPEN_TO_TALK = 2


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody I met, in the words that they show me; the taps are mine, and both of ours."""

    person: Person
    i_said_yes: bool = False
    both_said_yes: bool = False


@dataclass(frozen=True, slots=True)
class Helpful:
    """One of my connections, with the reason that decided the place first. `strength` in thousandths."""

    person_id: UUID
    tier: Tier
    strength: int
    reasons: tuple[Reason, ...]
    action: str

    @property
    def place(self) -> tuple[int, int, UUID]:
        return self.tier, -self.strength, self.person_id


def exchanges(me: Person, contacts: Iterable[Contact]) -> list[Helpful]:
    """Those whom I can help, the best first; then those who can help me. Everybody else is left out."""
    known = list(contacts)
    vocabulary = _vocabulary(me, known)
    found = []
    for contact in known:
        given = _match(contact.person.asks, me.offers, vocabulary)
        taken = _match(me.asks, contact.person.offers, vocabulary)
        if given or taken:
            found.append(_helpful(contact, given, taken))
    return sorted(found, key=lambda one: one.place)


def who_can_help(me: Person, ask: str, contacts: Iterable[Contact]) -> list[Helpful]:
    """Those who offered on that topic, the best first; then those who are open to talk. Everybody else is left out."""
    known = list(contacts)
    vocabulary = _vocabulary(me, known, ask)
    found = []
    for contact in known:
        taken = _match((ask,), contact.person.offers, vocabulary)
        if taken:
            found.append(_helpful(contact, None, taken))
        elif contact.person.open_to_talk:
            open_to_talk = (Reason("open_to_talk", {}),)
            found.append(
                Helpful(contact.person.person_id, Tier.OPEN_TO_TALK, 0, open_to_talk, "ask_for_talk")
            )
    return sorted(found, key=lambda one: one.place)


def _vocabulary(me: Person, contacts: Sequence[Contact], *more: str) -> Vocabulary:
    return Vocabulary(
        [
            *more,
            *(
                text
                for person in (me, *(one.person for one in contacts))
                for text in (*person.asks, *person.offers)
            ),
        ]
    )


def _helpful(contact: Contact, given: Match | None, taken: Match | None) -> Helpful:
    reasons = []
    if given:
        reasons.append(Reason("you_offer_what_they_ask", {"ask": given.wanted, "offer": given.given}))
    if taken:
        reasons.append(Reason("they_offer_what_you_ask", {"ask": taken.wanted, "offer": taken.given}))
    decided = given or taken
    return Helpful(
        person_id=contact.person.person_id,
        tier=Tier.I_CAN_HELP if given else Tier.THEY_CAN_HELP,
        strength=round(1000 * decided.strength) if decided else 0,
        reasons=tuple(reasons),
        # They offered: that is as good as being open to talk.
        action=next_step(
            contact.person,
            both=contact.both_said_yes,
            mine=contact.i_said_yes,
            gives=given is not None,
            quiet=False,
        )
        if given
        else "ask_for_talk",
    )


def _match(wanted: Sequence[str], given: Sequence[str], vocabulary: Vocabulary) -> Match | None:
    return vocabulary.best_match(vocabulary.topics(wanted), vocabulary.topics(given))
