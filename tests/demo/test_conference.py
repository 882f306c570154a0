from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from server.demo.conference import Conference, conference_people, plan_conference
from server.demo.people import DemoPerson, make_people
from tests.demo.independent import Figures, figures

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def people() -> dict[int, DemoPerson]:
    return make_people(conference_people(), seed=2009)


@pytest.fixture(scope="module")
def conference(people: dict[int, DemoPerson]) -> Conference:
    return plan_conference(people, now=NOW, seed=2009)


@pytest.fixture(scope="module")
def real() -> Figures:
    return figures()


def pairs_of(conference: Conference) -> dict[tuple[int, int], list[int]]:
    """Who scanned, in order, for each pair."""
    scanners: dict[tuple[int, int], list[int]] = defaultdict(list)
    for scan in conference.scans:
        low, high = sorted((scan.scanner, scan.scanned))
        scanners[low, high].append(scan.scanner)
    return scanners


def test_every_meeting_of_a_minute_or_more_is_one_scan_by_one_of_the_two(
    conference: Conference, real: Figures
):
    assert set(conference.people) == real.people
    assert {pair: len(scanners) for pair, scanners in pairs_of(conference).items()} == real.pairs
    assert len(conference.scans) == real.meetings == 4_585
    assert len(real.pairs) == 2_865


def test_the_people_who_met_nobody_neither_scan_nor_are_scanned(conference: Conference, real: Figures):
    seen = {person for scan in conference.scans for person in (scan.scanner, scan.scanned)}
    assert set(conference.people) - seen == real.met_nobody == {1639, 1780, 1785, 1922}


def test_it_takes_place_on_the_two_days_before_yesterday_within_its_own_hours(conference: Conference):
    assert conference.starts_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert conference.ends_at == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert all(conference.starts_at < scan.captured_at < conference.ends_at for scan in conference.scans)


def test_scans_fall_into_the_hour_of_their_meeting(conference: Conference, real: Figures):
    local = [scan.captured_at.astimezone(ZoneInfo("Europe/Paris")) for scan in conference.scans]
    assert Counter((each.day - 19, each.hour) for each in local) == real.by_hour


def test_first_and_last_meeting_of_a_pair_are_those_of_the_recording(conference: Conference, real: Figures):
    days = timedelta(days=(datetime(2026, 11, 21) - datetime(2009, 6, 5)).days, hours=1)  # winter time
    captured: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    for scan in conference.scans:
        low, high = sorted((scan.scanner, scan.scanned))
        captured[low, high].append(scan.captured_at)
    for pair, (first, last) in real.first_and_last.items():
        assert timedelta(0) < captured[pair][0] - (first + days) < timedelta(seconds=20)
        assert timedelta(0) < captured[pair][-1] - (last + days) < timedelta(seconds=20)
        assert all(later - earlier > timedelta(minutes=5) for earlier, later in pairwise(captured[pair]))


def test_more_than_half_of_those_who_met_again_have_scanned_each_other(conference: Conference):
    again = [scanners for scanners in pairs_of(conference).values() if len(scanners) > 1]
    mutual = [scanners for scanners in again if len(set(scanners)) == 2]
    assert len(mutual) / len(again) == pytest.approx(0.55, abs=0.002)


def test_each_phone_counts_its_captures_from_one_without_a_gap(conference: Conference):
    sequences: dict[int, list[int]] = defaultdict(list)
    for scan in conference.scans:
        sequences[scan.scanner].append(scan.sequence)
    assert all(each == list(range(1, len(each) + 1)) for each in sequences.values())
    assert [scan.captured_at for scan in conference.scans] == sorted(s.captured_at for s in conference.scans)


def test_ids_are_different_and_name_one_fact(people: dict[int, DemoPerson], conference: Conference):
    ids = {scan.id for scan in conference.scans}
    same = plan_conference(people, now=NOW + timedelta(hours=5), seed=2009)
    a_day_later = plan_conference(people, now=NOW + timedelta(days=1), seed=2009)
    other_seed = plan_conference(people, now=NOW, seed=1)

    assert len(ids) == 4_585
    assert same == conference
    assert not ids & {scan.id for scan in a_day_later.scans}
    assert not ids & {scan.id for scan in other_seed.scans}
    assert [(scan.scanner, scan.scanned) for scan in a_day_later.scans] == [
        (scan.scanner, scan.scanned) for scan in conference.scans
    ]


def test_a_few_write_something_down_and_nobody_two_notes_about_the_same_person(conference: Conference):
    remarks = [scan.remark for scan in conference.scans]
    notes = [scan for scan in conference.scans if scan.remark.note]
    assert 150 <= len(notes) <= 400
    assert 150 <= sum(bool(remark.label) for remark in remarks) <= 450
    assert len({(scan.scanner, scan.scanned) for scan in notes}) == len(notes)
    for scan in conference.scans:
        remark = scan.remark
        said = bool(remark.label or remark.note or remark.tags or remark.signal)
        assert said == (remark.annotated_at is not None)
        assert remark.annotated_at is None or scan.captured_at < remark.annotated_at < NOW


def test_a_note_is_about_what_the_other_does_or_wants(people: dict[int, DemoPerson], conference: Conference):
    for scan in conference.scans:
        if scan.remark.note:
            other = people[scan.scanned]
            words = (*other.offers, *other.asks, other.organisation)
            assert any(word in scan.remark.note for word in words), scan.remark.note


def test_sixty_say_yes_a_dozen_pairs_both_and_two_never(conference: Conference, real: Figures):
    said = {(each.person, each.other): each.signal for each in conference.signals}
    both = {frozenset(pair) for pair, signal in said.items() if signal == said.get(pair[::-1]) == "yes"}
    scanned = {(scan.scanner, scan.scanned) for scan in conference.scans}
    yes = {pair for pair, signal in said.items() if signal == "yes"}

    assert len(said) == len(conference.signals)
    assert Counter(said.values()) == {"yes": 60, "not_now": 29, "never": 2}
    assert len(both) == 12
    assert {tuple(sorted(pair)) for pair in said} <= set(real.pairs)
    assert 20 <= len(yes & scanned) <= 59, "those who scanned say yes, and those who were only scanned"
    answers_to_a_yes = Counter(said[pair[::-1]] for pair in yes if pair[::-1] in said)
    assert answers_to_a_yes == {"yes": 24, "not_now": 5, "never": 1}


def test_a_signal_given_with_a_scan_stands_on_that_scan_of_the_same_two(conference: Conference):
    carried = {scan.id: scan for scan in conference.scans if scan.remark.signal}
    given = {signal.scan: signal for signal in conference.signals if signal.scan}
    assert set(carried) == set(given)
    assert len(given) >= 15
    for key, signal in given.items():
        scan = carried[key]
        assert (scan.scanner, scan.scanned) == (signal.person, signal.other)
        assert (scan.remark.signal, scan.remark.annotated_at) == (signal.signal, signal.said_at)
    assert all(signal.said_at < NOW for signal in conference.signals)
