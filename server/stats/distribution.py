"""How many people met how many others? Pure.

Two bounds are there anyway, since `met` and `share_with_five_or_more` are figures of the whole event: nobody, and five.
Above, a cell of fewer than five people joins its neighbour, never across the five: the sum on either side is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from server.stats.rules import FEWEST_PEOPLE

WIDTHS = (5, 10, 20, 50, 100)
MOST_CELLS = 14


@dataclass(frozen=True, slots=True)
class Met:
    """`people` attendees met `fewest` to `most` others each; `most` is None for "or more"."""

    fewest: int
    most: int | None
    people: int


def distribution_of(people_by_encounters: Mapping[int, int], *, attendees: int) -> list[Met]:
    """`people_by_encounters` leaves out those who met nobody. The width of the cells follows from the mean, which is
    shown, and not from the one who met most people."""
    met = sum(people_by_encounters.values())
    few = sum(people for encounters, people in people_by_encounters.items() if encounters < 5)
    cells = [Met(0, 0, attendees - met), Met(1, 4, few)]
    ends = sum(encounters * people for encounters, people in people_by_encounters.items())
    width = next((width for width in WIDTHS if width * 5 * attendees >= ends), WIDTHS[-1])
    bounds = [5, *range(max(width, 10), width * MOST_CELLS, width)]
    rest = met - few
    begun = bounds[0]
    for end in bounds[1:]:
        people = sum(count for encounters, count in people_by_encounters.items() if begun <= encounters < end)
        if people < FEWEST_PEOPLE or rest - people < FEWEST_PEOPLE:
            continue
        cells.append(Met(begun, end - 1, people))
        begun, rest = end, rest - people
    return [*cells, Met(begun, None, rest)]
