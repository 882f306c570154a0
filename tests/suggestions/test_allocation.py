from server.suggestions.allocation import Entry, Place, Wish, Wishes, allocate
from server.suggestions.ranking import Pair


def pair(low, high, score):
    return Pair(low, high, score, sessions=1, common_contacts=0)


def shown(pairs, places, *, taps=None, set_aside=frozenset(), slots=5):
    """Who is shown to whom, by place, best first."""
    lists = allocate(pairs, places, Wishes(taps=taps or {}, set_aside=set_aside), slots=slots)
    return [[entry.pair.other(reader) for entry in entries] for reader, entries in enumerate(lists)]


def everybody_met(people):
    """Every two, all with one score."""
    return [pair(low, high, 0.5) for high in range(people) for low in range(high)]


def test_each_is_shown_the_best_they_met():
    pairs = [pair(0, 1, 0.2), pair(0, 2, 0.9), pair(1, 2, 0.5)]

    assert shown(pairs, [Place(cap=10)] * 3) == [[2, 1], [2, 0], [0, 1]]


def test_ties_go_to_the_lower_place_whatever_the_order():
    pairs = everybody_met(4)

    # By ties alone 3 would be on nobody's list; 2, who is on two more, makes room on the first.
    expected = [[1, 3], [0, 2], [0, 1], [0, 1]]
    assert shown(pairs, [Place(cap=10)] * 4, slots=2) == expected
    assert shown(pairs[::-1], [Place(cap=10)] * 4, slots=2) == expected


def test_nobody_is_on_more_lists_than_they_have_time_for():
    everybody = everybody_met(12)

    lists = shown(everybody, [Place(cap=3)] * 12)

    assert max(sum(person in one for one in lists) for person in range(12)) == 3
    assert all(lists)


def test_at_most_four_of_five_come_from_one_organisation():
    places = [Place(cap=10), *[Place(cap=10, organisation="acme")] * 6, Place(cap=10)]
    pairs = [pair(0, other, 1 - other / 10) for other in range(1, 8)]

    assert shown(pairs, places)[0] == [1, 2, 3, 4, 7]


def test_no_organisation_given_is_nobodys():
    pairs = [pair(0, other, 1 - other / 10) for other in range(1, 6)]

    assert shown(pairs, [Place(cap=10)] * 6)[0] == [1, 2, 3, 4, 5]


def test_whom_nobody_was_shown_replaces_a_weak_entry_that_others_see_too():
    # 3 met only 0, whose two slots go to 1 and 2; 2 is on 1's list as well, so 2 makes room.
    pairs = [pair(0, 1, 0.9), pair(0, 2, 0.8), pair(1, 2, 0.7), pair(0, 3, 0.1)]

    assert shown(pairs, [Place(cap=10)] * 4, slots=2) == [[1, 3], [0, 2], [0, 1], [0]]


def test_who_has_nothing_takes_a_place_from_who_has_more_than_one():
    # Everybody wants 0, who has time for one list; 3 met nobody else.
    pairs = [pair(0, 1, 0.9), pair(1, 2, 0.8), pair(0, 3, 0.1)]

    assert shown(pairs, [Place(cap=1)] + [Place(cap=10)] * 3) == [[1, 3], [2], [1], [0]]


def test_where_everybody_met_is_full_one_quiet_entry_is_left_which_counts_in_no_cap():
    pairs = [pair(0, 1, 0.9), pair(0, 2, 0.5)]
    places = [Place(cap=0), Place(cap=10), Place(cap=10)]

    lists = allocate(pairs, places, Wishes(taps={}), slots=5)

    assert lists == [
        [Entry(pairs[0], Wish.OPEN), Entry(pairs[1], Wish.OPEN)],
        [Entry(pairs[0], Wish.OPEN, quiet=True)],
        [Entry(pairs[1], Wish.OPEN, quiet=True)],
    ]


def test_two_yes_come_first_and_past_the_cap_then_ones_own_yes_then_the_score():
    pairs = [pair(0, 1, 0.9), pair(0, 2, 0.2), pair(0, 3, 0.1), pair(1, 3, 0.5)]
    taps = {(0, 3): Wish.BOTH, (3, 0): Wish.BOTH, (0, 2): Wish.MINE}
    places = [Place(cap=10), Place(cap=10), Place(cap=10), Place(cap=0)]

    assert shown(pairs, places, taps=taps) == [[3, 2, 1], [0], [0], [0, 1]]


def test_not_now_is_held_back_and_shown_quietly_only_where_there_is_nothing_else():
    pairs = [pair(0, 1, 0.9), pair(0, 2, 0.1)]
    taps = {(0, 1): Wish.NOT_NOW, (1, 0): Wish.NOT_NOW}

    lists = allocate(pairs, [Place(cap=10)] * 3, Wishes(taps=taps), slots=5)

    assert lists == [
        [Entry(pairs[1], Wish.OPEN)],
        [Entry(pairs[0], Wish.NOT_NOW, quiet=True)],
        [Entry(pairs[1], Wish.OPEN)],
    ]


def test_what_was_set_aside_stays_away_from_this_reader_only():
    assert shown([pair(0, 1, 0.9)], [Place(cap=10)] * 2, set_aside={(0, 1)}) == [[], [0]]


def test_what_stands_keeps_its_slot_its_load_and_its_part_in_the_mix():
    places = [
        Place(cap=10, standing=(1, 2)),
        Place(cap=1, organisation="acme"),
        Place(cap=10, organisation="acme"),
        Place(cap=10, organisation="acme"),
        Place(cap=10),
    ]
    pairs = [pair(0, 1, 0.9), pair(0, 2, 0.8), pair(0, 3, 0.7), pair(0, 4, 0.6), pair(1, 4, 0.5)]

    lists = shown(pairs, places, slots=3)

    assert lists[0] == [4]  # one slot left, and two of acme stand already
    assert lists[4] == [0]  # 1 has time for one list, and stands on it


def test_a_quiet_entry_that_stands_takes_nobodys_time():
    pairs = [pair(0, 1, 0.9), pair(1, 2, 0.5)]
    reader = Place(cap=10, standing=(1,), standing_quiet=frozenset({1}))

    assert shown(pairs, [reader, Place(cap=1), Place(cap=10)]) == [[], [0, 2], [1]]


def test_a_refill_touches_no_other_list():
    standing = [Place(cap=10, standing=(1, 2)), Place(cap=10, reads=False), Place(cap=10, reads=False)]
    pairs = [pair(0, 1, 0.9), pair(0, 2, 0.8), pair(0, 3, 0.7), pair(1, 2, 0.6)]

    assert shown(pairs, [*standing, Place(cap=10, reads=False)], slots=3) == [[3], [], [], []]
