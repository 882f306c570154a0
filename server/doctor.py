"""Is everything in order: what an operator asks before opening the doors, and when something is wrong."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from migrations.run import newest
from server.backlog import BACKLOG, Backlog
from server.badges.models import TicketKey
from server.badges.tickets import derive_key, public_key_bytes
from server.clock import utc_now
from server.database import open_database
from server.events.models import Event
from server.nudges.overview import overview, phones_by_platform
from server.push.opening import push_senders
from server.senders import open_sender
from server.settings import Settings, SettingsWrong
from server.standby import StandbyUnfit, catch_up

MOST_DRIFT = timedelta(seconds=5)
LONGEST_TRANSACTION = 300  # seconds
LONGEST_WAIT = 300  # seconds that a job is due
MOST_TROUBLE = 10  # one failed for so many sent
MOST_RIPPLES = 10_000  # a worker spreads a hundred in some milliseconds


@dataclass(frozen=True, slots=True)
class Finding:
    """One question and its answer."""

    what: str
    good: bool
    says: str


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Look at settings, mail and the database; each answer says what to do where it is not good."""
    yield look_at_address(settings)
    yield await look_at_mail(settings)
    database = open_database(settings, pool_size=2)
    try:
        async with database.autocommit.connect() as connection:
            facts = (await connection.execute(FACTS)).one()
            backlog = Backlog(*(await connection.execute(text(BACKLOG))).one())
            current = facts.migration == newest()
            phones = await phones_by_platform(connection) if current else {}
            left = await look_at_deliveries(connection, now=utc_now()) if current else None
            keys = await look_at_keys(connection, settings, now=utc_now()) if current else None
            standby = await look_at_standby(database.standby, connection) if database.standby else None
    except (SQLAlchemyError, OSError) as failed:
        yield Finding(
            "database", good=False, says=f"cannot be asked ({type(failed).__name__}); see DATABASE_URL"
        )
        return
    finally:
        await database.close()
    drift = abs(utc_now() - facts.now)
    durable = facts.fsync == "on" and facts.synchronous_commit != "off"
    yield Finding("database", good=True, says=f"PostgreSQL {facts.version}")
    yield Finding(
        "durability", good=durable, says="fsync and synchronous_commit are " + ("on" if durable else "off")
    )
    yield Finding("role", good=not facts.superuser, says="superuser" if facts.superuser else "no superuser")
    yield Finding(
        "migrations", good=current, says=facts.migration + ("" if current else "; run hallway migrate")
    )
    yield Finding(
        "clock", good=drift <= MOST_DRIFT, says=f"{drift.total_seconds():.1f} s from the database's"
    )
    if standby is not None:
        yield standby
    if keys is not None:
        yield keys
    async for finding in look_at_pushes(settings, phones):
        yield finding
    if left is not None:
        yield left
    worked_off = backlog.oldest_job < LONGEST_WAIT
    yield Finding(
        "queue",
        good=worked_off,
        says=f"{backlog.jobs} jobs due" + ("" if worked_off else "; is a worker running?"),
    )
    timely = backlog.oldest_transaction < LONGEST_TRANSACTION and backlog.ripples < MOST_RIPPLES
    yield Finding(
        "feed",
        good=timely,
        says=f"{backlog.ripples} changes to spread, the oldest writing transaction lasts "
        f"{backlog.oldest_transaction:.0f} s"
        + ("" if timely else "; is a worker running, or something stuck?"),
    )


FACTS = text(
    "select now() as now, current_setting('server_version') as version, current_setting('fsync') as fsync,"
    " current_setting('synchronous_commit') as synchronous_commit,"
    " (select rolsuper from pg_roles where rolname = current_user) as superuser,"
    " (select version_num from alembic_version) as migration"
)


def look_at_address(settings: Settings) -> Finding:
    url = urlsplit(settings.public_url)
    secure = url.scheme == "https" or url.hostname in {"127.0.0.1", "localhost"}
    return Finding("address", good=secure, says=settings.public_url + ("" if secure else "; should be https"))


