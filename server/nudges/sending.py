"""How does a delivery leave? Claimed under a lease, put into words, sent outside any transaction, recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import aiosmtplib
import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.erased import may_be_mailed
from server.clock import Clock
from server.database import Database
from server.mail import Letter, envelope
from server.nudges.deliveries import EMAIL, PUSH, Delivery, Message, promise
from server.nudges.letters import compose_letter
from server.nudges.saying import Later, Words, words_to_send
from server.nudges.targets import (
    Address,
    Phone,
    find_address,
    find_phone,
    forget_push_token,
    note_bounced_address,
)
from server.nudges.trying import LEASE, Facts, Settle, Wait, may_try, what_follows
from server.people.queries import leaving_among
from server.push.messages import Answer, Outcome, Push, PushSender
from server.senders import Sender, is_dead_address, perhaps_sent, refusal, return_path
from server.settings import Settings

log = structlog.get_logger()

QUIET = {"sent", "nothing_to_say"}  # outcomes that nobody has to look at


@dataclass(frozen=True, slots=True)
class Claimed:
    """A try of ours: nobody else sends this delivery until the lease is over."""

    delivery_id: UUID
    facts: Facts
    to: Phone | Address
    says: Push | Letter


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What sends nudges and notices. `pushes` are by platform."""

    database: Database
    pushes: Mapping[str, PushSender]
    sender: Sender
    settings: Settings

    async def deliver(self, delivery_id: UUID, *, clock: Clock) -> timedelta | None:
        """Try until it is settled or has to wait; returns for how long, or None when settled or gone."""
        while True:
            claimed = await self.claim(delivery_id, now=clock())
            if not isinstance(claimed, Claimed):
                return claimed
            answer = await self.send(claimed, now=clock())
            wait = await self.record(claimed, answer, now=clock())
            if wait is None or wait > timedelta():
                return wait

    async def claim(self, delivery_id: UUID, *, now: datetime) -> Claimed | timedelta | None:
        """A try of ours, or for how long to wait, or None when it is settled."""
        async with self.database.transaction() as db:
            return await self._claim(db, delivery_id, now=now)

    async def send(self, claimed: Claimed, *, now: datetime) -> Answer:
        if isinstance(claimed.says, Letter):
            return await self._mail(claimed.delivery_id, claimed.says, now=now)
        assert isinstance(claimed.to, Phone)  # noqa: S101  (a push is composed for phones alone)
        return await self.pushes[claimed.to.platform].send(claimed.says, now=now)

    async def record(self, claimed: Claimed, answer: Answer, *, now: datetime) -> timedelta | None:
        """What became of our try, and for how long to wait; of no interest once somebody else took over."""
        async with self.database.transaction() as db:
            return await _record(db, claimed, answer, now=now)

    async def _claim(
        self, db: AsyncSession, delivery_id: UUID, *, now: datetime
    ) -> Claimed | timedelta | None:
        delivery = await db.scalar(
            select(Delivery)
            .where(Delivery.id == delivery_id, Delivery.settled_at.is_(None))
            .with_for_update()
        )
        if delivery is None:
            return None
        judged = may_try(_facts(delivery), now)
        if isinstance(judged, Wait):
            return judged.until - now
        if isinstance(judged, Settle):
            return _settle(delivery, judged, now=now)

        words = await words_to_send(db, delivery.nudge_id, delivery.channel, now=now)
        if isinstance(words, Later):
            delivery.due_at, delivery.leased_until, delivery.repeats = words.at, None, judged.repeats
            return words.at - now
        if words is None:
            return _settle(delivery, Settle("nothing_to_say"), now=now)
        to = await self._find_target(db, delivery, words)
        if to is None:
            await _mail_instead(db, delivery, now=now)
            return _settle(delivery, Settle("unreachable"), now=now)

        says = self._compose(delivery, words, to)  # before anything counts as tried
        delivery.leased_until, delivery.target = now + LEASE, to.id
        delivery.tries, delivery.repeats = delivery.tries + 1, judged.repeats
        return Claimed(delivery.id, _facts(delivery), to, says)

    async def _find_target(
        self, db: AsyncSession, delivery: Delivery, words: Words
    ) -> Phone | Address | None:
        if await leaving_among(db, [words.person_id]):
            return None
        if delivery.channel == PUSH:
            return await find_phone(db, words.person_id, self.pushes, rather=delivery.target)
        to = await find_address(db, words.person_id, words.attendance_id)
        if to is None or not await may_be_mailed(self.settings)(db, "nudge", to.email):
            return None
        return to

    def _compose(self, delivery: Delivery, words: Words, to: Phone | Address) -> Push | Letter:
        if isinstance(to, Address):
            return compose_letter(words, to=to.email, settings=self.settings)
        return Push(
            token=to.push_token,
            title=words.push_title,
            body=words.push_body,
            data={"nudge_id": str(words.nudge_id), "operation": words.operation},
            collapse_key=delivery.collapse_key,
            expires_at=delivery.useful_until,
        )

    async def _mail(self, delivery_id: UUID, letter: Letter, *, now: datetime) -> Answer:
        settings = self.settings
        host = urlsplit(settings.public_url).hostname or "localhost"
        message = envelope(letter, delivery_id, mail_from=settings.mail_from, host=host, now=now)
        try:
            await self.sender.send(message, return_to=return_path(settings.mail_bounces, delivery_id))
        except (aiosmtplib.SMTPException, OSError) as failed:
            return _said(failed)
        return Answer(Outcome.SENT)


