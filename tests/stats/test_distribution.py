"""How many met how many, and the circles they moved in: what is told, and that it tells of nobody."""

from collections import Counter
from itertools import pairwise

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from server.stats.communities import communities_of
from server.stats.distribution import distribution_of
from server.stats.network import Pairs
from server.stats.rules import FEWEST_PEOPLE
from tests.stats.crowds import make_crowd
from tests.stats.test_connection_stats import TYPES, graph_of, stats_of

people = st.dictionaries(st.integers(1, 300), st.integers(1, 12), max_size=40)


@given(people, st.integers(0, 30))
def test_every_cell_counts_its_people_and_from_five_up_has_five_people_or_is_all_there_is(met, alone):
    attendees = sum(met.values()) + alone
    cells = distribution_of(met, attendees=attendees)

    assert (cells[0].fewest, cells[0].most, cells[0].people) == (0, 0, alone)
    assert (cells[1].fewest, cells[1].most) == (1, 4)
    for cell in cells[1:]:
        most = max(met, default=0) if cell.most is None else cell.most
        assert cell.people == sum(met.get(count, 0) for count in range(cell.fewest, most + 1))
    assert all(after.fewest == before.most + 1 for before, after in pairwise(cells))
    assert cells[-1].most is None
    upper = cells[2:]
    assert len(upper) == 1 or all(cell.people >= FEWEST_PEOPLE for cell in upper)


@given(people, st.integers(1, 300))
def test_what_a_single_person_met_shows_in_no_cell_from_five_up(met, most):
    """Whoever met most people does not move the bounds: they follow from the mean."""
    met |= {most + 300: 1}
    cells = distribution_of(met, attendees=sum(met.values()))

    assert cells[-1].people >= FEWEST_PEOPLE or len(cells) == 3


async def test_cells_and_circles_are_those_of_the_event(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=400, seed=9)
    stats = await stats_of(ada, crowd)

    degrees = [degree for _, degree in graph_of(crowd).degree()]
    for cell in stats["distribution"]:
        most = cell["most"] if cell["most"] is not None else max(degrees)
        assert cell["people"] == sum(cell["fewest"] <= degree <= most for degree in degrees)
    assert sum(cell["people"] for cell in stats["distribution"]) == 48
    assert stats["communities"]["circles"]


async def test_a_live_event_has_neither(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=400, seed=9)
    clock.tick(days=-1, hours=-6)
    stats = await stats_of(ada, crowd)

    assert stats["live"]
    assert stats["distribution"] == []
    assert stats["communities"] == {"circles": [], "between": []}


def pairs_of(graph: nx.Graph) -> Pairs:
    lows, highs = zip(*graph.edges, strict=True) if graph.edges else ((), ())
    return Pairs(lows, highs)


def test_circles_are_the_groups_that_are_there():
    """Three groups in which everybody met, one person of each linked to the next; two more people met nobody else."""
    graph = nx.disjoint_union_all([nx.complete_graph(size) for size in (23, 17, 9, 2)])
    graph.add_edges_from([(0, 23), (24, 40)])
    found = communities_of(pairs_of(graph))

    assert [(circle.people, circle.encounters) for circle in found.circles] == [(20, 250), (15, 135), (5, 35)]
    assert found.between == []  # one person on each side


@given(st.integers(0, 60), st.integers(0, 200), st.integers(0, 5))
def test_circles_tell_of_five_people_in_fives(size, links, seed):
    graph = nx.gnm_random_graph(size, links, seed=seed)
    found = communities_of(pairs_of(graph))

    numbers = [number for circle in found.circles for number in (circle.people, circle.encounters)]
    assert all(number % 5 == 0 for number in [*numbers, *(each.encounters for each in found.between)])
    assert all(circle.people >= FEWEST_PEOPLE for circle in found.circles)
    assert sum(circle.people for circle in found.circles) <= size
    assert sum(numbers[1::2]) + sum(each.encounters for each in found.between) <= graph.number_of_edges()
    assert found == communities_of(pairs_of(graph))
    assert not Counter((each.one, each.other) for each in found.between).total() or all(
        each.one < each.other < len(found.circles) for each in found.between
    )
