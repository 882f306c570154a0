"""What goes wrong around the queue: the line, the clock, and the app that is killed."""

import random
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from openapi.examples.scan_queue import ScanQueue
from tests.scans.conference import Guest

Call = tuple[str, str, dict[str, Any] | None]

# What a line may do to a request, beside carrying it.
FATES = ("lost", "unanswered", "twice", "late", "portal", "401", "429", "503")
PORTAL = {"welcome": "Accept our terms to go online"}


@dataclass
class Line:
    """Between the phone and the real application. Each request takes the next of `fates`; then the line is good."""

    guest: Guest
    fates: list[str] = field(default_factory=list)
    sent: list[Call] = field(default_factory=list)
    held_up: list[Call] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)

    async def send(self, *call: Any) -> tuple[int, Any, dict[str, str]]:
        self.sent.append(call)
        fate = self.fates.pop(0) if self.fates else "good"
        if fate == "late":
            self.held_up.append(call)
        if fate in {"lost", "late"}:
            return 0, None, {}
        if fate == "portal":
            return 200, PORTAL, {}
        if fate.isdigit():
            return int(fate), {"code": "said_on_the_way"}, {} if fate == "401" else {"retry-after": "7"}

        answer = await self.carry(*call)
        if fate == "twice":
            answer = await self.carry(*call)
        while self.held_up:  # overtaken by the one above
            await self.carry(*self.held_up.pop())
        return (0, None, {}) if fate == "unanswered" else answer

    async def carry(self, operation: str, path: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        method = "GET" if operation == "get_sync_state" else "POST"
        answer = await self.guest.phone.ask(method, path, **({} if body is None else {"json": body}))
        changes = self.changes if operation == "get_sync_state" and answer.is_success else {}
        return answer.status_code, answer.json() | changes, dict(answer.headers)


class Killed(BaseException):
    """The system needs the memory for a game."""


class File(sqlite3.Connection):
    """A file whose app is killed when it has taken so many more steps; what was not committed is gone."""

    steps_left: int | None = None

    def step(self) -> None:
        if self.steps_left is not None:
            self.steps_left -= 1
            if self.steps_left < 0:
                raise Killed

    def execute(self, *statement: Any) -> sqlite3.Cursor:
        self.step()
        return super().execute(*statement)

    def executemany(self, *statement: Any) -> sqlite3.Cursor:
        self.step()
        return super().executemany(*statement)


@dataclass
class App:
    """Ada's app on one phone: its file, the clock that its user may set, and the line."""

    path: Path
    line: Line
    now: datetime
    chance: random.Random = field(default_factory=lambda: random.Random(5))  # noqa: S311

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.file = sqlite3.connect(self.path, factory=File)
        event_id = str(self.line.guest.event.id)
        self.queue = ScanQueue(
            self.file, event_id, self.line.send, clock=lambda: self.now, chance=self.chance
        )

    def stop(self) -> None:
        self.file.close()

    def restart(self) -> None:
        self.stop()
        self.start()

    def wait(self, **by: float) -> None:
        self.now += timedelta(**by)

    async def deliver_all(self) -> None:
        """As apps do in the background; a line that is good by now needs few rounds."""
        for _ in range(40):
            pause = await self.queue.deliver()
            if not self.queue.waiting():
                return
            self.wait(seconds=pause)
        raise AssertionError("The queue does not empty.")

    def meet(self, others: Iterable[Guest], **annotations: Any) -> list[str]:
        return [
            self.queue.scan(f"https://hallway.example/b/{other.badge.code}", **annotations)
            for other in others
        ]
