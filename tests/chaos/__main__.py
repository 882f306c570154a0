"""`python -m tests.chaos [--rounds N] [--people N] [--seed N]`: kill everything in turn under load, then count.

Ends with 1 if anything acknowledged is not there exactly once.
"""

import argparse
import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import httpx2

from server.database import driver_url
from server.embedded.cluster import SUPERUSER
from server.logs import set_up_logs
from tests.bench.crowd import credentials, gather_crowd
from tests.chaos.bouncer import HOW_TO_GET_IT
from tests.chaos.counting import Check, check_letters, check_scans, check_talks, settle
from tests.chaos.files import STANDBY, check_files, left_out, make_organizers, order_files
from tests.chaos.house import LOG, SECRET, House, open_house
from tests.chaos.people import Guest, Line, Talks, talk, times
from tests.standbys import NoStandby, kill

SETTLE_WITHIN = (
    900.0  # seconds: a lease of two minutes, and what nobody had at hand is promised again within ten
)
TALKERS = 4
AT_ONCE = 4  # askers of one host


@dataclass
class Story:
    """What was done when."""

    began: float = field(default_factory=time.monotonic)
    done: Counter[str] = field(default_factory=Counter)

    def tell(self, what: str) -> None:
        self.done[what] += 1
        sys.stdout.write(f"{time.monotonic() - self.began:6.1f} s  {what}\n")
        sys.stdout.flush()


class Trouble:
    """Each trouble in its turn, and all of them again."""

    def __init__(self, house: House, line: Line, guests: list[Guest], story: Story) -> None:
        self.house, self.line, self.guests, self.story = house, line, guests, story

    async def go_through(self, rounds: int) -> None:
        """Everybody has some seconds after each, and what died is back before the next."""
        troubles: list[Callable[[], Awaitable[None]]] = [
            lambda: self.kill("replica 1"),
            lambda: self.kill("worker 1"),
            self.cut_answers,
            self.kill_database,
            lambda: self.kill("replica 2"),
            self.pause_database,
            lambda: self.kill("worker 2"),
            self.crowd_the_pool,
            lambda: self.stop_politely("replica 1"),
            self.kill_a_connection,
            self.cut_off_the_database,
            lambda: self.stop_politely("worker 1"),
            self.silence_the_database,
            self.slow_the_disk,
            *([self.kill_bouncer] if self.house.bouncer else []),
            *([] if isinstance(self.house.standby, NoStandby) else [self.kill_standby]),
        ]
        for trouble in troubles * rounds:
            await self.house.answers()
            await asyncio.sleep(2)
            await trouble()
            await asyncio.sleep(2)

    async def kill(self, name: str) -> None:
        self.story.tell(f"kill -9 {name}")
        self.kept(name).send(signal.SIGKILL)

    async def stop_politely(self, name: str) -> None:
        self.story.tell(f"kill -TERM {name}")
        self.kept(name).send(signal.SIGTERM)

    def kept(self, name: str):
        return next(one for one in self.house.kept() if one.name == name)

    async def kill_database(self) -> None:
        postmaster = self.house.postmaster()
        if postmaster:
            self.story.tell("kill -9 the database")
            os.kill(postmaster, signal.SIGKILL)

    async def kill_a_connection(self) -> None:
        self.story.tell("kill -9 a process of the database, which then restarts all of them")
        with suppress(ProcessLookupError, IndexError):
            os.kill(self.house.backends()[-1], signal.SIGKILL)

    async def pause_database(self) -> None:
        self.story.tell("the database stands still for 4 s")
        paused = self.house.backends()
        for number, pause in ((signal.SIGSTOP, 4.0), (signal.SIGCONT, 0.0)):
            for process in paused:
                with suppress(ProcessLookupError):
                    os.kill(process, number)
            await asyncio.sleep(pause)

    async def cut_answers(self) -> None:
        self.story.tell("three of ten answers do not arrive, for 4 s")
        for cable in self.house.cables:
            cable.cut = 0.3
        await asyncio.sleep(4)
        for cable in self.house.cables:
            cable.cut = 0.0

    async def cut_off_the_database(self) -> None:
        self.story.tell("one of thirty answers of the database does not arrive, a commit's too, for 4 s")
        for cable in self.house.database_cables:
            cable.cut = 1 / 30
        await asyncio.sleep(4)
        for cable in self.house.database_cables:
            cable.cut = 0.0

    async def silence_the_database(self) -> None:
        self.story.tell("nothing passes between replicas and database, and nobody is told, for 4 s")
        for cable in self.house.database_cables:
            cable.silent(True)
        await asyncio.sleep(4)
        for cable in self.house.database_cables:
            cable.silent(False)

    async def slow_the_disk(self) -> None:
        """PostgreSQL's own way to wait before it flushes its log, which every commit waits for (`commit_delay`)."""
        self.story.tell("each flush of the database's log takes 0.1 s longer, for 6 s")
        for delay in ("100000", "0"):  # microseconds
            database = await asyncpg.connect(driver_url(self.house.postgres.url()), user=SUPERUSER)
            await database.execute("alter system set commit_siblings = 0")
            await database.execute(f"alter system set commit_delay = {delay}")
            await database.execute("select pg_reload_conf()")
            await database.close()
            await asyncio.sleep(6 if delay != "0" else 0)

    async def kill_bouncer(self) -> None:
        self.story.tell("kill -9 PgBouncer")
        self.house.bouncer.send(signal.SIGKILL)

    async def kill_standby(self) -> None:
        self.story.tell("kill -9 the standby")
        kill(self.house.folder / STANDBY)

    async def crowd_the_pool(self) -> None:
        self.story.tell("200 requests at once meet pools of 6 connections")
        await asyncio.gather(
            *(
                self.line.ask(self.guests[n % len(self.guests)].token, "GET", "/v1/me/changes")
                for n in range(200)
            )
        )


