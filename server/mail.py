"""Mail: promised as a row in the transaction that decided it, composed and sent later by a worker.

The row holds ids only; a feature's `mails.py` composes the message when it is sent. A message keeps its
Message-ID over all tries, so that a receiver can tell a repeat.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import Policy
from email.utils import format_datetime
from uuid import UUID

import aiosmtplib
import structlog
from sqlalchemy import ForeignKey, Index, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, Database, instant
from server.ids import new_id
from server.queue import MOST_WOKEN, OVERDUE, enqueue, enqueue_all, wait_after
from server.senders import Sender, refusal, return_path

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
TRIES = 8
STALE = timedelta(days=2)  # a letter that nobody could compose until then is left alone


class Mail(Base):
    """A promised message. `kind` says who composes it, `subject_id` what it is about."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_unsent", "created_at", postgresql_where=text("settled_at is null")),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column()
    subject_id: Mapped[UUID] = mapped_column()
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    created_at: Mapped[datetime] = instant()
    leased_until: Mapped[datetime | None] = instant()
    tries: Mapped[int] = mapped_column(default=0)
    settled_at: Mapped[datetime | None] = instant()
    outcome: Mapped[str | None] = mapped_column()

    @property
    def tried_at(self) -> datetime:
        """When the present try began: what composers take for now."""
        return self.created_at if self.leased_until is None else self.leased_until - LEASE


async def post_mail(
    db: AsyncSession, kind: str, subject_id: UUID, *, now: datetime, person_id: UUID | None = None
) -> None:
    """Promise a message of this kind about this subject, to this person where the kind has several readers."""
    mail = Mail(id=new_id(), kind=kind, subject_id=subject_id, person_id=person_id, created_at=now)
    db.add(mail)
    await db.flush()  # the job's row must not come before the mail's
    await enqueue(db, "send_mail", mail.id)


async def post_mails(db: AsyncSession, kind: str, subject_ids: Sequence[UUID], *, now: datetime) -> None:
    """Promise a message of this kind about each of these subjects."""
    mails = [
        {"id": new_id(), "kind": kind, "subject_id": subject_id, "created_at": now, "tries": 0}
        for subject_id in subject_ids
    ]
    if mails:
        await db.execute(insert(Mail.__table__), mails)
        await enqueue_all(db, "send_mail", [mail["id"] for mail in mails])


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that a letter's HTML shows as `cid:` and this `cid` (RFC 2392)."""

    name: str
    cid: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """What a letter says, for whoever reads HTML. It loads nothing."""

    html: str
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a composer returns; `mail.py` adds sender, date and Message-ID."""

    to: str
    subject: str
    text: str
    calendar: tuple[str, bytes] | None = None
    """The iTIP method and the iCalendar object (RFC 6047): the letter itself, in calendar clothes."""
    page: Page | None = None
    calendar_file: bytes | None = None
    """An iCalendar object to keep (METHOD:PUBLISH), as an attachment: a reader that found it as the letter itself
    would show it in place of the page."""
    stop_url: str | None = None
    """Where a POST stops letters like it, at once and without signing in (RFC 8058)."""


Composer = Callable[[AsyncSession, Mail], Awaitable[Letter | None]]
"""Composes a mail from what is stored now; None when there is nothing to say any more."""

BounceNote = Callable[[AsyncSession, Mail, str, datetime], Awaitable[None]]
"""Remembers that a mail came back, with this status at this time."""


MayBeMailed = Callable[[AsyncSession, str, str], Awaitable[bool]]
"""Whether a mail of this kind may go to this address."""


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Sends what was promised: claims under a lease, composes, sends outside any transaction, records."""

    database: Database
    sender: Sender
    composers: dict[str, Composer]
    mail_from: str
    host: str
    bounces_to: str | None = None
    bounce_notes: Mapping[str, BounceNote] = field(default_factory=dict)
    may_be_mailed: MayBeMailed | None = None

    async def deliver(self, mail_id: UUID, *, now: datetime) -> timedelta | None:
        """Try once; returns how long to wait before the next try, or None when settled. What somebody else is sending
        is waited for: they may have died over it, and the queue would forget it."""
        async with self.database.transaction() as db:
            mail = await db.scalar(
                update(Mail)
                .where(Mail.id == mail_id, Mail.settled_at.is_(None))
                .where(Mail.leased_until.is_(None) | (Mail.leased_until <= now))
                .values(leased_until=now + LEASE, tries=Mail.tries + 1)
                .returning(Mail)
            )
            if mail is None:
                return await still_leased(db, mail_id, now=now)
            letter = await self.compose(db, mail)

        outcome, refused_with = "nothing_to_say", None
        if letter is not None:
            try:
                message = envelope(letter, mail.id, mail_from=self.mail_from, host=self.host, now=now)
                await self.sender.send(message, return_to=return_path(self.bounces_to, mail.id))
                outcome = "sent"
            except (aiosmtplib.SMTPException, OSError) as failed:
                refused_with = refusal(failed)
                outcome = "refused" if refused_with else "given_up" if mail.tries >= TRIES else "later"
                log.warning(
                    "mail_failed",
                    kind=mail.kind,
                    tries=mail.tries,
                    error=type(failed).__name__,
                    outcome=outcome,
                )
        return await self.record(mail, outcome, refused_with=refused_with, now=now)

    async def compose(self, db: AsyncSession, mail: Mail) -> Letter | None:
        letter = await self.composers[mail.kind](db, mail)
        if letter and self.may_be_mailed and not await self.may_be_mailed(db, mail.kind, letter.to):
            return None
        return letter

    async def record(
        self, mail: Mail, outcome: str, *, refused_with: int | None, now: datetime
    ) -> timedelta | None:
        wait = wait_after(mail.tries) if outcome == "later" else None
        changes = {"leased_until": now} if wait else {"settled_at": now, "outcome": outcome}
        async with self.database.transaction() as db:
            await db.execute(update(Mail).where(Mail.id == mail.id).values(**changes))
            if refused_with and mail.kind in self.bounce_notes:
                await self.bounce_notes[mail.kind](db, mail, str(refused_with), now)
        return wait


