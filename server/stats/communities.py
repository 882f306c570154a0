"""Which circles did people move in? Groups of people who met each other more than others, and how much they met across.

Nobody can be told from them: a circle has five people or more, carries no attribute, and its numbers move in fives.
Louvain's method (Blondel et al. 2008), in plain Python and for a thread: a second for 5,000 people and 100,000 pairs.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from server.stats.network import Pairs
from server.stats.rules import FEWEST_PEOPLE, rounded_down

MOST_CIRCLES = 16
MOST_PAIRS = 250_000  # some seconds


@dataclass(frozen=True, slots=True)
class Circle:
    people: int
    encounters: int


@dataclass(frozen=True, slots=True)
class Between:
    """Two circles by their places in the list, the lower first."""

    one: int
    other: int
    encounters: int


@dataclass(frozen=True, slots=True)
class Communities:
    """The largest circle first. Whoever is in a smaller one than five people is in none."""

    circles: list[Circle] = field(default_factory=list)
    between: list[Between] = field(default_factory=list)


def communities_of(pairs: Pairs) -> Communities:
    """Empty where there are more pairs than can be grouped in some seconds."""
    if len(pairs.lows) > MOST_PAIRS:
        return Communities()
    met = sorted(zip(pairs.lows, pairs.highs, strict=True))  # the same people give the same circles
    import networkx as nx  # noqa: PLC0415  (14 MB and a tenth of the start, for what few processes ever do)

    found = nx.community.louvain_communities(nx.Graph(met), seed=1) if met else []
    largest = sorted((group for group in found if len(group) >= FEWEST_PEOPLE), key=lambda group: -len(group))
    circle_of = {person: place for place, group in enumerate(largest[:MOST_CIRCLES]) for person in group}

    encounters: Counter[tuple[int, int]] = Counter()
    taking_part: defaultdict[tuple[int, int], tuple[set[int], set[int]]] = defaultdict(lambda: (set(), set()))
    for pair in met:
        if pair[0] in circle_of and pair[1] in circle_of:
            low, high = sorted(pair, key=circle_of.__getitem__)
            link = circle_of[low], circle_of[high]
            encounters[link] += 1
            taking_part[link][0].add(low)
            taking_part[link][1].add(high)
    return Communities(
        circles=[
            Circle(rounded_down(len(group)), rounded_down(encounters[place, place]))
            for place, group in enumerate(largest[:MOST_CIRCLES])
        ],
        between=[
            Between(one, other, rounded_down(encounters[one, other]))
            for one, other in sorted(encounters)
            if one != other and min(map(len, taking_part[one, other])) >= FEWEST_PEOPLE
        ],
    )
