"""What can be known of accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.errors import CodeExpired
from server.accounts.models import Account, AccountEmail, AllowedOrganizer, CodeRequest, Person, Session


@dataclass(frozen=True, slots=True)
class MyAccount:
    account_id: UUID
    person_id: UUID
    may_organize: bool
    emails: Sequence[AccountEmail]
    leaving_at: datetime | None


async def get_me(db: AsyncSession, me: SignedIn) -> MyAccount:
    emails = await emails_of(db, me.account_id)
    return MyAccount(
        account_id=me.account_id,
        person_id=me.person_id,
        may_organize=await may_organize(db, me),
        emails=emails,
        leaving_at=await db.scalar(select(Person.leaving_at).where(Person.id == me.person_id)),
    )


async def emails_of(db: AsyncSession, account_id: UUID) -> Sequence[AccountEmail]:
    """An account's confirmed addresses, the first confirmed first: that one gets the mail."""
    found = await db.scalars(
        select(AccountEmail)
        .where(AccountEmail.account_id == account_id)
        .order_by(AccountEmail.confirmed_at, AccountEmail.id)
    )
    return found.all()


async def mail_address_of(db: AsyncSession, person_id: UUID) -> str | None:
    """Where mail to a person goes, or None for somebody without an account."""
    return await db.scalar(
        select(AccountEmail.email)
        .join(Account, Account.id == AccountEmail.account_id)
        .where(Account.person_id == person_id)
        .order_by(AccountEmail.confirmed_at, AccountEmail.id)
        .limit(1)
    )


async def may_organize(db: AsyncSession, me: SignedIn) -> bool:
    """Whether the operator allowed one of this account's proved addresses to create events."""
    found = await db.scalar(
        select(AllowedOrganizer.email)
        .join(AccountEmail, AccountEmail.email == AllowedOrganizer.email)
        .where(AccountEmail.account_id == me.account_id)
        .limit(1)
    )
    return found is not None


async def find_account_by_email(db: AsyncSession, email: str) -> Account | None:
    return await db.scalar(
        select(Account)
        .join(AccountEmail, AccountEmail.account_id == Account.id)
        .where(AccountEmail.email == email)
    )


async def lock_open_request(
    db: AsyncSession, request_id: UUID, purpose: str, *, now: datetime
) -> CodeRequest:
    """A code request that can still be answered, locked. Raises CodeExpired, also for one never made."""
    request = await db.scalar(
        select(CodeRequest)
        .where(CodeRequest.id == request_id, CodeRequest.purpose == purpose)
        .with_for_update()
    )
    if request is None or request.used_at or request.expires_at <= now or request.tries_left == 0:
        raise CodeExpired
    return request


async def list_sessions(db: AsyncSession, me: SignedIn) -> Sequence[Session]:
    """The sessions that stand, the one used last first."""
    found = await db.scalars(
        select(Session)
        .where(Session.account_id == me.account_id, Session.ended_at.is_(None))
        .order_by(Session.refreshed_at.desc(), Session.id)
    )
    return found.all()
