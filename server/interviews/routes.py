"""What a client can ask about interviews: my hours, times for two, requests and their answers."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from schemas.interviews import (
    AcceptIn,
    AvailabilityOut,
    AvailabilityPatch,
    CancelIn,
    DeclineIn,
    InterviewIn,
    InterviewOut,
    InterviewPage,
    ProposeIn,
    SlotList,
    SlotOut,
    WithdrawIn,
)
from server.accounts.access import Me, SignedIn
from server.contract import operation
from server.database import Db
from server.events.errors import EventNotFound
from server.failures import CursorInvalid, IdReused, VersionRequired, VersionStale
from server.interviews import answers, asking, errors, hours, mails, queries
from server.interviews.models import AvailabilityRow, Interview
from server.interviews.seen import as_seen
from server.limits import Limits, RateLimited
from server.paging import Cursor, Limit, cut, write_cursor
from server.people.errors import PersonNotFound
from server.requests import IfMatch, Now, etag
from server.settings import Settings

InterviewId = FromPath[UUID]
WithPerson = Annotated[UUID, QueryParameter(description="The other one: somebody I met.")]
ForInterview = Annotated[
    UUID | None,
    QueryParameter(description="An interview of ours, to counter or to move; none for a new one."),
]
TalkMinutes = Annotated[Literal[15, 20, 30], QueryParameter(description="How long the talk is.")]
StateFilter = Annotated[
    Literal["requested", "countered", "scheduled", "declined", "withdrawn", "expired", "cancelled"] | None,
    QueryParameter(name="state", description="Only those that stand so now."),
]
SideFilter = Annotated[
    Literal["asker", "host"] | None, QueryParameter(description="Only those in which I am this.")
]
ANSWERED = (errors.InterviewNotFound, errors.NoLongerOpen, errors.NotYourTurn)


@get("/me/availability", **operation("get_availability", "Read when I can talk"))
async def get_availability(db: Db, me: Me, now: Now) -> Response[AvailabilityOut]:
    """Monday to Friday, 09:00 to 17:00, for those who set nothing."""
    return await _hours_out(db, await hours.hours_of(db, me.person_id, now=now))


@patch(
    "/me/availability",
    **operation("update_availability", "Edit when I can talk", VersionRequired, VersionStale),
)
async def update_availability(
    data: JSONBody[AvailabilityPatch], db: Db, me: Me, now: Now, if_match: IfMatch = None
) -> Response[AvailabilityOut]:
    """A talk that is booked stays booked."""
    changes = data.model_dump(mode="json", exclude_none=True)
    return await _hours_out(db, await hours.update_hours(db, me, changes, if_match=if_match, now=now))


@get(
    "/interviews/slots",
    **operation("find_common_slots", "Find times for us two", PersonNotFound, errors.InterviewNotFound),
)
async def find_common_slots(
    with_person_id: WithPerson,
    minutes: TalkMinutes,
    db: Db,
    me: Me,
    now: Now,
    interview_id: ForInterview = None,
) -> SlotList:
    """A few good ones within four weeks, from both people's hours and what is booked, in weeks in which the host
    has room. `full_until` says when they have again, if only that is missing."""
    search = await queries.find_common_slots(
        db, me, with_person_id, minutes=minutes, interview_id=interview_id, now=now
    )
    return SlotList(
        items=[SlotOut(starts_at=slot.start, ends_at=slot.end) for slot in search.slots],
        full_until=search.full_until,
    )


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
    return Response(await _out(db, me, interview, now), status_code=201 if new else 200)


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
    return await _out(db, me, await queries.get_interview(db, me, interview_id), now)


@post(
    "/interviews/{interview_id:str}/accept",
    status_code=200,
    **operation(
        "accept_interview",
        "Accept one of the times proposed",
        *ANSWERED,
        errors.ProposalChanged,
        errors.SlotNotProposed,
        errors.SlotTaken,
        errors.NoSlotLeft,
    ),
)
async def accept_interview(
    interview_id: InterviewId, data: JSONBody[AcceptIn], db: Db, me: Me, now: Now
) -> InterviewOut:
    """Of a request, or for moving a booked talk. Both get a calendar invitation by mail."""
    interview = await answers.accept(db, me, interview_id, **dict(data), now=now)
    return await _out(db, me, interview, now)


@post(
    "/interviews/{interview_id:str}/counter",
    status_code=200,
    **operation("counter_interview", "Answer with other times", *ANSWERED, errors.ProposalChanged),
)
async def counter_interview(
    interview_id: InterviewId, data: JSONBody[ProposeIn], db: Db, me: Me, now: Now
) -> InterviewOut:
    """It is the other's turn then, for ten days."""
    interview = await answers.counter(db, me, interview_id, **_proposed(data), now=now)
    return await _out(db, me, interview, now)


