"""What leaves the app: a nudge or notice on its way to a phone or an address, promised once in the transaction that
decided it, and what became of it. In the app itself the nudge's own row is enough.

A delivery carries ids only; what it says is put into words when it leaves (`sending.py`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, case, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from server.accounts.models import Account, AccountEmail
from server.database import Base, any_of, instant
from server.devices.models import Device
from server.events.models import Attendance
from server.ids import new_id
from server.nudges.models import Nudge
from server.queue import MOST_WOKEN, OVERDUE, enqueue_all

PUSH, EMAIL = "push", "email"
JOBS = {PUSH: "send_push", EMAIL: "send_nudge_mail"}


class Delivery(Base):
    """A nudge by one channel, which is its key. `due_at` is when it may be tried next, `useful_until` the last moment
    at which it may leave.

    `leased_until` is set while somebody sends: found set and past, nobody knows whether it was sent, and `repeats`
    counts how often that was so. `target` is the phone, the account's address or the attendance that it went to.
    `outcome`: `sent`, `bounced` (a mail came back), `nothing_to_say`, `too_late`, `unreachable` (no phone or address
    that takes it), `refused` (for good), `given_up` (after too many tries), `unknown` (may have arrived, and is not
    repeated); `detail` says it in the words of whoever refused, without anybody's data.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("nudge_id", "channel"),
        CheckConstraint("channel in ('push', 'email')", name="channel"),
        CheckConstraint("num_nulls(settled_at, outcome) in (0, 2)", name="settled_with_an_outcome"),
        CheckConstraint("settled_at is null or leased_until is null", name="no_lease_once_settled"),
        Index("ix_deliveries_unsettled", "due_at", postgresql_where=text("settled_at is null")),
        Index("ix_deliveries_settled_at", "settled_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    nudge_id: Mapped[UUID] = mapped_column(ForeignKey("nudges.id"))
    channel: Mapped[str] = mapped_column()
    created_at: Mapped[datetime] = instant()
    due_at: Mapped[datetime] = instant()
    useful_until: Mapped[datetime] = instant()
    tries: Mapped[int] = mapped_column(default=0)
    repeats: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None] = instant()
    target: Mapped[UUID | None] = mapped_column()
    settled_at: Mapped[datetime | None] = instant()
    outcome: Mapped[str | None] = mapped_column()
    detail: Mapped[str | None] = mapped_column()

    @property
    def collapse_key(self) -> str:
        """What makes a phone show a repeat in the place of the first."""
        return str(self.nudge_id)


@dataclass(frozen=True, slots=True)
class Message:
    """That a nudge is to leave by a channel (`push` or `email`) between two moments."""

    nudge_id: UUID
    channel: str
    not_before: datetime
    not_after: datetime


async def promise(db: AsyncSession, messages: Sequence[Message], *, now: datetime) -> None:
    """Promise these, each once whoever else does, and the work of sending them."""
    if not messages:
        return
    rows = [
        {
            "id": new_id(),
            "nudge_id": message.nudge_id,
            "channel": message.channel,
            "created_at": now,
            "due_at": message.not_before,
            "useful_until": message.not_after,
            "tries": 0,
            "repeats": 0,
        }
        for message in sorted(messages, key=lambda one: (one.nudge_id, one.channel))
    ]
    written = await db.execute(
        insert(Delivery).on_conflict_do_nothing().returning(Delivery.id, Delivery.channel), rows
    )
    await _enqueue(db, [(row.id, row.channel) for row in written])


async def wake_deliveries(db: AsyncSession, *, now: datetime) -> None:
    """Enqueue what should long have left and that nobody has at hand: the queue forgets a job that failed in a way
    nobody thought of, the row does not."""
    overdue = await db.execute(
        select(Delivery.id, Delivery.channel)
        .where(Delivery.settled_at.is_(None), Delivery.due_at < now - OVERDUE)
        .where(or_(Delivery.leased_until.is_(None), Delivery.leased_until < now))
        .order_by(Delivery.due_at)
        .limit(MOST_WOKEN)
    )
    await _enqueue(db, [(row.id, row.channel) for row in overdue])


async def _enqueue(db: AsyncSession, found: Sequence[tuple[UUID, str]]) -> None:
    for channel, job in JOBS.items():
        await enqueue_all(db, job, [delivery_id for delivery_id, by in found if by == channel])


async def last_pushes(
    db: AsyncSession, person_ids: Collection[UUID], *, now: datetime
) -> dict[UUID, datetime]:
    """When each was last pushed to, and now for whom a push is on its way. One that nobody is sure of counts."""
    found = await db.execute(
        select(
            Nudge.person_id, func.max(case((Delivery.settled_at.is_(None), now), else_=Delivery.settled_at))
        )
        .join(Nudge, Nudge.id == Delivery.nudge_id)
        .where(Nudge.person_id == any_of(person_ids), Delivery.channel == PUSH)
        .where(or_(Delivery.settled_at.is_(None), Delivery.outcome.in_(("sent", "unknown"))))
        .group_by(Nudge.person_id)
    )
    return {row[0]: row[1] for row in found}


async def reachable(db: AsyncSession, person_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """By which channels each can be reached: a phone that takes pushes, an address from which nothing came back.
    Whoever has no account is reached where an organizer says."""
    phones = await db.scalars(
        select(Device.person_id).where(Device.person_id == any_of(person_ids), Device.push_token.is_not(None))
    )
    accounts = await db.scalars(
        select(Account.person_id)
        .join(AccountEmail, AccountEmail.account_id == Account.id)
        .where(Account.person_id == any_of(person_ids), AccountEmail.bounced_at.is_(None))
    )
    imported = await db.scalars(
        select(Attendance.person_id).where(
            Attendance.person_id == any_of(person_ids),
            Attendance.account_id.is_(None),
            Attendance.email.is_not(None),
            Attendance.email.is_distinct_from(Attendance.bounced_email),
        )
    )
    by_push, by_email = set(phones), {*accounts, *imported}
    return {
        person_id: frozenset(
            channel for channel, them in ((PUSH, by_push), (EMAIL, by_email)) if person_id in them
        )
        for person_id in person_ids
    }
