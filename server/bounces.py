"""Which of our letters came back? Reads what mail servers report (RFC 3464) and tells whoever promised the letter.

A report is known by the letter's id: in the address it was returned to (`MAIL_BOUNCES` with the id after a plus sign),
or in the Message-ID of the letter that it returns. Ids are random, so nobody reports a letter that they did not get.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, message_from_string
from email.message import EmailMessage, Message
from email.policy import default
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Database
from server.mail import BounceNote, Mail

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAMED_IN = ("Message-ID", "To", "Delivered-To", "X-Original-To")


@dataclass(frozen=True, slots=True)
class Report:
    """That a letter will not arrive. `letters` are the ids it may mean; `status` is RFC 3463's, such as 5.1.1."""

    letters: frozenset[UUID]
    status: str


BounceBook = Callable[[AsyncSession, frozenset[UUID], str, datetime], Awaitable[int]]
"""Notes which of these letters are its own and came back, with this status at this time; how many they are."""


async def note_report(database: Database, raw: bytes, books: Sequence[BounceBook], *, now: datetime) -> int:
    """Note that a letter came back; how many were meant: none for anything else than a report of one of ours."""
    report = read_report(raw)
    if report is None:
        return 0
    async with database.transaction() as db:
        return sum([await book(db, report.letters, report.status, now) for book in books])


def book_of_mails(notes: Mapping[str, BounceNote]) -> BounceBook:
    """The letters of `server/mail.py`; `notes` remember it for their kinds."""

    async def note(db: AsyncSession, letters: frozenset[UUID], status: str, now: datetime) -> int:
        returned = await db.scalars(
            update(Mail)
            .where(Mail.id.in_(letters), Mail.outcome == "sent")
            .values(outcome="bounced")
            .returning(Mail)
        )
        mails = returned.all()
        for mail in mails:
            if mail.kind in notes:
                await notes[mail.kind](db, mail, status, now)
        return len(mails)

    return note


def read_report(raw: bytes) -> Report | None:
    """None for what does not say that something failed for good: other mail, delays, receipts, absence notes."""
    message = message_from_bytes(raw, policy=default)
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for recipient in part.get_payload():
            if isinstance(recipient, Message) and _field(recipient, "Action").lower() == "failed":
                status = _field(recipient, "Status")[:20] or "failed"
                return Report(frozenset(_ids(message)), status)
    return None


def _ids(message: EmailMessage) -> Iterator[UUID]:
    for part in message.walk():
        for name in NAMED_IN:
            yield from _ids_in(_field(part, name))
        if part.get_content_type() == "text/rfc822-headers":
            returned = message_from_string(part.get_content(), policy=default)
            yield from _ids_in(_field(returned, "Message-ID"))


def _ids_in(text: str) -> Iterator[UUID]:
    return (UUID(found) for found in ID.findall(text.lower()))


def _field(part: Message, name: str) -> str:
    return str(part.get(name, "")).strip()
