"""What happens at the demo's conference: who scans whom, when, and what they write down.

Who met whom, when and how often is real (SFHH.md); who of the two held up the phone is made up, from a seed.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from server.demo.encounters import PARIS, Encounter, everybody, read_encounters, shifted
from server.demo.people import DemoPerson
from server.demo.remarks import NO_REMARK, Remark, draw_remark
from server.demo.signals import PlannedSignal, draw_signals

# Of the pairs who met more than once, how many have scanned each other in both directions.
_MUTUAL: Final = 0.55
_IDS: Final = uuid5(NAMESPACE_URL, "https://example.org/hallway/demo/scans")


@dataclass(frozen=True, slots=True)
class PlannedScan:
    """A phone reads somebody's badge; `captured_at` is the true time, whatever the phone's clock says.

    `sequence` counts the scans of one phone from 1, without gaps, in the order of capture.
    """

    id: UUID
    scanner: int
    scanned: int
    captured_at: datetime
    sequence: int
    remark: Remark = NO_REMARK


@dataclass(frozen=True, slots=True)
class Conference:
    """`people` are the sensors' numbers, `scans` in the order of capture; all times are UTC."""

    people: tuple[int, ...]
    starts_at: datetime
    ends_at: datetime
    scans: tuple[PlannedScan, ...]
    signals: tuple[PlannedSignal, ...]


def conference_people() -> tuple[int, ...]:
    """The 403 sensors; whoever makes profiles makes them for these."""
    return everybody(read_encounters())


def plan_conference(people: Mapping[int, DemoPerson], *, now: datetime, seed: int) -> Conference:
    """The two days, moved so that the second was the day before yesterday in Nice; one scan a meeting.

    The same for the same people, day and seed. `people` must hold everybody of `conference_people`.
    """
    encounters = shifted(read_encounters(), now=now)
    meetings = [each for each in encounters if each.is_meeting]
    rng = random.Random(f"{seed}, scans")
    scans = _in_order(_scan(rng, seed, meeting, by) for meeting, by in _who_scans(rng, meetings))
    signals = draw_signals(random.Random(f"{seed}, signals"), _by_pair(scans))
    return Conference(
        people=everybody(encounters),
        starts_at=_whole_hour(min(each.start for each in encounters)),
        ends_at=_whole_hour(max(each.end for each in encounters) + timedelta(hours=1, microseconds=-1)),
        scans=_annotated(random.Random(f"{seed}, remarks"), scans, signals, people),
        signals=signals,
    )


def _who_scans(rng: random.Random, meetings: list[Encounter]) -> Iterable[tuple[Encounter, int]]:
    """Each meeting with the one of the two who scans; some people are keener than others."""
    keenness = {person: rng.lognormvariate(0, 0.8) for person in everybody(tuple(meetings))}
    by_pair: dict[tuple[int, int], list[Encounter]] = defaultdict(list)
    for meeting in meetings:
        by_pair[meeting.low, meeting.high].append(meeting)
    repeated = [pair for pair, together in by_pair.items() if len(together) > 1]
    mutual = set(rng.sample(repeated, k=round(_MUTUAL * len(repeated))))

    for pair, together in by_pair.items():
        first = rng.choices(pair, [keenness[person] for person in pair])[0]
        other = pair[0] if first == pair[1] else pair[1]
        back = rng.randrange(1, len(together)) if pair in mutual else None
        for turn, meeting in enumerate(together):
            swapped = turn == back or (back is not None and turn > 0 and rng.random() < 0.4)
            yield meeting, other if swapped else first


def _scan(rng: random.Random, seed: int, meeting: Encounter, scanner: int) -> PlannedScan:
    """Within the sensors' first slot of 20 seconds, so never in another hour than the meeting's start.

    Half past a second, so that a delivery that takes a while still gives the same second after correction.
    """
    captured_at = meeting.start + timedelta(seconds=rng.randint(4, 18), milliseconds=500)
    return PlannedScan(
        id=uuid5(_IDS, f"{seed} {meeting.low} {meeting.high} {captured_at.isoformat()}"),
        scanner=scanner,
        scanned=meeting.low if scanner == meeting.high else meeting.high,
        captured_at=captured_at,
        sequence=0,
    )


def _in_order(scans: Iterable[PlannedScan]) -> tuple[PlannedScan, ...]:
    made: Counter[int] = Counter()
    numbered = []
    for scan in sorted(scans, key=lambda each: (each.captured_at, each.scanner, each.scanned)):
        made[scan.scanner] += 1
        numbered.append(replace(scan, sequence=made[scan.scanner]))
    return tuple(numbered)


def _by_pair(scans: tuple[PlannedScan, ...]) -> dict[tuple[int, int], list[tuple[int, UUID, datetime]]]:
    pairs: dict[tuple[int, int], list[tuple[int, UUID, datetime]]] = defaultdict(list)
    for scan in scans:
        low, high = sorted((scan.scanner, scan.scanned))
        pairs[low, high].append((scan.scanner, scan.id, scan.captured_at))
    return pairs


def _annotated(
    rng: random.Random,
    scans: tuple[PlannedScan, ...],
    signals: tuple[PlannedSignal, ...],
    people: Mapping[int, DemoPerson],
) -> tuple[PlannedScan, ...]:
    """The scans with what was written down: at most one note about each person, and signals given at once."""
    given = {signal.scan: signal for signal in signals if signal.scan}
    noted: set[tuple[int, int]] = set()
    annotated = []
    for scan in scans:
        pair = (scan.scanner, scan.scanned)
        remark = draw_remark(
            rng,
            writer=people[scan.scanner],
            about=people[scan.scanned],
            at=scan.captured_at.astimezone(PARIS),
            may_note=pair not in noted,
        )
        if remark.note:
            noted.add(pair)
        if signal := given.get(scan.id):
            remark = replace(remark, signal=signal.signal, annotated_at=signal.said_at)
        annotated.append(replace(scan, remark=remark))
    return tuple(annotated)


def _whole_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
