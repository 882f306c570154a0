"""What to do better next time follows from the figures."""

from dataclasses import replace
from datetime import UTC, datetime

from server.reports.rules import advise
from server.stats.figures import Figures, Funnel, HourFigures, NetworkFigures, PerPerson, TypeFigures

GOOD = Figures(
    attendees=100,
    claimed=95,
    met=98,
    scanned=90,
    scanned_by=90,
    encounters=500,
    mutual=300,
    scans=900,
    across_types=250,
    across_organisations=400,
    per_person=PerPerson(mean=10.0, median=9.0, share_with_none=0.02, share_with_five_or_more=0.8),
    by_type=[TypeFigures("attendee", 60, 58, False), TypeFigures("speaker", 40, 40, False)],
    by_hour=[HourFigures(datetime(2026, 6, 4, 8, tzinfo=UTC), "2026-06-04 10:00", 100, False)],
    mixing=[],
    network=NetworkFigures(components=1, largest_component=98, density=0.1, clustering=0.3),
    funnel=Funnel(met=500, suggested=200, requested=60, accepted=40),
)


def test_there_are_three_sentences_and_each_ends():
    advice = advise(GOOD)

    assert len(advice) == 3
    assert all(sentence.endswith(".") for sentence in advice)


def test_who_met_nobody_comes_first_where_many_did():
    lonely = replace(GOOD, met=60, per_person=replace(GOOD.per_person, share_with_none=0.4))

    assert advise(lonely)[0].startswith("40 of all attendees (40%) met nobody: ask a few hosts")


def test_a_place_that_was_never_claimed_is_said():
    assert advise(replace(GOOD, claimed=30))[0].startswith("70% of all attendees never claimed")


def test_scanning_back_is_asked_for_where_few_did():
    assert "Only 10% of all encounters were scanned both ways" in advise(replace(GOOD, mutual=50))[0]


def test_asking_is_asked_for_where_few_asked():
    shy = replace(GOOD, funnel=Funnel(met=500, suggested=200, requested=3, accepted=1))

    assert advise(shy)[0].startswith("200 pairs were suggested a talk, and 3 asked for one: close with")


def test_groups_that_keep_to_themselves_are_compared_with_chance():
    apart = replace(GOOD, across_types=50)

    assert advise(apart)[0].startswith(
        "10% of all encounters were between different groups, where chance alone would give 48%: seat"
    )


def test_the_busiest_hour_is_named():
    assert any("People met most from 10:00 on Thu, Jun 4 (20% of all" in each for each in advise(GOOD))


def test_nothing_is_said_where_nothing_is_known():
    assert advise(replace(GOOD, encounters=None, met=None)) == []
    assert advise(replace(GOOD, encounters=0, met=0)) == []
