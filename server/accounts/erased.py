"""Whose address was erased, or opted out? Known by an HMAC alone, so that what an organizer imports later is not mailed
to it."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Iterable, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, BindParameter, LargeBinary, any_, delete, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import AccountEmail, ErasedAddress
from server.settings import Settings

ASKED_FOR = frozenset({"sign_in_code"})
"""Mails that whoever reads them asked for a moment ago."""


def digest(settings: Settings, email: str) -> bytes:
    return hmac.digest(settings.secret("limit"), b"erased\x00" + email.encode(), hashlib.sha256)


async def digests_of(db: AsyncSession, account_id: UUID, settings: Settings) -> list[bytes]:
    emails = await db.scalars(select(AccountEmail.email).where(AccountEmail.account_id == account_id))
    return sorted(digest(settings, email) for email in emails)


async def unwanted_among(db: AsyncSession, emails: Iterable[str | None], settings: Settings) -> set[str]:
    """Those of these addresses, in lower case, whose owner wants nothing of us."""
    by_digest = {digest(settings, email.lower()): email.lower() for email in emails if email}
    found = await db.scalars(
        select(ErasedAddress.digest).where(ErasedAddress.digest == any_(_all(by_digest)))
    )
    return {by_digest[one] for one in found}


def _all(digests: Iterable[bytes]) -> BindParameter[Sequence[bytes]]:
    return literal(list(digests), ARRAY(LargeBinary()))


async def forget_erasure(db: AsyncSession, email: str, settings: Settings) -> None:
    """Somebody has proved this address again: it is theirs, and wanted."""
    await db.execute(delete(ErasedAddress).where(ErasedAddress.digest == digest(settings, email)))


def may_be_mailed(settings: Settings) -> Callable[[AsyncSession, str, str], Awaitable[bool]]:
    """Whether a mail of this kind may go to this address."""

    async def may(db: AsyncSession, kind: str, email: str) -> bool:
        if kind in ASKED_FOR:
            return True
        found = await db.get(ErasedAddress, digest(settings, email.lower()))
        return found is None

    return may
