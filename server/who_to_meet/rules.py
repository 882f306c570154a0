"""Who should meet whom at an event: what is true given the facts, without a database or a clock.

Nothing here tells a reader what they may not see, by naming it, by the order, or by who is there: an entry is made of
the reader's own words and targets, of what the other shows in the directory, and of circles that overlap widely enough
to be pinned on nobody. The other's targets, which may move the order among people who have met, are not used at all,
since whoever edits their own role could read them off a list of strangers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, islice
from uuid import UUID

from server.suggestions.allocation import Entry, Lists, Place, Wish
from server.suggestions.facts import Person, Standing
from server.suggestions.ranking import ASKS, CONTACTS, ENCOUNTER, FIT, Pair, weighted_mean
from server.suggestions.reasons import CROWD, Acquaintance, circles_overlap, explain
from server.suggestions.rules import PER_PERSON, Suggested, free_ranks, lists_of
from server.suggestions.topics import Topics, Vocabulary

CIRCLES = ENCOUNTER * CONTACTS
# How many are looked at for each of a reader's reasons to meet somebody: enough for five, and a bound on the work.
LOOKED_AT = 40
# Through whom so many have met, a meeting says little.
HUB = 200

Nobody: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class MeetFacts:
    """Everything about one event. Of a person only what the directory shows is described, besides their own targets and
    situation. The order of people and standing carries no meaning."""

    people: Sequence[Person]
    # Who agreed to be found; everybody else reads a list and is on none.
    listed: AbstractSet[UUID]
    # Each person's contacts from anywhere, save those that either side keeps private.
    contacts: Mapping[UUID, AbstractSet[UUID]]
    # Those who have met, or are to be kept apart: either order of the two ids.
    apart: AbstractSet[tuple[UUID, UUID]]
    # (reader, other): not wanted by the reader.
    set_aside: AbstractSet[tuple[UUID, UUID]] = frozenset()
    standing: Sequence[Standing] = ()


def propose(facts: MeetFacts) -> list[Suggested]:
    """New entries by (person, rank); those standing keep their place and are not repeated. `score` is the reader's own
    to know, since it holds their targets."""
    people = sorted(facts.people, key=lambda person: person.person_id.int)
    vocabulary = Vocabulary(
        text
        for person in people
        if person.person_id in facts.listed
        for text in (person.role, *person.asks, *person.offers)
    )
    crowd = _Crowd(people, facts, vocabulary)
    wanted = [
        (-score, reader, other)
        for reader in range(len(people))
        for other, score in crowd.worth_meeting(reader)
    ]

    lists = Lists(_places(people, facts), PER_PERSON)
    for score, reader, other in sorted(wanted):
        if lists.takes(reader, other, over_cap=False):
            pair = Pair(min(reader, other), max(reader, other), -score, 0, 0)
            lists.add(reader, other, Entry(pair, Wish.OPEN))

    standing = _by_reader(facts.standing)
    proposed = []
    for reader, entries in enumerate(lists.entries):
        ranks = free_ranks(standing.get(people[reader].person_id, ()))
        for rank, (other, entry) in zip(ranks, entries.items(), strict=False):
            known, score = crowd.known(reader, other), entry.pair.score
            proposed.append(_proposed(people[reader], people[other], rank, score, known, vocabulary))
    return proposed


class _Crowd:
    """Everybody's words and circles, ready to be compared; people are places in `people`."""

    def __init__(self, people: Sequence[Person], facts: MeetFacts, vocabulary: Vocabulary) -> None:
        self._people, self._facts, self._vocabulary = people, facts, vocabulary
        self._asks = [vocabulary.topics(person.asks) for person in people]
        self._offers = [vocabulary.topics(person.offers) for person in people]
        self._role = [vocabulary.topics((person.role,)) for person in people]
        self._targets = [vocabulary.topics(person.target_roles) for person in people]
        self._listed = [place for place, person in enumerate(people) if person.person_id in facts.listed]
        self._who_asks = _index(self._asks, self._listed)
        self._who_offers = _index(self._offers, self._listed)
        self._who_does = _index(self._role, self._listed)
        self._places = {people[place].person_id: place for place in self._listed}

    def worth_meeting(self, reader: int) -> Iterable[tuple[int, float]]:
        """Listed people with a reason to meet them, and how good it is (0..1)."""
        me, facts = self._people[reader].person_id, self._facts
        found = {
            *self._speaking_of(self._asks[reader], self._who_offers, reader),
            *self._speaking_of(self._offers[reader], self._who_asks, reader),
            *self._speaking_of(self._targets[reader], self._who_does, reader),
            *self._in_the_same_circles(reader),
        }
        for other in found - {reader}:
            them = self._people[other].person_id
            if not {(me, them), (them, me)} & facts.apart and (me, them) not in facts.set_aside:
                score = self._score(reader, other)
                if score:
                    yield other, score

    def known(self, reader: int, other: int) -> Acquaintance:
        mine, theirs = (
            self._facts.contacts.get(self._people[place].person_id, Nobody) for place in (reader, other)
        )
        return Acquaintance(sessions=0, common_contacts=len(mine & theirs), reader_contacts=len(mine))

    def _score(self, reader: int, other: int) -> float:
        parts = [(CIRCLES, float(circles_overlap(self.known(reader, other))))]
        for weight, wanted, given in (
            (ASKS, self._asks[reader], self._offers[other]),
            (ASKS, self._asks[other], self._offers[reader]),
            (FIT, self._targets[reader], self._role[other]),
        ):
            if wanted and given:
                match = self._vocabulary.best_match(wanted, given)
                parts.append((weight, match.strength if match else 0.0))
        return weighted_mean(parts)

    def _speaking_of(self, topics: Topics, index: Mapping[str, Sequence[int]], reader: int) -> Iterable[int]:
        """Some of those who use the reader's words, the rarest first, since they tell most. Of those who share one word
        each reader begins elsewhere: else all would look at the same few."""
        postings = sorted((index[word] for word in topics.words if word in index), key=len)
        turned = (
            chain(islice(places, reader % len(places), None), islice(places, reader % len(places)))
            for places in postings
        )
        return islice(chain.from_iterable(turned), LOOKED_AT)

    def _in_the_same_circles(self, reader: int) -> Iterable[int]:
        contacts = self._facts.contacts
        mine = contacts.get(self._people[reader].person_id, Nobody)
        if len(mine) <= 2 * CROWD:
            return ()
        shared = Counter(
            self._places[person_id]
            for contact in mine
            if len(through := contacts.get(contact, Nobody)) <= HUB
            for person_id in through
            if person_id in self._places
        )
        often = [(-count, other) for other, count in shared.items() if count >= CROWD]
        return (other for _, other in sorted(often)[:LOOKED_AT])


