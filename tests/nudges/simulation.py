"""Three months of the people of a real conference, minute by minute: `python -m tests.nudges.simulation`.

Who met whom comes from SFHH (`server/demo/SFHH.md`), moved to September, so that clocks change on the way in Europe,
America and Oceania. What people then do is a seeded model of behaviour: some look by themselves, some only when
nudged, some never, some stop. The planner is the real one; every nudge is held against every rule (`lives.py`), and
what was sent against the whole history at the end.
"""

import argparse
import csv
import gzip
import heapq
import random
import statistics
import sys
import time as stopwatch
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, pairwise
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from server.nudges.choices import Choices
from server.nudges.facts import EventDay, Facts, NewSuggestions, Talk, Tie, Told, Waiting
from server.nudges.hours import Hours
from server.nudges.rules import Due, next_nudge
from tests.nudges.lives import broken_rules, told

ENCOUNTERS = Path(__file__).parents[2] / "server/demo/sfhh_encounters.csv.gz"
MOVED = datetime(2026, 9, 3, tzinfo=UTC) - datetime(2009, 6, 4, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVENT = UUID(int=1)
CLOSED = datetime(2026, 9, 4, 20, tzinfo=PARIS).astimezone(UTC)
PUBLISHED = CLOSED + 5 * MINUTE
ZONES = ("Europe/Paris",) * 12 + (
    "Europe/London", "America/New_York", "America/Los_Angeles", "Australia/Lord_Howe", "Pacific/Auckland",
    "Asia/Kolkata",
)  # fmt: skip
# How likely it is that somebody of ordinary diligence acts on a nudge of this kind.
ACTS = {
    "request_expiring": 0.5, "thank": 0.55, "digest": 0.6, "note": 0.35, "request_waiting": 0.5, "debrief": 0.5,
    "reminder": 0.25, "in_touch": 0.3, "weekly": 0.5,
}  # fmt: skip


@dataclass
class Request:
    id: UUID
    asker: "Someone"
    host: "Someone"
    asked_at: datetime
    state: str = "requested"
    ends_at: datetime | None = None
    outcomes: dict[UUID, str] = field(default_factory=dict)


@dataclass
class Someone:
    """A person, what they did so far, and what they got."""

    id: UUID
    hours: Hours
    choices: Choices
    reachable: frozenset[str]
    diligence: float
    met: dict[UUID, datetime] = field(default_factory=dict)
    noted: set[UUID] = field(default_factory=set)
    suggested: list[UUID] = field(default_factory=list)
    looked: bool = False
    acted: bool = False
    wanted: dict[UUID, datetime] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    sent: list[tuple[datetime, Due]] = field(default_factory=list)
    answered: Counter[str] = field(default_factory=Counter)
    acted_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    facts: Facts | None = None


class World:
    """What happens, in order of time; whoever it happens to is looked at anew."""

    def __init__(self, *, people: int, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311, a model to repeat
        self.order = count()
        self.future: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self.begins, meetings = _meetings()
        ids = sorted({one for _, *two in meetings for one in two})[:people]
        self.people = {id_: self._someone(id_) for id_ in ids}
        for at, one, two in meetings:
            if one in self.people and two in self.people:
                self.at(at, lambda now, one=one, two=two: self._meet(one, two, now))
        self.at(PUBLISHED, self._suggest)

    def at(self, moment: datetime, what: Callable[[datetime], None]) -> None:
        heapq.heappush(self.future, (moment, next(self.order), what))

    def live(self, days: int) -> Iterator[str]:
        """Every minute of so many days; yields what broke a rule."""
        now, end = self.begins, self.begins + days * DAY
        while now < end:
            while self.future and self.future[0][0] <= now:
                heapq.heappop(self.future)[2](now)
            if now.minute == 0:  # what has passed need not be looked at: so the job gathers, too
                for one in self.people.values():
                    one.facts = None
            for one in self.people.values():
                if one.facts is None:
                    one.facts = self._facts(one, now)
                facts = one.facts
                if (
                    facts.waiting
                    or facts.talks
                    or facts.suggestions
                    or facts.days
                    or facts.ties
                    or facts.choices.weekly
                ):
                    due = next_nudge(facts, now)
                    if due is not None:
                        yield from (f"{due.kind} at {now}: {rule}" for rule in broken_rules(facts, due, now))
                        self._tell(one, due, now)
            now += MINUTE

    def _someone(self, number: int) -> Someone:
        chance = self.chance
        quiet = chance.choice([(time(21), time(8))] * 6 + [(time(23), time(7)), (time(1, 30), time(10, 15))])
        choices = Choices(quiet_from=quiet[0], quiet_until=quiet[1], weekly=chance.random() < 0.08)
        if chance.random() < 0.05:
            choices = replace(choices, paused_until=CLOSED + chance.randrange(1, 6) * 7 * DAY)
        return Someone(
            id=UUID(int=1000 + number),
            hours=Hours(ZoneInfo(chance.choice(ZONES)), *quiet),
            choices=choices,
            reachable=frozenset(chance.choice([("push", "email")] * 6 + [("email",), ()])),
            diligence=chance.choice([0.0, 0.4, 0.8, 1.0, 1.2, 1.6]),
        )

    # --- What people do ---

    def _meet(self, one: int, two: int, now: datetime) -> None:
        for me, other in ((self.people[one], self.people[two]), (self.people[two], self.people[one])):
            me.met.setdefault(other.id, now)
            if self.chance.random() < 0.1 * me.diligence:
                me.noted.add(other.id)
            me.facts = None

    def _suggest(self, now: datetime) -> None:
        for me in self.people.values():
            others = sorted(me.met, key=lambda other: (me.met[other], other))
            me.suggested = self.chance.sample(others, min(5, len(others)))
            me.facts = None
            if self.chance.random() < 0.2 * me.diligence:
                self.at(
                    now + self.chance.randrange(600, 6000) * MINUTE, lambda at, me=me: self._follow_up(me, at)
                )

    def _follow_up(self, me: Someone, now: datetime) -> None:
        """Looks at the list, and may say yes to some and ask one."""
        me.looked, me.facts = True, None
        for other in me.suggested:
            if self.chance.random() < 0.3:
                me.wanted.setdefault(other, now)
                me.acted = True
        asked = {request.host.id for request in me.requests}
        to_ask = [other for other in me.suggested if other not in asked]
        if to_ask and self.chance.random() < 0.4:
            self._ask(me, self._by_id(to_ask[0]), now)

    def _ask(self, me: Someone, host: Someone, now: datetime) -> None:
        request = Request(UUID(int=self.chance.getrandbits(128)), me, host, now)
        for side in (me, host):
            side.requests.append(request)
            side.facts = None
        me.acted = True
        if self.chance.random() < 0.3 * host.diligence:
            later = now + self.chance.randrange(60, 9 * 24 * 60) * MINUTE
            self.at(later, lambda at: self._answer(request, at))

    def _answer(self, request: Request, now: datetime) -> None:
        if request.state == "requested" and now < request.asked_at + 10 * DAY:
            request.state = "scheduled" if self.chance.random() < 0.7 else "declined"
            if request.state == "scheduled":
                request.ends_at = now + self.chance.randrange(2 * 24, 9 * 24) * HOUR
                self.at(request.ends_at, lambda _: self._changed(request))
            self._changed(request)

    def _changed(self, request: Request) -> None:
        request.asker.facts = request.host.facts = None

    def _by_id(self, id_: UUID) -> Someone:
        return self.people[id_.int - 1000]

    # --- What they are told, and what they answer ---

    def _tell(self, me: Someone, due: Due, now: datetime) -> None:
        me.sent.append((now, due))
        me.told.append(told(due, now))
        me.facts = None
        seen = 1.0 if due.channels else 0.4
        fate = self.chance.random()
        if fate < ACTS[due.kind] * me.diligence * seen:
            later = now + min(self.chance.expovariate(1 / 180), 2000) * MINUTE
            self.at(later, lambda at: self._act(me, due, at))
        elif fate > 0.97:
            self.at(now + 2 * HOUR, lambda _: self._set(me, due, "dismissed"))
        elif fate > 0.93:
            self.at(now + HOUR, lambda at: self._set(me, due, "snoozed", at + 26 * HOUR))
        elif fate > 0.925:
            self.at(now + HOUR, lambda _: self._stop(me))

    def _act(self, me: Someone, due: Due, now: datetime) -> None:
        if now >= due.useful_until:
            return
        self._set(me, due, "done")
        me.answered[due.kind] += 1
        me.acted_at[due.kind, due.subject] = now
        about = due.facts.get("person_id")
        requests = [one for one in me.requests if str(one.id) == due.facts.get("interview_id")]
        if due.kind == "digest":
            self._follow_up(me, now)
        elif due.kind == "reminder" and about:
            self._ask(me, self._by_id(UUID(about)), now)
        elif due.kind in {"request_waiting", "request_expiring"}:
            self._answer(requests[0], now)
        elif due.kind in {"thank", "debrief"}:
            requests[0].outcomes[me.id] = "held" if self.chance.random() < 0.9 else "not_held"
        elif due.kind == "note":
            me.noted |= set(me.met)
        elif due.kind == "in_touch" and about:
            me.wanted[UUID(about)] = now

    def _set(self, me: Someone, due: Due, state: str, until: datetime | None = None) -> None:
        key = (due.kind, due.subject)
        me.told = [
            replace(one, state=state, snoozed_until=until) if (one.kind, one.subject) == key else one
            for one in me.told
        ]
        me.facts = None

    def _stop(self, me: Someone) -> None:
        me.choices, me.facts = replace(me.choices, stopped=True, paused_until=None), None

    # --- What is known of them ---

    def _facts(self, me: Someone, now: datetime) -> Facts:
        left = [other for other in me.suggested if all(one.host.id != other for one in me.requests)]
        new = NewSuggestions(EVENT, CLOSED, PUBLISHED, left[0] if left else None, me.looked, me.acted)
        return Facts(
            person_id=me.id,
            hours=me.hours,
            choices=me.choices,
            reachable=me.reachable,
            waiting=tuple(
                Waiting(one.id, one.asker.id, 1, True, one.asked_at, one.asked_at + 10 * DAY)
                for one in me.requests
                if one.host is me and one.state == "requested" and now < one.asked_at + 10 * DAY
            ),
            talks=tuple(
                Talk(one.id, self._other(one, me).id, one.asker is me, one.ends_at, one.outcomes.get(me.id))
                for one in me.requests
                if one.ends_at and now - 8 * DAY < one.ends_at <= now
            ),
            suggestions=(new,) if me.suggested and now < CLOSED + 12 * DAY else (),
            days=tuple(self._days(me, now)),
            ties=tuple(self._ties(me, now)),
            told=tuple(me.told),
        )

    def _days(self, me: Someone, now: datetime) -> Iterator[EventDay]:
        today = now.astimezone(PARIS).date()
        unnoted = {
            other: at for other, at in me.met.items()
            if other not in me.noted and at.astimezone(PARIS).date() == today
        }  # fmt: skip
        if unnoted:
            noon = datetime.combine(today, time(12), PARIS).astimezone(UTC)
            last = max(unnoted, key=lambda other: (unnoted[other], other))
            yield EventDay(EVENT, today, noon, min(unnoted.values()), len(unnoted), last)

    def _ties(self, me: Someone, now: datetime) -> Iterator[Tie]:
        held = {self._other(one, me).id for one in me.requests if one.outcomes.get(me.id) == "held"}
        for other in sorted(held | me.wanted.keys()):
            between = [one for one in me.requests if self._other(one, me).id == other]
            contacts = [me.met[other], me.wanted.get(other, me.met[other])]
            contacts += [one.asked_at for one in between]
            contacts += [one.ends_at for one in between if one.ends_at and one.ends_at <= now]
            upcoming = any(
                (one.ends_at and one.ends_at > now)
                or (one.state == "requested" and now < one.asked_at + 10 * DAY)
                for one in between
            )
            if now - 60 * DAY < max(contacts) <= now - 29 * DAY:
                yield Tie(other, max(contacts), upcoming)

    def _other(self, request: Request, me: Someone) -> Someone:
        return request.host if request.asker is me else request.asker


def _meetings() -> tuple[datetime, list[tuple[datetime, int, int]]]:
    """Encounters of a minute or longer, as scans are made of them."""
    with gzip.open(ENCOUNTERS, "rt") as file:
        rows = [row for row in csv.DictReader(file) if int(row["contact_seconds"]) >= 60]
    found = [
        (datetime.fromisoformat(row["start"]) + MOVED, int(row["person_a"]), int(row["person_b"]))
        for row in rows
    ]
    first = min(at for at, *_ in found)
    return first.replace(hour=0, minute=0, second=0), sorted(found)


def broken_histories(world: World) -> list[str]:
    """What the whole history of anybody breaks, looked at from its end."""
    return [f"{me.id}: {fault}" for me in world.people.values() for fault in _broken_history(me)]


def _broken_history(me: Someone) -> Iterator[str]:
    times = [at for at, _ in me.sent]
    dates: list[date] = [at.astimezone(me.hours.zone).date() for at in times]
    keys = [(due.kind, due.subject) for _, due in me.sent]
    if len(set(dates)) < len(dates):
        yield "two on a day"
    if any(after - before < 20 * HOUR for before, after in pairwise(times)):
        yield "two within 20 hours"
    if len(set(keys)) < len(keys):
        yield "twice for the same thing"
    if any(me.hours.quiet(at) for at in times):
        yield "in quiet hours"
    if any(at > acted for at, due in me.sent for acted in [me.acted_at.get((due.kind, due.subject), at)]):
        yield "after it was acted on"
    if not me.diligence and times and max(times) > max(me.met.values()) + 75 * DAY:
        yield "does not end for somebody who never acts"


def report(world: World) -> str:
    sent: defaultdict[str, int] = defaultdict(int)
    acted: Counter[str] = Counter()
    most_in_a_day = most_in_a_week = most_pushes_in_a_day = 0
    for me in world.people.values():
        acted += me.answered
        for _, due in me.sent:
            sent[due.kind] += 1
        for at, _ in me.sent:
            today = at.astimezone(me.hours.zone).date()
            day = [due for _, due in me.sent if due.local_date == today]
            most_in_a_day = max(most_in_a_day, len(day))
            most_pushes_in_a_day = max(most_pushes_in_a_day, sum("push" in due.channels for due in day))
            most_in_a_week = max(most_in_a_week, sum(at <= other < at + 7 * DAY for other, _ in me.sent))
    each = sorted(len(me.sent) for me in world.people.values())
    channels = Counter(
        "+".join(sorted(due.channels)) or "app only" for me in world.people.values() for _, due in me.sent
    )
    of_them = (
        f"{statistics.mean(each):.1f} each (median {statistics.median(each):g}, nine in ten at most "
        f"{each[len(each) * 9 // 10]}, the most {each[-1]}; {each.count(0)} people none)"
    )
    lines = [
        f"{len(each)} people, {sum(each)} nudges: {of_them}",
        "by channel: " + ", ".join(f"{name} {number}" for name, number in channels.most_common()),
        *(f"  {kind:17} {sent[kind]:5}  acted on {acted[kind] / sent[kind]:4.0%}" for kind in sorted(sent)),
        f"the most in a day {most_in_a_day} (pushes {most_pushes_in_a_day}), in any seven days {most_in_a_week}",
    ]
    return "\n".join(lines)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--people", type=int, default=400)
    asked.add_argument("--days", type=int, default=92)
    asked.add_argument("--seed", type=int, default=5)
    said = asked.parse_args()
    began = stopwatch.monotonic()
    world = World(people=said.people, seed=said.seed)
    broken = [*world.live(said.days), *broken_histories(world)]
    minutes = said.days * 24 * 60 * len(world.people)
    sys.stdout.write(f"{report(world)}\n{minutes} minutes of somebody's, {len(broken)} rules broken\n")
    sys.stderr.write(f"{stopwatch.monotonic() - began:.0f} s\n")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
