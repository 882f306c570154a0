"""Workers that are killed while they send, and servers that count what arrived. Their time may run faster, so that a
dead worker's lease is over in seconds."""

import asyncio
import json
import multiprocessing
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from uuid import UUID

from aiosmtpd.controller import UnthreadedController

from server import worker
from server.settings import Settings
from server.worker import Work, work
from tests.push.apple import Apple
from tests.push.google import Google

PATIENCE = timedelta(seconds=2)
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.nudges.chaos"])


@dataclass(frozen=True)
class Clock:
    """`began` at the moment `since` (seconds since the epoch) of this machine's clock, and so fast from then on."""

    began: datetime
    speed: float
    since: float = field(default_factory=time.time)

    def __call__(self) -> datetime:
        return self.began + self.speed * timedelta(seconds=time.time() - self.since)


def run_worker(settings: Settings, clock: Clock, certificate: Path) -> None:
    """A worker as `hallway work` runs it, but that waits by this clock."""
    os.environ["SSL_CERT_FILE"] = str(certificate)
    for name, job in worker.JOBS.items():
        worker.JOBS[name] = hurried(job, clock.speed)
    asyncio.run(work(settings, stop=asyncio.Event(), clock=clock, patience=PATIENCE))


def hurried(job: Work, speed: float) -> Work:
    async def run(tools: worker.Tools, subject: UUID) -> timedelta | None:
        wait = await job(tools, subject)
        return None if wait is None else wait / speed

    return run


@dataclass(frozen=True)
class Arrival:
    """One message that a server took from one worker's process. `key` is the collapse key or the Message-ID."""

    channel: str
    key: str
    to: str
    pid: int


@dataclass
class Chaos:
    """Two workers, each with servers of its own, so that these know whom to kill: at one in three messages that they
    took, before or after they answer, until so many are dead."""

    settings: Settings
    clock: Clock
    certificate: tuple[Path, Path]
    folder: Path
    kills: int
    random: Random
    arrivals: list[Arrival] = field(default_factory=list)
    killed: set[int] = field(default_factory=set)
    workers: list[BaseProcess] = field(default_factory=list)

    @asynccontextmanager
    async def raging(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as services:
            apple, google = Apple(self.certificate, self.clock), Google(self.clock)
            (self.folder / "AuthKey.p8").write_text(apple.key_pem)
            homes = [await self.serve(slot, apple, google, services) for slot in range(2)]
            self.workers = [self.start(home) for home in homes]
            keeper = asyncio.create_task(self.replace_the_dead(homes))
            try:
                yield
            finally:
                keeper.cancel()
                for process in self.workers:
                    process.kill()
                    process.join()

    async def serve(self, slot: int, apple: Apple, google: Google, services: AsyncExitStack) -> Settings:
        """Servers for the worker in this place, and its settings; what they know they share."""

        def took(channel: str, key: str, to: str) -> None:
            self.took(slot, channel, key, to)

        apple = Apple(
            self.certificate,
            self.clock,
            key=apple.key,
            before_answer=lambda taken, _: took("push", taken.collapse_id, taken.device),
        )
        google = Google(
            self.clock,
            key=google.key,
            before_answer=lambda taken, _: took("push", taken["android"]["collapse_key"], taken["token"]),
        )
        apns_url = await services.enter_async_context(apple.serving())
        fcm_url = await services.enter_async_context(google.serving())
        credentials = self.folder / f"fcm-{slot}.json"
        credentials.write_text(json.dumps(google.credentials(fcm_url)))
        receiver = UnthreadedController(
            Mailbox(took), hostname="127.0.0.1", port=0, loop=asyncio.get_running_loop()
        )
        smtp = await receiver._create_server()
        services.push_async_callback(smtp.wait_closed)
        services.callback(smtp.close)
        return self.settings.model_copy(
            update={
                "mail_url": f"smtp://127.0.0.1:{smtp.sockets[0].getsockname()[1]}",
                "apns_url": apns_url,
                "apns_key": self.folder / "AuthKey.p8",
                "apns_key_id": "ABC123DEFG",
                "apns_team_id": "ABCDE12345",
                "apns_topic": "org.example.hallway",
                "fcm_url": fcm_url,
                "fcm_credentials": credentials,
            }
        )

    def start(self, settings: Settings) -> BaseProcess:
        process = FORKS.Process(
            target=run_worker, args=(settings, self.clock, self.certificate[0]), daemon=True
        )
        process.start()
        return process

    def took(self, slot: int, channel: str, key: str, to: str) -> None:
        process = self.workers[slot]
        assert process.pid is not None
        self.arrivals.append(Arrival(channel, key, to, process.pid))
        if len(self.killed) < self.kills and process.pid not in self.killed and self.random.random() < 1 / 3:
            self.killed.add(process.pid)
            if self.random.random() < 1 / 2:
                os.kill(process.pid, signal.SIGKILL)
            else:
                asyncio.get_running_loop().call_soon(os.kill, process.pid, signal.SIGKILL)

    async def replace_the_dead(self, homes: list[Settings]) -> None:
        while True:
            for slot, process in enumerate(self.workers):
                if not process.is_alive():
                    self.workers[slot] = self.start(homes[slot])
            await asyncio.sleep(0.02)


class Mailbox:
    """A mail server's side that counts."""

    def __init__(self, took) -> None:
        self.took = took

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        message = message_from_bytes(envelope.content)
        self.took("email", message["Message-ID"], envelope.rcpt_tos[0])
        return "250 OK"
