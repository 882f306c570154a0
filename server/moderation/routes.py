"""What a client can ask about reports."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from schemas.moderation import (
    PersonReportIn,
    PersonReportOut,
    ReportedPersonOut,
    ReportNoteOut,
    ReportOut,
    ReportPage,
    ReportState,
    ResolveReportIn,
)
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.events.access import SUPERVISORS, ByOrganizer, organizer
from server.events.errors import EventNotFound, RoleRequired
from server.events.models import Attendance
from server.failures import CursorInvalid, IdReused
from server.limits import Limits, RateLimited
from server.moderation import actions, errors, queries
from server.moderation.queries import Reported
from server.moderation.rules import age_seconds
from server.paging import Cursor, Limit, cut, write_cursor
from server.people.errors import PersonNotFound
from server.requests import Now

InState = Annotated[ReportState | None, QueryParameter(name="state", description="Only those in this state.")]


@post(
    "/me/reports",
    **operation(
        "report_person",
        "Report what somebody did",
        PersonNotFound,
        EventNotFound,
        IdReused,
        RateLimited,
        again=PersonReportOut,
    ),
)
async def report_person(
    data: JSONBody[PersonReportIn], db: Db, me: Me, limits: NamedDependency[Limits], now: Now
) -> Response[PersonReportOut]:
    """What happened at an event goes to its supervisors, who see my name on their list; unless it is about somebody of
    the event's own team. That, and what names no event, goes to whoever runs this Hallway. The one it is about never
    learns of it."""
    report, new = await actions.report_person(
        db, me, actions.NewReport(**data.model_dump()), limits=limits, now=now
    )
    return Response(
        PersonReportOut(
            id=report.id,
            person_id=report.subject_id,
            event_id=report.event_id,
            reason=report.reason,
            words=report.words,
            reported_at=report.reported_at,
        ),
        status_code=201 if new else 200,
    )


@get(
    "/events/{event_id:str}/reports",
    dependencies={"organizer": organizer(SUPERVISORS)},
    **operation(
        "list_reports", "List what was reported at an event", EventNotFound, RoleRequired, CursorInvalid
    ),
)
async def list_reports(
    db: Db,
    organizer: ByOrganizer,
    now: Now,
    in_state: InState = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ReportPage:
    """For supervisors; who waits longest comes first. What is about somebody of the team is not among them."""
    found = await queries.list_reports(db, organizer, state=in_state, cursor=cursor, limit=limit)
    page, more = cut(found, limit)
    last = page[-1].report if more else None
    return ReportPage(
        items=[report_out(one, now) for one in page],
        next_cursor=write_cursor(last.reported_at, last.id) if last else None,
    )


@post(
    "/events/{event_id:str}/reports/{report_id:str}/resolve",
    status_code=200,
    dependencies={"organizer": organizer(SUPERVISORS)},
    **operation(
        "resolve_report",
        "Look into a report, and settle it",
        EventNotFound,
        RoleRequired,
        errors.ReportNotFound,
    ),
)
async def resolve_report(
    report_id: FromPath[UUID], data: JSONBody[ResolveReportIn], db: Db, organizer: ByOrganizer, now: Now
) -> ReportOut:
    """For supervisors. Every step stays with its note; `looking` opens a settled one again. Nobody else is told."""
    await actions.resolve_report(db, organizer, report_id, state=data.state, words=data.note, now=now)
    return report_out(await queries.get_report(db, organizer, report_id), now)


def report_out(found: Reported, now: datetime) -> ReportOut:
    report = found.report
    return ReportOut(
        id=report.id,
        reported=_person_out(found.subject_place),
        reporter=_person_out(found.reporter_place),
        reason=report.reason,
        words=report.words,
        state=report.state,
        notes=[
            ReportNoteOut(
                state=note.state,
                note=note.words,
                by_operator=note.account_id is None,
                written_at=note.written_at,
            )
            for note in found.notes
        ],
        reported_at=report.reported_at,
        settled_at=report.settled_at,
        age_seconds=age_seconds(report.reported_at, report.settled_at, now=now),
    )


def _person_out(place: Attendance | None) -> ReportedPersonOut:
    return ReportedPersonOut(attendance_id=place and place.id, name=place.name if place else "")


routes = Router("/", tags=["privacy"], route_handlers=[report_person, list_reports, resolve_report])
