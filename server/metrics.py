"""What an operator's Prometheus reads: rates, times and backlogs, with nothing that names anybody.

Served on an address of its own (`HALLWAY_METRICS_PORT`), so that no proxy in front of the API passes it on by
mistake. Times are in seconds, as Prometheus wants them (its naming guide). Labels are route templates, names of jobs
and statuses, which are few.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter
from types import TracebackType
from typing import Self

import asyncpg
import structlog
from prometheus_client import Counter, Gauge, Histogram, start_http_server

from server.backlog import BACKLOG, Backlog
from server.database import driver_url
from server.direct import LOST, Direct
from server.settings import Settings

log = structlog.get_logger()

REQUESTS = Histogram(
    "hallway_request_seconds",
    "Time from a request's first byte to its answer's last.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
REFUSED = Counter(
    "hallway_requests_refused",
    "Requests refused at the door (503 `busy`), since too many were at work; they are in no other figure.",
)
JOBS = Histogram(
    "hallway_job_seconds",
    "Time that a job or a round of the timetable took, by how it ended: done or failed.",
    ["name", "outcome"],
    buckets=(0.01, 0.05, 0.25, 1, 5, 30, 120, 600),
)
LONG_READS = Counter(
    "hallway_long_reads",
    "Long reads while a standby is set, by who answered: `standby`, or `primary` where it lagged, was away or gave up.",
    ["answered_by"],
)
WAITING = {
    "jobs": Gauge("hallway_queue_jobs", "Jobs that are due and wait for a worker."),
    "oldest_job": Gauge("hallway_queue_oldest_seconds", "How long the oldest of them has been due."),
    "ripples": Gauge("hallway_feed_ripples", "Changes of people that wait to be spread to those who see them."),
    "oldest_transaction": Gauge(
        "hallway_oldest_transaction_seconds", "Age of the oldest transaction that writes: as long, phones wait for it."
    ),
    "mails": Gauge("hallway_mails_waiting", "Letters not yet handed to the mail server."),
    "parked_scans": Gauge("hallway_parked_scans", "Scans that wait for a fact."),
}  # fmt: skip
LOOKED_AT = Gauge("hallway_backlog_looked_at_seconds", "When the backlogs were last read, as Unix time.")
EVERY = 15  # seconds


class Timed:
    """Round a job: how long it took, and whether it failed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> Self:
        self.began = perf_counter()
        return self

    def __exit__(
        self, failure: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        outcome = "failed" if failure is not None else "done"
        JOBS.labels(self.name, outcome).observe(perf_counter() - self.began)


@asynccontextmanager
async def serving_metrics(settings: Settings) -> AsyncIterator[None]:
    """Serve them meanwhile, if the settings name a port, and look at the backlogs every 15 seconds."""
    if settings.metrics_port is None:
        yield
        return
    server, thread = start_http_server(settings.metrics_port, addr=settings.metrics_host)
    database = Direct(
        driver_url(settings.database_url or ""), size=1, statement_cache=settings.statement_cache
    )
    watching = asyncio.create_task(watch_backlog(database))
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await database.close()
        await asyncio.to_thread(server.shutdown)
        server.server_close()
        thread.join()


async def watch_backlog(database: Direct) -> None:
    while True:
        try:
            await look_at_backlog(database)
        except (*LOST, asyncpg.PostgresError) as away:  # the age of the last look says so too
            log.warning("backlog_not_read", error=type(away).__name__)
        await asyncio.sleep(EVERY)


async def look_at_backlog(database: Direct) -> None:
    backlog = Backlog(*(await database.fetch(BACKLOG))[0])
    for name, gauge in WAITING.items():
        gauge.set(getattr(backlog, name))
    LOOKED_AT.set_to_current_time()
