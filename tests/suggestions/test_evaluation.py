import gzip
import math

import pytest

from server.suggestions.evaluation import _gini, _ndcg, read, table, whole

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
