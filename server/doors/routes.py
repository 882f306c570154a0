"""What a client can ask at doors: let somebody in or out, see and settle issues, see what devices still hold."""

from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from schemas.devices import EventDeviceOut
from schemas.doors import (
    CheckInIn,
    CheckInOut,
    DoorBadgeOut,
    DoorPage,
    DoorPlaceOut,
    EventDevicePage,
    EventDeviceStateOut,
    ResolveScanIssueIn,
    ScanIssueOut,
    ScanIssuePage,
    SettledScanIssueOut,
)
from schemas.scans import ScanOutcomeOut
from server.badges.access import ByDoor, provide_door
from server.contract import operation
from server.database import Db
from server.devices.access import ByDeliverer, provide_deliverer
from server.devices.errors import DeviceRevoked
from server.doors import actions, devices, errors, issues, lists, passages
from server.events.access import SUPERVISORS, ByOrganizer, organizer
from server.events.errors import EventNotFound, RoleRequired
from server.failures import CursorExpired, CursorInvalid, IdReused
from server.limits import Limits, RateLimited
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import Now
from server.scans.actions import deliver
from server.scans.deliveries import single
from server.scans.errors import TooManyParked
from server.scans.rules import Reason
from server.settings import Settings


@post(
    "/events/{event_id:str}/check_ins",
    dependencies={"deliverer": Provide(provide_deliverer)},
    **operation(
        "check_in",
        "Let somebody in or out",
        EventNotFound,
        IdReused,
        TooManyParked,
        DeviceRevoked,
        RateLimited,
        again=CheckInOut,
        by_device=True,
    ),
)
async def check_in(
    event_id: FromPath[UUID],
    data: JSONBody[CheckInIn],
    db: Db,
    deliverer: ByDeliverer,
    limits: NamedDependency[Limits],
    settings: NamedDependency[Settings],
    now: Now,
) -> Response[CheckInOut]:
    """For the event's door devices and its team. A ticket lets in, a badge only where the event says so; either lets
    out. A door without signal decides alone and delivers the same later, here or in `sync_scans`."""
    scanner = deliverer.scanner
    outcomes = await deliver(
        db,
        deliverer,
        event_id,
        single(
            data,
            device_id=scanner.device_id or data.device_id,
            device_time=data.device_time,
            public_url=settings.public_url,
            now=now,
        ),
        limits=limits,
        now=now,
    )
    if outcomes.held_back is not None:
        raise outcomes.held_back
    (outcome,) = outcomes.scans
    if outcome.code == Reason.ID_REUSED:
        raise IdReused
    passage = await passages.find_passage(db, event_id, scanner.id, data.id)
    return Response(
        CheckInOut(
            **ScanOutcomeOut.model_validate(outcome).model_dump(),
            attendance_id=passage and passage.attendance_id,
            name=passage and passage.name,
            type=passage and passage.type,
            inside_since=passage and passage.inside_since,
            inside_by=passage and passage.inside_by,
        ),
        status_code=200 if outcome.outcome == "repeated" else 201,
    )


@get(
    "/events/{event_id:str}/door_attendees",
    dependencies={"door": Provide(provide_door)},
    **operation(
        "list_door_attendees",
        "Read whom a door may expect",
        EventNotFound,
        RoleRequired,
        DeviceRevoked,
        CursorInvalid,
        CursorExpired,
        or_station=True,
    ),
)
async def list_door_attendees(db: Db, door: ByDoor, cursor: Cursor = None, limit: Limit = 200) -> DoorPage:
    """For the door's team and its devices: with it and `get_ticket_keys` a door without signal decides alone, and knows
    whom it let in. Without a cursor everybody, else what changed since; ask again whenever there is signal."""
    page = await lists.list_door_attendees(db, door.event_id, cursor=cursor, limit=limit)
    return DoorPage(
        places=[DoorPlaceOut.model_validate(item) for item in page.items if item.kind == "place"],
        badges=[DoorBadgeOut.model_validate(item) for item in page.items if item.kind == "badge"],
        next_cursor=page.next_cursor,
        has_more=page.has_more,
    )


@get(
    "/events/{event_id:str}/scan_issues",
    dependencies={"organizer": organizer(SUPERVISORS)},
    **operation(
        "list_scan_issues",
        "List what is wrong with an event's scans",
        EventNotFound,
        RoleRequired,
        CursorInvalid,
    ),
)
async def list_scan_issues(
    db: Db, organizer: ByOrganizer, cursor: Cursor = None, limit: Limit = 50
) -> ScanIssuePage:
    """For supervisors. An issue goes when it is settled, or by itself when the scans no longer say so."""
    rows, more = cut(await issues.list_scan_issues(db, organizer, cursor=cursor, limit=limit), limit)
    return ScanIssuePage(
        items=[ScanIssueOut.model_validate(row) for row in rows],
        next_cursor=write_cursor(rows[-1].captured_at, rows[-1].id) if more else None,
    )


@post(
    "/events/{event_id:str}/scan_issues/{issue_id:str}/resolve",
    status_code=200,
    dependencies={"organizer": organizer(SUPERVISORS)},
    **operation(
        "resolve_scan_issue",
        "Settle what is wrong with a scan",
        EventNotFound,
        RoleRequired,
        errors.ScanIssueNotFound,
        errors.DecisionNotPossible,
        errors.AlreadySettled,
    ),
)
async def resolve_scan_issue(
    issue_id: FromPath[UUID], data: JSONBody[ResolveScanIssueIn], db: Db, organizer: ByOrganizer, now: Now
) -> SettledScanIssueOut:
    """For supervisors; once and for all."""
    settled = await actions.resolve_scan_issue(
        db, organizer, issue_id, decision=data.decision.value, note=data.note, now=now
    )
    return SettledScanIssueOut.model_validate(settled)


@get(
    "/events/{event_id:str}/devices",
    dependencies={"organizer": organizer(SUPERVISORS)},
    **operation("list_event_devices", "List an event's devices", EventNotFound, RoleRequired, CursorInvalid),
)
async def list_event_devices(
    db: Db, organizer: ByOrganizer, cursor: Cursor = None, limit: Limit = 50
) -> EventDevicePage:
    """For supervisors; invited, provisioned and revoked ones, with what each still has to deliver."""
    rows, more = cut(await devices.list_devices(db, organizer, cursor=cursor, limit=limit), limit)
    return EventDevicePage(
        items=[
            EventDeviceStateOut(
                **EventDeviceOut.model_validate(device).model_dump(),
                last_sequence=counted.last_sequence,
                backlog=counted.backlog,
                reported_at=counted.reported_at,
            )
            for device, counted in rows
        ],
        next_cursor=write_cursor(rows[-1][0].id) if more else None,
    )


routes = Router(
    "/",
    tags=["doors"],
    route_handlers=[check_in, list_door_attendees, list_scan_issues, resolve_scan_issue, list_event_devices],
)
