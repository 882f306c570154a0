"""How long a large event takes: `python -m tests.suggestions.scale PEOPLE CONNECTIONS` (not a test).

Circles of people who mostly met each other, some hubs, a free-text ask and offer for everybody.
"""

import random
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

from server.suggestions import rules
from server.suggestions.allocation import allocate
from server.suggestions.facts import EventFacts, Meeting, Person

START = datetime(2026, 6, 4, 8, tzinfo=UTC)
WORDS = [f"word{number}" for number in range(3_000)]
SMALL = ["with", "for", "in", "advice", "help", "how"]


def synthetic(*, people: int, connections: int, seed: int = 1) -> EventFacts:
    chance = random.Random(seed)  # noqa: S311, a stream to repeat, not a secret

    def phrase() -> str:
        return f"{chance.choice(SMALL)} {chance.choice(SMALL)} {chance.choice(WORDS)} {chance.choice(WORDS)}"

    described = [
        Person(
            UUID(int=number + 1),
            organisation=f"organisation {chance.randrange(people // 20 + 1)}",
            role=f"{chance.choice(WORDS)} engineer",
            industry=chance.choice(WORDS[:30]),
            skills=(chance.choice(WORDS), chance.choice(WORDS)),
            target_roles=(f"{chance.choice(WORDS)} engineer",),
            asks=(phrase(), phrase()),
            offers=(phrase(), phrase()),
        )
        for number in range(people)
    ]
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < connections:
        one = chance.randrange(people)
        kind = chance.random()
        if kind < 0.8:
            two = one - one % 100 + chance.randrange(100)
        elif kind < 0.9:
            two = chance.randrange(people // 200 + 1)
        else:
            two = chance.randrange(people)
        if one != two and two < people:
            pairs.add((min(one, two), max(one, two)))
    meetings = []
    for low, high in sorted(pairs):
        times = [
            START + timedelta(seconds=chance.randrange(100_000))
            for _ in range(chance.choice((1, 1, 1, 2, 4)))
        ]
        half = len(times) // 2
        meetings.append(
            Meeting(UUID(int=low + 1), UUID(int=high + 1), tuple(times[half:]), tuple(times[:half]))
        )
    return EventFacts(START + timedelta(days=2), described, meetings, signals={})


def main() -> None:
    people, connections = map(int, sys.argv[1:3])
    facts = synthetic(people=people, connections=connections)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent: list[float] = []

    def timed(*args: object, **named: object) -> object:
        start = time.perf_counter()
        answer = allocate(*args, **named)
        spent.append(time.perf_counter() - start)
        return answer

    rules.allocate = timed
    start = time.perf_counter()
    suggested = rules.suggest(facts)
    whole = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(
        f"{people} people, {connections} connections: {len(suggested)} suggestions in {whole:.1f} s, "
        f"of which allocation {spent[0]:.2f} s; peak {peak // 1024} MB ({before // 1024} MB are the facts)\n"
    )


if __name__ == "__main__":
    main()
