"""Who is shown to whom: a few names each, and nobody on more lists than they have time for.

Greedy by score (98.5 % of the optimum on a real event), then three repairs, in this order: who is on nobody's
list replaces a weak entry of somebody they met; who was left with an empty list takes a place from a list
that has more than one; free places are filled again. Whoever still has nothing, because everybody they met
is full, gets one `quiet` entry: it asks nothing of the other, so it counts in no cap. Ties go to the lower
place. Why so: decisions/0005-ranking.md.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from server.suggestions.ranking import Pair


class Wish(IntEnum):
    """What taps say of one direction, in the order in which lists are filled."""

    NOT_NOW = 0  # held back: at most a quiet entry
    OPEN = 1
    MINE = 2
    BOTH = 3  # both said yes to each other: no cap stands between them


@dataclass(frozen=True, slots=True)
class Place:
    """One person as allocation sees them; `cap` is what is left for this event, everything else taken off."""

    cap: int
    organisation: str = ""
    reads: bool = True
    # Whom this person has been shown already: all keep their slot, and those not quiet their load.
    standing: tuple[int, ...] = ()
    standing_quiet: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    pair: Pair
    wish: Wish
    quiet: bool = False


@dataclass(slots=True)
class Lists:
    """The lists as they grow; `entries` are the new ones only, `load` counts standing ones too."""

    places: Sequence[Place]
    slots: int
    entries: list[dict[int, Entry]] = field(init=False)
    load: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.entries = [{} for _ in self.places]
        self.load = [0] * len(self.places)
        for place in self.places:
            for other in place.standing:
                self.load[other] += other not in place.standing_quiet

    def length(self, reader: int) -> int:
        return len(self.entries[reader]) + len(self.places[reader].standing)

    def shows(self, reader: int, other: int) -> bool:
        return other in self.entries[reader] or other in self.places[reader].standing

    def takes(self, reader: int, other: int, *, over_cap: bool) -> bool:
        """Asked twice for every pair that met, so the cheapest question comes first."""
        return (
            (over_cap or self.load[other] < self.places[other].cap)
            and self.length(reader) < self.slots
            and self.places[reader].reads
            and not self.shows(reader, other)
            and self.mixes(reader, other)
        )

    def mixes(self, reader: int, other: int, *, without: int | None = None) -> bool:
        """At most all but one of a list from one organisation; no organisation given is nobody's."""
        organisation = self.places[other].organisation
        shown = (*self.entries[reader], *self.places[reader].standing)
        same = sum(self.places[one].organisation == organisation for one in shown if one != without)
        return not organisation or same < max(self.slots - 1, 1)

    def add(self, reader: int, other: int, entry: Entry) -> None:
        self.entries[reader][other] = entry
        self.load[other] += not entry.quiet

    def drop(self, reader: int, other: int) -> None:
        del self.entries[reader][other]
        self.load[other] -= 1


class Wishes:
    """Which direction of a pair may be shown at all, and what taps say of it."""

    def __init__(
        self, *, taps: Mapping[tuple[int, int], Wish], set_aside: Collection[tuple[int, int]] = frozenset()
    ) -> None:
        self._taps = taps
        self._set_aside = set_aside

    def of(self, reader: int, other: int) -> Wish | None:
        """None where the reader has set the other aside."""
        if (reader, other) in self._set_aside:
            return None
        return self._taps.get((reader, other), Wish.OPEN)

    def has_taps(self, pair: Pair) -> bool:
        return (pair.low, pair.high) in self._taps or (pair.high, pair.low) in self._taps


def allocate(
    pairs: Sequence[Pair], places: Sequence[Place], wishes: Wishes, *, slots: int
) -> list[list[Entry]]:
    """For each place its new entries, best first. `pairs` are those that may be suggested, in any order."""
    best_first = sorted(pairs, key=lambda pair: (-pair.score, pair.low, pair.high))
    lists = Lists(places, slots)

    _fill(lists, best_first, wishes)
    _show_everybody(lists, best_first, wishes)
    _leave_nobody_empty(lists, best_first, wishes)
    _fill(lists, best_first, wishes)
    _say_something_quiet(lists, best_first, wishes)

    return [sorted(entries.values(), key=_rank_key) for entries in lists.entries]


def _rank_key(entry: Entry) -> tuple[int, float, int, int]:
    return -entry.wish, -entry.pair.score, entry.pair.low, entry.pair.high


