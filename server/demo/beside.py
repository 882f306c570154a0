"""The Hallway that the demo plays against: a server and worker in a process beside it, on this machine only."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Final

from server.demo.errors import DemoStopped
from server.logs import set_up_logs
from server.settings import Settings

LOG: Final = "hallway.log"  # in the demo's folder

Serve = Callable[[Settings], None]


def demo_settings(settings: Settings, *, port: int | None, data: Path | None) -> Settings:
    """As set, but listening on this machine only, in a folder of its own, and with no mail leaving it."""
    port = port or settings.port
    return settings.model_copy(
        update={
            "host": "127.0.0.1",
            "port": port,
            "public_url": f"http://127.0.0.1:{port}",
            "data": (data or settings.data / "demo").absolute(),
            "mail_url": None,
            "shutdown_notice": 0,
            "log_level": "warning",
        }
    )


@contextmanager
def serving_beside(serve: Serve, settings: Settings) -> Iterator[BaseProcess]:
    """Serve in a process of its own, so that it has a core to itself; it ends with this one, however that ends."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(serve, settings))
    server.start()
    try:
        yield server
    finally:
        server.terminate()
        server.join()


def _serve(serve: Serve, settings: Settings) -> None:
    os.setsid()  # Ctrl-C reaches our parent, which then tells us
    with (settings.data / LOG).open("ab", buffering=0) as lines:
        os.dup2(lines.fileno(), sys.stdout.fileno())
        os.dup2(lines.fileno(), sys.stderr.fileno())
    set_up_logs(level="info", form=settings.log_format)
    Thread(target=_end_with_parent, daemon=True).start()
    serve(settings)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def wait_for_ctrl_c(server: BaseProcess) -> None:
    """Raises DemoStopped if the server ends before somebody ends it."""
    try:
        server.join()
    except KeyboardInterrupt:
        return
    raise DemoStopped(f"The server ended by itself; {LOG} in the demo's folder says why.")