async def look_at_standby(standby: AsyncEngine, primary: AsyncConnection) -> Finding:
    try:
        async with standby.connect() as connection:
            await catch_up(connection, primary)
    except StandbyUnfit as unfit:
        return Finding("standby", good=False, says=f"{unfit}; files are read from the primary")
    except (SQLAlchemyError, OSError) as failed:
        says = f"cannot be asked ({type(failed).__name__}); see HALLWAY_DATABASE_URL_READS"
        return Finding("standby", good=False, says=f"{says}; files are read from the primary")
    return Finding("standby", good=True, says="has all that the primary has")


async def look_at_pushes(settings: Settings, phones: Mapping[str, int]) -> AsyncIterator[Finding]:
    """Whether Apple and Google answer and know us; nothing is pushed. A service that no phone waits for may be
    missing."""
    services = (
        ("apns", "ios", ("ios",), "HALLWAY_APNS_KEY, _KEY_ID, _TEAM_ID, _TOPIC"),
        ("fcm", "android", ("android", "web"), "HALLWAY_FCM_CREDENTIALS"),
    )
    try:
        async with push_senders(settings) as senders:
            for name, platform, platforms, missing in services:
                waiting = sum(phones.get(one, 0) for one in platforms)
                if platform not in senders:
                    says = f"not set up ({missing}); {waiting} phones want pushes"
                    yield Finding(name, good=waiting == 0, says=says)
                else:
                    wrong = await senders[platform].check(now=utc_now())
                    yield Finding(
                        name, good=not wrong, says=wrong or f"answers; {waiting} phones want pushes"
                    )
    except SettingsWrong as wrong:
        yield Finding("push", good=False, says=str(wrong))


async def look_at_keys(connection: AsyncConnection, settings: Settings, *, now: datetime) -> Finding:
    """Whether the ticket secret made the keys that sign today, of each event whose doors have not closed."""
    newest_first = (
        select(TicketKey.event_id, TicketKey.version, TicketKey.public_key)
        .join(Event, Event.id == TicketKey.event_id)
        .where(Event.doors_close_at > now, TicketKey.compromised_from.is_(None))
        .distinct(TicketKey.event_id)
        .order_by(TicketKey.event_id, TicketKey.version.desc())
    )
    master = settings.secret("ticket")
    made = [
        public_key_bytes(derive_key(master, event_id, version)) == public_key
        for event_id, version, public_key in await connection.execute(newest_first)
    ]
    says = f"{len(made)} events to come have keys for tickets"
    if not all(made):
        says += (
            f", {made.count(False)} of them by another HALLWAY_TICKET_SECRET: their doors take tickets mailed from "
            "now on once they have fetched the new key; put the old secret back, unless it leaked"
        )
    return Finding("keys", good=all(made), says=says)


async def look_at_deliveries(connection: AsyncConnection, *, now: datetime) -> Finding:
    left = await overview(connection, since=now - timedelta(days=1), now=now)
    good = left.overdue == 0 and left.troubled * MOST_TROUBLE <= left.sent
    return Finding(
        "deliveries",
        good=good,
        says=f"{left.sent} nudges and notices sent in a day, {left.troubled} failed, {left.overdue} overdue"
        + ("" if good else "; see hallway deliveries"),
    )


async def look_at_mail(settings: Settings) -> Finding:
    """Whether the mail server answers; nothing is sent."""
    try:
        open_sender(settings.mail)
    except SettingsWrong as wrong:
        return Finding("mail", good=False, says=str(wrong))
    url = urlsplit(settings.mail)
    if url.scheme == "folder":
        return Finding("mail", good=True, says=f"written to {settings.mail.removeprefix('folder://')}")
    port = url.port or (465 if url.scheme == "smtps" else 587)
    with suppress(OSError, TimeoutError):
        _, writer = await asyncio.wait_for(asyncio.open_connection(url.hostname, port), timeout=5)
        writer.close()
        return Finding("mail", good=True, says=f"{url.hostname}:{port} answers")
    return Finding("mail", good=False, says=f"{url.hostname}:{port} does not answer")
