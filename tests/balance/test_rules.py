"""Minutes by ISO week on one's own clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.balance.rules import Minutes, Spent, Standing, balance_of, begins_at, monday_of

NOW = datetime(2026, 6, 4, 9, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("minutes", "share", "standing"),
    [
        (Minutes(0, 0, 0), None, Standing.NOTHING),
        (Minutes(0, 0, 30), 0.0, Standing.BELOW),
        (Minutes(20, 59, 20), 79 / 99, Standing.BELOW),
        (Minutes(20, 60, 20), 0.8, Standing.WITHIN),
        (Minutes(90, 0, 10), 0.9, Standing.WITHIN),
        (Minutes(91, 0, 10), 91 / 101, Standing.ABOVE),
        (Minutes(20, 0, 0), 1.0, Standing.ABOVE),
    ],
)
def test_the_share_is_held_against_the_band(minutes, share, standing):
    assert (minutes.share, minutes.standing) == (share, standing)


@pytest.mark.parametrize(
    ("zone", "at", "monday"),
    [
        ("Europe/Paris", datetime(2026, 5, 31, 21, 59, tzinfo=UTC), date(2026, 5, 25)),
        ("Europe/Paris", datetime(2026, 5, 31, 22, 0, tzinfo=UTC), date(2026, 6, 1)),
        ("Pacific/Auckland", datetime(2026, 5, 31, 12, 0, tzinfo=UTC), date(2026, 6, 1)),
        ("America/New_York", datetime(2026, 6, 1, 3, 59, tzinfo=UTC), date(2026, 5, 25)),
        ("Asia/Kathmandu", datetime(2026, 5, 31, 18, 15, tzinfo=UTC), date(2026, 6, 1)),
    ],
)
def test_a_week_begins_on_monday_by_ones_own_clock(zone, at, monday):
    assert monday_of(at, ZoneInfo(zone)) == monday


def test_weeks_go_over_the_year_and_over_a_change_of_clocks():
    january = datetime(2027, 1, 2, 12, tzinfo=UTC)
    weeks = balance_of([], zone=PARIS, now=january, weeks=2).weeks
    assert [week.monday.isocalendar()[:2] for week in weeks] == [(2026, 53), (2026, 52)]
    assert begins_at(datetime(2026, 4, 1, tzinfo=UTC), PARIS, 2) == datetime(2026, 3, 22, 23, tzinfo=UTC)
    assert begins_at(datetime(2026, 4, 1, tzinfo=UTC), PARIS, 1) == datetime(2026, 3, 29, 22, tzinfo=UTC)


ZONES = st.sampled_from(["Europe/Paris", "Asia/Kathmandu", "Pacific/Auckland", "America/Sao_Paulo"])
SPENT = st.builds(
    Spent,
    at=st.integers(0, 24 * 60).map(lambda hours: NOW - timedelta(hours=hours)),
    talk=st.sampled_from([0, 20]),
    activity=st.integers(0, 90),
    application=st.integers(0, 90),
)


@given(spent=st.lists(SPENT, max_size=30), zone=ZONES.map(ZoneInfo), weeks=st.integers(1, 12))
def test_every_minute_since_the_first_week_counts_once(spent, zone, weeks):
    balance = balance_of(spent, zone=zone, now=NOW, weeks=weeks)
    inside = [one for one in spent if one.at >= begins_at(NOW, zone, weeks)]

    expected = Minutes(
        sum(one.talk for one in inside),
        sum(one.activity for one in inside),
        sum(one.application for one in inside),
    )
    assert balance.minutes == expected
    assert len(balance.weeks) == weeks
    parts = [week.minutes for week in balance.weeks]
    assert expected == Minutes(
        sum(part.talks for part in parts),
        sum(part.activities for part in parts),
        sum(part.applications for part in parts),
    )
