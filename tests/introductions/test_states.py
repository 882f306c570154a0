"""The one table of states: who may do what, and what each side may know."""

import operator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.introductions.states import (
    TABLE,
    Action,
    NoLongerOpen,
    Side,
    Stand,
    State,
    next_state,
    state_for,
    state_for_asker,
)

NOW = datetime(2026, 6, 5, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=14)
GRACE, HEDY = UUID(int=1), UUID(int=2)


def stand(state: State, *, expires_at: datetime = LATER, withdrawn: bool = False) -> Stand:
    target = None if state in {State.ASKED, State.DECLINED} else GRACE
    return Stand(state, expires_at, withdrawn=withdrawn, target_id=target)


STORED = [State.ASKED, State.OFFERED, State.INTRODUCED, State.DECLINED, State.REFUSED]


@pytest.mark.parametrize(("state", "action", "side"), list(product(STORED, Action, Side)))
def test_an_action_does_what_the_table_says_or_is_refused_or_was_done_before(state, action, side):
    try:
        done = next_state(stand(state), action, side, now=NOW, target_id=GRACE)
    except NoLongerOpen:
        assert (state, action, side) not in TABLE
    else:
        assert done in {None, TABLE.get((state, action, side))}


@pytest.mark.parametrize(("state", "action", "side"), list(product(STORED, Action, Side)))
def test_nothing_begins_after_its_time_or_the_withdrawal(state, action, side):
    for ended in (stand(state, expires_at=NOW), stand(state, withdrawn=True)):
        with suppress(NoLongerOpen):
            assert next_state(ended, action, side, now=NOW, target_id=GRACE) is None


def test_another_target_is_no_repeat():
    assert next_state(stand(State.OFFERED), Action.OFFER, Side.CONNECTOR, now=NOW, target_id=GRACE) is None
    with pytest.raises(NoLongerOpen):
        next_state(stand(State.OFFERED), Action.OFFER, Side.CONNECTOR, now=NOW, target_id=HEDY)


WORDS = st.sampled_from(
    [
        (side, action, target)
        for side, action in ((Side.CONNECTOR, Action.OFFER), (Side.CONNECTOR, Action.DECLINE),
                             (Side.TARGET, Action.AGREE), (Side.TARGET, Action.DECLINE))
        for target in (GRACE, HEDY)
    ]
)  # fmt: skip
DAYS = st.integers(1, 8)
# Most histories begin with an offer, else there is little to tell.
MOVES = st.builds(
    operator.add,
    st.sampled_from([[], [(Side.CONNECTOR, Action.OFFER, GRACE)]]),
    st.lists(st.one_of(WORDS, WORDS, DAYS, st.just("withdraw")), max_size=8),
)


class Model:
    """What people would say happened, kept apart from how it is stored."""

    def __init__(self) -> None:
        self.day, self.offered, self.taken_back = 0, None, False
        self.answer: bool | None = None
        self.closes, self.withdrawn = 14, False

    @property
    def over(self) -> bool:
        return self.answer is not True and not self.taken_back and (self.withdrawn or self.day >= self.closes)

    def act(self, side: Side, action: Action, target: UUID) -> bool:
        """Whether it is allowed, now or as a repeat."""
        if side is Side.CONNECTOR and action is Action.OFFER:
            if self.offered == target and not self.taken_back:
                return True
            if self.over or self.offered or self.taken_back:
                return False
            self.offered, self.closes = target, self.day + 10
            return True
        if side is Side.CONNECTOR and action is Action.DECLINE:
            if self.taken_back:
                return True
            if self.over or self.answer is True:
                return False
            self.taken_back = True
            return True
        if side is Side.TARGET and self.offered and action in {Action.AGREE, Action.DECLINE}:
            wanted = action is Action.AGREE
            if self.answer is wanted and not self.taken_back:
                return True
            if self.over or self.taken_back or self.answer is not None:
                return False
            self.answer = wanted
            return True
        return False

    def seen_by_connector(self) -> State:
        if self.answer is True:
            return State.INTRODUCED
        if self.taken_back:
            return State.DECLINED
        if self.over:
            return State.WITHDRAWN if self.withdrawn else State.EXPIRED
        return State.OFFERED if self.offered else State.ASKED


def play(moves) -> tuple[Stand, datetime, Model, list[bool]]:
    """Where it ends, beside the model, and which of the connector's actions were taken."""
    model, now, row, taken = Model(), NOW, stand(State.ASKED), []
    for move in moves:
        if isinstance(move, int):
            now, model.day = now + timedelta(days=move), model.day + move
        elif move == "withdraw":
            row, model.withdrawn = replace(row, withdrawn=True), True
        elif move[0] is Side.CONNECTOR or row.target_id is not None:  # else nobody is there yet
            side, action, target = move
            allowed, done = True, None
            try:
                done = next_state(row, action, side, now=now, target_id=target)
            except NoLongerOpen:
                allowed = False
            assert allowed is model.act(side, action, target), move
            if side is Side.CONNECTOR:
                taken.append(allowed)
            if done is State.OFFERED:
                row = replace(row, expires_at=now + timedelta(days=10), target_id=target)
            row = replace(row, state=done or row.state)
    return row, now, model, taken


@given(moves=MOVES)
def test_every_history_ends_as_the_model_says(moves):
    row, now, model, _ = play(moves)
    assert state_for(Side.CONNECTOR, row, now=now) is model.seen_by_connector()
    assert (row.state is State.INTRODUCED) is (model.answer is True)


@given(moves=MOVES)
def test_nobody_can_tell_a_refusal_from_silence(moves):
    """The same history without the target's words, unless they agreed: the connector may do and sees the same, and so
    does the asker."""
    row, now, model, taken = play(moves)
    if model.answer is True:
        return
    silent = [move for move in moves if not (isinstance(move, tuple) and move[0] is Side.TARGET)]
    without, _, _, taken_without = play(silent)

    assert state_for(Side.CONNECTOR, row, now=now) is state_for(Side.CONNECTOR, without, now=now)
    assert taken == taken_without


def test_the_asker_learns_of_agreement_and_time_alone():
    closes = NOW + timedelta(days=24)
    assert state_for_asker(0, withdrawn=False, closes_at=closes, now=NOW) is State.ASKED
    assert state_for_asker(0, withdrawn=False, closes_at=closes, now=closes) is State.EXPIRED
    assert state_for_asker(0, withdrawn=True, closes_at=closes, now=NOW) is State.WITHDRAWN
    assert state_for_asker(1, withdrawn=True, closes_at=closes, now=closes) is State.INTRODUCED
