"""What a client can ask about introductions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from schemas.introductions import (
    CandidateList,
    IntroductionIn,
    IntroductionOfferIn,
    IntroductionOut,
    IntroductionPage,
)
from server.accounts.access import Me, SignedIn
from server.contract import operation
from server.database import Db
from server.failures import CursorInvalid, IdReused
from server.interviews.errors import InterviewNotFound, NotJoined
from server.introductions import actions, asking, errors, queries
from server.introductions.candidates import list_candidates
from server.introductions.seen import as_seen
from server.introductions.states import Side
from server.introductions.wire import candidate_out, introduction_out
from server.limits import Limits, RateLimited
from server.paging import Cursor, Limit, cut, write_cursor
from server.people.errors import PersonNotFound
from server.people.queries import language_of
from server.requests import Languages, Now

IntroductionId = FromPath[UUID]
SideFilter = Annotated[
    Literal["asker", "connector", "target"] | None,
    QueryParameter(description="Only those in which I am this."),
]
ANSWERED = (errors.IntroductionNotFound, errors.IntroductionClosed)


@post(
    "/introductions",
    **operation(
        "request_introduction",
        "Ask people I met to introduce me to somebody",
        PersonNotFound,
        InterviewNotFound,
        IdReused,
        NotJoined,
        errors.ConnectionPrivate,
        errors.AlreadyAsked,
        errors.ConnectorFull,
        errors.TooManyIntroductions,
        RateLimited,
        again=IntroductionOut,
    ),
)
async def request_introduction(
    data: JSONBody[IntroductionIn], db: Db, me: Me, limits: NamedDependency[Limits], now: Now
) -> Response[IntroductionOut]:
    """Each of them sees it by itself, and offers somebody or stays silent; so may whoever they think of. I learn of
    nobody before they agreed, and never who declined. By asking I agree that those who agree get my card. Three
    requests may be open, each for 24 days; a failure about one of `connector_ids` names it in `errors`."""
    request, new = await asking.request_introduction(
        db, me, asking.Wish(**data.model_dump()), limits=limits, now=now
    )
    return Response(await _out(db, me, request.id, now), status_code=201 if new else 200)


@get("/introductions", **operation("list_introductions", "List my introductions", CursorInvalid))
async def list_introductions(
    db: Db, me: Me, now: Now, side: SideFilter = None, cursor: Cursor = None, limit: Limit = 50
) -> IntroductionPage:
    """What I asked for, what I am asked for as a connector, and to whom others would introduce me."""
    found = await queries.list_introductions(
        db, me, side=Side(side) if side else None, cursor=cursor, limit=limit
    )
    rows, more = cut(found, limit)
    return IntroductionPage(
        items=[introduction_out(seen) for seen in await as_seen(db, me, rows, now=now)],
        next_cursor=write_cursor(*rows[-1].key) if more else None,
    )


@get(
    "/introductions/{introduction_id:str}",
    **operation("get_introduction", "Read an introduction", errors.IntroductionNotFound),
)
async def get_introduction(introduction_id: IntroductionId, db: Db, me: Me, now: Now) -> IntroductionOut:
    """As it stands now, seen from my side."""
    return await _out(db, me, introduction_id, now)


@get(
    "/introductions/{introduction_id:str}/candidates",
    **operation("list_introduction_candidates", "List whom I could introduce", errors.IntroductionNotFound),
)
async def list_introduction_candidates(
    introduction_id: IntroductionId, db: Db, me: Me, asked_languages: Languages
) -> CandidateList:
    """For a connector: those of my connections who fit, by what they show me and what I noted. Anybody else I met may
    be offered as well. Connections that either of us keeps private are left out."""
    found = await list_candidates(db, me, introduction_id)
    language = await language_of(db, me.person_id, asked_languages)
    return CandidateList(items=[candidate_out(one, language) for one in found])


@post(
    "/introductions/{introduction_id:str}/offer",
    status_code=200,
    **operation(
        "agree_to_introduce",
        "Offer somebody I met",
        *ANSWERED,
        PersonNotFound,
        NotJoined,
        errors.ConnectionPrivate,
    ),
)
async def agree_to_introduce(
    introduction_id: IntroductionId, data: JSONBody[IntroductionOfferIn], db: Db, me: Me, now: Now
) -> IntroductionOut:
    """As connector. They are asked next, for ten days; the asker learns of it if they agree."""
    await actions.agree_to_introduce(db, me, introduction_id, target_id=data.target_person_id, now=now)
    return await _out(db, me, introduction_id, now)


@post(
    "/introductions/{introduction_id:str}/agree",
    status_code=200,
    **operation("agree_to_be_introduced", "Agree to be introduced", *ANSWERED),
)
async def agree_to_be_introduced(
    introduction_id: IntroductionId, db: Db, me: Me, now: Now
) -> IntroductionOut:
    """As target. From now on the asker and I are connected, and each has what the other's card gives, as if we had
    scanned each other."""
    await actions.agree_to_be_introduced(db, me, introduction_id, now=now)
    return await _out(db, me, introduction_id, now)


@post(
    "/introductions/{introduction_id:str}/decline",
    status_code=200,
    **operation("decline_introduction", "Decline an introduction", *ANSWERED),
)
async def decline_introduction(introduction_id: IntroductionId, db: Db, me: Me, now: Now) -> IntroductionOut:
    """As connector, also to take an offer back before it is answered, or as target. Nobody is told: to the others it
    looks as if I had not answered."""
    await actions.decline(db, me, introduction_id, now=now)
    return await _out(db, me, introduction_id, now)


@post(
    "/introductions/{introduction_id:str}/withdraw",
    status_code=200,
    **operation("withdraw_introduction", "Take back what I asked for", *ANSWERED),
)
async def withdraw_introduction(introduction_id: IntroductionId, db: Db, me: Me, now: Now) -> IntroductionOut:
    """As asker, from everybody asked. Whoever was introduced to me stays so."""
    await actions.withdraw(db, me, introduction_id, now=now)
    return await _out(db, me, introduction_id, now)


async def _out(db: AsyncSession, me: SignedIn, introduction_id: UUID, now: datetime) -> IntroductionOut:
    found = await queries.get_introduction(db, me, introduction_id)
    [seen] = await as_seen(db, me, [found], now=now)
    return introduction_out(seen)


routes = Router(
    "/",
    tags=["introductions"],
    route_handlers=[
        request_introduction,
        list_introductions,
        get_introduction,
        list_introduction_candidates,
        agree_to_introduce,
        agree_to_be_introduced,
        decline_introduction,
        withdraw_introduction,
    ],
)
