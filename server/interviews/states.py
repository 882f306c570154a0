"""What can happen to an interview, and who may do it: the one table of its states, decided without I/O.

    requested <-> countered -> scheduled -> cancelled       (declined, withdrawn, expired: from the first two)

`requested` waits for the host, `countered` for the asker; a counter to a counter is `requested` again.
Moving a scheduled talk is a proposal beside the state (`moving` says whose): the old time stands until the
other accepts. Answering a new time has actions of its own, so that a phone that repeats its first `accept`,
whose answer was lost, cannot accept a new time that nobody looked at.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto


class State(StrEnum):
    """Where an interview stands; the outcome of a talk is apart from it."""

    REQUESTED = auto()
    COUNTERED = auto()
    SCHEDULED = auto()
    DECLINED = auto()
    WITHDRAWN = auto()
    EXPIRED = auto()
    CANCELLED = auto()


class Action(StrEnum):
    """What somebody does: `withdraw` takes a request back, `decline` answers it, `cancel` ends a booking."""

    ACCEPT = auto()
    COUNTER = auto()
    DECLINE = auto()
    WITHDRAW = auto()
    RESCHEDULE = auto()
    ACCEPT_RESCHEDULE = auto()
    DECLINE_RESCHEDULE = auto()
    WITHDRAW_RESCHEDULE = auto()
    CANCEL = auto()
    EXPIRE = auto()


class Side(StrEnum):
    """Who acts. `hallway` is the job that records expiry, and does nothing else."""

    ASKER = auto()
    HOST = auto()
    HALLWAY = auto()


class Who(StrEnum):
    """Who may: a side, either person, or (of a new time) who proposed it and who is to answer it."""

    ASKER = auto()
    HOST = auto()
    EITHER = auto()
    PROPOSER = auto()
    ANSWERER = auto()
    HALLWAY = auto()


TABLE: dict[tuple[State, Action], tuple[Who, State]] = {
    (State.REQUESTED, Action.ACCEPT): (Who.HOST, State.SCHEDULED),
    (State.REQUESTED, Action.COUNTER): (Who.HOST, State.COUNTERED),
    (State.REQUESTED, Action.DECLINE): (Who.HOST, State.DECLINED),
    (State.REQUESTED, Action.WITHDRAW): (Who.ASKER, State.WITHDRAWN),
    (State.COUNTERED, Action.ACCEPT): (Who.ASKER, State.SCHEDULED),
    (State.COUNTERED, Action.COUNTER): (Who.ASKER, State.REQUESTED),
    # A host who proposed other times may still say no.
    (State.COUNTERED, Action.DECLINE): (Who.EITHER, State.DECLINED),
    (State.COUNTERED, Action.WITHDRAW): (Who.ASKER, State.WITHDRAWN),
    # Proposing again replaces one's own proposal, or answers the other's with another.
    (State.SCHEDULED, Action.RESCHEDULE): (Who.EITHER, State.SCHEDULED),
    (State.SCHEDULED, Action.ACCEPT_RESCHEDULE): (Who.ANSWERER, State.SCHEDULED),
    (State.SCHEDULED, Action.DECLINE_RESCHEDULE): (Who.ANSWERER, State.SCHEDULED),
    (State.SCHEDULED, Action.WITHDRAW_RESCHEDULE): (Who.PROPOSER, State.SCHEDULED),
    (State.SCHEDULED, Action.CANCEL): (Who.EITHER, State.CANCELLED),
    # Reached by time (`state_at`); the job only writes it down.
    (State.EXPIRED, Action.EXPIRE): (Who.HALLWAY, State.EXPIRED),
}

PENDING = frozenset({State.REQUESTED, State.COUNTERED})
OF_BOOKED_TALKS = frozenset(action for state, action in TABLE if state is State.SCHEDULED)


@dataclass(frozen=True, slots=True)
class Changed:
    """The action takes effect. `moving`: who has proposed another time that waits for an answer."""

    state: State
    moving: Side | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """It was done before: answer with this present state, record nothing, tell nobody."""

    state: State
    moving: Side | None = None


class TransitionRefused(Exception):
    """The present state does not allow this action. `state` is the present one, expiry judged."""

    def __init__(self, state: State, action: Action, by: Side) -> None:
        super().__init__(f"{by} cannot {action} an interview that is {state}")
        self.state = state
        self.action = action
        self.by = by


class NoLongerOpen(TransitionRefused):
    """Answered, ended or expired before; or the talk is over; or no new time waits for an answer any more."""


class NotYourTurn(TransitionRefused):
    """Possible now, but for the other side."""


class NotScheduled(TransitionRefused):
    """Only a booked talk can be moved or cancelled; this one still waits for an answer."""


class NotYetExpired(TransitionRefused):
    """The request still has time."""


def state_at(state: State, *, now: datetime, expires_at: datetime) -> State:
    """The state that holds at `now`: unanswered is expired from `expires_at` on, written down or not."""
    return State.EXPIRED if state in PENDING and now >= expires_at else state


def next_state(
    state: State,
    action: Action,
    by: Side,
    *,
    now: datetime,
    expires_at: datetime,
    ends_at: datetime | None = None,
    moving: Side | None = None,
    mine: Action | None = None,
) -> Changed | Unchanged:
    """What becomes of an interview in `state` when `by` does `action`; to be asked under the row's lock.

    `ends_at`: the end of the booked talk, from when on nothing about it changes.
    `moving`: who has proposed another time for it that waits for an answer.
    `mine`: the last thing `by` did to this interview, if done with the same arguments as now (an answer's
    include the proposal answered). Doing it again is `Unchanged`, whatever the other side has done since.
    Raises NoLongerOpen, NotYourTurn, NotScheduled, NotYetExpired.
    """
    present = state_at(state, now=now, expires_at=expires_at)
    if mine is action or (action is Action.EXPIRE and state is State.EXPIRED):
        return Unchanged(present, moving)

    over = present is State.SCHEDULED and ends_at is not None and now >= ends_at
    if over or (present, action) not in TABLE:
        raise _why_not(present, action)(present, action, by)

    who, then = TABLE[present, action]
    if who in {Who.PROPOSER, Who.ANSWERER} and moving is None:
        raise NoLongerOpen(present, action, by)
    if not _may(by, who, moving):
        raise NotYourTurn(present, action, by)
    return Changed(then, by if action is Action.RESCHEDULE else None)


def _why_not(present: State, action: Action) -> type[TransitionRefused]:
    if present in PENDING and action in OF_BOOKED_TALKS:
        return NotScheduled
    if present in PENDING and action is Action.EXPIRE:
        return NotYetExpired
    return NoLongerOpen


def _may(by: Side, who: Who, moving: Side | None) -> bool:
    if by is Side.HALLWAY:
        return who is Who.HALLWAY
    if who is Who.PROPOSER:
        return by is moving
    if who is Who.ANSWERER:
        return by is not moving
    return who is Who.EITHER or by == who
