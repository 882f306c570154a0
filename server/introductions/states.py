"""What can happen to an introduction, and who may do it: the one table of its states, decided without I/O.

    asked -> offered -> introduced        (declined: by the connector; refused: by the target; withdrawn, expired)

One introduction is one way: the asker, one connector they asked, and the target whom that connector thought of. What
each side may learn is part of the table's meaning (`state_for`): the asker learns nothing until the target agreed, and
the connector cannot tell a refusal from silence.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from uuid import UUID


class State(StrEnum):
    """Where an introduction stands. `refused` is known to the target alone."""

    ASKED = auto()
    OFFERED = auto()
    INTRODUCED = auto()
    DECLINED = auto()
    REFUSED = auto()
    WITHDRAWN = auto()
    EXPIRED = auto()


class Action(StrEnum):
    """`offer` names a target, `agree` is the target's, `decline` is either's."""

    OFFER = auto()
    AGREE = auto()
    DECLINE = auto()


class Side(StrEnum):
    ASKER = auto()
    CONNECTOR = auto()
    TARGET = auto()


# What the job of time and the asker's withdrawal end. A refusal is among them: who does not know of it sees it end so.
WAITING = frozenset({State.ASKED, State.OFFERED, State.REFUSED})

TABLE: dict[tuple[State, Action, Side], State] = {
    (State.ASKED, Action.OFFER, Side.CONNECTOR): State.OFFERED,
    (State.ASKED, Action.DECLINE, Side.CONNECTOR): State.DECLINED,
    (State.OFFERED, Action.DECLINE, Side.CONNECTOR): State.DECLINED,
    (State.OFFERED, Action.AGREE, Side.TARGET): State.INTRODUCED,
    (State.OFFERED, Action.DECLINE, Side.TARGET): State.REFUSED,
    # The connector does not know of the refusal, and may take the offer back as if there were none.
    (State.REFUSED, Action.DECLINE, Side.CONNECTOR): State.DECLINED,
}

# What an action leads to: there already, it was done before.
DONE: dict[tuple[Action, Side], frozenset[State]] = {
    (Action.OFFER, Side.CONNECTOR): frozenset({State.OFFERED, State.REFUSED, State.INTRODUCED}),
    (Action.DECLINE, Side.CONNECTOR): frozenset({State.DECLINED}),
    (Action.AGREE, Side.TARGET): frozenset({State.INTRODUCED}),
    (Action.DECLINE, Side.TARGET): frozenset({State.REFUSED}),
}


@dataclass(frozen=True, slots=True)
class Stand:
    """How a row stands: its state, and what ends it (`withdrawn`: the asker took the request back)."""

    state: State
    expires_at: datetime
    withdrawn: bool
    target_id: UUID | None = None

    def at(self, now: datetime) -> State:
        """The state that holds now, written down or not."""
        if self.state in WAITING and self.withdrawn:
            return State.WITHDRAWN
        if self.state in WAITING and now >= self.expires_at:
            return State.EXPIRED
        return self.state


class NoLongerOpen(Exception):
    """The present state, as this side may know it, does not allow this action."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


def next_state(
    stand: Stand, action: Action, by: Side, *, now: datetime, target_id: UUID | None = None
) -> State | None:
    """What becomes of it when `by` does this; None if they did so before. To be asked under the request's lock.

    `target_id` is whom an offer names. Raises NoLongerOpen.
    """
    same = action is not Action.OFFER or target_id == stand.target_id
    if same and stand.state in DONE.get((action, by), ()):
        return None
    present = stand.at(now)
    if (present, action, by) not in TABLE:
        raise NoLongerOpen(state_for(by, stand, now=now))
    return TABLE[present, action, by]


def state_for(side: Side, stand: Stand, *, now: datetime) -> State:
    """The state as a connector or a target may know it."""
    if side is Side.TARGET and stand.state is State.REFUSED:
        return State.DECLINED
    present = stand.at(now)
    return State.OFFERED if present is State.REFUSED else present


def state_for_asker(introduced: int, *, withdrawn: bool, closes_at: datetime, now: datetime) -> State:
    """Of all that one request asked for. How many led to somebody, and time, tell all that the asker may know."""
    if introduced:
        return State.INTRODUCED
    if withdrawn:
        return State.WITHDRAWN
    return State.EXPIRED if now >= closes_at else State.ASKED
