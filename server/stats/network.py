"""How do an event's encounters hang together? Components and clustering of a graph given as pairs of numbers.

Plain Python, meant for a thread: for 50,000 people and a million pairs some seconds, and the loop stays free.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pairs:
    """People who met, each pair once: the one in `lows`, the other at the same place in `highs`. As plain numbers, a
    million pairs take eight megabytes."""

    lows: "array[int]"
    highs: "array[int]"


@dataclass(frozen=True, slots=True)
class Network:
    """`components` has those of two people or more; `clustering` is None where nobody met two others."""

    components: int
    largest_component: int
    clustering: float | None


def network_of(pairs: Pairs) -> Network:
    met: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in zip(pairs.lows, pairs.highs, strict=True):
        met[one].add(other)
        met[other].add(one)
    sizes = list(_components(met))
    return Network(
        components=len(sizes), largest_component=max(sizes, default=0), clustering=_clustering(met)
    )


def _components(met: Mapping[int, set[int]]) -> Iterator[int]:
    """How many people each has: from one person on to all whom those reached last have met."""
    left = set(met)
    while left:
        reached, people = {left.pop()}, 1
        while reached:
            reached = left.intersection(set().union(*(met[person] for person in reached)))
            left -= reached
            people += len(reached)
        yield people


def _clustering(met: Mapping[int, set[int]]) -> float | None:
    """The mean local clustering coefficient (Watts & Strogatz 1998) of those who met two or more. Each triangle is
    found once, from its pair with the lower numbers, by looking from the person with fewer encounters."""
    triangles = dict.fromkeys(met, 0)
    for one, others in met.items():
        for other in others:
            if one < other:
                common = others & met[other]  # Python goes through the smaller of the two
                triangles[one] += len(common)
                triangles[other] += len(common)
    shares = [
        triangles[person] / (len(others) * (len(others) - 1))
        for person, others in met.items()
        if len(others) > 1
    ]
    return sum(shares) / len(shares) if shares else None
