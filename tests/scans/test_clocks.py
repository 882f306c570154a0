"""What a device's clock says, and when a scan was read by ours."""

from datetime import UTC, datetime, timedelta

import pytest

from server.scans.rules import clock_of

RECEIVED = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("seconds", [0, 0.2, 5, -5])
def test_the_time_that_a_delivery_takes_on_its_way_is_no_skew(seconds):
    clock = clock_of(RECEIVED - timedelta(seconds=seconds), received_at=RECEIVED)

    assert clock.skew == timedelta()
    assert clock.corrected(RECEIVED - timedelta(minutes=1)) == RECEIVED - timedelta(minutes=1)


@pytest.mark.parametrize("seconds", [6, -6, 3_600, -86_400])
def test_a_clock_that_is_wrong_is_set_right(seconds):
    clock = clock_of(RECEIVED - timedelta(seconds=seconds), received_at=RECEIVED)

    assert clock.skew == timedelta(seconds=seconds)
    assert clock.corrected(RECEIVED - timedelta(seconds=seconds + 60)) == RECEIVED - timedelta(minutes=1)


def test_nothing_is_read_after_it_was_received():
    clock = clock_of(RECEIVED + timedelta(seconds=4), received_at=RECEIVED)

    assert clock.corrected(RECEIVED + timedelta(seconds=4)) == RECEIVED
