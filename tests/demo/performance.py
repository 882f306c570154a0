"""`hallway demo` as somebody types it, played and still serving, and its end state read from outside."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from server.embedded import EmbeddedPostgres

ROOT = Path(__file__).parents[2]
# Far more than it takes: a shared machine may be busy with something else.
PATIENCE = 540  # seconds


@dataclass(frozen=True, slots=True)
class Performance:
    """A demo that has said its summary. `said` is all it printed."""

    url: str
    folder: Path
    said: str

    async def rows(self, query: str) -> list[Any]:
        """What the database holds, past the API."""
        attached = EmbeddedPostgres.start(self.folder)
        connection = await asyncpg.connect(attached.url(driver="postgresql"))
        try:
            return await connection.fetch(query)
        finally:
            await connection.close()
            attached.stop()

    def mails(self) -> list[EmailMessage]:
        return [
            message_from_bytes(path.read_bytes(), policy=default)
            for path in (self.folder / "outbox").glob("*.eml")
        ]

    async def sign_in(self, client: httpx2.AsyncClient, email: str) -> dict[str, str]:
        """The headers of a new session, as the summary tells how to get one."""
        before = {mail["Message-ID"] for mail in self.mails()}
        asked = await client.post("/v1/sign_in_codes", json={"email": email})
        code = None
        while code is None:
            new = [mail for mail in self.mails() if mail["Message-ID"] not in before and mail["To"] == email]
            code = next((re.search(r"\d{6}", mail["Subject"]) for mail in new), None)
        body = {"request_id": asked.json()["request_id"], "code": code[0], "label": "test"}
        answer = await client.post("/v1/sessions", json=body)
        return {"authorization": f"Bearer {answer.json()['access_token']}"}


@contextmanager
def performance(folder: Path) -> Iterator[Performance]:
    """Play it whole; afterwards Ctrl-C, which must end it well."""
    port = free_port()
    with demo_process("--port", str(port), "--data", str(folder), cwd=folder.parent) as process:
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        said = ""
        assert process.stdout
        for line in process.stdout:
            said += line
            if "until Ctrl-C" in line:
                break
        watchdog.cancel()
        assert "until Ctrl-C" in said, said

        yield Performance(f"http://127.0.0.1:{port}", folder, said)

        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=PATIENCE)
        assert (process.returncode, rest) == (0, ""), said + rest


@contextmanager
def demo_process(*words: str, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """`hallway demo …`, with nobody's settings."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HALLWAY_", "DATABASE_URL", "COLUMNS"))
    }
    with subprocess.Popen(  # noqa: S603 our own command
        [sys.executable, "-m", "server", "demo", *words],
        cwd=cwd,
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
