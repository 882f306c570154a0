"""Does the ranking foresee who talks again? `python -m server.suggestions.evaluation [FILE]` prints a table.

FILE is a data set like SFHH, the one here and the default (CSV, gzipped or not: person_a, person_b, start, end,
contact_seconds; Génois & Barrat, EPJ Data Science 7:11, 2018). Rows of at least 60 s are meetings; day 1 is what the
ranking sees, day 2 is the truth. A sensor's contact has no direction, so each counts as a scan either way. No profiles.

Baselines are shown as they are, and under the cap that ours keep: whoever ranks without one puts a few people on
everybody's list. Of the readers who met again somebody of day 1: NDCG@5 (binary gain) and precision@5 (hits / 5). Of
everybody met on day 1: on how many lists the most-suggested is, the Gini coefficient of those loads, how many readers
have a list, and the sum of our score over all lists as a share of what everybody's five best would hold.
"""

import csv
import gzip
import math
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import fmean
from typing import IO
from uuid import UUID

from server.suggestions.facts import EventFacts, Meeting, Person
from server.suggestions.ranking import score_pairs
from server.suggestions.rules import DEFAULT_LISTS, suggest
from server.suggestions.topics import Vocabulary

SFHH = Path(__file__).parent.parent / "demo" / "sfhh_encounters.csv.gz"
TOP = 5
LEAST_SECONDS = 60
RANDOM_DRAWS = 20
# A capacity nobody reaches.
UNCAPPED = 10_000

Lists = Mapping[UUID, Sequence[UUID]]


@dataclass(frozen=True, slots=True)
class Contact:
    """One row of the data set."""

    low: UUID
    high: UUID
    start: datetime
    seconds: int


@dataclass(frozen=True, slots=True)
class Figures:
    ndcg: float
    precision: float
    most: float
    gini: float
    readers: float
    kept: float


def main() -> None:
    if len(sys.argv) > 2:
        raise SystemExit("usage: python -m server.suggestions.evaluation [FILE]")
    contacts = read(Path(sys.argv[1]) if len(sys.argv) == 2 else SFHH)
    for line in (*table(contacts), "", whole(contacts)):
        sys.stdout.write(line + "\n")


def read(path: Path) -> list[Contact]:
    opener: Callable[..., IO[str]] = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if int(row["contact_seconds"]) >= LEAST_SECONDS]
    contacts = []
    for row in rows:
        low, high = sorted(int(row[side]) for side in ("person_a", "person_b"))
        start = datetime.fromisoformat(row["start"])
        contacts.append(Contact(UUID(int=low), UUID(int=high), start, int(row["contact_seconds"])))
    return contacts


def table(contacts: Sequence[Contact]) -> list[str]:
    head = f"{'':<34}  NDCG@5  precision@5  most lists  Gini  readers  score kept"
    return [head, *(_line(name, row) for name, row in figures(contacts).items())]


def figures(contacts: Sequence[Contact]) -> dict[str, Figures]:
    first = min(contact.start.date() for contact in contacts)
    seen = [contact for contact in contacts if contact.start.date() == first]
    again = {(one.low, one.high) for one in contacts if one.start.date() != first}
    met = _met(seen)

    uncapped = _ours(seen, capacity=UNCAPPED)
    scores = _scores(seen)
    best = sum(scores[pair] for pair in _pairs(_by(met, lambda one, two: scores[_pair(one, two)])))

    def judged(lists: Lists) -> Figures:
        truth = {reader: {other for other in met[reader] if _pair(reader, other) in again} for reader in met}
        hits = {
            reader: [other in truth[reader] for other in lists.get(reader, ())]
            for reader in met
            if truth[reader]
        }
        load = Counter(other for shown in lists.values() for other in shown)
        loads = [load[person] for person in met]
        return Figures(
            ndcg=fmean(_ndcg(hits[reader], len(truth[reader])) for reader in hits),
            precision=fmean(sum(hit) / TOP for hit in hits.values()),
            most=max(loads),
            gini=_gini(loads),
            readers=sum(bool(shown) for shown in lists.values()),
            kept=sum(scores[pair] for pair in _pairs(lists)) / best,
        )

    degree = {person: float(len(others)) for person, others in met.items()}
    seconds = _total_seconds(seen)

    def total_time(one: UUID, two: UUID) -> float:
        return float(seconds[_pair(one, two)])

    def popularity(_: UUID, two: UUID) -> float:
        return degree[two]

    def drawn(by: Callable[[Mapping[UUID, Sequence[UUID]], Callable[[UUID, UUID], float]], Lists]) -> Figures:
        draws = [judged(by(met, _draw(seed))) for seed in range(RANDOM_DRAWS)]
        return Figures(*(fmean(getattr(draw, name) for draw in draws) for name in Figures.__slots__))

    return {
        "ours, uncapped": judged(uncapped),
        "ours, cap 10 (no capacity chosen)": judged(_ours(seen, capacity=None)),
        "ours, cap 4 (capacity 2 chosen)": judged(_ours(seen, capacity=2)),
        "total time": judged(_by(met, total_time)),
        "total time, cap 10": judged(_by_under_cap(met, total_time)),
        "popularity": judged(_by(met, popularity)),
        "popularity, cap 10": judged(_by_under_cap(met, popularity)),
        f"random (mean of {RANDOM_DRAWS})": drawn(_by),
        "random, cap 10": drawn(_by_under_cap),
    }


