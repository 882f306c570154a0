"""What can happen to accounts: codes are mailed, people sign in, refresh, leave, add and remove addresses."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import rules
from server.accounts.access import SignedIn
from server.accounts.erased import forget_erasure
from server.accounts.errors import (
    CodeExpired,
    CodeWrong,
    EmailNotFound,
    EmailTaken,
    LastEmail,
    RefreshInvalid,
    SessionNotFound,
    TooManyEmails,
)
from server.accounts.models import Account, AccountEmail, CodeRequest, Person, Session
from server.accounts.queries import find_account_by_email, lock_open_request
from server.accounts.tokens import (
    ACCESS_LIFETIME,
    AccessToken,
    RefreshToken,
    read_refresh_token,
    same_code,
    sign_in_code,
    write_access_token,
    write_refresh_token,
)
from server.ids import new_id
from server.limits import Limits
from server.mail import post_mail
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a phone keeps."""

    access_token: str
    access_expires_at: datetime
    refresh_token: str
    person_id: UUID
    session_id: UUID


async def request_code(
    db: AsyncSession,
    email: str,
    *,
    client: str,
    limits: Limits,
    now: datetime,
    account_id: UUID | None = None,
) -> CodeRequest:
    """Mail a code to any address: the answer is the same whether the address is known or not."""
    await limits.take(rules.CODES_OF_ALL, "", now=now)
    await limits.take(rules.CODES_PER_CLIENT, client, now=now)
    await limits.take(rules.CODES_PER_EMAIL, email, now=now)

    request = CodeRequest(
        id=uuid4(),  # random: it is what the phone must know to try a code
        email=email,
        purpose="sign_in" if account_id is None else "confirm_email",
        account_id=account_id,
        tries_left=rules.CODE_TRIES,
        created_at=now,
        expires_at=now + rules.CODE_LIFETIME,
    )
    db.add(request)
    await post_mail(db, "sign_in_code", request.id, now=now)
    return request


async def sign_in(
    db: AsyncSession,
    request_id: UUID,
    code: str,
    *,
    label: str,
    client: str,
    limits: Limits,
    settings: Settings,
    now: datetime,
) -> Tokens:
    """Turn a mailed code into a session; the first sign-in of an address makes its account."""
    await limits.take(rules.SIGN_INS_PER_CLIENT, client, now=now)
    request = await use_code(db, request_id, code, "sign_in", limits=limits, settings=settings, now=now)
    await _note_it_arrives(db, request.email)
    account = await find_account_by_email(db, request.email)
    if account is None:
        account = await _make_account(db, request.email, now=now)
        await forget_erasure(db, request.email, settings)

    session = Session(
        id=uuid4(), account_id=account.id, label=label, counter=0, created_at=now, refreshed_at=now
    )
    db.add(session)
    return _tokens(session, account.person_id, 0, settings=settings, now=now)


async def _note_it_arrives(db: AsyncSession, email: str) -> None:
    """Mail to this address was read: what came back from it before does not count any more."""
    await db.execute(
        update(AccountEmail)
        .where(AccountEmail.email == email, AccountEmail.bounced_at.is_not(None))
        .values(bounced_at=None)
    )


async def use_code(
    db: AsyncSession,
    request_id: UUID,
    code: str,
    purpose: str,
    *,
    limits: Limits,
    settings: Settings,
    now: datetime,
) -> CodeRequest:
    """Check a code and use its request up. A wrong one costs a try, of the request and of the address."""
    request = await lock_open_request(db, request_id, purpose, now=now)
    await limits.check(rules.WRONG_CODES_PER_EMAIL, request.email, now=now)

    if not same_code(code, sign_in_code(settings.secret("code"), request.id, request.email)):
        request.tries_left -= 1
        await limits.take(rules.WRONG_CODES_PER_EMAIL, request.email, now=now)
        raise CodeWrong(f"{request.tries_left} tries left.")
    request.used_at = now
    return request


async def _make_account(db: AsyncSession, email: str, *, now: datetime) -> Account:
    # Two first sign-ins of one address may race: whoever inserts the address makes the account.
    person = Person(id=new_id(), created_at=now)
    account = Account(id=new_id(), person_id=person.id, created_at=now)
    db.add(person)
    await db.flush()  # the account refers to the person
    db.add(account)
    await db.flush()  # the address refers to the account
    if await _take_email(db, email, account.id, now=now):
        return account
    await db.delete(account)
    await db.flush()
    await db.delete(person)
    winner = await find_account_by_email(db, email)
    if winner is None:
        raise CodeExpired
    return winner


