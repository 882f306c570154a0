"""Scans: one by one, in batches, and beside many that are stored. Every scan measured is the first of a new pair, which
writes most: the scan, the encounter, both sides of the connection, and what each gives the other."""

import asyncio
import re
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from server.embedded.programs import folders_with_programs
from tests.bench.bare import RECORD
from tests.bench.crowd import EVENT, store_meetings, store_what_follows
from tests.bench.figures import Figure, Size
from tests.bench.house import PHONES, House, measure

SCANS = f"/v1/events/{EVENT}/scans"
ITEMS = 500


def best(
    house: House, size: Size, kind: str, path: str, *, connections: int, people: list[list[str]] | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Hallway and the ceiling in turn, so that other work on the machine meets both; each one's best round."""
    rounds: dict[str, list[dict[str, Any]]] = {"bare": [], "hallway": []}
    for _ in range(size.rounds):
        for server in (house.bare, house.hallway):
            rounds[server.name].append(
                measure(
                    house, server, kind, path, connections=connections, seconds=size.seconds, people=people
                )
            )
    return tuple(max(rounds[name], key=lambda round_: round_["rate"]) for name in ("hallway", "bare"))


def beside(hallway: dict[str, Any], bare: dict[str, Any]) -> dict[str, Any]:
    """Times of a request in ms; `x` of the ceiling."""
    return {
        "p50": hallway["p50"], "p99": hallway["p99"], "p50_x": bare["p50"], "p99_x": bare["p99"],
        "api_cpu": hallway["api_cpu_ms"], "api_cpu_x": bare["api_cpu_ms"],
        "pg_cpu": hallway["postgres_cpu_ms"], "pg_cpu_x": bare["postgres_cpu_ms"], "load_cpu": hallway["load_cpu_ms"],
    }  # fmt: skip


def record_scan(house: House, size: Size) -> Iterator[Figure]:
    for connections in (1, 16, 64):
        hallway, bare = best(house, size, "scan", SCANS, connections=connections)
        yield Figure(
            what=f"record_scan, {connections} connections", value=hallway["rate"], unit="/s",
            ceiling=bare["rate"], at_least=0.65 if connections == 16 else None, more=beside(hallway, bare),
        )  # fmt: skip
    yield from pgbench(house, size)


def pgbench(house: House, size: Size) -> Iterator[Figure]:
    """The ceiling's statement without Python: its parameters are looked up by number."""
    program = next(iter(folders_with_programs("pgbench"))) / "pgbench"
    if not program.exists():
        yield Figure(what="pgbench, the same statement (left out: not installed)", value=0, unit="/s")
        return
    numbers = {
        1: f"'{EVENT}'::uuid", 2: "md5('session' || :a)::uuid", 3: "md5('account' || :a)::uuid",
        4: "array[gen_random_uuid()]",
        5: f"array(select code from badges where event_id = '{EVENT}' and id = md5('badge' || :b)::uuid)",
        6: "array[now()]", 7: "now()",
    }  # fmt: skip
    statement = re.sub(r"\$(\d)", lambda found: numbers[int(found[1])], RECORD).replace("\n", " ")
    script = house.folder / "pgbench.sql"
    script.write_text(  # at distances at which nobody is stored
        f"\\set a random(0, {PHONES - 1})\n\\set b (:a + random(2050, 3400)) % {PHONES}\n{statement};\n"
    )
    address = house.environment["DATABASE_URL"]
    once = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off"
    command = [program, *f"-n -M prepared -c 16 -j 1 -T {round(size.seconds)}".split(), "-f", script, address]
    rates = []
    for _ in range(size.rounds):
        said = subprocess.run(
            command, capture_output=True, text=True, check=True, env={**house.environment, "PGOPTIONS": once}
        ).stdout
        rates.append(float(re.search(r"tps = ([\d.]+)", said)[1]))
    yield Figure(what="pgbench, the ceiling's statement, 16 connections", value=max(rates), unit="/s")


def sync_scans(house: House, size: Size) -> Iterator[Figure]:
    for connections in (1, 4):
        hallway, bare = best(house, size, "batch", f"{SCANS}/sync", connections=connections)
        yield Figure(
            what=f"sync_scans of {ITEMS}, {connections} connections", value=hallway["rate"] * ITEMS, unit="items/s",
            ceiling=bare["rate"] * ITEMS, at_least=0.6, more=beside(hallway, bare),
        )  # fmt: skip


def stored_scans(house: House, size: Size) -> Iterator[Figure]:
    """The same with few and with many scans stored."""
    before, _ = best(house, size, "scan", SCANS, connections=16)
    store(house, size)
    after, bare = best(house, size, "scan", SCANS, connections=16)
    yield Figure(
        what=f"record_scan, 16 connections, beside {size.stored:,} stored scans", value=after["rate"], unit="/s",
        ceiling=bare["rate"],
        more=beside(after, bare) | {f"{name}_before": before[name] for name in ("rate", "p50", "p99")},
    )  # fmt: skip


def store(house: House, size: Size) -> None:
    """Once in a run."""
    store_met(house, size)
    if not house.stored:
        asyncio.run(fill(house, size, store_what_follows))
        house.stored = True


def store_met(house: House, size: Size) -> None:
    """Scans and encounters alone, once in a run."""
    if not house.met:
        asyncio.run(fill(house, size, store_meetings))
        house.met = True


async def fill(house: House, size: Size, keep: Callable[..., Awaitable[None]]) -> None:
    connection = await house.connect()
    await keep(connection, house.people, size.stored)
    await connection.execute("vacuum analyze")
    await connection.close()
