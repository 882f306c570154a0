"""What is measured: a PostgreSQL with fsync on, the API as `hallway serve` serves it, and the ceiling beside it."""

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import asyncpg

from migrations.run import migrate
from server.embedded import EmbeddedPostgres
from server.logs import set_up_logs
from tests.bench.crowd import credentials, gather_crowd
from tests.bench.load import Job

SECRET = secrets.token_urlsafe(32)
TICKS = os.sysconf("SC_CLK_TCK")
PHONES = 4_000  # people who ask
WARM = {
    "scan": 40,
    "batch": 4,
    "get": 40,
}  # requests on each connection, so that each of the pool's has prepared its statements
LONGEST_WARM_UP = 6.0  # seconds


@dataclass
class House:
    """Everything that runs; `people` are at the event."""

    folder: Path
    postgres: EmbeddedPostgres
    environment: dict[str, str]
    people: int
    hallway: "Server"
    bare: "Server"
    load: "Load"
    met: bool = False
    stored: bool = False
    numbers: Counter[str] = field(default_factory=Counter)  # how many requests of each kind were sent

    async def connect(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(self.environment["DATABASE_URL"])
        await connection.execute("set statement_timeout = 0")
        return connection

    def postgres_cpu(self) -> float:
        """CPU seconds of the server's processes that still run."""
        first = (self.folder / "postgres" / "postmaster.pid").read_text().split()[0]
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return sum(cpu(int(child)) for child in children)


@dataclass(frozen=True)
class Server:
    name: str
    process: subprocess.Popen[bytes]
    port: int


@dataclass(frozen=True)
class Load:
    process: subprocess.Popen[str]

    def play(self, job: Job) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asdict(job)) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextmanager
def open_house(people: int) -> Iterator[House]:
    with ExitStack() as house:
        set_up_logs(level="warning", form="text")
        folder = Path(house.enter_context(tempfile.TemporaryDirectory(prefix="hallway-bench-")))
        postgres = house.enter_context(EmbeddedPostgres.start(folder))
        asyncio.run(migrate(postgres.url()))
        environment = {
            **os.environ,
            "DATABASE_URL": postgres.url(driver="postgresql"),
            "HALLWAY_PUBLIC_URL": "https://hallway.example",
            "HALLWAY_DATA": str(folder),
            "HALLWAY_SESSION_SECRET": SECRET,
            **{f"HALLWAY_{name}_SECRET": f"{name}-{SECRET}" for name in ("CODE", "TICKET", "LIMIT")},
            "HALLWAY_SHUTDOWN_NOTICE": "0",
        }
        hallway = serve(house, "hallway", ["-m", "server", "serve", "--no-work"], environment)
        bare = serve(house, "bare", ["-m", "tests.bench.bare"], environment)
        load = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.load"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        house.callback(end, load)
        found = House(folder, postgres, environment, people, hallway, bare, Load(load))
        asyncio.run(fill(found))
        yield found


async def fill(house: House) -> None:
    connection = await house.connect()
    await gather_crowd(connection, house.people)
    await connection.close()


def serve(house: ExitStack, name: str, command: list[str], environment: dict[str, str]) -> Server:
    """A server in a process of its own, once it answers."""
    port = free_port()
    arguments = [sys.executable, *command, *([str(port)] if name == "bare" else [])]
    process = subprocess.Popen(
        arguments, env={**environment, "HALLWAY_PORT": str(port)}, stderr=subprocess.DEVNULL
    )
    house.callback(end, process)
    await_answer(process, port)
    return Server(name, process, port)


def await_answer(process: subprocess.Popen[Any], port: int) -> None:
    while process.poll() is None:
        try:
            urlopen(f"http://127.0.0.1:{port}/v1/health", timeout=5).close()
        except OSError as error:  # a 404 of the bare server is an answer
            if getattr(error, "code", None):
                return
            time.sleep(0.01)
        else:
            return
    raise RuntimeError(f"{process.args} ended with {process.returncode}")


def end(process: subprocess.Popen[Any]) -> None:
    process.terminate()
    process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu(pid: int) -> float:
    """CPU seconds of a process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure(
    house: House,
    server: Server,
    kind: str,
    path: str,
    *,
    connections: int,
    seconds: float,
    people: list[list[str]] | None = None,
) -> dict[str, Any]:
    """One round of load after a warm-up. Of posts, every request of a run is another scan."""
    file = house.folder / "people.json"
    file.write_text(json.dumps(people or credentials(SECRET.encode(), PHONES)))
    begin = house.numbers[kind]
    job = Job(server.port, connections, 0.5, kind, path, str(file), begin=begin)
    warm, until = house.load.play(job), time.monotonic() + LONGEST_WARM_UP
    while warm["next"] - begin < WARM[kind] * connections and time.monotonic() < until:
        warm = house.load.play(replace(job, begin=warm["next"]))
    before = cpu(server.process.pid), house.postgres_cpu()
    result = house.load.play(replace(job, seconds=seconds, begin=warm["next"]))
    result["api_cpu_ms"] = (cpu(server.process.pid) - before[0]) * 1000 / result["requests"]
    result["postgres_cpu_ms"] = (house.postgres_cpu() - before[1]) * 1000 / result["requests"]
    result["load_cpu_ms"] = result.pop("cpu") * 1000 / result["requests"]
    house.numbers[kind] = result.pop("next")
    if set(result["statuses"]) - {"200", "201"}:
        raise RuntimeError(f"{server.name} answered {result['statuses']} to {path}")
    return result
