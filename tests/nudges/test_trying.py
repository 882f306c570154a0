"""When a delivery is tried, and how it ends: each way, and always."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.nudges.trying import LEASE, MOST_TRIES, Facts, Settle, Try, Wait, may_try, what_follows
from server.push.messages import Answer, Outcome

NOW = datetime(2026, 6, 5, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
NEW = Facts(channel="push", due_at=NOW, useful_until=NOW + 9 * HOUR, tries=0, repeats=0, leased_until=None)
ONCE = replace(NEW, tries=1)


@pytest.mark.parametrize(
    ("changes", "judged"),
    [
        ({}, Try(0)),
        ({"due_at": NOW + HOUR}, Wait(NOW + HOUR)),
        ({"useful_until": NOW}, Settle("too_late")),
        ({"leased_until": NOW + LEASE}, Wait(NOW + LEASE)),
        # A lease that ran out: whoever had it died, perhaps after sending.
        ({"leased_until": NOW}, Try(1)),
        ({"leased_until": NOW, "repeats": 1}, Settle("unknown", "the worker was lost")),
        ({"leased_until": NOW, "channel": "email"}, Settle("unknown", "the worker was lost")),
        ({"repeats": 1}, Try(1)),
        ({"leased_until": NOW, "useful_until": NOW}, Settle("too_late")),
    ],
)
def test_a_delivery_is_tried_when_it_is_due_of_use_and_in_nobody_s_hands(changes, judged):
    assert may_try(replace(NEW, **changes), NOW) == judged


@pytest.mark.parametrize(
    ("answer", "changes", "followed"),
    [
        (Answer(Outcome.SENT), {}, Settle("sent")),
        (Answer(Outcome.REFUSED, "550"), {"channel": "email"}, Settle("refused", "550")),
        (Answer(Outcome.GONE, "Unregistered"), {}, Wait(NOW)),
        (Answer(Outcome.LATER, "503"), {}, Wait(NOW + timedelta(seconds=15))),
        (Answer(Outcome.LATER, "503"), {"tries": 3}, Wait(NOW + timedelta(minutes=4))),
        (Answer(Outcome.LATER, "429", after=2 * HOUR), {}, Wait(NOW + 2 * HOUR)),
        (Answer(Outcome.LATER, "429", after=timedelta(seconds=1)), {}, Wait(NOW + timedelta(seconds=15))),
        (Answer(Outcome.LATER, "429", after=9 * HOUR), {}, Settle("given_up", "429")),
        (Answer(Outcome.LATER, "503"), {"tries": MOST_TRIES}, Settle("given_up", "503")),
        (Answer(Outcome.UNKNOWN, "ReadError"), {}, Wait(NOW + timedelta(seconds=15))),
        (Answer(Outcome.UNKNOWN, "ReadError"), {"repeats": 1}, Settle("unknown", "ReadError")),
        (Answer(Outcome.UNKNOWN, "ReadError"), {"channel": "email"}, Settle("unknown", "ReadError")),
        (Answer(Outcome.UNKNOWN, "x"), {"useful_until": NOW + timedelta(1e-6)}, Settle("unknown", "x")),
    ],
)
def test_what_follows_from_each_answer(answer, changes, followed):
    assert what_follows(replace(ONCE, **changes), answer, NOW) == followed


ENDS = st.sampled_from([*Outcome, "killed"])


@given(
    st.sampled_from(["push", "email"]),
    st.lists(ENDS, max_size=40),
    st.timedeltas(timedelta(), timedelta(days=7)),
)
def test_every_history_ends_and_repeats_what_may_have_arrived_once_or_never(channel, ends, of_use):
    """However tries end, and whoever dies over them."""
    now, facts, may_have_arrived = NOW, replace(NEW, channel=channel, useful_until=NOW + of_use), 0
    ends = iter([*ends, *[Outcome.LATER] * 20])
    for _ in range(100):
        judged = may_try(facts, now)
        if isinstance(judged, Wait):
            assert judged.until > now
            now = judged.until
            continue
        if isinstance(judged, Settle):
            break
        facts = replace(facts, tries=facts.tries + 1, repeats=judged.repeats, leased_until=now + LEASE)
        assert now < facts.useful_until
        end = next(ends)
        may_have_arrived += end in {Outcome.SENT, Outcome.UNKNOWN, "killed"}
        if end == "killed":
            continue
        judged = what_follows(facts, Answer(end), now)
        if isinstance(judged, Settle):
            break
        facts = replace(
            facts,
            due_at=judged.until,
            leased_until=None,
            repeats=facts.repeats + (end is Outcome.UNKNOWN),
        )
    assert isinstance(judged, Settle)
    assert may_have_arrived <= {"push": 2, "email": 1}[channel]
