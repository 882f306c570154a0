"""What a person chose about nudges, and what of it contradicts itself. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum, auto
from uuid import UUID

from server.failures import Fault
from server.nudges.hours import QUIET_FROM, QUIET_UNTIL

SHORTEST_DAY = timedelta(hours=4)


class Channel(StrEnum):
    """How a nudge leaves. In the app it is shown always, which needs no sending."""

    PUSH = auto()
    EMAIL = auto()


class Mailing(StrEnum):
    """When a nudge comes by mail: also beside a push, only where no push can reach the person, or not at all."""

    ALWAYS = auto()
    INSTEAD_OF_PUSH = auto()
    NEVER = auto()


@dataclass(frozen=True, slots=True)
class KindChoice:
    """For one kind: whether it comes at all, and by which channels."""

    wanted: bool = True
    push: bool = True
    email: Mailing = Mailing.INSTEAD_OF_PUSH


DEFAULT = KindChoice()


@dataclass(frozen=True, slots=True)
class Choices:
    """All that a person chose. `stopped` ends all reminders for good, `paused_until` for a time; notices are still
    listed then. `details_in_push`: a push may say more than a name and an action."""

    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL
    weekly: bool = False
    paused_until: datetime | None = None
    stopped: bool = False
    mails_stopped: bool = False
    details_in_push: bool = False
    kinds: Mapping[str, KindChoice] = field(default_factory=dict)
    stopped_people: frozenset[UUID] = frozenset()

    def silent(self, now: datetime) -> bool:
        """Whether no reminder at all is wanted now."""
        return self.stopped or (self.paused_until is not None and now < self.paused_until)

    def of(self, kind: str) -> KindChoice:
        return self.kinds.get(kind, DEFAULT)

    def allowed(self, kind: str) -> frozenset[str]:
        """By which channels this kind may leave, where it was decided that it does."""
        choice = self.of(kind)
        mailed = choice.email is not Mailing.NEVER and not self.mails_stopped
        found = {Channel.PUSH: choice.push, Channel.EMAIL: mailed}
        return frozenset(channel for channel, may in found.items() if may)

    def channels(self, kind: str, reachable: frozenset[str]) -> frozenset[str]:
        """By which of the channels that can reach them this kind is sent."""
        choice = self.of(kind)
        pushed = choice.push and Channel.PUSH in reachable
        instead = pushed and choice.email is Mailing.INSTEAD_OF_PUSH
        return self.allowed(kind) & reachable - ({Channel.EMAIL} if instead else frozenset())


NOTHING_CHOSEN = Choices()


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says about one kind; None keeps."""

    kind: str
    wanted: bool | None = None
    push: bool | None = None
    email: Mailing | None = None

    def applied(self, before: KindChoice) -> KindChoice:
        return KindChoice(
            wanted=before.wanted if self.wanted is None else self.wanted,
            push=before.push if self.push is None else self.push,
            email=before.email if self.email is None else self.email,
        )


def contradictions(choices: Choices, said: Sequence[Said]) -> tuple[Fault, ...]:
    """What cannot be meant, each at its field: of the choices as they would stand, and of what was `said` of kinds."""
    return (*_of_hours(choices), *_of_silence(choices), *_of_kinds(choices, said))


def waking_time(quiet_from: time, quiet_until: time) -> timedelta:
    """How much of a day of 24 hours is not quiet."""
    minutes = (quiet_from.hour - quiet_until.hour) * 60 + quiet_from.minute - quiet_until.minute
    return timedelta(minutes=minutes % (24 * 60))


def _of_hours(choices: Choices) -> Iterator[Fault]:
    if choices.quiet_from == choices.quiet_until:
        yield Fault("/quiet_until", "quiet_hours_empty", "Quiet hours end at another time than they begin.")
    elif waking_time(choices.quiet_from, choices.quiet_until) < SHORTEST_DAY:
        yield Fault("/quiet_until", "no_waking_hours", "At least four hours of a day are not quiet.")


def _of_silence(choices: Choices) -> Iterator[Fault]:
    if choices.stopped and choices.paused_until is not None:
        yield Fault("/pause_weeks", "stopped_and_paused", "What is stopped cannot be paused: choose one.")


def _of_kinds(choices: Choices, said: Sequence[Said]) -> Iterator[Fault]:
    names = [one.kind for one in said]
    for index, one in enumerate(said):
        where = f"/kinds/{index}"
        if one.kind in names[:index]:
            yield Fault(f"{where}/kind", "kind_repeated", "Each kind once.")
        elif not choices.of(one.kind).wanted:
            sent = "push" if one.push else "email" if one.email not in {None, Mailing.NEVER} else None
            if sent:
                yield Fault(f"{where}/{sent}", "unwanted_yet_sent", "Not wanted, and yet sent: choose one.")
