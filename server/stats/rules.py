"""What may an organizer see? Which cuts there are, when a cell covers too few people, and how live figures move.

A cell over fewer than five people is suppressed, and so much beside it that no difference of what is shown gives it
back. There is one cut of people (by type), so that two cuts cannot be subtracted from each other either.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

FEWEST_PEOPLE = 5
FEWEST_FOR_TOTALS = 20
LIVE_STEP = 5
FINAL_AFTER = timedelta(days=30)
"""After the doors close, until when a phone may still deliver what it captured."""


def is_live(*, doors_close_at: datetime, now: datetime) -> bool:
    return now < doors_close_at


def is_final(*, doors_close_at: datetime, now: datetime) -> bool:
    return now >= doors_close_at + FINAL_AFTER


def rounded_down(count: int) -> int:
    """As live counters move: a step says that something happened, never what one person did."""
    return count // LIVE_STEP * LIVE_STEP


def groups_of(people_by_type: Mapping[str, int]) -> dict[str, str | None]:
    """The group in which each type is shown: its own, or None for those too small, which are counted together. If even
    those are too few, the next smallest joins them."""
    smallest_first = sorted(people_by_type, key=lambda kind: (people_by_type[kind], kind))
    together: list[str] = []
    for kind in smallest_first:
        few = sum(people_by_type[other] for other in together)
        if people_by_type[kind] < FEWEST_PEOPLE or 0 < few < FEWEST_PEOPLE:
            together.append(kind)
    return {kind: None if kind in together else kind for kind in people_by_type}


@dataclass(frozen=True, slots=True)
class Part:
    """A group of `people`, `count` of whom did something."""

    count: int
    people: int


def hidden_parts(parts: Sequence[Part]) -> list[bool]:
    """Which counts must not be shown, given that their sum and every group's size are known. A count tells of those
    who did it and of those who did not: both are nobody or at least five, or it is hidden."""
    hidden = [not _tells_of_enough(part) for part in parts]
    for place in _smallest_first(hidden, [part.people for part in parts]):
        if not any(hidden):
            break
        pool = [part for part, out in zip(parts, hidden, strict=True) if out]
        together = Part(sum(part.count for part in pool), sum(part.people for part in pool))
        if len(pool) > 1 and min(together.count, together.people - together.count) >= FEWEST_PEOPLE:
            break
        hidden[place] = True
    return hidden


def _tells_of_enough(part: Part) -> bool:
    did, did_not = part.count, part.people - part.count
    return part.people >= FEWEST_PEOPLE and all(
        number == 0 or number >= FEWEST_PEOPLE for number in (did, did_not)
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of encounters in which `people` took part (on the smaller side, where there are two)."""

    count: int
    people: int


def hidden_cells(cells: Sequence[Cell], hidden_anyway: Collection[int] = ()) -> list[bool]:
    """Which cells must not be shown, given that their sum is known: those of one to four people, those at the places
    `hidden_anyway`, and as many more as it takes that what is left of the sum tells of five people or more."""
    hidden = [
        place in hidden_anyway or (cell.count > 0 and cell.people < FEWEST_PEOPLE)
        for place, cell in enumerate(cells)
    ]
    for place in _smallest_first(hidden, [cell.people for cell in cells]):
        if not any(hidden):
            break
        pool = [cell for cell, out in zip(cells, hidden, strict=True) if out]
        telling = [cell for cell in pool if cell.count > 0]
        if len(telling) > 1 and max(cell.people for cell in telling) >= FEWEST_PEOPLE:
            break
        hidden[place] = True
    return hidden


def hidden_table(
    table: Mapping[tuple[Any, Any], Cell], hidden_anyway: Iterable[tuple[Any, Any]] = ()
) -> set[tuple[Any, Any]]:
    """The same for a table whose sums by row and by column are known: every row and every column that hides a cell
    hides enough of them. What one line hides may take more of another: both are gone through until nothing changes.
    In order of the places, so that the same table always hides the same: two choices would show each other's cells."""
    places = sorted(table)
    lines = [
        [place for place in places if place[side] == name]
        for side in (0, 1)
        for name in dict.fromkeys(place[side] for place in places)
    ]
    hidden, before = set(hidden_anyway) & table.keys(), None
    while hidden != before:
        before = set(hidden)
        for line in lines:
            out = hidden_cells(
                [table[place] for place in line], [at for at, place in enumerate(line) if place in hidden]
            )
            hidden |= {place for place, is_out in zip(line, out, strict=True) if is_out}
    return hidden


def _smallest_first(hidden: Sequence[bool], people: Sequence[int]) -> Iterable[int]:
    """The places still shown: the smallest first, since hiding them costs least, but the empty ones last."""
    shown = [place for place, out in enumerate(hidden) if not out]
    return sorted(shown, key=lambda place: (people[place] == 0, people[place], place))