async def _take_email(db: AsyncSession, email: str, account_id: UUID, *, now: datetime) -> bool:
    """Whether the address was free and now is this account's."""
    taken = await db.execute(
        insert(AccountEmail)
        .values(email=email, id=new_id(), account_id=account_id, confirmed_at=now)
        .on_conflict_do_nothing()
        .returning(AccountEmail.email)
    )
    return taken.scalar_one_or_none() is not None


async def refresh(db: AsyncSession, text: str, *, settings: Settings, now: datetime) -> Tokens:
    """Rotate a refresh token; a reuse ends the session for whoever holds any of its tokens."""
    token = read_refresh_token(settings.secret("session"), text)
    if token is None:
        raise RefreshInvalid
    session = await db.scalar(select(Session).where(Session.id == token.session_id).with_for_update())
    if session is None or session.ended_at or session.refreshed_at + rules.SESSION_LIFETIME <= now:
        raise RefreshInvalid
    person_id = await db.scalar(select(Account.person_id).where(Account.id == session.account_id))
    rotation = rules.Rotation(session.counter, session.refreshed_at, session.refreshed_before_at)

    judged = rules.judge_refresh(token.counter, rotation, now=now)
    if judged is rules.Refresh.REUSE or person_id is None:
        session.ended_at, session.ended_because = now, "refresh_token_reused"
        raise RefreshInvalid

    if judged is rules.Refresh.ROTATE:
        session.counter = token.counter + 1
        session.refreshed_before_at, session.refreshed_at = session.refreshed_at, now
    return _tokens(session, person_id, token.counter + 1, settings=settings, now=now)


def _tokens(session: Session, person_id: UUID, counter: int, *, settings: Settings, now: datetime) -> Tokens:
    secret = settings.secret("session")
    return Tokens(
        access_token=write_access_token(
            secret, AccessToken(account_id=session.account_id, session_id=session.id), now=now
        ),
        access_expires_at=now + ACCESS_LIFETIME,
        refresh_token=write_refresh_token(secret, RefreshToken(session_id=session.id, counter=counter)),
        person_id=person_id,
        session_id=session.id,
    )


async def revoke_session(db: AsyncSession, me: SignedIn, session_id: UUID, *, now: datetime) -> None:
    """End one of my sessions; ending it again changes nothing."""
    mine = await db.scalar(
        select(Session.id).where(Session.id == session_id, Session.account_id == me.account_id)
    )
    if mine is None:
        raise SessionNotFound
    await db.execute(
        update(Session)
        .where(Session.id == session_id, Session.ended_at.is_(None))
        .values(ended_at=now, ended_because="signed_out")
    )


async def confirm_email(
    db: AsyncSession,
    me: SignedIn,
    request_id: UUID,
    code: str,
    *,
    limits: Limits,
    settings: Settings,
    now: datetime,
) -> None:
    """Add an address whose code was mailed to it. Confirming one's own again changes nothing."""
    request = await use_code(db, request_id, code, "confirm_email", limits=limits, settings=settings, now=now)
    if request.account_id != me.account_id:
        raise CodeExpired
    if await _take_email(db, request.email, me.account_id, now=now):
        await forget_erasure(db, request.email, settings)
        return
    owner = await find_account_by_email(db, request.email)
    if owner is None or owner.id != me.account_id:
        raise EmailTaken


async def lock_emails(db: AsyncSession, me: SignedIn) -> int:
    """How many addresses I have, nobody adding or removing one meanwhile."""
    await db.execute(select(Account.id).where(Account.id == me.account_id).with_for_update())
    count = await db.scalar(select(func.count()).where(AccountEmail.account_id == me.account_id))
    return count or 0


async def begin_adding_email(
    db: AsyncSession, me: SignedIn, email: str, *, client: str, limits: Limits, now: datetime
) -> CodeRequest:
    if await lock_emails(db, me) >= rules.MOST_EMAILS:
        raise TooManyEmails
    return await request_code(db, email, client=client, limits=limits, now=now, account_id=me.account_id)


async def remove_email(db: AsyncSession, me: SignedIn, email_id: UUID) -> None:
    count = await lock_emails(db, me)
    mine = await db.scalar(
        select(AccountEmail).where(AccountEmail.id == email_id, AccountEmail.account_id == me.account_id)
    )
    if mine is None:
        raise EmailNotFound
    if count == 1:
        raise LastEmail
    await db.execute(delete(AccountEmail).where(AccountEmail.id == email_id))
