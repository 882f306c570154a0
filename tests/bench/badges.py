"""`python -m tests.bench.badges [HOW MANY]`: how fast badges are printed, as the worker's job has it done.

Wall time and peak memory are of the drawing processes together, CPU seconds of all of them: on a machine with other
work the latter are the sturdier figure. Every name, organisation and role is another.
"""

import asyncio
import random
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

from faker import Faker

from server.badges.codes import new_badge_code
from server.badges.manual_codes import new_manual_code
from server.badges.print_jobs import draw
from server.badges.printing.layout import LAYOUTS

LOCALES = ("en_US", "fr_FR", "pl_PL", "vi_VN", "ru_RU", "ja_JP", "ar_EG", "de_DE")
TYPES = ("attendee", "speaker", "staff", "exhibitor", "press")
PREFIX = "https://hallway.example/b/"
MEGABYTE = 1_000_000


def badges(count: int) -> list[list[str]]:
    lots = random.Random(7)  # noqa: S311
    people = [Faker(locale) for locale in LOCALES]
    for person in people:
        person.seed_instance(7)
    return [
        [
            str(number), people[number % 8].name(), "they/them" if number % 3 else "", people[number % 8].company(),
            people[number % 8].job(), TYPES[number % 5], new_badge_code(b"ref", lots.randbytes).text,
            new_manual_code(lots.randbytes).text,
        ]
        for number in range(count)
    ]  # fmt: skip


class Memory:
    """The most that our child processes together have held, looked at every 50 ms (Linux)."""

    def __init__(self) -> None:
        self.peak = 0
        self.ended = threading.Event()
        self.watch = threading.Thread(target=self.look)

    def __enter__(self) -> Self:
        self.watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.watch.join()

    def look(self) -> None:
        while not self.ended.wait(0.05):
            self.peak = max(self.peak, sum(map(resident, descendants("self"))))


def descendants(pid: str) -> list[str]:
    try:
        files = list(Path(f"/proc/{pid}/task").glob("*/children"))
        children = [child for file in files for child in file.read_text().split()]
    except OSError:  # it has just ended
        return []
    return [*children, *(further for child in children for further in descendants(child))]


def resident(pid: str) -> int:
    """Bytes, those shared with others in parts (PSS)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


async def print_all(people: list[list[str]], **looks: object) -> int:
    """Bytes of the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "badges.pdf"
        facts = {"path": str(path), "order": "name", "event_name": "EuroPython 2026", "url_prefix": PREFIX}
        async for told in draw({**facts, **looks}, people):
            done = told["done"]
        if done != len(people):
            raise SystemExit(f"{done} of {len(people)} badges were printed")
        return path.stat().st_size


def measure(people: list[list[str]], **looks: object) -> str:
    def cpu() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before, began = cpu(), time.perf_counter()
    with Memory() as memory:
        size = asyncio.run(print_all(people, **looks))
    wall, used = time.perf_counter() - began, cpu() - before
    return (
        f"{len(people) / wall:6.0f} badges/s  {wall:5.1f} s  {used:5.1f} CPU s"
        f"  {memory.peak / MEGABYTE:4.0f} MB peak  {size / MEGABYTE:4.1f} MB file"
    )


def main() -> None:
    people = badges(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    for layout in LAYOUTS:
        for double_sided in (False, True):
            sides = "both sides" if double_sided else "one side"
            figures = measure(people, layout=layout, page="a4", double_sided=double_sided)
            sys.stdout.write(f"{len(people)} badges, {layout} on A4, {sides:<10}  {figures}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
