"""Who may: the proof that somebody is signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Account, Session
from server.accounts.tokens import read_access_token
from server.failures import SignInRequired
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Proof: this request carries a valid token of a session that still stands."""

    account_id: UUID
    person_id: UUID
    session_id: UUID


Me = NamedDependency[SignedIn]


async def provide_me(
    request: Request[Any, Any, Any],
    db: NamedDependency[AsyncSession],
    now: NamedDependency[datetime],
    settings: NamedDependency[Settings],
) -> SignedIn:
    return await signed_in(db, bearer_token(request), now=now, settings=settings)


def bearer_token(request: Request[Any, Any, Any]) -> str:
    """What the Authorization header holds (RFC 6750), or nothing."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


async def signed_in(db: AsyncSession, text: str, *, now: datetime, settings: Settings) -> SignedIn:
    """The proof, from an access token. Raises SignInRequired."""
    token = read_access_token(settings.secret("session"), text, now=now)
    if token is None:
        raise SignInRequired

    person_id = await db.scalar(
        select(Account.person_id)
        .join(Session, Session.account_id == Account.id)
        .where(Session.id == token.session_id, Account.id == token.account_id, Session.ended_at.is_(None))
    )
    if person_id is None:
        raise SignInRequired
    return SignedIn(account_id=token.account_id, person_id=person_id, session_id=token.session_id)
