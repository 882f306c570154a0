"""How long until it answers, and what it holds when nothing happens."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure, Size
from tests.bench.house import House, await_answer, end, free_port

IMPORT = (
    "import time; began = time.perf_counter(), time.process_time(); import server.app;"
    "print(time.perf_counter() - began[0], time.process_time() - began[1])"
)


def start(house: House, size: Size) -> Iterator[Figure]:
    """`hallway serve` with the PostgreSQL that starts by itself, in an empty folder and again; it works, too."""
    with tempfile.TemporaryDirectory(prefix="hallway-bench-start-") as folder:
        for what, at_most in (("cold start to first answer, first time", 15), ("the same, warm", 5)):
            port, began = free_port(), time.perf_counter()
            kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
            process = subprocess.Popen(
                [sys.executable, "-m", "server", "serve"],
                env={**kept, "HALLWAY_PORT": str(port), "HALLWAY_DATA": folder},
                stderr=subprocess.DEVNULL,
            )
            try:
                await_answer(process, port)
                yield Figure(what=what, value=time.perf_counter() - began, unit="s", at_most=at_most)
                if at_most == 5:
                    time.sleep(2)  # its rounds have run
                    yield Figure(
                        what="memory of an idle process", value=resident(process.pid), unit="MB", at_most=150
                    )
            finally:
                end(process)
    said = [subprocess.check_output([sys.executable, "-c", IMPORT], text=True) for _ in range(3)]
    wall, cpu = min(tuple(map(float, line.split())) for line in said)
    yield Figure(what="import of the app", value=wall, unit="s", at_most=1, more={"cpu_s": cpu})


def resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
