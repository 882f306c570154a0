import gzip
import math

import pytest

from server.suggestions.evaluation import RANDOM_DRAWS, SFHH, _gini, _ndcg, figures, read, table, whole

ROWS = """person_a,person_b,start,end,contact_seconds
2,1,2009-06-04T08:00:00Z,2009-06-04T08:05:00Z,120
1,3,2009-06-04T09:00:00Z,2009-06-04T09:05:00Z,60
1,3,2009-06-04T10:00:00Z,2009-06-04T10:05:00Z,59
2,1,2009-06-05T08:00:00Z,2009-06-05T08:05:00Z,80
"""


@pytest.fixture
def contacts(tmp_path):
    path = tmp_path / "encounters.csv.gz"
    path.write_bytes(gzip.compress(ROWS.encode()))
    return read(path)


def test_contacts_of_a_minute_or_more_are_read_lower_id_first(contacts):
    assert [(one.low.int, one.high.int, one.seconds) for one in contacts] == [
        (1, 2, 120),
        (1, 3, 60),
        (1, 2, 80),
    ]


def test_the_table_says_the_same_every_time(contacts):
    lines = table(contacts)

    assert lines == table(contacts)
    # Of 1 and 2, who met again: one of five names was right for each. 1 is on two lists, 2 and 3 on one.
    total_time = next(line for line in lines if line.startswith("total time"))
    assert total_time.split() == ["total", "time", "1.000", "0.200", "2.0", "0.17", "3.0", "100.0%"]
    assert whole(contacts).endswith("100.0% of the score is kept; 3 people have a list.")


def test_ndcg_and_gini_by_hand():
    assert _ndcg([False, True], 1) == pytest.approx(1 / math.log2(3))
    assert _gini([1, 1, 1]) == pytest.approx(0.0)
    assert _gini([0, 0, 3]) == pytest.approx(2 / 3)


def test_on_a_real_conference_the_ranking_beats_every_baseline():
    """As they are, and under the same cap; on 4 June who is met again on 5 June."""
    rows = figures(read(SFHH))
    ours, capped = rows["ours, uncapped"], rows["ours, cap 10 (no capacity chosen)"]
    baselines = ("total time", "popularity", f"random (mean of {RANDOM_DRAWS})")
    for name in baselines:
        as_it_is = rows[name]
        assert ours.ndcg > as_it_is.ndcg + 0.03
        assert ours.precision > as_it_is.precision
        assert ours.kept > as_it_is.kept
        # What is shown to people, with its cap, foresees more all the same, and nobody is flooded.
        assert capped.ndcg > as_it_is.ndcg
        assert capped.precision > as_it_is.precision
        assert (capped.most, as_it_is.most > 30) == (10, True)
        assert capped.gini < as_it_is.gini
    for name in ("total time, cap 10", "popularity, cap 10", "random, cap 10"):
        under_cap = rows[name]
        assert under_cap.most <= 10
        assert capped.ndcg > under_cap.ndcg
        assert capped.precision > under_cap.precision
        assert capped.kept > under_cap.kept
        assert capped.readers > under_cap.readers