def whole(contacts: Sequence[Contact]) -> str:
    """What the default cap does to the suggestions made after the last day."""
    met, scores = _met(contacts), _scores(contacts)
    uncapped = _by(met, lambda one, two: scores[_pair(one, two)])
    capped = _ours(contacts, capacity=None)
    most = [
        max(Counter(other for shown in lists.values() for other in shown).values())
        for lists in (uncapped, capped)
    ]
    kept = sum(scores[pair] for pair in _pairs(capped)) / sum(scores[pair] for pair in _pairs(uncapped))
    return (
        f"Both days ({len(met)} people, {len(scores)} pairs): everybody's five best put one person on "
        f"{most[0]} lists, ours at most {most[1]}; {kept:.1%} of the score is kept; "
        f"{len(capped)} people have a list."
    )


def _line(name: str, row: Figures) -> str:
    return (
        f"{name:<34}  {row.ndcg:6.3f}  {row.precision:11.3f}  {row.most:10.1f}  {row.gini:4.2f}"
        f"  {row.readers:7.1f}  {row.kept:10.1%}"
    )


def _ours(seen: Iterable[Contact], *, capacity: int | None) -> Lists:
    lists: dict[UUID, list[UUID]] = {}
    for one in suggest(_facts(seen, capacity=capacity), per_person=TOP):
        lists.setdefault(one.person_id, []).append(one.other_id)
    return lists


def _scores(seen: Iterable[Contact]) -> dict[tuple[UUID, UUID], float]:
    ranking = score_pairs(_facts(seen, capacity=None), Vocabulary([]))
    return {(ranking.ids[pair.low], ranking.ids[pair.high]): pair.score for pair in ranking.pairs}


def _facts(seen: Iterable[Contact], *, capacity: int | None) -> EventFacts:
    times: dict[tuple[UUID, UUID], list[datetime]] = {}
    for one in seen:
        times.setdefault((one.low, one.high), []).append(one.start)
    ended_at = max(time for starts in times.values() for time in starts)
    people = [
        Person(person_id, capacity=capacity) for person_id in sorted({one for pair in times for one in pair})
    ]
    meetings = [Meeting(low, high, tuple(starts), tuple(starts)) for (low, high), starts in times.items()]
    return EventFacts(ended_at, people, meetings, signals={})


def _met(seen: Iterable[Contact]) -> dict[UUID, list[UUID]]:
    """Everybody's contacts, both ascending."""
    met: dict[UUID, set[UUID]] = {}
    for one in seen:
        met.setdefault(one.low, set()).add(one.high)
        met.setdefault(one.high, set()).add(one.low)
    return {person: sorted(met[person]) for person in sorted(met)}


def _total_seconds(seen: Iterable[Contact]) -> Counter[tuple[UUID, UUID]]:
    seconds: Counter[tuple[UUID, UUID]] = Counter()
    for one in seen:
        seconds[one.low, one.high] += one.seconds
    return seconds


def _by(met: Mapping[UUID, Sequence[UUID]], value: Callable[[UUID, UUID], float]) -> Lists:
    return {one: sorted(others, key=lambda two: -value(one, two))[:TOP] for one, others in met.items()}


def _by_under_cap(met: Mapping[UUID, Sequence[UUID]], value: Callable[[UUID, UUID], float]) -> Lists:
    """The best first, for as long as both the list and the one to be on it have room."""
    lists: dict[UUID, list[UUID]] = {one: [] for one in met}
    load: Counter[UUID] = Counter()
    wanted = [(-value(one, two), one, two) for one, others in met.items() for two in others]
    for _, one, two in sorted(wanted):
        if len(lists[one]) < TOP and load[two] < DEFAULT_LISTS:
            lists[one].append(two)
            load[two] += 1
    return lists


def _draw(seed: int) -> Callable[[UUID, UUID], float]:
    chance = random.Random(seed)  # noqa: S311, a stream to repeat, not a secret
    return lambda _one, _two: chance.random()


def _pair(one: UUID, two: UUID) -> tuple[UUID, UUID]:
    return (one, two) if one < two else (two, one)


def _pairs(lists: Lists) -> list[tuple[UUID, UUID]]:
    return [_pair(reader, other) for reader, others in lists.items() for other in others]


def _ndcg(hits: Sequence[bool], relevant: int) -> float:
    best = sum(1 / math.log2(place + 2) for place in range(min(relevant, TOP)))
    return sum(hit / math.log2(place + 2) for place, hit in enumerate(hits)) / best


def _gini(values: Iterable[int]) -> float:
    """0 where all carry the same, towards 1 where one carries everything."""
    ordered = sorted(values)
    weighted = sum(place * value for place, value in enumerate(ordered, 1))
    return 2 * weighted / (len(ordered) * sum(ordered)) - (len(ordered) + 1) / len(ordered)


if __name__ == "__main__":
    main()
