"""Told to stop, a server answers what it has accepted, a worker finishes what it has begun or hands it back, and both
end well."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx2
import pytest
from aiosmtpd.controller import UnthreadedController
from sqlalchemy import text

from server.clock import utc_now
from server.worker import work
from tests.demo.performance import free_port
from tests.test_command_line import environment

__all__ = ["environment"]

HEADERS = (
    "POST /v1/sign_in_codes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    "Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n"
)
BODY = b'{"email": "ada@example.org"}'


@asynccontextmanager
async def hallway(*words: str, environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "server", *words, env=environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


class PostOffice:
    """A mail server that takes letters when it is told to, and not before."""

    def __init__(self) -> None:
        self.asked, self.take, self.taken = asyncio.Event(), asyncio.Event(), 0

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        self.asked.set()
        await self.take.wait()
        self.taken += 1
        return "250 OK"


@pytest.fixture
async def post_office() -> AsyncIterator[tuple[PostOffice, str]]:
    office = PostOffice()
    controller = UnthreadedController(office, hostname="127.0.0.1", port=0, loop=asyncio.get_running_loop())
    server = await controller._create_server()
    yield office, f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    office.take.set()
    server.close()


async def test_a_server_gives_notice_and_then_answers_what_it_has_accepted(environment, clean):
    port = free_port()
    chosen = {"HALLWAY_PORT": str(port), "HALLWAY_SHUTDOWN_NOTICE": "60"}
    async with (
        hallway("serve", "--no-work", environment={**environment, **chosen}) as server,
        httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client,
    ):
        while not await answers(client):
            await asyncio.sleep(0.05)
        answer, request = await asyncio.open_connection("127.0.0.1", port)
        request.write(HEADERS.format(length=len(BODY)).encode())
        assert await answer.readline() == b"HTTP/1.1 100 Continue\r\n"  # so it has been accepted

        server.send_signal(signal.SIGTERM)
        while (ready := (await client.get("/v1/readiness")).json())["detail"] != "It was told to stop.":
            await asyncio.sleep(0.05)
        still_served = await client.get("/v1/health")

        server.send_signal(signal.SIGTERM)  # no more notice
        while await answers(client):
            await asyncio.sleep(0.05)
        request.write(BODY)
        answered = await answer.read()
        request.close()
        ended = await server.wait()

    assert ready["code"] == "not_ready"
    assert (still_served.status_code, still_served.headers["connection"]) == (200, "close")
    assert b"HTTP/1.1 202 Accepted\r\n" in answered
    assert b"request_id" in answered
    assert ended == 0


async def answers(client: httpx2.AsyncClient) -> bool:
    try:
        return (await client.get("/v1/health")).status_code == 200
    except httpx2.TransportError:
        return False


async def test_a_worker_finishes_the_letter_it_has_begun(environment, client, database, post_office):
    office, address = post_office
    await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"})
    async with hallway("work", environment={**environment, "HALLWAY_MAIL_URL": address}) as worker:
        await office.asked.wait()
        worker.send_signal(signal.SIGTERM)
        office.take.set()
        ended = await worker.wait()

    assert (ended, office.taken) == (0, 1)
    assert await outcomes(database) == ["sent"]
    assert await queued(database) == []


async def test_a_job_that_does_not_end_is_handed_back(client, settings, database, post_office):
    office, address = post_office
    await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"})
    stop = asyncio.Event()
    mailing = settings.model_copy(update={"mail_url": address})
    worker = asyncio.create_task(work(mailing, stop=stop, clock=utc_now, farewell=timedelta(0)))
    await office.asked.wait()
    stop.set()
    await worker

    assert office.taken == 0
    assert await outcomes(database) == [None]
    assert await queued(database) == [("send_mail", "queued")]


async def outcomes(database) -> list[str | None]:
    async with database.engine.connect() as connection:
        return list(await connection.scalars(text("select outcome from mails")))


async def queued(database) -> list[tuple[str, str]]:
    async with database.engine.connect() as connection:
        found = await connection.execute(text("select entrypoint, status::text from pgqueuer"))
        return [tuple(row) for row in found]
