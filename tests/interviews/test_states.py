"""The whole table of an interview's states, cell by cell, and the stories it has to carry."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from server.interviews.states import (
    Action,
    Changed,
    NoLongerOpen,
    NotScheduled,
    NotYetExpired,
    NotYourTurn,
    Side,
    State,
    TransitionRefused,
    Unchanged,
    next_state,
    state_at,
)

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=10)
ASKER, HOST, HALLWAY = Side
PEOPLE_DO = [action for action in Action if action is not Action.EXPIRE]

# A row is a state (and who proposed to move it), a column an action; a cell says what asker and host meet.
# ok: it happens · - NoLongerOpen · t NotYourTurn · n NotScheduled · e NotYetExpired
WHOLE = """
                  accept counter decline withdraw reschedule accept_r decline_r withdraw_r cancel expire
requested         t,ok   t,ok    t,ok    ok,t     n,n        n,n      n,n       n,n        n,n    e,e
countered         ok,t   ok,t    ok,ok   ok,t     n,n        n,n      n,n       n,n        n,n    e,e
scheduled         -,-    -,-     -,-     -,-      ok,ok      -,-      -,-       -,-        ok,ok  -,-
scheduled/asker   -,-    -,-     -,-     -,-      ok,ok      t,ok     t,ok      ok,t       ok,ok  -,-
scheduled/host    -,-    -,-     -,-     -,-      ok,ok      ok,t     ok,t      t,ok       ok,ok  -,-
declined          -,-    -,-     -,-     -,-      -,-        -,-      -,-       -,-        -,-    -,-
withdrawn         -,-    -,-     -,-     -,-      -,-        -,-      -,-       -,-        -,-    -,-
cancelled         -,-    -,-     -,-     -,-      -,-        -,-      -,-       -,-        -,-    -,-
"""
REFUSALS = {"-": NoLongerOpen, "t": NotYourTurn, "n": NotScheduled, "e": NotYetExpired}
BECOMES = {
    (State.REQUESTED, Action.ACCEPT): State.SCHEDULED,
    (State.REQUESTED, Action.COUNTER): State.COUNTERED,
    (State.REQUESTED, Action.DECLINE): State.DECLINED,
    (State.REQUESTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.COUNTERED, Action.ACCEPT): State.SCHEDULED,
    (State.COUNTERED, Action.COUNTER): State.REQUESTED,
    (State.COUNTERED, Action.DECLINE): State.DECLINED,
    (State.COUNTERED, Action.WITHDRAW): State.WITHDRAWN,
    (State.SCHEDULED, Action.CANCEL): State.CANCELLED,
}


def cells():
    lines = WHOLE.strip().splitlines()[1:]
    for line in lines:
        name, *row = line.split()
        state, _, moving = name.partition("/")
        for action, cell in zip(Action, row, strict=True):
            for by, said in zip((ASKER, HOST), cell.split(","), strict=True):
                yield pytest.param(
                    State(state),
                    Side(moving) if moving else None,
                    action,
                    by,
                    said,
                    id=f"{name}-{action}-{by}",
                )


def act(state: State, action: Action, by: Side, **facts):
    return next_state(state, action, by, **{"now": NOW, "expires_at": LATER} | facts)


@pytest.mark.parametrize(("state", "moving", "action", "by", "said"), list(cells()))
def test_every_cell_of_the_table_holds(state, moving, action, by, said):
    if said == "ok":
        proposed = by if action is Action.RESCHEDULE else None
        expected = Changed(BECOMES.get((state, action), State.SCHEDULED), proposed)
        assert act(state, action, by, moving=moving) == expected
    else:
        with pytest.raises(REFUSALS[said]) as refused:
            act(state, action, by, moving=moving)
        assert type(refused.value) is REFUSALS[said]
        assert (refused.value.state, refused.value.action, refused.value.by) == (state, action, by)


def test_the_table_above_names_every_state_and_action():
    said = {(param.values[0], param.values[2], param.values[3]) for param in cells()}
    assert said == set(product(set(State) - {State.EXPIRED}, Action, (ASKER, HOST)))


@pytest.mark.parametrize("state", [State.REQUESTED, State.COUNTERED])
def test_from_the_moment_of_expiry_nothing_can_be_done_whether_the_job_has_run_or_not(state):
    for stored, action, by in product((state, State.EXPIRED), PEOPLE_DO, (ASKER, HOST)):
        with pytest.raises(NoLongerOpen) as refused:
            act(stored, action, by, now=LATER)
        assert refused.value.state is State.EXPIRED
    assert state_at(state, now=LATER, expires_at=LATER) is State.EXPIRED
    assert state_at(state, now=LATER - timedelta(microseconds=1), expires_at=LATER) is state


@pytest.mark.parametrize("state", [State.SCHEDULED, State.DECLINED, State.WITHDRAWN, State.CANCELLED])
def test_what_was_answered_does_not_expire(state):
    assert state_at(state, now=LATER, expires_at=LATER) is state


def test_hallway_writes_down_an_expiry_once_and_does_nothing_else():
    assert act(State.REQUESTED, Action.EXPIRE, HALLWAY, now=LATER) == Changed(State.EXPIRED)
    assert act(State.COUNTERED, Action.EXPIRE, HALLWAY, now=LATER) == Changed(State.EXPIRED)
    assert act(State.EXPIRED, Action.EXPIRE, HALLWAY, now=LATER) == Unchanged(State.EXPIRED)
    with pytest.raises(NotYetExpired):
        act(State.REQUESTED, Action.EXPIRE, HALLWAY)
    with pytest.raises(NotYourTurn):
        act(State.REQUESTED, Action.EXPIRE, ASKER, now=LATER)
    for state, action in product(State, PEOPLE_DO):
        with pytest.raises(TransitionRefused):
            act(state, action, HALLWAY, moving=ASKER)


@pytest.mark.parametrize(("state", "action", "by"), list(product(State, PEOPLE_DO, (ASKER, HOST))))
def test_doing_the_same_again_answers_with_the_present_state(state, action, by):
    assert act(state, action, by, mine=action, moving=None) == Unchanged(state)
    assert act(state, action, by, mine=action, now=LATER, ends_at=NOW) == Unchanged(
        state_at(state, now=LATER, expires_at=LATER)
    )


def test_a_repeated_accept_does_not_accept_a_new_time_proposed_meanwhile():
    assert act(State.SCHEDULED, Action.ACCEPT, HOST, mine=Action.ACCEPT, moving=ASKER) == Unchanged(
        State.SCHEDULED, ASKER
    )


def test_the_same_by_the_other_person_is_no_repetition():
    with pytest.raises(NoLongerOpen):
        act(State.CANCELLED, Action.CANCEL, HOST, mine=Action.ACCEPT)


def test_a_counter_to_a_counter_hands_the_turn_back():
    assert act(State.REQUESTED, Action.COUNTER, HOST) == Changed(State.COUNTERED)
    assert act(State.COUNTERED, Action.COUNTER, ASKER) == Changed(State.REQUESTED)
    with pytest.raises(NotYourTurn):
        act(State.REQUESTED, Action.COUNTER, ASKER)
    assert act(State.REQUESTED, Action.ACCEPT, HOST, mine=Action.COUNTER) == Changed(State.SCHEDULED)


def test_the_old_time_stands_until_the_other_accepts_the_new_one():
    assert act(State.SCHEDULED, Action.RESCHEDULE, HOST) == Changed(State.SCHEDULED, HOST)
    assert act(State.SCHEDULED, Action.RESCHEDULE, ASKER, moving=HOST) == Changed(State.SCHEDULED, ASKER)
    assert act(State.SCHEDULED, Action.ACCEPT_RESCHEDULE, HOST, moving=ASKER) == Changed(State.SCHEDULED)


def test_nothing_about_a_talk_changes_once_it_is_over():
    for action, by in product(PEOPLE_DO, (ASKER, HOST)):
        with pytest.raises(NoLongerOpen):
            act(State.SCHEDULED, action, by, moving=HOST, ends_at=NOW)
    running = NOW + timedelta(minutes=1)
    assert act(State.SCHEDULED, Action.CANCEL, HOST, ends_at=running) == Changed(State.CANCELLED)
