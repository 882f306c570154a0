"""What happens later: the queue's jobs and the timetable, run by `hallway work` or inside `hallway serve`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import structlog
from pgqueuer import PgQueuer, RetryRequested
from pgqueuer.models import Job, Schedule

from server.accounts.erased import may_be_mailed
from server.accounts.mails import compose_sign_in_code
from server.badges.mailings import note_bounce
from server.badges.mails import compose_ticket
from server.badges.print_jobs import expire_badge_prints, make_badge_print
from server.bounces import BounceBook, book_of_mails
from server.clock import Clock, utc_now
from server.database import Database, driver_url, open_database, will_pass
from server.direct import close_pool
from server.events.mails import compose_team_invitation
from server.exhibitors.jobs import forget_withdrawn_leads
from server.exhibitors.mails import compose_staff_invitation
from server.exports.jobs import expire_exports, make_export
from server.housekeeping import tidy_up
from server.interviews.jobs import record_expired, settle_suggestions
from server.interviews.mails import composers as interview_composers
from server.mail import BounceNote, Composer, PostOffice, wake_mails
from server.metrics import Timed
from server.nudges.deliveries import wake_deliveries
from server.nudges.jobs import write_due_nudges
from server.nudges.notices import write_notices
from server.nudges.sending import Dispatch
from server.nudges.targets import note_bounces
from server.privacy.erasing import erase_due
from server.privacy.ledger import ledger_writer
from server.privacy.mails import compose_receipt
from server.privacy.purging import purge_due
from server.push.messages import PushSender
from server.push.opening import push_senders
from server.scans.parked import judge_parked_scans
from server.senders import open_sender
from server.settings import Settings
from server.stats.actions import fix_final_stats
from server.suggestions.jobs import end_suggestions, suggest_for_closed_events
from server.sync.jobs import spread_ripples
from server.who_to_meet.jobs import propose_people_to_meet

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tools:
    """What jobs work with."""

    database: Database
    settings: Settings
    clock: Clock
    pushes: Mapping[str, PushSender] = field(default_factory=dict)
    """By platform; none where it is not set up."""


Work = Callable[[Tools, UUID], Awaitable[timedelta | None]]
"""One job for one subject; returns how long to wait before another try, or None when it is done."""


class Round(Protocol):
    """One look at what is due, and its doing; in transactions of its own."""

    async def __call__(self, database: Database, *, now: datetime) -> object: ...


async def send_mail(tools: Tools, mail_id: UUID) -> timedelta | None:
    return await post_office(tools).deliver(mail_id, now=tools.clock())


async def send_delivery(tools: Tools, delivery_id: UUID) -> timedelta | None:
    dispatch = Dispatch(
        database=tools.database,
        pushes=tools.pushes,
        sender=open_sender(tools.settings.mail),
        settings=tools.settings,
    )
    return await dispatch.deliver(delivery_id, clock=tools.clock)


async def wake_promised(database: Database, *, now: datetime) -> None:
    async with database.transaction() as db:
        await wake_mails(db, now=now)
        await wake_deliveries(db, now=now)


def post_office(tools: Tools) -> PostOffice:
    return PostOffice(
        database=tools.database,
        sender=open_sender(tools.settings.mail),
        composers=composers(tools.settings),
        mail_from=tools.settings.mail_from,
        host=urlsplit(tools.settings.public_url).hostname or "localhost",
        bounces_to=tools.settings.mail_bounces,
        bounce_notes=BOUNCE_NOTES,
        may_be_mailed=may_be_mailed(tools.settings),
    )


def composers(settings: Settings) -> dict[str, Composer]:
    """Who composes which kind of mail."""
    return {
        "sign_in_code": compose_sign_in_code(settings.secret("code")),
        "staff_invitation": compose_staff_invitation,
        "team_invitation": compose_team_invitation,
        "ticket": compose_ticket(settings),
        **interview_composers(settings),
        "leaving_receipt": compose_receipt,
    }


BOUNCE_NOTES: dict[str, BounceNote] = {"ticket": note_bounce}
"""Who remembers that which kind of mail came back."""

BOUNCE_BOOKS: tuple[BounceBook, ...] = (book_of_mails(BOUNCE_NOTES), note_bounces)
"""Who looks up, in turn, which letters came back."""


JOBS: dict[str, Work] = {
    "send_mail": send_mail,
    "send_push": send_delivery,
    "send_nudge_mail": send_delivery,
    "make_export": lambda tools, export_id: make_export(tools.database, export_id, clock=tools.clock),
    "make_badge_print": lambda tools, print_id: make_badge_print(
        tools.database, print_id, public_url=tools.settings.public_url, clock=tools.clock
    ),
}

AT_ONCE = {"send_mail": 16, "send_push": 8, "send_nudge_mail": 4}
"""How many of a kind all workers together do at a time: mail servers and push services take only so many connections,
each job takes one to the database, and what a worker dies over is not always sent again."""

# Six fields: the last is seconds. Each round asks the state what is due, so a missed tick loses nothing.
TIMETABLE: dict[str, tuple[str, Round]] = {
    "spread_ripples": ("* * * * * */2", spread_ripples),
    "judge_parked_scans": ("* * * * * */5", judge_parked_scans),
    "suggest_for_closed_events": ("* * * * * */5", suggest_for_closed_events),
    "write_notices": ("* * * * * */10", write_notices),
    "write_due_nudges": ("* * * * *", write_due_nudges),
    "forget_withdrawn_leads": ("* * * * *", forget_withdrawn_leads),
    "propose_people_to_meet": ("* * * * *", propose_people_to_meet),
    "settle_suggestions": ("* * * * *", settle_suggestions),
    "end_suggestions": ("* * * * *", end_suggestions),
    "wake_promised": ("*/5 * * * *", wake_promised),
    "record_expired": ("*/5 * * * *", record_expired),
    "tidy_up": ("17 * * * *", tidy_up),
    "erase_due": ("*/5 * * * *", erase_due),
    "expire_exports": ("23 * * * *", expire_exports),
    "expire_badge_prints": ("29 * * * *", expire_badge_prints),
    "fix_final_stats": ("41 * * * *", fix_final_stats),
    "purge_due": ("7 3 * * *", purge_due),
}


PUT_OFF = timedelta(seconds=15)
"""For a job that found the database busy or away: the queue would forget it."""


@asynccontextmanager
async def open_tools(settings: Settings, *, clock: Clock = utc_now) -> AsyncIterator[Tools]:
    database = open_database(settings)
    try:
        async with push_senders(settings) as pushes:
            yield Tools(database=database, settings=settings, clock=clock, pushes=pushes)
    finally:
        await database.close()


async def work(
    settings: Settings,
    *,
    stop: asyncio.Event,
    clock: Clock = utc_now,
    patience: timedelta = timedelta(seconds=30),
    farewell: timedelta = timedelta(seconds=15),
) -> None:
    """Work until told to stop; what was begun is then finished, or handed back after `farewell`. Listens past
    PgBouncer. A worker not heard of for as long as `patience` is taken for dead, and its jobs are taken over."""
    url = driver_url(settings.database_url_direct or settings.database_url or "")
    async with open_tools(settings, clock=clock) as tools:
        pool = await asyncpg.create_pool(url, min_size=1, max_size=4)
        try:
            queue = PgQueuer.from_asyncpg_pool(pool)
            under_way = UnderWay()
            for name, job in JOBS.items():
                register_job(queue, name, job, tools, under_way)
            write_ledger = ledger_writer(settings.erasure_ledger)
            for name, (expression, look) in {
                **TIMETABLE,
                "write_ledger": ("* * * * *", write_ledger),
            }.items():
                register_round(queue, name, expression, look, tools, under_way)

            async def stop_with() -> None:
                await stop.wait()
                queue.shutdown.set()
                await asyncio.sleep(farewell.total_seconds())
                under_way.hand_back()

            stopping = asyncio.create_task(stop_with())
            try:
                await queue.run(
                    dequeue_timeout=timedelta(seconds=5), batch_size=20, heartbeat_timeout=patience
                )
            finally:
                stopping.cancel()
        finally:
            await close_pool(pool)


class UnderWay:
    """The jobs and rounds that this worker has begun."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object] | None] = set()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            yield
        finally:
            self._tasks.discard(task)

    def hand_back(self) -> None:
        for task in filter(None, self._tasks):
            task.cancel()


def register_job(queue: PgQueuer, name: str, job: Work, tools: Tools, under_way: UnderWay) -> None:
    @queue.entrypoint(name, concurrency_limit=AT_ONCE.get(name, 0))
    async def run(queued: Job) -> None:
        try:
            with under_way(), Timed(name):
                wait = await job(tools, UUID(bytes=queued.payload))
        except asyncio.CancelledError as told:  # the queue would count it as done with
            log.warning("job_handed_back", job=name)
            raise RetryRequested(delay=timedelta(0)) from told
        except Exception as failed:
            if not will_pass(failed):
                raise
            log.warning("job_put_off", job=name, error=type(failed).__name__)
            wait = PUT_OFF
        if wait is not None:
            raise RetryRequested(delay=wait)


def register_round(
    queue: PgQueuer, name: str, expression: str, look: Round, tools: Tools, under_way: UnderWay
) -> None:
    @queue.schedule(name, expression, clean_old=True)
    async def run(_: Schedule) -> None:
        with under_way(), Timed(name):
            await look(tools.database, now=tools.clock())
