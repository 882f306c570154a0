import math
import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import networkx as nx
import pytest

from server.suggestions.facts import EventFacts, Meeting, Person
from server.suggestions.ranking import (
    Pair,
    Ranking,
    count_sessions,
    mutual,
    reciprocity,
    score_pairs,
    weighted_mean,
)
from server.suggestions.topics import Vocabulary

END = datetime(2026, 6, 5, 18, tzinfo=UTC)
ADA, GRACE, LINUS, MARIE = (UUID(int=number) for number in (1, 2, 3, 4))


def scored(people, meetings):
    texts = [
        text for person in people for text in (person.role, *person.skills, *person.asks, *person.offers)
    ]
    return score_pairs(EventFacts(END, people, meetings, signals={}), Vocabulary(texts))


def hours_before_the_end(*hours):
    return tuple(END - timedelta(hours=hour) for hour in hours)


def test_scans_at_most_five_minutes_apart_are_one_session():
    minutes = (0, 5, 9, 14.01, 60)

    assert count_sessions(END + timedelta(minutes=minute) for minute in reversed(minutes)) == 3
    assert count_sessions([]) == 0


def test_two_people_who_said_nothing_are_scored_by_their_encounter_alone():
    meeting = Meeting(ADA, GRACE, hours_before_the_end(48, 24), hours_before_the_end(24))

    # The most sessions of the event, a day old, no common contacts; each scanned nobody else.
    encounter = 0.55 + 0.15 * 0.5
    pair = Pair(0, 1, pytest.approx(encounter), sessions=2, common_contacts=0)
    assert scored([], [meeting]) == Ranking([ADA, GRACE], [1, 1], [pair])


def test_a_scan_after_the_end_is_no_older_than_the_end():
    late = Meeting(ADA, GRACE, hours_before_the_end(-2), hours_before_the_end(-1))

    assert scored([], [late]).pairs[0].score == pytest.approx(0.55 + 0.15)


def test_parts_known_are_weighed_and_missing_parts_drop_out():
    ada = Person(ADA, asks=("event sourcing",), target_roles=("head of data",), target_skills=("rust",))
    grace = Person(GRACE, offers=("event sourcing",), role="Head of Data", skills=("cobol",))
    both = hours_before_the_end(0)

    [pair] = scored([ada, grace], [Meeting(ADA, GRACE, both, both)]).pairs

    encounter = 0.55 + 0.15
    to_grace = 0.40 * encounter + 0.35 * 1.0 + 0.25 * (1.0 + 0.0) / 2
    to_ada = encounter
    assert pair.score == pytest.approx(math.sqrt(to_grace * to_ada))


def test_weights_are_rescaled_over_what_is_known():
    assert weighted_mean([(0.40, 0.5), (0.35, 1.0)]) == pytest.approx((0.2 + 0.35) / 0.75)


def test_sessions_and_contacts_are_scaled_by_the_logarithm_of_the_events_largest():
    once, thrice = hours_before_the_end(0), hours_before_the_end(0, 1, 2)
    meetings = [
        Meeting(ADA, GRACE, thrice, thrice),
        Meeting(ADA, LINUS, once, once),
        Meeting(GRACE, LINUS, once, once),
        Meeting(ADA, MARIE, once, once),
    ]

    ranking = scored([], meetings)

    # Grace (2 contacts) joins Ada and Linus, Ada (3) joins Grace and Linus, Linus (2) joins Ada and Grace.
    most = math.log1p(1 / math.log(2))
    fewer = math.log1p(1 / math.log(3)) / most
    one_session = math.log1p(1) / math.log1p(3)
    shares = {(0, 1): (3 / 5, 3 / 4), (0, 2): (1 / 5, 1 / 2), (0, 3): (1 / 5, 1), (1, 2): (1 / 4, 1 / 2)}
    encounters = {
        (0, 1): 0.55 + 0.15 + 0.30,
        (0, 2): 0.55 * one_session + 0.15 + 0.30,
        (0, 3): 0.55 * one_session + 0.15,
        (1, 2): 0.55 * one_session + 0.15 + 0.30 * fewer,
    }
    expected = {
        pair: encounters[pair] * (2 * one * two / (one + two)) ** 0.25 for pair, (one, two) in shares.items()
    }
    assert ranking.degrees == [3, 2, 2, 1]
    assert {(pair.low, pair.high): pair.score for pair in ranking.pairs} == pytest.approx(expected)
    assert {(pair.low, pair.high): pair.common_contacts for pair in ranking.pairs} == {
        (0, 1): 1,
        (0, 2): 1,
        (0, 3): 0,
        (1, 2): 1,
    }


def test_common_contacts_agree_with_networkx():
    graph = nx.gnp_random_graph(40, 0.3, seed=7)
    ids = [UUID(int=node + 1) for node in graph]
    now = hours_before_the_end(0)
    ranking = scored([], [Meeting(ids[min(edge)], ids[max(edge)], now, now) for edge in graph.edges])

    index = {(one, two): value for one, two, value in nx.adamic_adar_index(graph, graph.edges)}
    most = math.log1p(max(index.values()))
    degree = dict(graph.degree)
    for pair in ranking.pairs:
        share = 2 / (degree[pair.low] + degree[pair.high])
        encounter = 0.55 + 0.15 + 0.30 * math.log1p(index[pair.low, pair.high]) / most
        assert pair.score == pytest.approx(encounter * share**0.25)


def test_reciprocity_is_the_harmonic_mean_of_the_shares_of_scans_made():
    assert reciprocity(1, 2, 1, 4) == pytest.approx(2 * 0.5 * 0.25 / 0.75)
    assert reciprocity(3, 3, 0, 5) == 0.0
    assert mutual(0.25, 1.0, 0.0) == pytest.approx(0.5 * 0.001**0.25)


def test_what_was_undone_met_nobody():
    assert scored([], [Meeting(ADA, GRACE)]) == Ranking([ADA, GRACE], [0, 0], [])


def test_the_order_in_which_facts_arrive_changes_nothing():
    chance = random.Random(3)  # noqa: S311, a stream to repeat, not a secret
    ids = [UUID(int=number) for number in range(1, 30)]
    people = [Person(one, asks=(f"topic {one.int % 5}",), offers=(f"topic {one.int % 7}",)) for one in ids]
    meetings = [
        Meeting(low, high, hours_before_the_end(low.int, high.int), hours_before_the_end(high.int % 3))
        for low in ids
        for high in ids
        if low.int < high.int and chance.random() < 0.4
    ]
    before = scored(people, meetings)

    chance.shuffle(people)
    chance.shuffle(meetings)
    turned = [Meeting(one.low, one.high, one.by_low[::-1], one.by_high) for one in meetings]

    assert scored(people, turned) == before


def test_one_pair_or_person_twice_is_an_error():
    meeting = Meeting(ADA, GRACE, hours_before_the_end(1))

    with pytest.raises(ValueError, match="two meetings of one pair"):
        scored([], [meeting, meeting])
    with pytest.raises(ValueError, match="described twice"):
        scored([Person(ADA), Person(ADA)], [])


def test_nobody_meets_themselves():
    with pytest.raises(ValueError, match="the lower id first"):
        Meeting(ADA, ADA)
