"""The suggestions of one event: what is true given the facts, without a database or a clock."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from server.suggestions.allocation import Entry, Place, Wish, Wishes, allocate
from server.suggestions.facts import NEVER, NOT_NOW, YES, EventFacts, Person, Standing
from server.suggestions.ranking import Pair, Ranking, score_pairs
from server.suggestions.reasons import Acquaintance, Explanation, Reason, explain
from server.suggestions.topics import Vocabulary

PER_PERSON = 5
# Not everybody who is shown a host asks: lists for each talk the host has time for in a week.
LISTS_PER_TALK = 2
# For who chose no capacity. Twice the default of two talks would be four lists, fewer than the five names
# each reader gets, so that whole lists could never be filled.
DEFAULT_LISTS = 10


@dataclass(frozen=True, slots=True)
class Suggested:
    """`other_id` for `person_id`, at `rank` (1 first; ranks still standing are left out), with its reasons.

    `score` (0..1) is the same for both of a pair and holds the other's targets: it is for ordering, never for
    showing. `action` is `write_note` where everybody this reader met is at their cap.
    """

    person_id: UUID
    other_id: UUID
    rank: int
    score: float
    reasons: tuple[Reason, ...]
    for_reader: Reason
    for_other: Reason
    action: str


def suggest(
    facts: EventFacts, *, per_person: int = PER_PERSON, readers: Collection[UUID] | None = None
) -> list[Suggested]:
    """New suggestions by (person, rank); those standing are kept, counted and not repeated.

    `readers` (all if None) are those whose free slots are filled: one reader with one free slot is a refill.
    Every suggestible reader who met somebody suggestible whom they have not set aside gets at least one.

    What may influence the order of a list, and never its reasons: the other's targets (a talk is worth
    having for both), and everybody's wishes where two want the same last place in a host's cap. The other's
    signal does neither, save `never`, which removes, and two `yes`, which both are told. Situations are read
    only to order the reader's own reasons.
    """
    vocabulary = Vocabulary(_visible_texts(facts))
    ranking = score_pairs(facts, vocabulary)
    people = {person.person_id: person for person in facts.people}
    index = {person_id: place for place, person_id in enumerate(ranking.ids)}
    barred = _barred(facts, index)

    pairs = [pair for pair in ranking.pairs if _may_meet(ranking, pair, people, barred)]
    standing = _standing(facts, index, pairs)
    places = _places(facts, ranking, people, standing, readers)
    lists = allocate(pairs, places, _wishes(facts, index), slots=per_person)

    suggested = []
    for reader, entries in enumerate(lists):
        ranks = free_ranks(standing.get(reader, {}).values())
        for rank, entry in zip(ranks, entries, strict=False):
            me, other = people[ranking.ids[reader]], people[ranking.ids[entry.pair.other(reader)]]
            why = _why(me, other, entry, ranking.degrees[reader], vocabulary)
            suggested.append(_suggested(me, other, rank, entry, why))
    return suggested


def lists_of(person: Person) -> int:
    """On how many lists of this event somebody may be: a capacity chosen is kept, of all events together."""
    lists = DEFAULT_LISTS if person.capacity is None else LISTS_PER_TALK * person.capacity
    return max(lists - person.inbound_elsewhere, 0)


def _visible_texts(facts: EventFacts) -> Iterator[str]:
    for person in facts.people:
        yield from (person.role, person.industry, *person.skills, *person.asks, *person.offers)


def _barred(facts: EventFacts, index: dict[UUID, int]) -> set[tuple[int, int]]:
    """(low, high) of whoever is kept apart, by either side and by whatever reason."""
    apart = [*facts.excluded, *(pair for pair, signal in facts.signals.items() if signal == NEVER)]
    places = ((index[one], index[two]) for one, two in apart if one in index and two in index)
    return {(min(pair), max(pair)) for pair in places}


def _may_meet(ranking: Ranking, pair: Pair, people: dict[UUID, Person], barred: set[tuple[int, int]]) -> bool:
    both = (people.get(ranking.ids[pair.low]), people.get(ranking.ids[pair.high]))
    return all(one is not None and one.suggestible for one in both) and (pair.low, pair.high) not in barred


def _standing(
    facts: EventFacts, index: dict[UUID, int], pairs: Iterable[Pair]
) -> dict[int, dict[int, Standing]]:
    """By reader and other; what may not be suggested any more has freed its slot."""
    shown: dict[tuple[int, int], list[Standing]] = {}
    for one in facts.standing:
        if one.person_id in index and one.other_id in index:
            reader, other = index[one.person_id], index[one.other_id]
            if (one.person_id, one.other_id) not in facts.set_aside:
                shown.setdefault((min(reader, other), max(reader, other)), []).append(one)
    standing: dict[int, dict[int, Standing]] = {}
    for pair in pairs if shown else ():
        for one in shown.get((pair.low, pair.high), ()):
            standing.setdefault(index[one.person_id], {})[index[one.other_id]] = one
    return standing


def _places(
    facts: EventFacts,
    ranking: Ranking,
    people: dict[UUID, Person],
    standing: dict[int, dict[int, Standing]],
    readers: Collection[UUID] | None,
) -> list[Place]:
    wanted = {person.person_id for person in facts.people} if readers is None else set(readers)
    places = []
    for place, person_id in enumerate(ranking.ids):
        person = people.get(person_id)
        if person is None or not person.suggestible:
            places.append(Place(cap=0, reads=False))
            continue
        shown = standing.get(place, {})
        places.append(
            Place(
                cap=lists_of(person),
                organisation=" ".join(person.organisation.casefold().split()),
                reads=person_id in wanted,
                standing=tuple(shown),
                standing_quiet=frozenset(other for other, one in shown.items() if one.quiet),
            )
        )
    return places


def _wishes(facts: EventFacts, index: dict[UUID, int]) -> Wishes:
    taps = {}
    for (one, two), signal in facts.signals.items():
        if one in index and two in index and signal in (YES, NOT_NOW):
            mine = Wish.BOTH if facts.signals.get((two, one)) == YES else Wish.MINE
            taps[index[one], index[two]] = mine if signal == YES else Wish.NOT_NOW
    aside = {(index[one], index[two]) for one, two in facts.set_aside if one in index and two in index}
    return Wishes(taps=taps, set_aside=aside)


def free_ranks(standing: Iterable[Standing]) -> Iterator[int]:
    taken = {one.rank for one in standing}
    return (rank for rank in count(1) if rank not in taken)


def _why(me: Person, other: Person, entry: Entry, contacts: int, vocabulary: Vocabulary) -> Explanation:
    known = Acquaintance(
        sessions=entry.pair.sessions,
        common_contacts=entry.pair.common_contacts,
        reader_contacts=contacts,
        reader_said_yes=entry.wish in (Wish.MINE, Wish.BOTH),
        both_said_yes=entry.wish == Wish.BOTH,
    )
    return explain(me, other, known, vocabulary, quiet=entry.quiet)


def _suggested(me: Person, other: Person, rank: int, entry: Entry, why: Explanation) -> Suggested:
    return Suggested(
        person_id=me.person_id,
        other_id=other.person_id,
        rank=rank,
        score=entry.pair.score,
        reasons=why.reasons,
        for_reader=why.for_reader,
        for_other=why.for_other,
        action=why.action,
    )