async def live(guest: Guest, people: int, over: asyncio.Event, chance: random.Random) -> None:
    """Scan somebody now and then, and deliver as the queue says."""
    while not over.is_set():
        guest.scan((guest.number + chance.randrange(1, people)) % people)
        await asyncio.sleep(min(await guest.queue.deliver(), chance.uniform(0.2, 1.5)))
    await guest.deliver_all()


async def talk_on(
    guests: list[Guest], line: Line, talks: Talks, over: asyncio.Event, chance: random.Random
) -> None:
    """People ask hosts whom they met, several the same host at once, for times that overlap."""
    while not over.is_set():
        host = chance.choice(guests)
        met = [guests[number] for number in {host.scanned[scan] for scan in host.acknowledged()}][:AT_ONCE]
        now = datetime.now(UTC)
        await asyncio.gather(*(talk(line, asker, host, talks, times(now, chance)) for asker in met))
        await asyncio.sleep(0.2)


async def play(*, rounds: int, people: int, seed: int) -> list[Check]:
    set_up_logs(level="error", form="text")
    chance = random.Random(seed)  # noqa: S311 - a story to repeat, no secret
    with tempfile.TemporaryDirectory(prefix="hallway-chaos-") as folder:
        async with open_house(Path(folder), chance) as house, httpx2.AsyncClient(timeout=15) as client:
            database = await asyncpg.connect(house.database_url)
            await gather_crowd(database, people)
            await make_organizers(database)
            await database.close()
            line = Line(client, [cable.port for cable in house.cables], chance)
            tokens = credentials(SECRET.encode(), people)
            guests = [Guest(number, token, line) for number, (token, *_) in enumerate(tokens)]
            story, talks = Story(), Talks()
            over = asyncio.Event()

            async def trouble() -> None:
                await Trouble(house, line, guests, story).go_through(rounds)
                over.set()

            ordered, *_ = await asyncio.gather(
                order_files(guests, line, over, chance),
                trouble(),
                *(talk_on(guests, line, talks, over, chance) for _ in range(TALKERS)),
                *(live(guest, people, over, chance) for guest in guests),
            )
            story.tell("everybody has been answered")
            await settle(house.database_url, within=SETTLE_WITHIN)
            story.tell("everything promised has been sent")

            database = await asyncpg.connect(house.database_url)
            checks = [
                *await check_scans(database, guests),
                *await check_talks(database, talks),
                *await check_letters(database, talks, house.post_box.taken),
                *await check_files(database, ordered),
            ]
            await database.close()
            tell(house, line, talks, story)
            return checks


def tell(house: House, line: Line, talks: Talks, story: Story) -> None:
    letters = Counter(house.post_box.taken)
    bouncer = house.bouncer.name if house.bouncer else f"nothing; PgBouncer is {HOW_TO_GET_IT}"
    said = [
        "",
        *(f"{count} times: {what}" for what, count in story.done.items()),
        f"answers by status (0 is none): {dict(sorted(line.answered.items()))}",
        f"in front of the database: {bouncer}",
        f"standby: {house.standby if isinstance(house.standby, NoStandby) else 'there'}",
        f"files for which the primary was read, the standby being away or behind: {left_out(house.folder / LOG)}",
        f"answers that did not arrive at phones: {sum(cable.cuts for cable in house.cables)}",
        f"answers of the database that did not arrive: {sum(cable.cuts for cable in house.database_cables)}",
        f"starts: { {one.name: one.starts for one in house.kept()} }",
        f"defects that were logged (500): {dict(house.defects())}",
        f"talks refused: {dict(talks.refused)}",
        f"letters that arrived again under their Message-ID: {sum(count - 1 for count in letters.values())}",
        "",
        "| what | counted | wrong |",
        "|---|---|---|",
    ]
    sys.stdout.write("\n".join(said) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--rounds", type=int, default=2, help="how often everything is killed in turn")
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    checks = asyncio.run(play(rounds=asked.rounds, people=asked.people, seed=asked.seed))
    sys.stdout.write("\n".join(check.line() for check in checks) + "\n")
    sys.exit(any(check.wrong for check in checks))


if __name__ == "__main__":
    main()
