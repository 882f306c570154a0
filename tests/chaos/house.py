"""What runs and is killed: a PostgreSQL with fsync on, two replicas, two workers, PgBouncer where it is installed, a
standby, each started again when it dies; and the network between them."""

import asyncio
import json
import os
import random
import secrets
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx2
from aiosmtpd.controller import UnthreadedController

from migrations.run import migrate
from server.database import driver_url
from server.embedded import EmbeddedPostgres
from server.embedded.sockets import PORT, socket_folder
from tests.bench.house import free_port
from tests.chaos.bouncer import KEEPS_STATEMENTS, bouncer_command, find_bouncer
from tests.chaos.cable import Cable
from tests.chaos.files import STANDBY, standby_beside
from tests.standbys import NoStandby

LOG = "hallway.log"
SECRET = secrets.token_urlsafe(32)
POOL = 6  # connections of each replica's pools: few, so that they run out


class Kept:
    """A process that is started again half a second after it ended, as an init system does."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], log: Path) -> None:
        self.name, self.starts, self._log = name, 0, log
        self._command, self._environment = command, environment
        self._process: asyncio.subprocess.Process | None = None
        self._keeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._keeping = asyncio.create_task(self._keep())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._keeping
        self._keeping.cancel()
        await asyncio.gather(self._keeping, return_exceptions=True)
        if self._process and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    def send(self, number: signal.Signals) -> None:
        if self._process:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    async def _keep(self) -> None:
        while True:
            self.starts += 1
            with self._log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command, env=self._environment, stderr=log
                )
            await self._process.wait()
            await asyncio.sleep(0.5)


class PostBox:
    """A mail server that takes everything and keeps the Message-IDs."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        head = envelope.content.decode("utf-8", "replace").split("\r\n\r\n", 1)[0]
        self.taken += [
            line[12:].strip() for line in head.splitlines() if line.lower().startswith("message-id:")
        ]
        return "250 OK"


@dataclass
class House:
    folder: Path
    postgres: EmbeddedPostgres
    replicas: list[Kept]
    workers: list[Kept]
    cables: list[Cable]
    database_cables: list[Cable]
    bouncer: Kept | None
    standby: EmbeddedPostgres | NoStandby
    post_box: PostBox
    database_url: str = field(init=False)

    def __post_init__(self) -> None:
        self.database_url = driver_url(self.postgres.url())

    def kept(self) -> list[Kept]:
        return [*self.replicas, *self.workers, *([self.bouncer] if self.bouncer else [])]

    def defects(self) -> Counter[str]:
        """What nobody foresaw, by kind and place, of all processes."""
        lines = [line for line in (self.folder / LOG).read_text().splitlines() if '"defect"' in line]
        return Counter(f"{said['error']} at {said['where'][-1]}" for said in map(json.loads, lines))

    async def answers(self) -> None:
        """Until both replicas do, through their cables, with the database behind them."""
        async with httpx2.AsyncClient(timeout=5) as client:
            for cable in self.cables:
                while True:
                    with suppress(httpx2.HTTPError):
                        url = f"http://127.0.0.1:{cable.port}/v1/readiness"
                        if (await client.get(url)).status_code == 200:
                            break
                    await asyncio.sleep(0.2)

    def postmaster(self) -> int | None:
        try:
            return int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):  # it is just starting
            return None

    def backends(self) -> list[int]:
        """The database's processes, its first among them."""
        first = self.postmaster()
        with suppress(FileNotFoundError):
            return (
                [first, *map(int, Path(f"/proc/{first}/task/{first}/children").read_text().split())]
                if first
                else []
            )
        return []


@asynccontextmanager
async def open_house(folder: Path, chance: random.Random) -> AsyncIterator[House]:
    async with AsyncExitStack() as house:
        postgres = house.enter_context(EmbeddedPostgres.start(folder))
        await migrate(postgres.url())
        post_box = PostBox()
        mail = await UnthreadedController(
            post_box, hostname="127.0.0.1", port=0, loop=asyncio.get_running_loop()
        )._create_server()
        house.callback(mail.close)
        behind = await house.enter_async_context(Cable(socket_of(folder), chance))
        before, bouncer, bounces = behind, None, find_bouncer()
        if bounces:
            program, version = bounces
            port = free_port()
            command = bouncer_command(program, folder, port=port, database=behind.port)
            name = f"PgBouncer {'.'.join(map(str, version))}"
            bouncer = await house.enter_async_context(
                Kept(name, command, dict(os.environ), folder / "bouncer.log")
            )
            before = await house.enter_async_context(Cable(port, chance))
        standby = await house.enter_async_context(standby_beside(postgres.url(), folder / STANDBY))
        reads = {} if isinstance(standby, NoStandby) else {"HALLWAY_DATABASE_URL_READS": standby.url()}
        environment = {
            **os.environ,
            **reads,
            "DATABASE_URL": f"postgresql://hallway@127.0.0.1:{before.port}/hallway",
            "HALLWAY_DATABASE_URL_DIRECT": postgres.url(driver="postgresql"),
            "HALLWAY_STATEMENT_CACHE": str(bounces is None or bounces[1] >= KEEPS_STATEMENTS).lower(),
            "HALLWAY_PUBLIC_URL": "https://hallway.example",
            "HALLWAY_DATA": str(folder),
            "HALLWAY_MAIL_URL": f"smtp://127.0.0.1:{mail.sockets[0].getsockname()[1]}",
            "HALLWAY_POOL_SIZE": str(POOL),
            "HALLWAY_SHUTDOWN_NOTICE": "1",
            "HALLWAY_LOG_LEVEL": "warning",
            "HALLWAY_SESSION_SECRET": SECRET,
            **{f"HALLWAY_{name}_SECRET": f"{name}-{SECRET}" for name in ("CODE", "TICKET", "LIMIT")},
        }
        log = folder / LOG
        hallway = [sys.executable, "-m", "server"]
        replicas, workers, cables = [], [], []
        for number in (1, 2):
            port = free_port()
            serving = {**environment, "HALLWAY_PORT": str(port)}
            replica = Kept(f"replica {number}", [*hallway, "serve", "--no-work"], serving, log)
            replicas.append(await house.enter_async_context(replica))
            cables.append(await house.enter_async_context(Cable(port, chance)))
            worker = Kept(f"worker {number}", [*hallway, "work"], environment, log)
            workers.append(await house.enter_async_context(worker))
        database_cables = list(dict.fromkeys((before, behind)))
        yield House(folder, postgres, replicas, workers, cables, database_cables, bouncer, standby, post_box)


def socket_of(folder: Path) -> Path:
    """Where the database listens: on nothing else."""
    return socket_folder(Path(os.path.realpath(folder))) / f".s.PGSQL.{PORT}"
