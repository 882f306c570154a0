from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.demo.conference import Conference, conference_people, plan_conference
from server.demo.people import make_people
from server.demo.phones import Batch, phones, play_order

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def conference() -> Conference:
    return plan_conference(make_people(conference_people(), seed=2009), now=NOW, seed=2009)


@pytest.fixture(scope="module")
def batches(conference: Conference) -> tuple[Batch, ...]:
    return play_order(conference, seed=2009)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_with_any_seed_every_scan_arrives_from_its_own_phone_after_it_was_made(
    conference: Conference, seed: int
):
    delivered = set()
    for person, phone in phones(conference, seed=seed).items():
        assert len({batch.device_time_offset for batch in phone}) == 1
        for batch in phone:
            assert batch.person == person
            assert 1 <= len(batch.scans) <= 500
            assert batch.online_at < NOW
            for scan in batch.scans:
                assert scan.scanner == person
                assert scan.captured_at <= batch.online_at
                delivered.add(scan.id)
    assert delivered == {scan.id for scan in conference.scans}


def test_the_order_of_play_is_that_of_arrival_and_always_the_same(
    conference: Conference, batches: tuple[Batch, ...]
):
    assert batches == play_order(conference, seed=2009)
    assert [batch.online_at for batch in batches] == sorted(batch.online_at for batch in batches)
    assert Counter(batches) == Counter(
        batch for phone in phones(conference, seed=2009).values() for batch in phone
    )


def test_some_scans_arrive_twice_within_a_batch_and_some_again_in_a_later_one(batches: tuple[Batch, ...]):
    deliveries = Counter(scan.id for batch in batches for scan in batch.scans)
    twice_within = sum(len(batch.scans) - len({scan.id for scan in batch.scans}) for batch in batches)
    in_batches = Counter(key for batch in batches for key in {scan.id for scan in batch.scans})

    assert len(deliveries) == 4_585
    assert 4_800 <= sum(deliveries.values()) <= 5_400
    assert twice_within >= 30
    assert sum(count > 1 for count in in_batches.values()) >= 150


def test_some_batches_are_mixed_up_inside_and_some_overtake_each_other(
    conference: Conference, batches: tuple[Batch, ...]
):
    mixed_up = [
        batch for batch in batches if list(batch.scans) != sorted(batch.scans, key=lambda s: s.sequence)
    ]
    overtaking = 0
    for phone in phones(conference, seed=2009).values():
        seen: set[int] = set()
        for batch in phone:
            fresh = {scan.sequence for scan in batch.scans} - seen
            overtaking += bool(fresh and seen and min(fresh) < max(seen))
            seen |= fresh
    assert len(mixed_up) >= 100
    assert overtaking >= 30


def test_a_few_phones_are_silent_until_the_last_hour_or_the_next_day(conference: Conference):
    first_heard = [phone[0].online_at for phone in phones(conference, seed=2009).values()]
    assert sum(at > conference.ends_at + timedelta(hours=12) for at in first_heard) >= 3
    last_hour = conference.ends_at - timedelta(hours=1)
    assert sum(last_hour <= at <= conference.ends_at for at in first_heard) >= 3


def test_a_few_clocks_are_minutes_off_and_show_every_time_with_the_same_error(batches: tuple[Batch, ...]):
    offsets = {batch.person: batch.device_time_offset for batch in batches}
    wrong = [offset for offset in offsets.values() if offset]
    assert 8 <= len(wrong) <= 35
    assert all(timedelta(seconds=90) <= abs(offset) <= timedelta(hours=1) for offset in wrong)

    skewed = next(batch for batch in batches if batch.device_time_offset)
    scan = skewed.scans[0]
    shown = skewed.on_its_clock(scan.captured_at)
    assert shown - (skewed.on_its_clock(NOW) - NOW) == scan.captured_at != shown