def _index(said: Sequence[Topics], places: Iterable[int]) -> dict[str, list[int]]:
    """Who uses which word."""
    index: dict[str, list[int]] = {}
    for place in places:
        for word in said[place].words:
            index.setdefault(word, []).append(place)
    return index


def _places(people: Sequence[Person], facts: MeetFacts) -> list[Place]:
    index = {person.person_id: place for place, person in enumerate(people)}
    standing = _by_reader(facts.standing)
    return [
        Place(
            cap=lists_of(person),
            organisation=" ".join(person.organisation.casefold().split()),
            standing=tuple(
                index[one.other_id] for one in standing.get(person.person_id, ()) if one.other_id in index
            ),
        )
        for person in people
    ]


def _by_reader(standing: Iterable[Standing]) -> dict[UUID, list[Standing]]:
    shown: dict[UUID, list[Standing]] = {}
    for one in standing:
        shown.setdefault(one.person_id, []).append(one)
    return shown


def _proposed(
    me: Person, other: Person, rank: int, score: float, known: Acquaintance, vocabulary: Vocabulary
) -> Suggested:
    why = explain(me, other, known, vocabulary)
    return Suggested(
        person_id=me.person_id,
        other_id=other.person_id,
        rank=rank,
        score=score,
        reasons=why.reasons,
        for_reader=why.for_reader,
        for_other=why.for_other,
        action="find_them",
    )
