"""Who of the demo's people would like to go on talking to whom, and who would rather not."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

# One scan of a pair: who scanned, its id, when.
Tap = tuple[int, UUID, datetime]

_MUTUAL_YES: Final = 12
_ONE_SIDED_YES: Final = 36
_NOT_NOW: Final = 24
# Whoever says yes may get one of these back and must not learn of it.
_NOT_NOW_TO_A_YES: Final = 5
_NEVER: Final = 1
_NEVER_TO_A_YES: Final = 1


@dataclass(frozen=True, slots=True)
class PlannedSignal:
    """`person` says `yes`, `not_now` or `never` about `other`; `scan` is the scan it was given with.

    Without a scan it is said later, on the connection, which both sides can do, whoever scanned.
    """

    person: int
    other: int
    signal: str
    said_at: datetime
    scan: UUID | None


def draw_signals(rng: random.Random, scans: Mapping[tuple[int, int], list[Tap]]) -> tuple[PlannedSignal, ...]:
    """60 times yes, of which 24 are 12 pairs who both say so, 29 times not now and twice never.

    `scans` are those of each pair in the order of capture. Nobody says two things about the same person.
    """
    repeated = [pair for pair in sorted(scans) if len(scans[pair]) > 1]
    mutual = rng.sample(repeated, k=_MUTUAL_YES)
    rest = [pair for pair in sorted(scans) if pair not in set(mutual)]
    lone = [_turned(rng, pair) for pair in rng.sample(rest, k=_ONE_SIDED_YES + _NOT_NOW + _NEVER)]
    yes, not_now, never = (
        lone[:_ONE_SIDED_YES],
        lone[_ONE_SIDED_YES : _ONE_SIDED_YES + _NOT_NOW],
        lone[_ONE_SIDED_YES + _NOT_NOW :],
    )
    answers = [(other, person) for person, other in yes]
    said = {
        "yes": [*yes, *mutual, *((high, low) for low, high in mutual)],
        "not_now": [*not_now, *answers[:_NOT_NOW_TO_A_YES]],
        "never": [*never, *answers[_NOT_NOW_TO_A_YES : _NOT_NOW_TO_A_YES + _NEVER_TO_A_YES]],
    }
    return tuple(
        _signal(rng, person, other, signal, scans)
        for signal, pairs in said.items()
        for person, other in pairs
    )


def _turned(rng: random.Random, pair: tuple[int, int]) -> tuple[int, int]:
    low, high = pair
    return pair if rng.random() < 0.5 else (high, low)


def _signal(
    rng: random.Random, person: int, other: int, signal: str, scans: Mapping[tuple[int, int], list[Tap]]
) -> PlannedSignal:
    low, high = sorted((person, other))
    together = scans[low, high]
    own = [(scan, at) for scanner, scan, at in together if scanner == person]
    if own and rng.random() < 0.6:
        scan, at = own[-1]
        return PlannedSignal(person, other, signal, at + timedelta(seconds=rng.randint(10, 90)), scan)
    _, _, last = together[-1]
    return PlannedSignal(person, other, signal, last + timedelta(minutes=rng.randint(2, 600)), None)
