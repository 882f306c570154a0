"""What a client can ask about accounts."""

from uuid import UUID

from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from schemas.accounts import (
    CodeRequestIn,
    CodeRequestOut,
    ConfirmEmailIn,
    MeOut,
    RefreshIn,
    SessionList,
    SessionOut,
    SignInIn,
    TokensOut,
)
from server.accounts import actions, errors, queries
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.limits import Limits, RateLimited
from server.requests import ClientAddress, Now
from server.settings import Settings


@post(
    "/sign_in_codes",
    status_code=202,
    **operation("request_sign_in_code", "Mail a sign-in code to an address", RateLimited, public=True),
)
async def request_sign_in_code(
    data: JSONBody[CodeRequestIn], db: Db, client: ClientAddress, limits: NamedDependency[Limits], now: Now
) -> CodeRequestOut:
    """The answer is the same whether the address is known or not. Nothing is consumed by opening the mail."""
    request = await actions.request_code(db, data.email, client=client, limits=limits, now=now)
    return CodeRequestOut(request_id=request.id, expires_at=request.expires_at)


@post(
    "/sessions",
    **operation(
        "sign_in",
        "Sign in with a mailed code",
        errors.CodeWrong,
        errors.CodeExpired,
        RateLimited,
        public=True,
    ),
)
async def sign_in(
    data: JSONBody[SignInIn],
    db: Db,
    client: ClientAddress,
    limits: NamedDependency[Limits],
    settings: NamedDependency[Settings],
    now: Now,
) -> TokensOut:
    """Five tries per request. The first sign-in of an address makes its account."""
    tokens = await actions.sign_in(
        db,
        data.request_id,
        data.code,
        label=data.label,
        client=client,
        limits=limits,
        settings=settings,
        now=now,
    )
    return TokensOut.model_validate(tokens)


@post(
    "/sessions/refresh",
    status_code=200,
    **operation(
        "refresh_session", "Trade a refresh token for new tokens", errors.RefreshInvalid, public=True
    ),
)
async def refresh_session(
    data: JSONBody[RefreshIn], db: Db, settings: NamedDependency[Settings], now: Now
) -> TokensOut:
    """The token rotates. Asking again with the same one, because the answer was lost, gives the same successor;
    any older one ends the session."""
    tokens = await actions.refresh(db, data.refresh_token, settings=settings, now=now)
    return TokensOut.model_validate(tokens)


@get("/sessions", **operation("list_sessions", "List my sessions", while_leaving=True))
async def list_sessions(db: Db, me: Me) -> SessionList:
    """One for each sign-in that still stands."""
    sessions = await queries.list_sessions(db, me)
    return SessionList(
        items=[
            SessionOut(
                id=session.id,
                label=session.label,
                created_at=session.created_at,
                refreshed_at=session.refreshed_at,
                current=session.id == me.session_id,
            )
            for session in sessions
        ]
    )


@delete(
    "/sessions/{session_id:str}",
    **operation("revoke_session", "End a session", errors.SessionNotFound, while_leaving=True),
)
async def revoke_session(session_id: FromPath[UUID], db: Db, me: Me, now: Now) -> None:
    """At once: its access token stops working too."""
    await actions.revoke_session(db, me, session_id, now=now)


@delete("/sessions/current", **operation("sign_out", "End this session", while_leaving=True))
async def sign_out(db: Db, me: Me, now: Now) -> None:
    """Its tokens stop working at once. A registered device goes on delivering."""
    await actions.revoke_session(db, me, me.session_id, now=now)


@get("/me", **operation("get_me", "Who am I", while_leaving=True))
async def get_me(db: Db, me: Me) -> MeOut:
    """My id, my addresses, whether I may create events, and whether my account is being deleted."""
    return MeOut.model_validate(await queries.get_me(db, me))


@post(
    "/me/emails",
    status_code=202,
    **operation("add_my_email", "Mail a code to another address of mine", errors.TooManyEmails, RateLimited),
)
async def add_my_email(
    data: JSONBody[CodeRequestIn],
    db: Db,
    me: Me,
    client: ClientAddress,
    limits: NamedDependency[Limits],
    now: Now,
) -> CodeRequestOut:
    """The answer is the same whether or not the address is known. `confirm_my_email` takes the code."""
    request = await actions.begin_adding_email(db, me, data.email, client=client, limits=limits, now=now)
    return CodeRequestOut(request_id=request.id, expires_at=request.expires_at)


@post(
    "/me/emails/confirm",
    status_code=200,
    **operation(
        "confirm_my_email",
        "Confirm an address with its code",
        errors.CodeWrong,
        errors.CodeExpired,
        errors.EmailTaken,
        RateLimited,
    ),
)
async def confirm_my_email(
    data: JSONBody[ConfirmEmailIn],
    db: Db,
    me: Me,
    limits: NamedDependency[Limits],
    settings: NamedDependency[Settings],
    now: Now,
) -> MeOut:
    """From then on it signs in to this account, and finds what was imported under it."""
    await actions.confirm_email(db, me, data.request_id, data.code, limits=limits, settings=settings, now=now)
    return MeOut.model_validate(await queries.get_me(db, me))


@delete(
    "/me/emails/{email_id:str}",
    **operation("remove_my_email", "Remove one of my addresses", errors.EmailNotFound, errors.LastEmail),
)
async def remove_my_email(email_id: FromPath[UUID], db: Db, me: Me) -> None:
    """It signs in no more. The last one stays."""
    await actions.remove_email(db, me, email_id)


routes = Router(
    "/",
    tags=["sign-in"],
    route_handlers=[
        request_sign_in_code,
        sign_in,
        refresh_session,
        list_sessions,
        revoke_session,
        sign_out,
        get_me,
        add_my_email,
        confirm_my_email,
        remove_my_email,
    ],
)
