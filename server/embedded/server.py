"""One running server of a data folder: started by us, or by another process and attached to."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from server.embedded.cluster import Cluster, refuse_strangers
from server.embedded.errors import DataFolderUnusable, PostgresDidNotStart
from server.embedded.launch import RunAs
from server.embedded.locks import file_locked, is_locked
from server.embedded.sockets import PORT, answers, make_socket_folder, socket_folder

PATIENCE = 120.0  # seconds; a start after a crash replays what was not yet written
LARGEST_LOG = 10_000_000  # bytes; checked at start

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "jit": "off",
    "log_checkpoints": "off",
    # Nobody's data in the log: neither statements nor the values that DETAIL lines quote.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


@dataclass(frozen=True, slots=True)
class Server:
    """`process` is None when another process of ours started it."""

    lock: Path
    process: subprocess.Popen[bytes] | None

    def is_running(self) -> bool:
        return is_locked(self.lock) if self.process is None else self.process.poll() is None

    def stop(self) -> None:
        """PostgreSQL's fast shutdown, then its immediate one, then the kernel's; data survives each."""
        if self.process is None:
            return
        if self.process.stdin is not None:
            self.process.stdin.close()
        for ending in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(ending)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                continue
            return


def start_or_attach(
    data: Path,
    *,
    settings: Mapping[str, str],
    may_create_databases: bool,
    run_as: RunAs | None,
    again: bool,
    give_up: threading.Event,
) -> Server:
    """One process at a time decides; whoever comes later finds a server that is ready, or none. Waits for a
    server that is just starting or stopping. `again` is for a server that was there before: its data is then
    expected, and not made anew. Raises an EmbeddedPostgresError."""
    lock = data / ".server.lock"
    try:
        if again and not (data / "postgres").exists():
            raise DataFolderUnusable(f"The database in {data} has vanished while it was in use.")
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file_locked(data / ".start.lock", patience=PATIENCE):
            if _joined(data, lock, give_up):
                return Server(lock, None)
            cluster = Cluster.find(data / "postgres", lock, run_as=run_as)
            cluster.ensure(may_create_databases=may_create_databases, lasting=settings.get("fsync") != "off")
            return Server(lock, _start(data, cluster, lock, settings, give_up))
    except OSError as error:
        if isinstance(error, PermissionError) and data.exists():
            refuse_strangers(data)
        raise DataFolderUnusable(f"The data folder {data} cannot be used: {error}.") from error


def _joined(data: Path, lock: Path, give_up: threading.Event) -> bool:
    """Whether there is a server to attach to, once one that starts or stops has done so."""
    deadline = time.monotonic() + PATIENCE
    while is_locked(lock):
        if _status(data) == "ready" and answers(socket_folder(data)):
            return True
        if time.monotonic() > deadline or give_up.is_set():
            raise PostgresDidNotStart(
                f"The server of {data} has neither started nor stopped in {PATIENCE:.0f} seconds."
            )
        time.sleep(0.02)
    return False


def _start(
    data: Path, cluster: Cluster, lock: Path, settings: Mapping[str, str], give_up: threading.Event
) -> subprocess.Popen[bytes]:
    folder = make_socket_folder(data, owner=cluster.programs.owner)
    words = ["-D", str(cluster.folder), "-k", str(folder), "-p", str(PORT)]
    for name, value in {**SETTINGS, **settings}.items():
        words += ["-c", f"{name}={value}"]
    stale = _pid_file(data)
    log = _log_file(data)
    with log.open("ab") as output:
        began = output.tell()
        process = cluster.programs.spawn(
            "postgres",
            *words,
            folders=[cluster.folder, folder],
            lock=lock,
            stdin=subprocess.PIPE if SUPERVISED else subprocess.DEVNULL,
            output=output,
            supervise=SUPERVISED,
        )
    server = Server(lock, process)

    deadline = time.monotonic() + PATIENCE
    while _pid_file(data) == stale or _status(data) != "ready":
        if process.poll() is not None:
            raise PostgresDidNotStart(f"PostgreSQL did not start in {data}.\n{_tail(log, began)}")
        if time.monotonic() > deadline or give_up.is_set():
            server.stop()
            raise PostgresDidNotStart(f"PostgreSQL took too long to start in {data}.\n{_tail(log, began)}")
        time.sleep(0.01)
    return process


SUPERVISED = sys.platform != "linux"


def _pid_file(data: Path) -> list[str]:
    """The lines of postmaster.pid (PostgreSQL's miscadmin.h): process id, …, start time, …, status."""
    try:
        return (data / "postgres" / "postmaster.pid").read_text(errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _status(data: Path) -> str:
    lines = _pid_file(data)
    return lines[7].strip() if len(lines) > 7 else ""


def _log_file(data: Path) -> Path:
    log = data / "postgres.log"
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_name("postgres.log.1"))
    os.close(os.open(log, os.O_WRONLY | os.O_CREAT, 0o600))
    return log


def _tail(log: Path, began: int) -> str:
    with log.open("rb") as file:
        file.seek(began)
        return file.read()[-4000:].decode(errors="replace").strip()
