"""When a reminder comes, which, and when no more: whole lives of one person, minute for minute where it matters."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.nudges.choices import Choices, KindChoice, Mailing
from server.nudges.facts import EventDay, Facts, NewSuggestions, Talk, Tie, Told, Waiting
from server.nudges.hours import Hours
from server.nudges.rules import Due, next_nudge
from tests.nudges.lives import REACHABLE, broken_rules, hours, told

ADA, GRACE, EVENT, OTHER, TALK = (UUID(int=number) for number in range(1, 6))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NOON = at("2026-06-05T12:00")
AFTER = NewSuggestions(EVENT, closed_at=NOON, published_at=NOON + MINUTE, other_id=GRACE)
ASKED = Waiting(TALK, GRACE, 1, as_host=True, asked_at=NOON, expires_at=NOON + 10 * DAY)
TALKED = Talk(TALK, GRACE, as_asker=True, ended_at=NOON)
MET = EventDay(EVENT, date(2026, 6, 5), noon=NOON, met_at=NOON - HOUR, unnoted=1, other_id=GRACE)
TIE = Tie(GRACE, contact_at=NOON)


def ada(zone: str = "Etc/UTC", **known: object) -> Facts:
    return Facts(**{"person_id": ADA, "hours": hours(zone), "reachable": REACHABLE, **known})


def live(facts: Facts, *, since: datetime, days: int, step: timedelta = 15 * MINUTE) -> list[tuple[str, str]]:
    """When each nudge comes to somebody who never answers one, and of which kind; every rule held."""
    now, came = since, []
    while now < since + days * DAY:
        due = next_nudge(facts, now)
        if due is not None:
            assert broken_rules(facts, due, now) == []
            facts = replace(facts, told=(*facts.told, told(due, now)))
            came.append((f"{now:%m-%d %H:%M}", due.kind))
        now += step
    return came


def kinds(facts: Facts, **options: object) -> list[str]:
    return [kind for _, kind in live(facts, since=NOON - DAY, days=80, **options)]


def test_after_an_event_a_digest_the_next_morning_and_reminders_three_and_seven_days_later_and_no_more():
    assert live(ada(suggestions=(AFTER,)), since=NOON, days=80) == [
        ("06-06 08:00", "digest"), ("06-09 08:00", "reminder"), ("06-13 08:00", "reminder"),
    ]  # fmt: skip


def test_a_host_is_reminded_after_three_and_seven_days_and_before_it_expires():
    assert live(ada(waiting=(ASKED,)), since=NOON, days=80) == [
        ("06-08 12:00", "request_waiting"), ("06-12 12:00", "request_waiting"), ("06-13 12:00", "request_expiring"),
    ]  # fmt: skip


def test_who_was_offered_other_times_hears_once_before_they_expire():
    assert kinds(ada(waiting=(replace(ASKED, as_host=False),))) == ["request_expiring"]


def test_after_a_talk_the_asker_is_to_thank_and_both_are_to_say_how_it_was():
    assert live(ada(talks=(TALKED,)), since=NOON, days=80) == [
        ("06-05 12:00", "thank"), ("06-06 12:00", "debrief"),
    ]  # fmt: skip
    assert kinds(ada(talks=(replace(TALKED, as_asker=False),))) == ["debrief"]


def test_on_each_day_of_an_event_one_note_is_asked_for_at_noon_or_when_somebody_was_met():
    two = (MET, replace(MET, day=date(2026, 6, 6), noon=NOON + DAY, met_at=NOON + DAY + 2 * HOUR, unnoted=7))
    assert live(ada(days=two), since=NOON - HOUR, days=80) == [
        ("06-05 12:00", "note"),
        ("06-06 14:00", "note"),
    ]


def test_staying_in_touch_comes_once_in_its_band_and_any_contact_begins_it_anew():
    assert live(ada(ties=(TIE,)), since=NOON, days=200, step=HOUR) == [("07-05 12:00", "in_touch")]

    later = ada(ties=(replace(TIE, contact_at=NOON + 20 * DAY),))
    assert live(later, since=NOON, days=200, step=HOUR) == [("07-25 12:00", "in_touch")]
    assert kinds(ada(ties=(replace(TIE, upcoming=True),))) == []


def test_of_many_to_stay_in_touch_with_one_a_week_is_named():
    ties = tuple(Tie(UUID(int=number), NOON) for number in range(100, 120))
    came = live(ada(ties=ties), since=NOON, days=120, step=HOUR)
    assert [moment for moment, _ in came] == [
        "07-05 12:00", "07-12 12:00", "07-19 12:00", "07-26 12:00", "08-02 12:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "done",
    [
        {"waiting": (replace(ASKED, answered=True),)},
        {"talks": (replace(TALKED, outcome="not_held"),)},
        {"talks": (replace(TALKED, cancelled=True),)},
        {"suggestions": (replace(AFTER, acted=True),)},
        {"suggestions": (replace(AFTER, other_id=None),)},
        {"days": (replace(MET, unnoted=0),)},
    ],
)
def test_what_was_done_already_is_not_asked_for(done):
    assert kinds(ada(**done)) == []


def test_who_looked_needs_no_digest_but_may_still_be_reminded_and_who_said_held_may_still_thank():
    assert kinds(ada(suggestions=(replace(AFTER, looked=True),))) == ["reminder", "reminder"]
    assert kinds(ada(talks=(replace(TALKED, outcome="held"),))) == ["thank"]


@pytest.mark.parametrize(
    ("kind", "state"), [("digest", "dismissed"), ("reminder", "done"), ("reminder", "dismissed")]
)
def test_reminders_end_as_soon_as_one_was_answered_or_declined(kind, state):
    before = Told(kind, str(EVENT), NOON, NOON.date(), NOON + DAY, state)
    assert kinds(ada(suggestions=(replace(AFTER, looked=True),), told=(before,))) == []


def test_they_are_decided_in_one_order_and_one_a_day():
    everything = ada(
        waiting=(replace(ASKED, asked_at=NOON - 8 * DAY, expires_at=NOON + 2 * DAY),),
        talks=(TALKED,), suggestions=(replace(AFTER, closed_at=NOON - DAY, published_at=NOON - DAY),),
        days=(MET,), ties=(Tie(OTHER, NOON - 30 * DAY),),
    )  # fmt: skip
    assert live(everything, since=NOON, days=7) == [
        ("06-05 12:00", "request_expiring"), ("06-06 08:00", "thank"), ("06-07 08:00", "digest"),
        ("06-08 08:00", "debrief"), ("06-09 08:00", "reminder"), ("06-10 08:00", "in_touch"),
        ("06-12 08:00", "reminder"),
    ]  # fmt: skip


def test_between_two_are_twenty_hours_and_a_date_of_their_own():
    note = next_nudge(ada(days=(replace(MET, met_at=NOON + 7 * HOUR),)), NOON + 7 * HOUR)
    facts = ada(suggestions=(replace(AFTER, closed_at=NOON + 8 * HOUR),), told=(told(note, NOON + 7 * HOUR),))
    assert next_nudge(facts, NOON + 27 * HOUR - MINUTE) is None
    assert next_nudge(facts, NOON + 27 * HOUR).kind == "digest"

    # Flown from Auckland to Los Angeles, the same date comes again; it has had its nudge.
    flown = ada(
        "America/Los_Angeles", suggestions=(AFTER,), told=(Told("note", "x", NOON, date(2026, 6, 6), NOON),)
    )
    assert next_nudge(flown, at("2026-06-06T20:00")) is None
    assert next_nudge(flown, at("2026-06-07T15:00")).local_date == date(2026, 6, 7)


def test_what_was_put_off_comes_again_when_its_time_has_come_unless_it_is_of_no_use_then():
    first = next_nudge(ada(suggestions=(AFTER,)), NOON + DAY)
    until = NOON + 3 * DAY + HOUR
    facts = ada(suggestions=(AFTER,), told=(told(first, NOON + DAY, "snoozed", until),))
    assert next_nudge(facts, until - MINUTE) is None
    again = next_nudge(facts, until)
    assert (again.kind, again.subject, again.useful_until) == (
        "digest", f"{EVENT}@2026-06-08T13:00:00Z", first.useful_until,
    )  # fmt: skip
    assert next_nudge(replace(facts, told=(*facts.told, told(again, until))), until + DAY).kind == "reminder"


def test_a_suggestion_waits_for_its_list_and_an_outage_of_weeks_fires_nothing():
    late = replace(AFTER, published_at=at("2026-06-07T23:00"))
    assert live(ada("Europe/Paris", suggestions=(late,)), since=NOON, days=4)[0] == ("06-08 06:00", "digest")
    for past in (
        ada(waiting=(ASKED,)),
        ada(suggestions=(AFTER,)),
        ada(talks=(TALKED,)),
        ada(days=(MET,)),
        ada(ties=(TIE,)),
    ):
        assert next_nudge(past, NOON + 61 * DAY) is None


def test_who_chose_one_message_a_week_gets_one_and_finds_the_rest_in_the_app():
    facts = ada(suggestions=(AFTER,), choices=Choices(weekly=True))
    assert live(facts, since=NOON, days=30) == [
        ("06-06 08:00", "digest"), ("06-07 08:00", "weekly"), ("06-08 08:00", "weekly"), ("06-09 08:00", "reminder"),
        ("06-13 08:00", "reminder"), ("06-15 08:00", "weekly"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "choices",
    [
        Choices(stopped=True),
        Choices(paused_until=NOON + 90 * DAY),
        Choices(kinds={kind: KindChoice(wanted=False) for kind in ("digest", "reminder")}),
    ],
)
def test_who_stopped_paused_or_does_not_want_a_kind_is_left_alone(choices):
    assert kinds(ada(suggestions=(AFTER,), choices=choices)) == []


def test_who_stopped_somebody_hears_of_them_no_more():
    choices = Choices(stopped_people=frozenset({GRACE}))
    assert kinds(ada(waiting=(ASKED,), talks=(TALKED,), ties=(TIE,), choices=choices)) == []


@pytest.mark.parametrize(
    ("choice", "reachable", "expected"),
    [
        (KindChoice(), {"push", "email"}, {"push"}),
        (KindChoice(), {"email"}, {"email"}),
        (KindChoice(push=False), {"push", "email"}, {"email"}),
        (KindChoice(email=Mailing.ALWAYS), {"push", "email"}, {"push", "email"}),
        (KindChoice(email=Mailing.NEVER), {"email"}, set()),
        (KindChoice(push=False, email=Mailing.NEVER), {"push", "email"}, set()),
    ],
)
def test_it_leaves_by_the_channels_chosen_among_those_that_reach_somebody(choice, reachable, expected):
    facts = ada(
        suggestions=(AFTER,), reachable=frozenset(reachable), choices=Choices(kinds={"digest": choice})
    )
    assert next_nudge(facts, NOON + DAY) == Due(
        kind="digest",
        subject=str(EVENT),
        facts={"event_id": str(EVENT)},
        local_date=date(2026, 6, 6),
        useful_until=at("2026-06-13T08:00"),
        sent_until=at("2026-06-06T21:00"),
        channels=frozenset(expected),
    )


# --- Whatever the facts ---

ZONES = ("Europe/Paris", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland")
BEGINNING = at("2026-03-20T00:00")  # so that clocks change on the way, both ways, north and south
MOMENTS = st.integers(0, 20 * 24 * 60).map(lambda minutes: BEGINNING + minutes * MINUTE)
YES_NO = st.booleans()
PEOPLE = st.integers(100, 105).map(lambda number: UUID(int=number))
IDS = st.uuids()

WAITING = st.builds(
    lambda interview, other, as_host, asked, answered: Waiting(
        interview, other, 1, as_host, asked, asked + 10 * DAY, answered
    ),
    IDS, PEOPLE, YES_NO, MOMENTS, YES_NO,
)  # fmt: skip
TALKS = st.builds(Talk, IDS, PEOPLE, YES_NO, MOMENTS, st.sampled_from([None, "held", "not_held"]), YES_NO)
SUGGESTIONS = st.builds(
    lambda event, closed, wait, other, looked, acted: NewSuggestions(
        event, closed, closed + wait * HOUR, other, looked, acted
    ),
    IDS, MOMENTS, st.integers(0, 100), st.none() | PEOPLE, YES_NO, YES_NO,
)  # fmt: skip
DAYS = st.builds(
    lambda event, noon, met, unnoted, other: EventDay(event, noon.date(), noon, noon + met * HOUR, unnoted, other),
    IDS, MOMENTS, st.integers(-6, 8), st.integers(0, 3), PEOPLE,
)  # fmt: skip
TIES = st.builds(Tie, PEOPLE, MOMENTS, YES_NO)
QUIET = st.tuples(st.integers(0, 23), st.integers(5, 18)).map(
    lambda two: (time(two[0], 30), time((two[0] + two[1]) % 24, 15))
)
KIND = st.builds(KindChoice, YES_NO, YES_NO, st.sampled_from(Mailing))
CHOICES = st.builds(
    Choices,
    weekly=YES_NO,
    paused_until=st.none() | MOMENTS,
    kinds=st.dictionaries(
        st.sampled_from(["digest", "thank", "in_touch", "request_waiting"]), KIND, max_size=2
    ),
    stopped_people=st.frozensets(PEOPLE, max_size=1),
)
FACTS = st.builds(
    lambda zone, quiet, choices, reachable, waiting, talks, suggestions, days, ties: Facts(
        ADA, Hours(ZoneInfo(zone), *quiet), choices, reachable, waiting=tuple(waiting), talks=tuple(talks),
        suggestions=tuple(suggestions), days=tuple(days), ties=tuple({tie.other_id: tie for tie in ties}.values()),
    ),
    st.sampled_from(ZONES), QUIET, CHOICES, st.frozensets(st.sampled_from(["push", "email"])),
    st.lists(WAITING, max_size=4), st.lists(TALKS, max_size=4), st.lists(SUGGESTIONS, max_size=2),
    st.lists(DAYS, max_size=3), st.lists(TIES, max_size=5),
)  # fmt: skip
ANSWERS = st.lists(
    st.sampled_from(["open", "open", "done", "dismissed", "snoozed"]), min_size=30, max_size=30
)


@settings(max_examples=40)
@given(FACTS, ANSWERS, st.integers(0, 30))
def test_whatever_the_facts_every_nudge_obeys_every_rule_and_they_end(facts, answers, minute):
    now, came = BEGINNING + minute * MINUTE, 0
    end = BEGINNING + 90 * DAY
    while now < end:
        due = next_nudge(facts, now)
        if due is not None:
            assert broken_rules(facts, due, now) == []
            state = answers[came] if came < len(answers) else "open"
            came += 1
            facts = replace(facts, told=(*facts.told, told(due, now, state, now + 2 * DAY)))
            now += 19 * HOUR
        now += 30 * MINUTE
    occasions = 2 * len(facts.waiting) + len(facts.talks) + 2 * len(facts.suggestions) + len(facts.days)
    snoozed = sum(one.state == "snoozed" for one in facts.told)
    weeks = 14 if facts.choices.weekly else 0
    assert (
        came
        <= occasions
        + len(facts.waiting)
        + len(facts.talks)
        + len(facts.suggestions)
        + len(facts.ties)
        + snoozed
        + weeks
    )
    assert next_nudge(facts, end) is None
