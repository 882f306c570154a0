from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from server.demo.encounters import everybody, read_encounters, shifted
from tests.demo.independent import figures, rows

NICE = ZoneInfo("Europe/Paris")
RECORDED = read_encounters()


def test_the_recording_is_read_as_it_stands():
    assert len(RECORDED) == 14_302
    assert sorted(
        (
            str(each.low),
            str(each.high),
            f"{each.start:%FT%TZ}",
            f"{each.end:%FT%TZ}",
            str(each.contact_seconds),
        )
        for each in RECORDED
    ) == sorted(tuple(row.values()) for row in rows())
    assert set(everybody(RECORDED)) == figures().people


def test_who_met_nobody_occurs_in_shorter_rows_only():
    meeting = {person for each in RECORDED if each.is_meeting for person in (each.low, each.high)}
    assert set(everybody(RECORDED)) - meeting == {1639, 1780, 1785, 1922} == figures().met_nobody


@settings(max_examples=25, deadline=None)
@given(
    now=st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2037, 12, 31), timezones=st.just(UTC))
)
def test_the_conference_ended_the_day_before_yesterday_and_keeps_its_hours(now: datetime):
    few = (*RECORDED[:40], *RECORDED[-40:])
    moved = shifted(few, now=now)

    assert moved[-1].end.astimezone(NICE).date() == now.astimezone(NICE).date() - timedelta(days=2)
    assert moved[0].start.astimezone(NICE).date() == now.astimezone(NICE).date() - timedelta(days=3)
    for before, after in zip(few, moved, strict=True):
        assert (before.low, before.high, before.contact_seconds) == (
            after.low,
            after.high,
            after.contact_seconds,
        )
        assert before.start.astimezone(NICE).time() == after.start.astimezone(NICE).time()
        assert before.end.astimezone(NICE).time() == after.end.astimezone(NICE).time()
        assert after.end < now


def test_a_conference_over_the_change_to_winter_time_opens_at_nine_on_both_days():
    """Clocks went back on Sunday, 25 October 2026; the days played are the 24th and 25th."""
    moved = shifted(RECORDED, now=datetime(2026, 10, 27, 12, tzinfo=UTC))

    def first_on(day: int) -> datetime:
        return min(each.start for each in moved if each.start.astimezone(NICE).day == day)

    assert first_on(24) == datetime(2026, 10, 24, 7, 1, 40, tzinfo=UTC)
    assert first_on(25).astimezone(NICE).hour == 8
    assert first_on(25).hour == 7
