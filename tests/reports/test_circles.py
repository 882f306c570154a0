"""Where the dots lie."""

import math

from hypothesis import given
from hypothesis import strategies as st

from server.reports.circles import MOST_DOTS, picture_of
from server.stats.communities import Between, Circle, Communities

sizes = st.lists(st.integers(1, 400).map(lambda fives: 5 * fives), min_size=1, max_size=16)


def communities(people: list[int]) -> Communities:
    links = [Between(0, other, 5 * other) for other in range(1, len(people))]
    return Communities([Circle(count, 5) for count in people], links)


@given(sizes, st.integers(0, 500))
def test_a_dot_is_five_people_or_more_and_all_dots_are_apart_and_on_the_page(people, others):
    attendees = sum(people) + others
    picture = picture_of(communities(people), attendees=attendees)

    assert picture.people_per_dot >= 5
    assert len(picture.dots) * picture.people_per_dot <= attendees + picture.people_per_dot * len(people)
    assert len(picture.dots) <= MOST_DOTS + len(people)
    assert all(math.hypot(dot.x, dot.y) + 1 <= picture.radius for dot in picture.dots)
    for place, one in enumerate(picture.discs):
        for other in picture.discs[place + 1 :]:
            assert math.hypot(one.x - other.x, one.y - other.y) >= one.radius + other.radius


def test_the_same_circles_give_the_same_picture_and_the_strongest_ribbon_weighs_one():
    found = communities([100, 60, 40])
    picture = picture_of(found, attendees=230)

    assert picture == picture_of(found, attendees=230)
    assert [line.weight for line in picture.lines] == [0.5, 1]
    assert sum(dot.circle is None for dot in picture.dots) == 6


def test_a_single_circle_lies_in_the_middle():
    [disc] = picture_of(communities([50]), attendees=50).discs

    assert (disc.x, disc.y) == (0, 0)
