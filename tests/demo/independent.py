"""The conference's figures, worked out from the recording with plain code that shares nothing with the demo.

The demo's end state, and what the organizer's statistics say, are asserted against these.
"""

import csv
import gzip
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import networkx as nx

RECORDING = Path(__file__).parents[2] / "server" / "demo" / "sfhh_encounters.csv.gz"


@dataclass(frozen=True, slots=True)
class Figures:
    """`meetings` are rows of 60 s or more, `contacts_of` the different people that each met (0 if nobody).

    The graph has everybody as a node, also who met nobody. `by_hour` counts meetings by day (1 or 2) and
    hour of their start in Nice; `first_and_last` are starts, in UTC, on the real dates.
    """

    people: frozenset[int]
    met_nobody: frozenset[int]
    meetings: int
    pairs: dict[tuple[int, int], int]
    meetings_of: dict[int, int]
    contacts_of: dict[int, int]
    median_contacts: float
    mean_contacts: float
    share_with_none: float
    share_with_five_or_more: float
    component_sizes: tuple[int, ...]
    density: float
    average_clustering: float
    transitivity: float
    by_hour: dict[tuple[int, int], int]
    first_and_last: dict[tuple[int, int], tuple[datetime, datetime]]


def rows() -> list[dict[str, str]]:
    with gzip.open(RECORDING, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def figures() -> Figures:
    everything = rows()
    people = frozenset(int(row[side]) for row in everything for side in ("person_a", "person_b"))
    meetings = [row for row in everything if int(row["contact_seconds"]) >= 60]
    pair_of = [tuple(sorted((int(row["person_a"]), int(row["person_b"])))) for row in meetings]
    starts = [datetime.fromisoformat(row["start"]) for row in meetings]
    pairs = Counter(pair_of)
    graph = nx.Graph()
    graph.add_nodes_from(people)
    graph.add_edges_from(pairs)
    contacts = dict(graph.degree())
    local = [start.astimezone(ZoneInfo("Europe/Paris")) for start in starts]
    first_day = min(local).date()
    by_pair = {}
    for pair, start in zip(pair_of, starts, strict=True):
        first, last = by_pair.get(pair, (start, start))
        by_pair[pair] = min(first, start), max(last, start)
    return Figures(
        people=people,
        met_nobody=frozenset(person for person, met in contacts.items() if met == 0),
        meetings=len(meetings),
        pairs=dict(pairs),
        meetings_of={person: sum(person in pair for pair in pair_of) for person in people},
        contacts_of=contacts,
        median_contacts=median(contacts.values()),
        mean_contacts=sum(contacts.values()) / len(people),
        share_with_none=sum(met == 0 for met in contacts.values()) / len(people),
        share_with_five_or_more=sum(met >= 5 for met in contacts.values()) / len(people),
        component_sizes=tuple(sorted((len(part) for part in nx.connected_components(graph)), reverse=True)),
        density=nx.density(graph),
        average_clustering=nx.average_clustering(graph),
        transitivity=nx.transitivity(graph),
        by_hour=dict(Counter(((each.date() - first_day).days + 1, each.hour) for each in local)),
        first_and_last=by_pair,
    )
