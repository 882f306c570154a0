"""What is suppressed cannot be had back by subtracting what is shown."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from server.stats.rules import (
    FEWEST_PEOPLE,
    Cell,
    Part,
    groups_of,
    hidden_cells,
    hidden_parts,
    rounded_down,
)

parts = st.lists(
    st.integers(0, 40).flatmap(lambda people: st.builds(Part, st.integers(0, people), st.just(people))),
    max_size=8,
)
cells = st.lists(
    st.integers(0, 30).flatmap(
        lambda people: st.builds(Cell, st.integers(1, 60) if people else st.just(0), st.just(people))
    ),
    max_size=10,
)


@given(parts)
def test_a_count_that_is_shown_tells_of_nobody_or_of_five_on_both_sides(listed: list[Part]):
    for part, hidden in zip(listed, hidden_parts(listed), strict=True):
        if not hidden:
            assert part.people >= FEWEST_PEOPLE
            assert part.count not in range(1, FEWEST_PEOPLE)
            assert part.people - part.count not in range(1, FEWEST_PEOPLE)


@given(parts)
def test_the_rest_of_the_sum_tells_of_five_too_or_everything_is_hidden(listed: list[Part]):
    """The sum is known, so what the hidden ones have together is known: nothing finer can be computed, since every
    shown count takes part in this one equation only."""
    hidden = hidden_parts(listed)
    if any(hidden) and not all(hidden):
        pool = [part for part, out in zip(listed, hidden, strict=True) if out]
        count, people = sum(part.count for part in pool), sum(part.people for part in pool)
        assert len(pool) > 1
        assert count >= FEWEST_PEOPLE
        assert people - count >= FEWEST_PEOPLE


@given(cells)
def test_a_cell_that_is_shown_is_empty_or_of_five_people(listed: list[Cell]):
    for cell, hidden in zip(listed, hidden_cells(listed), strict=True):
        assert hidden or cell.count == 0 or cell.people >= FEWEST_PEOPLE


@given(cells)
def test_the_rest_of_the_cells_is_never_that_of_one_cell_or_of_few_people(listed: list[Cell]):
    hidden = hidden_cells(listed)
    if any(hidden) and not all(hidden):
        pool = [cell for cell, out in zip(listed, hidden, strict=True) if out and cell.count]
        assert len(pool) > 1
        assert max(cell.people for cell in pool) >= FEWEST_PEOPLE


@given(cells, parts)
def test_nothing_is_hidden_where_nothing_need_be(listed_cells: list[Cell], listed_parts: list[Part]):
    if all(cell.people >= FEWEST_PEOPLE or cell.count == 0 for cell in listed_cells):
        assert not any(hidden_cells(listed_cells))
    if all(min(part.count, part.people - part.count) >= FEWEST_PEOPLE for part in listed_parts):
        assert not any(hidden_parts(listed_parts))


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(1, 20), max_size=8))
def test_every_group_has_five_people_if_the_event_has(people: dict[str, int]):
    groups = groups_of(people)
    sizes = Counter()
    for kind, count in people.items():
        sizes[groups[kind]] += count

    assert groups.keys() == people.keys()
    if sum(people.values()) >= FEWEST_PEOPLE:
        assert all(size >= FEWEST_PEOPLE for size in sizes.values())


def test_types_of_five_keep_their_own_group_and_the_small_ones_stand_together():
    assert groups_of({"attendee": 30, "speaker": 5, "press": 4, "sponsor": 1}) == {
        "attendee": "attendee", "speaker": "speaker", "press": None, "sponsor": None,
    }  # fmt: skip
    assert groups_of({"attendee": 30, "speaker": 5, "press": 1}) == {
        "attendee": "attendee", "speaker": None, "press": None,
    }  # fmt: skip


def test_one_hidden_cell_takes_another_with_it():
    assert hidden_cells([Cell(3, 2), Cell(40, 30), Cell(9, 6), Cell(0, 0)]) == [True, False, True, False]
    assert hidden_parts([Part(2, 20), Part(25, 50), Part(10, 30)]) == [True, False, True]


def test_live_counts_move_in_steps_of_five():
    assert [rounded_down(count) for count in (0, 4, 5, 9, 10, 403)] == [0, 0, 5, 5, 10, 400]
