from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.demo.conference import Conference, conference_people, plan_conference
from server.demo.people import make_people
from server.demo.phones import Batch, Line, phones, play_order

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
            assert len(batch.scans) <= 500
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


def test_each_scan_is_captured_once_and_in_order(conference: Conference):
    for phone in phones(conference, seed=2009).values():
        sequences = [scan.sequence for batch in phone for scan in batch.scans]
        assert sequences == list(range(1, len(sequences) + 1))


def test_some_deliveries_are_repeated_some_stay_unanswered_and_some_are_overtaken(batches: tuple[Batch, ...]):
    lines = Counter(batch.line for batch in batches)
    assert sum(len(batch.scans) for batch in batches) == 4_585
    assert set(lines) == set(Line)
    assert 0.15 <= 1 - lines[Line.GOOD] / len(batches) <= 0.20


def test_what_was_not_answered_at_last_is_tried_again(conference: Conference):
    for phone in phones(conference, seed=2009).values():
        assert phone[-1].line in {Line.GOOD, Line.TWICE}
        assert all(batch.scans for batch in phone[:-1])


def test_a_few_phones_are_silent_until_the_last_hour_or_the_next_day(conference: Conference):
    first_heard = [phone[0].online_at for phone in phones(conference, seed=2009).values()]
    assert sum(at > conference.ends_at + timedelta(hours=12) for at in first_heard) >= 3
    last_hour = conference.ends_at - timedelta(hours=1)
    assert sum(last_hour <= at <= conference.ends_at for at in first_heard) >= 3


def test_a_few_clocks_are_minutes_off(batches: tuple[Batch, ...]):
    offsets = {batch.person: batch.device_time_offset for batch in batches}
    wrong = [offset for offset in offsets.values() if offset]
    assert 8 <= len(wrong) <= 35
    assert all(timedelta(seconds=90) <= abs(offset) <= timedelta(hours=1) for offset in wrong)