async def still_leased(db: AsyncSession, mail_id: UUID, *, now: datetime) -> timedelta | None:
    """For how long; None for what is settled, or gone."""
    until = await db.scalar(select(Mail.leased_until).where(Mail.id == mail_id, Mail.settled_at.is_(None)))
    return None if until is None else until - now


async def wake_mails(db: AsyncSession, *, now: datetime) -> None:
    """Enqueue what nobody has at hand and should long have left: the queue forgets a job that failed in a way nobody
    thought of, the row does not."""
    overdue = await db.scalars(
        select(Mail.id)
        .where(Mail.settled_at.is_(None), Mail.created_at.between(now - STALE, now - OVERDUE))
        .where(Mail.leased_until.is_(None) | (Mail.leased_until < now))
        .order_by(Mail.created_at)
        .limit(MOST_WOKEN)
    )
    await enqueue_all(db, "send_mail", overdue.all())


def envelope(letter: Letter, letter_id: UUID, *, mail_from: str, host: str, now: datetime) -> EmailMessage:
    """The whole message; its Message-ID stays the same over all tries."""
    message = EmailMessage()
    message["From"] = mail_from
    message["To"] = letter.to
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter_id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.stop_url:
        message["List-Unsubscribe"] = StopAddress(f"<{letter.stop_url}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    if letter.page:
        message.add_alternative(letter.page.html, subtype="html")
        if letter.page.picture:
            show(message, letter.page.picture)
    if letter.calendar:
        method, calendar = letter.calendar
        message.add_alternative(
            calendar, maintype="text", subtype="calendar", params={"method": method, "charset": "utf-8"}
        )
    if letter.calendar_file:
        message.add_attachment(
            letter.calendar_file,
            maintype="text",
            subtype="calendar",
            filename="event.ics",
            params={"method": "PUBLISH", "charset": "utf-8"},
        )
    return message


class StopAddress(str):
    """A header on a line of its own. Python would break a long one into encoded words (RFC 2047), in which no reader of
    mail finds an address."""

    __slots__ = ()
    name = "List-Unsubscribe"

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def show(message: EmailMessage, picture: Picture) -> None:
    """Put the picture beside the HTML that shows it (RFC 2387)."""
    page = message.get_body(("html",))
    assert page is not None  # noqa: S101  (it was just added)
    page.add_related(
        picture.png,
        maintype="image",
        subtype="png",
        filename=picture.name,
        cid=f"<{picture.cid}>",
        disposition="inline",
    )
