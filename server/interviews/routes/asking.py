"""Asking for a talk, and reading the talks one has."""

from typing import Annotated, Literal

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from schemas.interviews import InterviewIn, InterviewOut, InterviewPage
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.events.errors import EventNotFound
from server.failures import CursorInvalid, IdReused
from server.interviews import asking, errors, queries
from server.interviews.seen import as_seen
from server.interviews.wire import InterviewId, interview_out
from server.limits import Limits, RateLimited
from server.paging import Cursor, Limit, cut, write_cursor
from server.people.errors import PersonNotFound
from server.requests import Now

StateFilter = Annotated[
    Literal["requested", "countered", "scheduled", "declined", "withdrawn", "expired", "cancelled"] | None,
    QueryParameter(name="state", description="Only those that stand so now."),
]
SideFilter = Annotated[
    Literal["asker", "host"] | None, QueryParameter(description="Only those in which I am this.")
]


@post(
    "/interviews",
    **operation(
        "request_interview",
        "Ask somebody I met for a talk",
        PersonNotFound,
        EventNotFound,
        IdReused,
        errors.AlreadyRequested,
        errors.DeclinedRecently,
        errors.TooManyPending,
        errors.HostFull,
        errors.NotJoined,
        RateLimited,
        again=InterviewOut,
    ),
)
async def request_interview(
    data: JSONBody[InterviewIn], db: Db, me: Me, limits: NamedDependency[Limits], now: Now
) -> Response[InterviewOut]:
    """Unanswered, it expires after ten days. Until it is accepted it blocks nobody's time."""
    request = asking.Request(**{**data.model_dump(), "slots": tuple(data.slots)})
    interview, new = await asking.request_interview(db, me, request, limits=limits, now=now)
    return Response(await interview_out(db, me, interview, now), status_code=201 if new else 200)


@get("/interviews", **operation("list_interviews", "List my interviews", CursorInvalid))
async def list_interviews(
    db: Db,
    me: Me,
    now: Now,
    in_state: StateFilter = None,
    side: SideFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> InterviewPage:
    """Those I asked for and those I was asked for."""
    found = await queries.list_interviews(
        db, me, state=in_state, side=side, cursor=cursor, limit=limit, now=now
    )
    rows, more = cut(found, limit)
    return InterviewPage(
        items=[InterviewOut.model_validate(seen) for seen in await as_seen(db, me.person_id, rows, now=now)],
        next_cursor=write_cursor(rows[-1].requested_at, rows[-1].id) if more else None,
    )


@get(
    "/interviews/{interview_id:str}",
    **operation("get_interview", "Read an interview", errors.InterviewNotFound),
)
async def get_interview(interview_id: InterviewId, db: Db, me: Me, now: Now) -> InterviewOut:
    """As it stands now, seen from my side."""
    return await interview_out(db, me, await queries.get_interview(db, me, interview_id), now)


handlers = [request_interview, list_interviews, get_interview]