def _fill(lists: Lists, best_first: Sequence[Pair], wishes: Wishes) -> None:
    tapped = [pair for pair in best_first if wishes.has_taps(pair)]
    for wish, pairs in ((Wish.BOTH, tapped), (Wish.MINE, tapped), (Wish.OPEN, best_first)):
        for pair in pairs:
            for reader, other in ((pair.low, pair.high), (pair.high, pair.low)):
                if (
                    lists.takes(reader, other, over_cap=wish == Wish.BOTH)
                    and wishes.of(reader, other) == wish
                ):
                    lists.add(reader, other, Entry(pair, wish))


def _show_everybody(lists: Lists, best_first: Sequence[Pair], wishes: Wishes) -> None:
    """Whom nobody was shown replaces the weakest entry, if shown elsewhere too, of the best reader."""
    unseen = {place for place, load in enumerate(lists.load) if not load and lists.places[place].cap > 0}
    for other, pairs in _pairs_of(unseen, best_first):
        for pair in pairs:
            reader = pair.other(other)
            if wishes.of(reader, other) != Wish.OPEN or not lists.places[reader].reads:
                continue
            weakest = _weakest(lists, reader, other)
            if weakest is not None:
                lists.drop(reader, weakest)
                lists.add(reader, other, Entry(pair, Wish.OPEN))
                break


def _weakest(lists: Lists, reader: int, instead: int) -> int | None:
    spare = [
        (_rank_key(entry), other)
        for other, entry in lists.entries[reader].items()
        if entry.wish == Wish.OPEN and lists.load[other] > 1 and lists.mixes(reader, instead, without=other)
    ]
    return max(spare)[1] if spare else None


def _leave_nobody_empty(lists: Lists, best_first: Sequence[Pair], wishes: Wishes) -> None:
    """Whoever has nothing takes the place of the reader to whom it means least and who has more than one."""
    empty = _empty(lists)
    wanted = dict(_pairs_of(empty, best_first))
    holders: dict[int, set[int]] = {pair.other(reader): set() for reader in wanted for pair in wanted[reader]}
    for holder, entries in enumerate(lists.entries):
        for other in entries.keys() & holders.keys():
            holders[other].add(holder)
    for reader, pairs in wanted.items():
        for pair in pairs:
            other, wish = pair.other(reader), wishes.of(reader, pair.other(reader))
            if wish not in (Wish.OPEN, Wish.MINE):
                continue
            giver = _giver(lists, other, holders[other])
            if giver is not None:
                lists.drop(giver, other)
                lists.add(reader, other, Entry(pair, wish))
                holders[other] ^= {giver, reader}
                break


def _giver(lists: Lists, other: int, holders: Iterable[int]) -> int | None:
    if lists.load[other] > lists.places[other].cap:  # only those who both said yes go over it
        return None
    spare = [
        (_rank_key(lists.entries[holder][other]), holder)
        for holder in holders
        if lists.entries[holder][other].wish == Wish.OPEN and lists.length(holder) > 1
    ]
    return max(spare)[1] if spare else None


def _say_something_quiet(lists: Lists, best_first: Sequence[Pair], wishes: Wishes) -> None:
    """The best one met, those the reader put off last."""
    for reader, pairs in _pairs_of(_empty(lists), best_first):
        allowed = [
            (pair, wish) for pair in pairs if (wish := wishes.of(reader, pair.other(reader))) is not None
        ]
        if allowed:
            pair, wish = min(allowed, key=lambda one: one[1] == Wish.NOT_NOW)
            lists.add(reader, pair.other(reader), Entry(pair, wish, quiet=True))


def _empty(lists: Lists) -> set[int]:
    return {place for place, who in enumerate(lists.places) if who.reads and not lists.length(place)}


def _pairs_of(wanted: Collection[int], best_first: Sequence[Pair]) -> Iterable[tuple[int, list[Pair]]]:
    """Each wanted place that met somebody, ascending, with its pairs best first."""
    found: dict[int, list[Pair]] = {place: [] for place in sorted(wanted)}
    for pair in best_first if found else ():
        if pair.low in found:
            found[pair.low].append(pair)
        if pair.high in found:
            found[pair.high].append(pair)
    return [(place, pairs) for place, pairs in found.items() if pairs]
