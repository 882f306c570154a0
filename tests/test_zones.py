"""The rules we write for a zone, read strictly by RFC 5545, 3.6.5, say what the zone says."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from server.zones import timezone_of


def onsets(rules) -> list[tuple[datetime, timedelta]]:
    """Instant and offset of every observance: the onset is local time on the clock that ends with it."""
    return sorted(
        (part["dtstart"].dt.replace(tzinfo=UTC) - part["tzoffsetfrom"].td, part["tzoffsetto"].td)
        for part in rules.subcomponents
    )


@pytest.mark.parametrize(
    "zone",
    [
        "Europe/Paris",
        "Europe/Dublin",
        "America/New_York",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Africa/Casablanca",
        "Pacific/Apia",
        "UTC",
    ],
)
@pytest.mark.parametrize("year", [2011, 2020, 2026])
def test_from_onset_to_onset_the_rules_give_the_offset_of_the_zone(zone, year):
    known = ZoneInfo(zone)
    found = onsets(timezone_of(known, first=date(year, 5, 5), last=date(year, 12, 31)))
    ends = (datetime(year + 2, 1, 1, tzinfo=known).astimezone(UTC), timedelta(0))
    assert found[0][0] == datetime(year, 1, 1, tzinfo=known)
    for (at, offset), (until, _) in pairwise([*found, ends]):
        instants = [at + n * timedelta(hours=7) for n in range((until - at) // timedelta(hours=7) + 1)]
        for instant in (*instants, until - timedelta(seconds=1)):
            assert instant == until or instant.astimezone(known).utcoffset() == offset


def test_the_rules_of_a_zone_are_these():
    rules = timezone_of(ZoneInfo("Australia/Lord_Howe"), first=date(2026, 3, 1), last=date(2026, 3, 1))
    assert rules.to_ical().decode().split("\r\n")[:13] == [
        "BEGIN:VTIMEZONE",
        "TZID:Australia/Lord_Howe",
        "BEGIN:DAYLIGHT",
        "DTSTART:20260101T000000",
        "TZNAME:+11",
        "TZOFFSETFROM:+1100",
        "TZOFFSETTO:+1100",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20260405T020000",
        "TZNAME:+1030",
        "TZOFFSETFROM:+1100",
        "TZOFFSETTO:+1030",
    ]