@post(
    "/interviews/{interview_id:str}/decline",
    status_code=200,
    **operation("decline_interview", "Decline", *ANSWERED, errors.ProposalChanged),
)
async def decline_interview(
    interview_id: InterviewId, data: JSONBody[DeclineIn], db: Db, me: Me, now: Now
) -> InterviewOut:
    """A request; or another time for a booked talk, which then stands as it was."""
    interview = await answers.decline(db, me, interview_id, **dict(data), now=now)
    return await _out(db, me, interview, now)


@post(
    "/interviews/{interview_id:str}/withdraw",
    status_code=200,
    **operation("withdraw_interview", "Take back what I proposed", *ANSWERED, errors.ProposalChanged),
)
async def withdraw_interview(
    interview_id: InterviewId, data: JSONBody[WithdrawIn], db: Db, me: Me, now: Now
) -> InterviewOut:
    """My request; or another time for a booked talk, which then stands as it was."""
    interview = await answers.withdraw(db, me, interview_id, **dict(data), now=now)
    return await _out(db, me, interview, now)


@post(
    "/interviews/{interview_id:str}/reschedule",
    status_code=200,
    **operation(
        "reschedule_interview",
        "Propose another time for a booked talk",
        *ANSWERED,
        errors.NotScheduled,
        errors.ProposalChanged,
    ),
)
async def reschedule_interview(
    interview_id: InterviewId, data: JSONBody[ProposeIn], db: Db, me: Me, now: Now
) -> InterviewOut:
    """The old time stands until the other accepts one of these, by `accept_interview`."""
    interview = await answers.reschedule(db, me, interview_id, **_proposed(data), now=now)
    return await _out(db, me, interview, now)


@post(
    "/interviews/{interview_id:str}/cancel",
    status_code=200,
    **operation("cancel_interview", "Cancel a booked talk", *ANSWERED, errors.NotScheduled),
)
async def cancel_interview(
    interview_id: InterviewId, data: JSONBody[CancelIn], db: Db, me: Me, now: Now
) -> InterviewOut:
    """Both get it taken out of their calendars by mail."""
    interview = await answers.cancel(db, me, interview_id, reply=data.reply, now=now)
    return await _out(db, me, interview, now)


@get(
    "/interviews/{interview_id:str}/calendar",
    media_type="text/calendar",
    **operation(
        "get_interview_calendar",
        "Download a talk for a calendar",
        errors.InterviewNotFound,
        errors.NotScheduled,
    ),
)
async def get_interview_calendar(
    interview_id: InterviewId, db: Db, me: Me, settings: NamedDependency[Settings], now: Now
) -> Response[bytes]:
    """iCalendar (RFC 5545), METHOD:PUBLISH, in my zone, under the same UID as in the mails."""
    interview = await queries.get_interview(db, me, interview_id)
    return Response(
        await mails.calendar_file(db, interview, me.person_id, mails.sender(settings), now=now),
        media_type="text/calendar",
        headers={"content-disposition": 'attachment; filename="talk.ics"', "cache-control": "no-store"},
    )


async def _hours_out(db: AsyncSession, row: AvailabilityRow) -> Response[AvailabilityOut]:
    out = AvailabilityOut(
        windows=row.windows,
        exceptions=row.exceptions,
        buffer_minutes=row.buffer_minutes,
        notice_hours=row.notice_hours,
        zone=await hours.zone_of(db, row.person_id),
        version=row.version,
    )
    return Response(out, headers=etag(row.version))


async def _out(db: AsyncSession, me: SignedIn, interview: Interview, now: Now) -> InterviewOut:
    [seen] = await as_seen(db, me.person_id, [interview], now=now)
    return InterviewOut.model_validate(seen)


def _proposed(data: ProposeIn) -> dict[str, Any]:
    return {"proposal": data.proposal, "slots": tuple(data.slots), "reply": data.reply}


routes = Router(
    "/",
    tags=["interviews"],
    route_handlers=[
        get_availability,
        update_availability,
        find_common_slots,
        request_interview,
        list_interviews,
        get_interview,
        accept_interview,
        counter_interview,
        decline_interview,
        withdraw_interview,
        reschedule_interview,
        cancel_interview,
        get_interview_calendar,
    ],
)
