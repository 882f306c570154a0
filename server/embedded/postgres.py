"""The PostgreSQL that starts by itself: for trying Hallway, for tests and for small events.

One process starts it and keeps it as long as it lives; others that name the same data folder attach to it,
and one of them starts it again when the first is gone. It listens on a Unix socket only, in a folder of its
own. In the data folder: `postgres/` (the data), `run/` (the socket), `postgres.log`, and what other files
keep there.
"""

import logging
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from server.embedded.cluster import ROLE
from server.embedded.errors import PostgresDidNotStart
from server.embedded.launch import RunAs
from server.embedded.server import PATIENCE, Server, start_or_attach
from server.embedded.sockets import PORT, answers, remove_short_folder, socket_folder

# For tests: as fast as it gets, and worthless after a power cut.
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}

WATCH_EVERY = 0.25  # seconds
LONGEST_PAUSE = 30.0  # seconds between tries to start it again

_log = logging.getLogger(__name__)


class EmbeddedPostgres:
    """A running server, ours or attached to. Needs no event loop; every method may be called from any thread.

    A thread of its own starts the server and stays with it, since the kernel ends the server when the thread
    that started it dies, and a worker thread may die long before the process does.
    """

    def __init__(
        self,
        data_folder: Path,
        *,
        settings: Mapping[str, str] | None = None,
        may_create_databases: bool = False,
        run_as: RunAs | None = None,
    ) -> None:
        self._data = Path(os.path.realpath(data_folder))
        self._settings = dict(settings or {})
        self._may_create_databases = may_create_databases
        self._run_as = run_as

        self._server: Server | None = None
        self._failure: BaseException | None = None
        self._tries = 0
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="embedded-postgres", daemon=True)

    @classmethod
    def start(
        cls,
        data_folder: Path,
        *,
        settings: Mapping[str, str] | None = None,
        may_create_databases: bool = False,
        run_as: RunAs | None = None,
    ) -> Self:
        """Start the server of this data folder, or attach to it; ready when this returns. `settings` are
        those of postgresql.conf and, like the rest, count when it is we who start it. Raises an
        EmbeddedPostgresError."""
        embedded = cls(
            data_folder,
            settings=settings,
            may_create_databases=may_create_databases,
            run_as=run_as,
        )
        embedded._keeper.start()
        try:
            embedded._await_answer(tries=0)
        except BaseException:
            embedded.stop()
            raise
        return embedded

    def url(self, database: str = ROLE, driver: str = "postgresql+asyncpg") -> str:
        """For SQLAlchemy, or with the driver `postgresql` for asyncpg itself. Stays the same for the data
        folder's life. The port only names the socket."""
        folder = quote(str(socket_folder(self._data)), safe="/")
        return f"{driver}://{ROLE}@/{quote(database, safe='')}?host={folder}&port={PORT}"

    @property
    def is_ours(self) -> bool:
        """Whether it was this object that started the server that runs now."""
        server = self._server
        return server is not None and server.process is not None

    def ensure_running(self) -> None:
        """Return when the server takes connections; start it, or wait for whoever does. A server that went
        away is started again within a second without this; this is for who wants to know. Raises an
        EmbeddedPostgresError."""
        self._await_answer(tries=self._tries)

    def stop(self) -> None:
        """End the server if it is ours (sessions are cut off, data is safe), else leave it. May be
        repeated."""
        self._stop.set()
        self._wake.set()
        self._keeper.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _await_answer(self, *, tries: int) -> None:
        """`tries` are those whose failure is no news to whoever waits."""
        deadline = time.monotonic() + 3 * PATIENCE
        while not self._is_answering():
            if self._stop.is_set() or time.monotonic() > deadline:
                raise PostgresDidNotStart(f"The server of {self._data} was stopped, or does not answer.")
            self._wake.set()
            with self._changed:
                if self._failure is not None and self._tries > tries:
                    raise self._failure
                self._changed.wait(timeout=0.05)

    def _is_answering(self) -> bool:
        server = self._server
        return server is not None and server.is_running() and answers(socket_folder(self._data))

    def _keep(self) -> None:
        pause = WATCH_EVERY
        while not self._stop.is_set():
            if self._try_once():
                pause = WATCH_EVERY
                self._watch()
            elif self._tries == 1:
                return  # told to whoever called `start`
            else:
                self._wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        if self._server is not None:
            self._server.stop()
            if self._server.process is not None:
                remove_short_folder(self._data)

    def _try_once(self) -> bool:
        server, failure = None, None
        try:
            server = start_or_attach(
                self._data,
                settings=self._settings,
                may_create_databases=self._may_create_databases,
                run_as=self._run_as,
                again=self._tries > 0,
                give_up=self._stop,
            )
        except Exception as error:  # noqa: BLE001 - raised again in the thread that waits for it
            failure = error
            if self._tries > 0 and not self._stop.is_set():
                _log.warning("The embedded PostgreSQL went away and does not start again: %s", error)
        with self._changed:
            self._server, self._failure = server, failure
            self._tries += 1
            self._changed.notify_all()
        return server is not None

    def _watch(self) -> None:
        server = self._server
        while server is not None and server.is_running() and not self._stop.is_set():
            self._wait(WATCH_EVERY)
        if not self._stop.is_set():
            _log.warning("The embedded PostgreSQL is gone; starting it again.")

    def _wait(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()
