"""The tools that check the contract, which `make contract` installs, and a server as an operator starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from server.settings import SECRETS
from tests.contract.conference import Conference, set_up

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "openapi" / "tools"
PROGRAMS = ROOT / ".venv" / "contract" / "bin"
CONTRACT = ROOT / "openapi" / "openapi.json"
ORGANIZER = "olga@example.org"
ORGANIZER_OF_THE_DAY = "oscar@example.org"  # day.ts reads the first code that was mailed to somebody


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not (PROGRAMS / "node").exists() or not (TOOLS / "node_modules" / ".ready").exists():
        absent = pytest.mark.skip(reason="its tools are not installed: `make contract` does that")
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(absent)


def run(*words: str | Path, folder: Path = TOOLS, **environment: str) -> str:
    """What a tool said; fails the test with it if the tool failed."""
    ended = subprocess.run(  # noqa: S603
        [str(PROGRAMS / words[0]), *map(str, words[1:])],
        cwd=folder,
        env={**os.environ, **environment, "NO_COLOR": "1", "FORCE_COLOR": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout
    return ended.stdout


def node(package: str, *words: str | Path, **environment: str) -> str:
    """A command of one of the packages in `openapi/tools`."""
    return run("node", TOOLS / "node_modules" / ".bin" / package, *words, **environment)


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers, and the folder its mail goes to."""

    url: str
    outbox: Path


@pytest.fixture(scope="session")
def server(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = tmp_path_factory.mktemp("data")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HALLWAY_")},
        **{f"HALLWAY_{name.upper()}": f"{name[:4]}-for-tests-only-" + "x" * 32 for name in SECRETS},
        "DATABASE_URL": database_url,
        "HALLWAY_DATA": str(data),
        "HALLWAY_PORT": str(port),
        "HALLWAY_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HALLWAY_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "server"]
    for organizer in (ORGANIZER, ORGANIZER_OF_THE_DAY):
        subprocess.run([*command, "organizer", "add", organizer], env=environment, check=True)  # noqa: S603
    with subprocess.Popen([*command, "serve"], env=environment, cwd=ROOT) as process:  # noqa: S603
        try:
            until_ready(f"http://127.0.0.1:{port}/v1/health", process)
            yield Running(url=f"http://127.0.0.1:{port}", outbox=data / "outbox")
        finally:
            process.terminate()


def until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the server ended before it answered"
        try:
            httpx2.get(url).raise_for_status()
        except httpx2.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="session")
def conference(server: Running) -> Conference:
    return set_up(server.url, server.outbox, ORGANIZER)
