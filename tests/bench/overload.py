"""What is left of Hallway when three times as much is asked of it as it can do (decision 0038)."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from statistics import mean
from typing import Any

from tests.bench.figures import Figure, Size
from tests.bench.flood import FloodJob
from tests.bench.house import House, cpu, measure
from tests.bench.scanning import SCANS

TIMES = 3
SATURATING = 64  # connections that ask again as soon as they are answered
LONGER = (
    10  # times as long as other rows: a queue without bounds takes that long to be beyond anybody's patience
)


def overload(house: House, size: Size) -> Iterator[Figure]:
    """Goodput: answered with success within a phone's patience. The ceiling is what is answered at saturation, before
    and after; `x` marks its CPU for a request, in ms, beside that for a good answer with the refusals that come with
    it."""
    for name, kind, path in (("record_scan", "scan", SCANS), ("list_connections", "get", "/v1/connections")):
        before = saturate(house, size, kind, path)
        flooded = flood(house, size, kind, path, rate=TIMES * before["rate"])
        after = saturate(house, size, kind, path)
        statuses = {f"status_{status}": count for status, count in flooded["statuses"].items()}
        yield Figure(
            what=f"{name}, {TIMES} times as much as can be done", value=flooded["goodput"], unit="/s",
            ceiling=mean([before["rate"], after["rate"]]), at_least=0.8,
            more={
                "p50": flooded["p50"], "p99": flooded["p99"], "api_cpu": flooded["api_cpu_ms"],
                "api_cpu_x": mean([before["api_cpu_ms"], after["api_cpu_ms"]]), "sent": flooded["sent"], **statuses,
            },
        )  # fmt: skip


def saturate(house: House, size: Size, kind: str, path: str) -> dict[str, Any]:
    return measure(house, house.hallway, kind, path, connections=SATURATING, seconds=2 * size.seconds)


def flood(house: House, size: Size, kind: str, path: str, *, rate: float) -> dict[str, Any]:
    people = str(house.folder / "people.json")
    begin, seconds = house.numbers[kind], LONGER * size.seconds
    job = FloodJob(house.hallway.port, 0, seconds, kind, path, people, begin=begin, rate=rate)
    used = cpu(house.hallway.process.pid)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.bench.flood"],
        input=json.dumps(asdict(job)), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    result = json.loads(ended.stdout)
    used = cpu(house.hallway.process.pid) - used
    result["api_cpu_ms"] = used * 1000 / max(result["good"], 1)
    house.numbers[kind] = result["next"]
    return result
