"""Quiet hours by the clock on the wall, also in the nights in which somebody sets it."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.nudges.hours import Hours, first_known, first_morning, zone_named

MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "closed_at", "morning"),
    [
        ("Europe/Paris", "2026-06-05T18:00", "2026-06-06T06:00"),
        ("Pacific/Auckland", "2026-06-05T18:00", "2026-06-05T20:00"),
        ("America/Los_Angeles", "2026-06-05T18:00", "2026-06-06T15:00"),
        ("Asia/Kathmandu", "2026-06-05T18:00", "2026-06-06T02:15"),
        # Closed after midnight: that day's morning is the morning after.
        ("Europe/Paris", "2026-06-05T23:30", "2026-06-06T06:00"),
        # The nights in which clocks change: 08:00 is 08:00 all the same.
        ("Europe/Paris", "2026-03-28T19:00", "2026-03-29T06:00"),
        ("Europe/Paris", "2026-10-24T18:00", "2026-10-25T07:00"),
        ("America/Los_Angeles", "2026-11-01T03:00", "2026-11-01T16:00"),
        ("Australia/Lord_Howe", "2026-10-03T10:00", "2026-10-03T21:00"),
    ],
)
def test_the_morning_after_is_eight_by_one_s_own_clock(zone, closed_at, morning):
    assert first_morning(at(closed_at), ZoneInfo(zone)) == at(morning)


@pytest.mark.parametrize(
    ("quiet", "shown", "expected"),
    [
        ((21, 8), "20:59", False), ((21, 8), "21:00", True), ((21, 8), "00:00", True), ((21, 8), "07:59", True),
        ((21, 8), "08:00", False), ((1, 9), "00:59", False), ((1, 9), "01:00", True), ((1, 9), "09:00", False),
    ],
)  # fmt: skip
def test_quiet_is_from_the_first_minute_to_before_the_last(quiet, shown, expected):
    hours = Hours(ZoneInfo("Asia/Kolkata"), time(quiet[0]), time(quiet[1]))
    moment = datetime.combine(datetime(2026, 6, 5), time.fromisoformat(shown), hours.zone)
    assert hours.quiet(moment.astimezone(UTC)) is expected


@pytest.mark.parametrize(
    ("zone", "hours", "moment", "waking"),
    [
        # Clocks skip 02:00 to 03:00: who sleeps until 02:30 is woken at 03:00, when theirs shows more than that.
        ("Europe/Paris", (time(22), time(2, 30)), "2026-03-29T00:59", "2026-03-29T01:00"),
        # 02:00 to 03:00 comes twice: the second time is quiet again until 02:30.
        ("Europe/Paris", (time(22), time(2, 30)), "2026-10-25T00:15", "2026-10-25T00:30"),
        ("Europe/Paris", (time(22), time(2, 30)), "2026-10-25T01:15", "2026-10-25T01:30"),
        ("Australia/Lord_Howe", (time(21), time(8)), "2026-10-03T12:00", "2026-10-03T21:00"),
    ],
)
def test_in_nights_in_which_clocks_change_the_clock_on_the_wall_decides(zone, hours, moment, waking):
    assert Hours(ZoneInfo(zone), *hours).next_waking(at(moment)) == at(waking)


ZONES = (
    "Europe/Paris",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
)
MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))


@given(
    st.sampled_from(ZONES),
    st.lists(MINUTES, min_size=2, max_size=2, unique=True),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_between_now_and_waking_every_minute_is_quiet_and_the_other_way_round(zone, quiet, moment):
    hours = Hours(ZoneInfo(zone), *quiet)
    for found, before in ((hours.next_waking(moment), True), (hours.next_quiet(moment), False)):
        assert hours.quiet(found) is not before
        assert moment <= found < moment + timedelta(hours=26)
        assert all(
            hours.quiet(moment + minutes * MINUTE) is before for minutes in range((found - moment) // MINUTE)
        )


def test_a_zone_that_is_not_known_here_is_passed_over():
    assert zone_named("Mars/Olympus") is None
    assert zone_named("Europe") is None
    assert zone_named("") is None
    assert first_known(["Mars/Olympus", None, "", "Asia/Kolkata", "Europe/Paris"]).key == "Asia/Kolkata"
    assert first_known(["US/Pacific-New"]).key == "Etc/UTC"
