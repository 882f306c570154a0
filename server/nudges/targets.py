"""Where does it go? One phone or one address of a person; and what is remembered when it takes nothing any more."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Account, AccountEmail
from server.devices.models import Device
from server.events.models import Attendance
from server.nudges.deliveries import EMAIL, Delivery
from server.senders import blames_address


@dataclass(frozen=True, slots=True)
class Phone:
    """A device that takes pushes."""

    id: UUID
    person_id: UUID
    platform: str
    push_token: str


@dataclass(frozen=True, slots=True)
class Address:
    """An account's address, or that of an attendance that nobody claimed; `id` is the row's."""

    id: UUID
    email: str


async def find_phone(
    db: AsyncSession, person_id: UUID, platforms: Collection[str], *, rather: UUID | None
) -> Phone | None:
    """The one phone that a push goes to: that of the try before, so that a repeat takes its place; else the one that
    was heard of last, which is the one in the person's hand."""
    device = await db.scalar(
        select(Device)
        .where(Device.person_id == person_id, Device.push_token.is_not(None), Device.platform.in_(platforms))
        .order_by(
            Device.id.is_distinct_from(rather), func.greatest(Device.reported_at, Device.seen_at).desc()
        )
        .limit(1)
    )
    if device is None or device.push_token is None:
        return None
    return Phone(device.id, device.person_id, device.platform, device.push_token)


async def forget_push_token(db: AsyncSession, phone: Phone, *, gone_since: datetime | None) -> bool:
    """Whether this phone's token was cleared: only if it is still the dead one, and the phone did not report it again
    since it died."""
    dead = (
        update(Device)
        .where(Device.person_id == phone.person_id, Device.id == phone.id)
        .where(Device.push_token == phone.push_token)
        .values(push_token=None)
        .returning(Device.id)
    )
    if gone_since is not None:
        dead = dead.where(Device.reported_at <= gone_since)
    return await db.scalar(dead) is not None


async def find_address(db: AsyncSession, person_id: UUID, attendance_id: UUID | None) -> Address | None:
    """Where mail to somebody goes: the address that they confirmed first of those that nothing came back from; to
    whoever has no account, that of the attendance which it is about."""
    account = await db.scalar(select(Account.id).where(Account.person_id == person_id))
    if account is not None:
        found = await db.execute(
            select(AccountEmail.id, AccountEmail.email)
            .where(AccountEmail.account_id == account, AccountEmail.bounced_at.is_(None))
            .order_by(AccountEmail.confirmed_at, AccountEmail.id)
            .limit(1)
        )
    else:
        found = await db.execute(
            select(Attendance.id, Attendance.email).where(
                Attendance.person_id == person_id,
                Attendance.id == attendance_id,
                Attendance.account_id.is_(None),
                Attendance.email.is_not(None),
                Attendance.email.is_distinct_from(Attendance.bounced_email),
            )
        )
    row = found.one_or_none()
    return None if row is None else Address(row.id, row.email)


async def note_bounced_address(db: AsyncSession, target: UUID, *, now: datetime) -> None:
    """Nothing more is sent there until somebody reads a code there, or an organizer corrects it."""
    await db.execute(
        update(AccountEmail)
        .where(AccountEmail.id == target, AccountEmail.bounced_at.is_(None))
        .values(bounced_at=now)
    )
    await db.execute(
        update(Attendance)
        .where(Attendance.id == target, Attendance.email.is_not(None))
        .where(or_(Attendance.bounced_email.is_(None), Attendance.bounced_email != Attendance.email))
        .values(bounced_email=Attendance.email, bounced_at=now)
    )


async def note_bounces(db: AsyncSession, letters: Collection[UUID], status: str, now: datetime) -> int:
    """That some of these came back, as a mail server reports; how many of them are nudges."""
    returned = await db.scalars(
        update(Delivery)
        .where(Delivery.id.in_(letters), Delivery.channel == EMAIL, Delivery.outcome == "sent")
        .values(outcome="bounced", detail=status)
        .returning(Delivery.target)
    )
    targets = returned.all()
    for target in targets if blames_address(status) else ():
        await note_bounced_address(db, target, now=now)
    return len(targets)
