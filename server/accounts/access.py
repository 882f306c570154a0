"""Who may: the proof that somebody is signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.tokens import read_access_token
from server.direct import Direct
from server.failures import AccountLeaving, SignInRequired
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
    db: NamedDependency[AsyncSession],  # noqa: ARG001 - comes before it (app.py)
    direct: NamedDependency[Direct],
    now: NamedDependency[datetime],
    settings: NamedDependency[Settings],
) -> SignedIn:
    while_leaving = bool(request.route_handler.opt.get("while_leaving"))
    return await signed_in(
        direct, bearer_token(request), now=now, settings=settings, while_leaving=while_leaving
    )


def bearer_token(request: Request[Any, Any, Any]) -> str:
    """What the Authorization header holds (RFC 6750), or nothing."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


async def signed_in(
    direct: Direct, text: str, *, now: datetime, settings: Settings, while_leaving: bool = False
) -> SignedIn:
    """The proof, from an access token. Raises SignInRequired; AccountLeaving for who asked to be forgotten, unless
    this is `while_leaving` too."""
    token = read_access_token(settings.secret("session"), text, now=now)
    if token is None:
        raise SignInRequired

    found = await direct.fetch(STANDS, token.session_id, token.account_id)
    if not found:
        raise SignInRequired
    person_id, leaving = found[0]
    if leaving and not while_leaving:
        raise AccountLeaving
    return SignedIn(account_id=token.account_id, person_id=person_id, session_id=token.session_id)


STANDS = """
    select accounts.person_id, persons.leaving_at is not null
    from sessions
    join accounts on accounts.id = sessions.account_id
    join persons on persons.id = accounts.person_id
    where sessions.id = $1 and accounts.id = $2 and sessions.ended_at is null
"""
