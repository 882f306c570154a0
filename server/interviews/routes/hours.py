"""When people can talk: my hours, and times for two."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, get, patch
from litestar.params import JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from schemas.interviews import AvailabilityOut, AvailabilityPatch, SlotList, SlotOut
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.failures import VersionRequired, VersionStale
from server.interviews import errors, hours, queries
from server.interviews.models import AvailabilityRow
from server.people.errors import PersonNotFound
from server.requests import IfMatch, Now, etag

WithPerson = Annotated[UUID, QueryParameter(description="The other one: somebody I met.")]
ForInterview = Annotated[
    UUID | None,
    QueryParameter(description="An interview of ours, to counter or to move; none for a new one."),
]
TalkMinutes = Annotated[Literal[15, 20, 30], QueryParameter(description="How long the talk is.")]


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
    **operation(
        "find_common_slots",
        "Find times for us two",
        PersonNotFound,
        errors.InterviewNotFound,
        errors.NoLongerOpen,
    ),
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
    has room. `full_until` says when they have again, if only that is missing; `host_resource` what they give to whoever
    has to wait."""
    times = await queries.find_common_slots(
        db, me, with_person_id, minutes=minutes, interview_id=interview_id, now=now
    )
    return SlotList(
        items=[SlotOut(starts_at=slot.start, ends_at=slot.end) for slot in times.search.slots],
        full_until=times.search.full_until,
        host_minutes=times.host.talk_minutes,
        host_medium=times.host.talk_medium,
        host_resource=times.host.talk_resource,
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


handlers = [get_availability, update_availability, find_common_slots]
