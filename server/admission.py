"""Overload: requests that would be answered too late are refused at once, so that the others are answered in time.

Bounded are how many requests are at work (their number is rate times time, by Little's law: beyond what keeps the
processors and the database busy, more of them only wait for each other), and how many wait for their turn, and how
long. Decision 0038 has the figures.
"""

import asyncio
import random
import time
from collections import deque

import structlog
from litestar.types import ASGIApp, Message, Receive, ReceiveMessage, Scope, Send

from server.failures import Busy
from server.headers import EVERY_ANSWER
from server.logs import id_of
from server.metrics import REFUSED
from server.problems import problem_of, status_of

log = structlog.get_logger()

ALWAYS_ANSWERED = frozenset({"/v1/health", "/v1/readiness"})
WAITING = 4  # times as many as may be at work: a burst
LONGEST_WAIT = 1.0  # seconds: a tenth of a phone's patience, so that whoever is let in is answered within it
SOONEST, LATEST = 1, 5  # seconds: those refused together shall not come back together
TOLD_EVERY = 10.0  # seconds


class Admission:
    """ASGI middleware round the application: lets `at_once` requests work and some wait, and answers 503 `busy` to the
    rest, before anybody is asked who they are and before a body is read: a refusal must cost next to nothing."""

    def __init__(self, app: ASGIApp, *, at_once: int) -> None:
        self.app, self.at_once = app, at_once
        self.at_work = 0
        self._waiting: deque[asyncio.Future[bool]] = deque()
        self._refused, self._told = 0, float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in ALWAYS_ANSWERED:
            await self.app(scope, receive, send)
        elif await self._may_work():
            admitted = Admitted(self, receive, send)
            try:
                await self.app(scope, admitted.receive, admitted.send)
            finally:
                admitted.end()
        else:
            await self._refuse(scope, send)

    async def _may_work(self) -> bool:
        if self.at_work < self.at_once:
            self.at_work += 1
            return True
        if len(self._waiting) >= WAITING * self.at_once:
            return False
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[bool] = loop.create_future()
        self._waiting.append(turn)
        too_late = loop.call_later(LONGEST_WAIT, self._give_up, turn)
        try:
            return await turn
        finally:
            too_late.cancel()

    def _give_up(self, turn: asyncio.Future[bool]) -> None:
        if not turn.done():
            self._waiting.remove(turn)
            turn.set_result(False)

    def leave(self) -> None:
        """One request less at work: whoever has waited longest is next."""
        self.at_work -= 1
        while self._waiting and self.at_work < self.at_once:
            turn = self._waiting.popleft()
            if not turn.done():
                self.at_work += 1
                turn.set_result(True)

    async def _refuse(self, scope: Scope, send: Send) -> None:
        self._tell()
        request_id = id_of(scope)
        body = problem_of(Busy(), request_id).model_dump_json().encode()
        headers = [
            (b"content-type", b"application/problem+json"),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
            (b"retry-after", b"%d" % random.randint(SOONEST, LATEST)),  # noqa: S311 - no secret
            (b"x-request-id", request_id.encode()),
            *EVERY_ANSWER,
        ]
        await send({"type": "http.response.start", "status": status_of(Busy), "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def _tell(self) -> None:
        """Count it, and log now and then: a line for each would cost as much as many an answer."""
        REFUSED.inc()
        self._refused += 1
        if time.monotonic() > self._told + TOLD_EVERY:
            log.warning("overloaded", refused=self._refused, at_work=self.at_work)
            self._refused, self._told = 0, time.monotonic()


class Admitted:
    """A request at work. It counts while it is we who work: not while its body is on its way, or slow senders would
    keep everybody out, and not once its answer begins, since downloads and streams last."""

    def __init__(self, admission: Admission, receive: Receive, send: Send) -> None:
        self._admission, self._receive, self._send = admission, receive, send
        self._counts, self._ended = True, False

    async def receive(self) -> ReceiveMessage:
        self._rest()
        try:
            return await self._receive()
        finally:
            if not self._ended:
                self._counts = True
                self._admission.at_work += 1

    async def send(self, message: Message) -> None:
        self.end()
        await self._send(message)

    def end(self) -> None:
        self._ended = True
        self._rest()

    def _rest(self) -> None:
        if self._counts:
            self._counts = False
            self._admission.leave()
