"""Slots against an oracle that walks the clock minute by minute, and the cases people would name."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.interviews.slots import Busy, Diary, Slot, SlotSearch, common_slots, first_free, spread
from server.interviews.windows import (
    Availability,
    DayRepeated,
    ExceptionDay,
    WeekdayUnknown,
    Window,
    WindowEmpty,
    WindowsOverlap,
    default_availability,
    open_times,
    problems_with,
)

PARIS = ZoneInfo("Europe/Paris")
KOLKATA = ZoneInfo("Asia/Kolkata")
NEW_YORK = ZoneInfo("America/New_York")
MINUTE = timedelta(minutes=1)

CLOCK_CHANGES = [
    (PARIS, date(2026, 3, 29)),
    (PARIS, date(2026, 10, 25)),
    (NEW_YORK, date(2026, 3, 8)),
    (NEW_YORK, date(2026, 11, 1)),
    (ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 5)),  # half an hour
    (ZoneInfo("Australia/Lord_Howe"), date(2026, 10, 4)),
    (ZoneInfo("America/Santiago"), date(2026, 4, 5)),  # midnight comes twice
    (ZoneInfo("America/Santiago"), date(2026, 9, 6)),  # midnight does not exist
    (ZoneInfo("Pacific/Apia"), date(2011, 12, 30)),  # the day does not exist
    (ZoneInfo("Pacific/Apia"), date(2020, 4, 5)),
    (KOLKATA, date(2026, 6, 1)),
]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slot(text: str, minutes: int = 30) -> Slot:
    return Slot(utc(text), utc(text) + timedelta(minutes=minutes))


def anytime(zone: ZoneInfo, **kept) -> Availability:
    """Day and night, without buffer, notice or limit, unless said otherwise."""
    windows = tuple(Window(weekday, time(0), time(0)) for weekday in range(7))
    silent = {"buffer": timedelta(0), "minimum_notice": timedelta(0), "per_week": None}
    return Availability(**{"zone": zone, "windows": windows} | silent | kept)


def search(asker: Diary, host: Diary, **given_) -> SlotSearch:
    asked = {"minutes": 30, "now": utc("2026-11-02T00:00"), "until": utc("2026-11-03T00:00")}
    return common_slots(asker, host, **asked | given_)


# The oracle: what a person with a clock would say of every minute.


def open_at(availability: Availability, at: datetime) -> bool:
    wall = at.astimezone(availability.zone)
    hours = [(w.start, w.end) for w in availability.windows if w.weekday == wall.weekday()]
    for exception in availability.exceptions:
        if exception.day == wall.date():
            hours = list(exception.windows)
    clock = wall.time()
    return any(start <= clock and (clock < end or end == time(0)) for start, end in hours)


def would_do(diary: Diary, offered: Slot, now: datetime) -> bool:
    said = diary.availability
    minutes = [offered.start + n * MINUTE for n in range((offered.end - offered.start) // MINUTE)]
    return (
        offered.start >= now + said.minimum_notice
        and all(
            offered.end <= b.start - said.buffer or offered.start >= b.end + said.buffer for b in diary.busy
        )
        and all(open_at(said, minute) for minute in minutes)
    )


def room_for(host: Diary, at: datetime) -> bool:
    said = host.availability
    week = at.astimezone(said.zone).isocalendar()[:2]
    hosted = [b for b in host.busy if b.hosting and b.start.astimezone(said.zone).isocalendar()[:2] == week]
    return said.per_week is None or len(hosted) < said.per_week


quarters = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
hours = st.one_of(
    st.just((time(0), time(0))),
    st.just((time(1, 15), time(0))),
    st.tuples(quarters, quarters)
    .map(lambda pair: (min(pair), max(pair)))
    .filter(lambda pair: pair[0] < pair[1]),
)


@st.composite
def diaries(draw, zone: ZoneInfo, around: date):
    weekdays = draw(st.lists(st.integers(0, 6), min_size=2, max_size=9))
    windows = [Window(weekday, *draw(hours)) for weekday in {*weekdays, around.weekday()}]
    days = draw(st.lists(st.integers(-2, 2), max_size=2, unique=True))
    exceptions = [ExceptionDay(around + timedelta(d), tuple(draw(st.lists(hours, max_size=2)))) for d in days]
    busy = []
    for hour in draw(st.lists(st.integers(-48, 48), max_size=4)):
        start = datetime.combine(around, time(0), UTC) + timedelta(
            hours=hour, minutes=draw(st.integers(0, 59))
        )
        busy.append(Busy(start, start + timedelta(minutes=draw(st.integers(10, 90))), draw(st.booleans())))
    availability = Availability(
        zone,
        tuple(windows),
        tuple(exceptions),
        buffer=timedelta(minutes=draw(st.sampled_from([0, 5, 10, 30]))),
        minimum_notice=timedelta(hours=draw(st.integers(0, 9))),
        per_week=draw(st.sampled_from([None, None, 4, 2, 1, 0])),
    )
    return Diary(availability, tuple(busy))


@st.composite
def searches(draw):
    zone, around = draw(st.sampled_from(CLOCK_CHANGES))
    host = draw(diaries(zone, around))
    asker = draw(diaries(draw(st.sampled_from(CLOCK_CHANGES))[0], around))
    if draw(st.booleans()):
        asker, host = host, asker
    now = datetime.combine(around, time(0), UTC) - timedelta(minutes=draw(st.integers(0, 2000)))
    return asker, host, now, draw(st.sampled_from([15, 20, 45, 60]))


@given(searches())
@settings(max_examples=80, deadline=None)
def test_the_slots_are_exactly_the_ones_a_person_with_a_clock_would_name(drawn):
    asker, host, now, minutes = drawn
    until = now + timedelta(hours=54)
    quarter = timedelta(minutes=15)
    start = now.replace(minute=now.minute // 15 * 15)
    grid = (Slot(at, at + minutes * MINUTE) for at in (start + n * quarter for n in range(54 * 4 + 1)))
    both = [
        one for one in grid if one.end <= until and would_do(asker, one, now) and would_do(host, one, now)
    ]
    expected = tuple(one for one in both if room_for(host, one.start))

    found = common_slots(asker, host, minutes=minutes, now=now, until=until)

    assert found.slots == expected
    assert found == common_slots(asker, host, minutes=minutes, now=now, until=until)
    blocked = bool(both) and not expected and host.availability.per_week != 0
    assert (found.full_until is not None) == blocked
    if found.full_until is not None:
        local = found.full_until.astimezone(host.availability.zone)
        before = (found.full_until - MINUTE).astimezone(host.availability.zone)
        assert local.isocalendar().weekday == 1
        assert before.isocalendar()[:2] != local.isocalendar()[:2]
        assert found.full_until > both[-1].start
        assert room_for(host, found.full_until)


def test_one_in_paris_and_one_in_kolkata_meet_in_the_paris_morning():
    asker, host = Diary(default_availability(PARIS)), Diary(default_availability(KOLKATA))
    found = search(asker, host, minutes=60)
    # 09:00 in Paris is 08:00 UTC; 17:00 in Kolkata is 11:30 UTC.
    starts = [utc("2026-11-02T08:00") + n * timedelta(minutes=15) for n in range(11)]
    assert found == SlotSearch(tuple(Slot(at, at + timedelta(hours=1)) for at in starts), None)


def test_an_hour_the_clock_skips_holds_no_talk():
    night = anytime(PARIS, windows=(Window(6, time(2), time(3)),))
    spring = {"now": utc("2026-03-28T12:00"), "until": utc("2026-03-30T12:00")}
    assert search(Diary(night), Diary(night), **spring) == SlotSearch((), None)


def test_an_hour_the_clock_shows_twice_is_two_hours_long_and_each_instant_is_offered_once():
    night = anytime(PARIS, windows=(Window(6, time(2), time(3)),))
    autumn = {"now": utc("2026-10-24T12:00"), "until": utc("2026-10-26T12:00"), "minutes": 60}
    expected = [
        "2026-10-25T00:00",
        "2026-10-25T00:15",
        "2026-10-25T00:30",
        "2026-10-25T00:45",
        "2026-10-25T01:00",
    ]
    assert search(Diary(night), Diary(night), **autumn).slots == tuple(slot(at, 60) for at in expected)


def test_a_window_that_opens_within_the_repeated_hour_leaves_out_what_the_clock_shows_before_it():
    night = anytime(PARIS, windows=(Window(6, time(2, 30), time(4)),))
    assert open_times(night, first=utc("2026-10-24T12:00"), last=utc("2026-10-26T12:00")) == [
        (utc("2026-10-25T00:30"), utc("2026-10-25T01:00")),
        (utc("2026-10-25T01:30"), utc("2026-10-25T03:00")),
    ]


def test_a_day_a_country_skipped_is_nobody_s_day():
    apia = anytime(ZoneInfo("Pacific/Apia"), windows=(Window(4, time(0), time(0)),))  # Fridays
    assert open_times(apia, first=utc("2011-12-28T00:00"), last=utc("2012-01-02T00:00")) == []


def test_an_end_of_midnight_is_the_end_of_the_day_and_runs_into_the_next():
    late = anytime(PARIS, windows=(Window(0, time(23), time(0)), Window(1, time(0), time(1))))
    assert open_times(late, first=utc("2026-11-01T00:00"), last=utc("2026-11-05T00:00")) == [
        (utc("2026-11-02T22:00"), utc("2026-11-03T00:00"))
    ]


def test_each_person_s_own_buffer_is_kept_around_what_is_booked():
    booked = (Busy(utc("2026-11-02T10:00"), utc("2026-11-02T10:30")),)
    noon = {"now": utc("2026-11-02T09:00"), "until": utc("2026-11-02T12:00")}
    hurried = Diary(anytime(PARIS), booked)
    calm = Diary(anytime(PARIS, buffer=timedelta(minutes=30)), booked)
    assert [s.start.time() for s in search(hurried, hurried, **noon).slots] == [
        *(time(9, 0), time(9, 15), time(9, 30)),
        *(time(10, 30), time(10, 45), time(11, 0), time(11, 15), time(11, 30)),
    ]
    assert [s.start.time() for s in search(hurried, calm, **noon).slots] == [
        *(time(9, 0), time(11, 0), time(11, 15), time(11, 30)),
    ]


def test_the_longer_of_the_two_notices_counts():
    asker = Diary(anytime(PARIS, minimum_notice=timedelta(hours=5)))
    found = search(asker, Diary(anytime(PARIS)), until=utc("2026-11-02T06:00"))
    assert found.slots == (slot("2026-11-02T05:00"), slot("2026-11-02T05:15"), slot("2026-11-02T05:30"))


def test_an_exception_replaces_the_hours_of_its_weekday():
    away = ExceptionDay(date(2026, 11, 2))
    evening = ExceptionDay(date(2026, 11, 3), ((time(20), time(21)),))
    host = Diary(anytime(ZoneInfo("UTC"), exceptions=(away, evening)))
    found = search(Diary(anytime(PARIS)), host, minutes=60, until=utc("2026-11-04T00:00"))
    assert found.slots == (slot("2026-11-03T20:00", 60),)


def test_a_host_whose_weeks_are_full_says_until_when():
    talks = tuple(Busy(utc(day), utc(day) + 20 * MINUTE) for day in ("2026-11-03T10:00", "2026-11-10T10:00"))
    host = Diary(anytime(PARIS, per_week=1), talks)
    fortnight = {"now": utc("2026-11-02T12:00"), "until": utc("2026-11-13T12:00")}
    found = search(Diary(anytime(PARIS)), host, **fortnight)
    assert found == SlotSearch((), utc("2026-11-15T23:00"))  # Monday the 16th begins in Paris


def test_a_week_without_room_is_passed_over_for_one_with_room():
    host = Diary(anytime(PARIS, per_week=1), (Busy(utc("2026-11-03T10:00"), utc("2026-11-03T10:20")),))
    fortnight = {"now": utc("2026-11-02T12:00"), "until": utc("2026-11-16T12:00")}
    found = search(Diary(anytime(PARIS)), host, **fortnight)
    assert (found.slots[0], found.full_until) == (slot("2026-11-08T23:00"), None)


def test_a_talk_the_host_asked_for_takes_time_but_no_room():
    own = (Busy(utc("2026-11-02T00:00"), utc("2026-11-02T23:30"), hosting=False),)
    found = search(Diary(anytime(PARIS)), Diary(anytime(PARIS, per_week=1), own))
    assert found == SlotSearch((slot("2026-11-02T23:30"),), None)


def test_a_host_who_takes_no_talks_has_no_next_week_with_room():
    assert search(Diary(anytime(PARIS)), Diary(anytime(PARIS, per_week=0))) == SlotSearch((), None)


@pytest.mark.parametrize("wrong", [{"minutes": 0}, {"step": timedelta(0)}, {"step": timedelta(minutes=7)}])
def test_a_talk_without_length_or_a_crooked_step_is_refused(wrong):
    with pytest.raises(ValueError, match="a talk has a length, and the step divides a day"):
        search(Diary(anytime(PARIS)), Diary(anytime(PARIS)), **wrong)


def test_accepting_without_naming_a_slot_takes_the_first_still_free_in_the_order_proposed():
    proposed = [slot("2026-11-05T10:00"), slot("2026-11-04T10:00"), slot("2026-11-06T10:00")]
    asker = Diary(anytime(PARIS), (Busy(utc("2026-11-05T10:15"), utc("2026-11-05T11:00")),))
    host = Diary(anytime(PARIS, per_week=0, windows=()))
    now = utc("2026-11-02T00:00")
    assert first_free(proposed, asker=asker, host=host, now=now) == proposed[1]
    assert first_free(proposed, asker=asker, host=host, now=utc("2026-11-04T10:00")) == proposed[2]
    assert first_free(proposed[:1], asker=asker, host=host, now=now) is None


def test_a_slot_that_keeps_the_buffer_goes_before_one_that_only_just_fits():
    proposed = [slot("2026-11-05T10:00"), slot("2026-11-06T10:00")]
    just_before = (Busy(utc("2026-11-05T09:00"), utc("2026-11-05T10:00")),)
    asker = Diary(anytime(PARIS))
    host = Diary(anytime(PARIS, buffer=timedelta(minutes=10)), just_before)
    now = utc("2026-11-02T00:00")
    assert first_free(proposed, asker=asker, host=host, now=now) == proposed[1]
    assert first_free(proposed[:1], asker=asker, host=host, now=now) == proposed[0]


def test_a_few_good_slots_are_spread_over_the_day_on_the_half_hour():
    host = Diary(default_availability(KOLKATA))
    found = search(Diary(anytime(PARIS)), host, minutes=20, until=utc("2026-11-06T00:00"))
    offered = spread(found.slots, 5, zone=KOLKATA)
    assert [one.start.astimezone(KOLKATA).strftime("%a %H:%M") for one in offered] == [
        *("Mon 09:00", "Mon 12:30", "Mon 16:30"),
        *("Tue 09:00", "Tue 16:30"),
    ]


@given(searches(), st.integers(0, 9), st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_what_is_offered_is_few_and_from_what_was_found(drawn, limit, per_day):
    asker, host, now, minutes = drawn
    found = common_slots(asker, host, minutes=minutes, now=now, until=now + timedelta(days=4)).slots
    offered = spread(found, limit, zone=PARIS, per_day=per_day)
    days = {one.start.astimezone(PARIS).date() for one in found}
    fullest = sum(
        min(per_day, len([s for s in found if s.start.astimezone(PARIS).date() == d])) for d in days
    )
    assert set(offered) <= set(found)
    assert all(one < two for one, two in pairwise(offered))
    assert len(offered) <= min(limit, fullest)
    assert bool(offered) == bool(found and limit)


def test_hours_that_cannot_be_meant_are_named_with_their_place():
    wrong = Availability(
        PARIS,
        (
            Window(0, time(9), time(12)),
            Window(0, time(11), time(13)),
            Window(1, time(22), time(2)),
            Window(7, time(9), time(10)),
            Window(0, time(13), time(0)),
        ),
        (ExceptionDay(date(2026, 11, 2)), ExceptionDay(date(2026, 11, 2), ((time(9), time(9)),))),
    )
    assert [(type(problem), problem.where, problem.index) for problem in problems_with(wrong)] == [
        (WeekdayUnknown, ("windows", 3), 3),
        (WindowsOverlap, ("windows", 1), 1),
        (WindowEmpty, ("windows", 2), 2),
        (DayRepeated, ("exceptions", 1), 1),
        (WindowEmpty, ("exceptions", 1, "windows", 0), 0),
    ]


def test_who_set_nothing_is_open_on_weekdays_from_nine_to_five():
    said = default_availability(KOLKATA)
    assert problems_with(said) == []
    assert open_times(said, first=utc("2026-11-06T00:00"), last=utc("2026-11-10T00:00")) == [
        (utc("2026-11-06T03:30"), utc("2026-11-06T11:30")),
        (utc("2026-11-09T03:30"), utc("2026-11-09T11:30")),
    ]