async def _mail_instead(db: AsyncSession, delivery: Delivery, *, now: datetime) -> None:
    """Where no push can reach somebody after all (a dead phone, a service that is not set up), mail is to, unless they
    chose none: that is asked when it leaves."""
    if delivery.channel == PUSH:
        message = Message(delivery.nudge_id, EMAIL, not_before=now, not_after=delivery.useful_until)
        await promise(db, [message], now=now)


async def _record(db: AsyncSession, claimed: Claimed, answer: Answer, *, now: datetime) -> timedelta | None:
    delivery = await db.scalar(
        select(Delivery)
        .where(Delivery.id == claimed.delivery_id, Delivery.settled_at.is_(None))
        .where(Delivery.tries == claimed.facts.tries)
        .with_for_update()
    )
    if delivery is None:
        return None
    if answer.outcome is Outcome.GONE:
        answer = await _bury(db, claimed.to, answer, now=now)

    followed = what_follows(claimed.facts, answer, now)
    if isinstance(followed, Settle):
        return _settle(delivery, followed, now=now)
    delivery.due_at, delivery.leased_until = followed.until, None
    delivery.repeats += answer.outcome is Outcome.UNKNOWN
    delivery.detail = answer.detail
    _tell("delivery_put_off", delivery, outcome=answer.outcome)
    return followed.until - now


async def _bury(db: AsyncSession, dead: Phone | Address, answer: Answer, *, now: datetime) -> Answer:
    """It is left out from now on, which makes room for the next; a phone that reported since may be alive."""
    if isinstance(dead, Address):
        await note_bounced_address(db, dead.id, now=now)
    elif not await forget_push_token(db, dead, gone_since=answer.gone_since):
        return Answer(Outcome.LATER, answer.detail)
    return answer


def _settle(delivery: Delivery, settle: Settle, *, now: datetime) -> None:
    """Without a word of its own, what was last said of it is what became of it."""
    delivery.settled_at, delivery.leased_until, delivery.outcome = now, None, settle.outcome
    if settle.detail or settle.outcome in QUIET:
        delivery.detail = settle.detail or None
    if settle.outcome not in QUIET:
        _tell("delivery_failed", delivery, outcome=settle.outcome)


def _said(failed: Exception) -> Answer:
    """A mail server's refusal, or that it could not be asked."""
    code = refusal(failed)
    if code is not None:
        return Answer(Outcome.GONE if is_dead_address(failed) else Outcome.REFUSED, str(code))
    return Answer(Outcome.UNKNOWN if perhaps_sent(failed) else Outcome.LATER, type(failed).__name__)


def _facts(delivery: Delivery) -> Facts:
    return Facts(
        channel=delivery.channel,
        due_at=delivery.due_at,
        useful_until=delivery.useful_until,
        tries=delivery.tries,
        repeats=delivery.repeats,
        leased_until=delivery.leased_until,
    )


def _tell(event: str, delivery: Delivery, *, outcome: str) -> None:
    log.warning(
        event,
        delivery=str(delivery.id),
        channel=delivery.channel,
        tries=delivery.tries,
        outcome=outcome,
        detail=delivery.detail,
    )
