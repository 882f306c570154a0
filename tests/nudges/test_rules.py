"""When a reminder comes: the first morning after, by one's own clock, and not for ever."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.nudges.rules import KINDS, Due, Facts, NewSuggestions, first_morning, next_nudge

ADA, EVENT, OTHER = (UUID(int=number) for number in (1, 2, 3))
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def closed(moment: datetime, *, event: UUID = EVENT, published: datetime | None = None) -> NewSuggestions:
    return NewSuggestions(event, closed_at=moment, published_at=published or moment + MINUTE)


def ada(zone: str, *new: NewSuggestions) -> Facts:
    return Facts(ADA, zone, new)


@pytest.mark.parametrize(
    ("zone", "closed_at", "morning", "local_date"),
    [
        ("Europe/Paris", "2026-06-05T18:00", "2026-06-06T06:00", "2026-06-06"),
        ("Pacific/Auckland", "2026-06-05T18:00", "2026-06-05T20:00", "2026-06-06"),
        ("America/Los_Angeles", "2026-06-05T18:00", "2026-06-06T15:00", "2026-06-06"),
        ("Asia/Kolkata", "2026-06-05T18:00", "2026-06-06T02:30", "2026-06-06"),
        ("Asia/Kathmandu", "2026-06-05T18:00", "2026-06-06T02:15", "2026-06-06"),
        # Closed after midnight: that day's morning is the morning after.
        ("Europe/Paris", "2026-06-05T23:30", "2026-06-06T06:00", "2026-06-06"),
        # The nights in which clocks change: 08:00 is 08:00 all the same.
        ("Europe/Paris", "2026-03-28T19:00", "2026-03-29T06:00", "2026-03-29"),
        ("Europe/Paris", "2026-10-24T18:00", "2026-10-25T07:00", "2026-10-25"),
        ("America/Los_Angeles", "2026-03-08T03:00", "2026-03-08T15:00", "2026-03-08"),
        ("America/Los_Angeles", "2026-11-01T03:00", "2026-11-01T16:00", "2026-11-01"),
        ("Pacific/Auckland", "2026-09-26T08:00", "2026-09-26T19:00", "2026-09-27"),
        ("Australia/Lord_Howe", "2026-10-03T10:00", "2026-10-03T21:00", "2026-10-04"),
        # A zone that nobody knows does not stop anybody.
        ("Mars/Olympus", "2026-06-05T18:00", "2026-06-06T08:00", "2026-06-06"),
    ],
)
def test_a_digest_comes_at_eight_on_the_first_morning_after(zone, closed_at, morning, local_date):
    facts, eight = ada(zone, closed(at(closed_at))), at(morning)

    assert next_nudge(facts, eight - timedelta(seconds=1)) is None
    assert next_nudge(facts, eight) == Due(
        kind="digest",
        subject=str(EVENT),
        facts={"event_id": str(EVENT)},
        local_date=datetime.fromisoformat(local_date).date(),
        useful_until=eight + timedelta(days=7),
    )


def test_a_digest_waits_for_the_suggestions_and_for_the_next_morning_if_they_come_by_night():
    late = closed(at("2026-06-05T18:00"), published=at("2026-06-07T23:00"))
    facts = ada("Europe/Paris", late)
    assert next_nudge(facts, at("2026-06-06T06:00")) is None
    assert next_nudge(facts, at("2026-06-07T23:00")) is None, "it is one o'clock in Paris"
    assert next_nudge(facts, at("2026-06-08T06:00")) is not None


def test_a_digest_is_of_use_for_seven_days():
    facts = ada("Europe/Paris", closed(at("2026-06-05T18:00")))
    assert next_nudge(facts, at("2026-06-12T20:00")) is not None
    assert next_nudge(facts, at("2026-06-13T06:00")) is None


def test_of_two_events_the_one_that_closed_first_comes_first_and_the_other_at_the_next_look():
    first, second = closed(at("2026-06-05T18:00")), closed(at("2026-06-05T19:00"), event=OTHER)
    now = at("2026-06-06T10:00")
    assert next_nudge(ada("Etc/UTC", second, first), now).subject == str(EVENT)
    assert next_nudge(ada("Etc/UTC", second), now).subject == str(OTHER)


def test_without_suggestions_there_is_nothing_to_say():
    assert next_nudge(ada("Europe/Paris"), at("2026-06-06T10:00")) is None


ZONES = ("Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata", "Europe/Paris", "Australia/Lord_Howe")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@given(st.sampled_from(ZONES), MOMENTS, st.timedeltas(timedelta(), timedelta(days=9)))
def test_never_before_eight_and_never_before_the_event_is_over_or_after_it_is_of_use(zone, moment, later):
    now = moment + later
    due = next_nudge(ada(zone, closed(moment, published=moment)), now)
    morning = first_morning(moment, ZoneInfo(zone))
    local = now.astimezone(ZoneInfo(zone))

    assert moment <= morning < moment + timedelta(hours=26)
    assert morning.astimezone(ZoneInfo(zone)).hour == 8
    expected = local.hour >= 8 and morning <= now < morning + KINDS["digest"].of_use
    assert (due is not None) == expected
    assert due is None or due.local_date == local.date()
