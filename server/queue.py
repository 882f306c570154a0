"""Work promised now and done later: pgqueuer, enqueued in our own transaction.

Payloads carry ids only. Nothing on the scan path enqueues: each job costs a NOTIFY at commit.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from pgqueuer.db import Driver
from pgqueuer.queries import Queries
from sqlalchemy.ext.asyncio import AsyncSession

OVERDUE = timedelta(minutes=5)
"""After this, promised work that nobody has at hand is promised again (`wake_mails`, `wake_deliveries`)."""
MOST_WOKEN = 1000


class SessionDriver(Driver):
    """Lets pgqueuer write through SQLAlchemy's connection, inside the session's transaction.

    SQLAlchemy begins lazily: a statement on the raw driver connection would commit by itself, and survive a
    rollback.
    """

    def __init__(self, db: AsyncSession) -> None:
        self.db = db

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        connection = await self.db.connection()
        result = await connection.exec_driver_sql(query, args)
        return [dict(row) for row in result.mappings()]

    async def execute(self, query: str, *args: object) -> str:
        connection = await self.db.connection()
        await connection.exec_driver_sql(query, args)
        return ""

    async def notify(self, channel: str, payload: str) -> None:
        await self.execute("SELECT pg_notify($1, $2)", channel, payload)

    async def add_listener(self, channel: str, callback: Any) -> None:  # noqa: ARG002
        raise TypeError("a session cannot listen")

    @property
    def shutdown(self) -> asyncio.Event:
        raise TypeError("a session has no shutdown")

    @property
    def tm(self) -> Any:
        raise TypeError("a session has no tasks")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None: ...


async def enqueue(db: AsyncSession, job: str, subject: UUID, *, after: timedelta | None = None) -> None:
    """Promise `job` for `subject`, once for as long as the same promise is still open."""
    await Queries(SessionDriver(db)).enqueue(
        job, subject.bytes, execute_after=after, dedupe_key=f"{job}:{subject}", on_conflict="skip"
    )


async def enqueue_all(db: AsyncSession, job: str, subjects: Sequence[UUID]) -> None:
    """Promise `job` for each of them, in one statement."""
    if subjects:
        await Queries(SessionDriver(db)).enqueue(
            [job] * len(subjects),
            [subject.bytes for subject in subjects],
            dedupe_key=[f"{job}:{subject}" for subject in subjects],
            priority=[0] * len(subjects),
            on_conflict="skip",
        )


def wait_after(tries: int) -> timedelta:
    """How long before the next try: 15 seconds, a minute, four, up to four hours."""
    return timedelta(seconds=15 * 4 ** min(tries - 1, 5))
