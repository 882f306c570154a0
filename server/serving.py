"""Serving until told to stop, and stopping without dropping what was accepted (decision 0038)."""

import asyncio
import signal
import time
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any

import uvicorn
from litestar import Litestar

try:
    from uvloop import new_event_loop
except ImportError:  # Windows has none
    from asyncio import new_event_loop

from server.admission import Admission
from server.app import create_app, wrap
from server.metrics import serving_metrics
from server.settings import Settings
from server.worker import work

LONGEST_FAREWELL = 15  # seconds for requests under way; a phone waits ten


def run(main: Coroutine[Any, Any, None]) -> None:
    """What runs for long runs on the faster loop, where there is one."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(main)


async def serve_until_stopped(settings: Settings, *, working: bool) -> None:
    """Serve, and work in the same loop, until a signal; then finish what was begun."""
    # uvicorn raises the signal it stopped for once more, which would end us before the worker has finished.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    stop = asyncio.Event()
    server = Server(create_app(settings), settings, on_leaving=stop.set)
    worker = asyncio.create_task(work(settings, stop=stop)) if working else None
    if worker:  # serving without its worker would be half a Hallway: whoever started it starts it again
        worker.add_done_callback(lambda _: setattr(server, "should_exit", True))
    try:
        async with serving_metrics(settings):
            await server.serve()
    finally:
        stop.set()
        if worker:
            await worker


class Server(uvicorn.Server):
    """Uvicorn's, which gives notice: told to stop, it says that it is not ready, and goes on for as long as load
    balancers need to notice (`HALLWAY_SHUTDOWN_NOTICE`). Then it takes no more connections, answers what it has
    accepted, and ends. Ctrl-C and a second signal skip the notice."""

    def __init__(self, app: Litestar, settings: Settings, *, on_leaving: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                Admission(wrap(app), at_once=settings.most_requests_at_once),
                host=settings.host,
                port=settings.port,
                http="httptools",
                lifespan="on",
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=LONGEST_FAREWELL,
            )
        )
        self._app, self._notice, self._on_leaving = app, settings.shutdown_notice, on_leaving
        self._hurried = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._hurried = self.should_exit or sig == signal.SIGINT
        super().handle_exit(sig, frame)

    async def main_loop(self) -> None:
        await super().main_loop()
        self._app.state.leaving = True
        self._on_leaving()
        # Whoever keeps a connection open shall open the next one to somebody else.
        headers = self.server_state.default_headers
        self.server_state.default_headers = [*headers, (b"connection", b"close")]
        until = time.monotonic() + self._notice
        while time.monotonic() < until and not self._hurried:  # noqa: ASYNC110 - a signal's handler sets it
            await asyncio.sleep(0.05)
        self._app.state.boards.close()
