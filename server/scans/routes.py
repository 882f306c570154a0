"""What a client can ask about scans: deliver them, take them back, and see what the server has of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from schemas.scans import (
    LeadDeliveryIn,
    ParkedDecision,
    ResolvedParkedOut,
    ResolveParkedIn,
    ScanBatchIn,
    ScanBatchOut,
    ScanDeliveryIn,
    ScanOut,
    ScanOutcomeOut,
    ScanPage,
    ScanUndoIn,
    ScanUndoOutcomeOut,
    SyncStateOut,
)
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.devices.access import ByDeliverer, ByScanner, Deliverer, provide_deliverer, provide_scanner
from server.devices.errors import DeviceNotFound, DeviceRevoked
from server.events.errors import EventNotFound
from server.failures import CursorInvalid, IdReused
from server.limits import Limits, RateLimited
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import Now
from server.scans import actions, deliveries, errors, queries, revoked, sync_state
from server.scans.rules import Reason
from server.settings import Settings

Limiter = NamedDependency[Limits]
Setup = NamedDependency[Settings]


@post(
    "/events/{event_id:str}/scans",
    **operation(
        "record_scan",
        "Deliver one scan",
        EventNotFound,
        IdReused,
        errors.TooManyParked,
        DeviceRevoked,
        RateLimited,
        again=ScanOutcomeOut,
        by_device=True,
    ),
)
async def record_scan(
    event_id: FromPath[UUID],
    data: JSONBody[ScanDeliveryIn],
    db: Db,
    deliverer: ByDeliverer,
    limits: Limiter,
    settings: Setup,
    now: Now,
) -> Response[ScanOutcomeOut]:
    """201 when it was not here yet, whatever became of it; 200 when it was. Final either way: what is parked is
    judged again by itself. Nobody has to have claimed a place first."""
    return await deliver_one(db, deliverer, event_id, data, limits=limits, settings=settings, now=now)


@post(
    "/events/{event_id:str}/leads",
    **operation(
        "record_lead",
        "Deliver one scan of a visitor's badge",
        EventNotFound,
        IdReused,
        errors.TooManyParked,
        DeviceRevoked,
        RateLimited,
        again=ScanOutcomeOut,
        by_device=True,
    ),
)
async def record_lead(
    event_id: FromPath[UUID],
    data: JSONBody[LeadDeliveryIn],
    db: Db,
    deliverer: ByDeliverer,
    limits: Limiter,
    settings: Setup,
    now: Now,
) -> Response[ScanOutcomeOut]:
    """The same as `record_scan`, for an exhibitor's staff and its shared devices; `sync_scans` takes these scans too. A
    visitor who had not agreed when the badge was read is refused, `no_consent`: ask them, and scan again with
    `given_at_stand`. Whom it was is for `list_leads`."""
    return await deliver_one(db, deliverer, event_id, data, limits=limits, settings=settings, now=now)


async def deliver_one(
    db: AsyncSession,
    deliverer: Deliverer,
    event_id: UUID,
    data: ScanDeliveryIn,
    *,
    limits: Limits,
    settings: Settings,
    now: datetime,
) -> Response[ScanOutcomeOut]:
    outcomes = await actions.deliver(
        db,
        deliverer,
        event_id,
        deliveries.single(
            data,
            device_id=deliverer.scanner.device_id or data.device_id,
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
    return Response(
        ScanOutcomeOut.model_validate(outcome), status_code=200 if outcome.outcome == "repeated" else 201
    )


@post(
    "/events/{event_id:str}/scans/sync",
    status_code=200,
    **operation(
        "sync_scans", "Deliver scans and undos, up to 500", EventNotFound, RateLimited, by_device=True
    ),
)
async def sync_scans(
    event_id: FromPath[UUID],
    data: JSONBody[ScanBatchIn],
    db: Db,
    deliverer: ByDeliverer,
    limits: Limiter,
    settings: Setup,
    now: Now,
) -> ScanBatchOut:
    """Each item is judged alone and answered by its index. Delivering the same again, in any order and in any
    company, changes nothing. Absence from the answer, 401, 429 and 5xx mean: keep, and send again later."""
    outcomes = await actions.deliver(
        db,
        deliverer,
        event_id,
        deliveries.batch(
            data.items,
            data.undos,
            device_id=deliverer.scanner.device_id or data.device_id,
            device_time=data.device_time,
            last_sequence=data.last_sequence,
            public_url=settings.public_url,
            now=now,
        ),
        limits=limits,
        now=now,
    )
    return ScanBatchOut(
        items=[ScanOutcomeOut.model_validate(outcome) for outcome in outcomes.scans],
        undos=[ScanUndoOutcomeOut.model_validate(outcome) for outcome in outcomes.undos],
    )


@post(
    "/events/{event_id:str}/scans/{scan_id:str}/undo",
    status_code=200,
    **operation("undo_scan", "Take a scan back", EventNotFound, DeviceRevoked, RateLimited, by_device=True),
)
async def undo_scan(
    event_id: FromPath[UUID],
    scan_id: FromPath[UUID],
    data: JSONBody[ScanUndoIn],
    db: Db,
    scanner: ByScanner,
    limits: Limiter,
    now: Now,
) -> ScanUndoOutcomeOut:
    """Within 60 seconds of capture, both by the device's clock. Also for a scan that has not arrived: then it is
    taken back when it does. Notes stay with their writer."""
    outcomes = await actions.deliver(
        db,
        Deliverer(scanner),
        event_id,
        deliveries.single_undo(scan_id, data.undone_at, now=now),
        limits=limits,
        now=now,
    )
    (outcome,) = outcomes.undos
    return ScanUndoOutcomeOut.model_validate(outcome)


@get(
    "/events/{event_id:str}/scans",
    **operation("list_my_scans", "List my scans at an event", EventNotFound, CursorInvalid),
)
async def list_my_scans(
    event_id: FromPath[UUID],
    db: Db,
    me: Me,
    cursor: Cursor = None,
    limit: Limit = 50,
    scan_state: Annotated[
        Literal["recorded", "parked", "refused"] | None,
        QueryParameter(name="state", description="Only these."),
    ] = None,
) -> ScanPage:
    """Whatever phone delivered them, with what became of each."""
    found = await queries.list_my_scans(db, me, event_id, state=scan_state, cursor=cursor, limit=limit)
    rows, more = cut(found, limit)
    return ScanPage(
        items=[ScanOut.model_validate(row) for row in rows],
        next_cursor=write_cursor(rows[-1].id) if more else None,
    )


@get(
    "/events/{event_id:str}/sync_state",
    **operation(
        "get_sync_state",
        "What the server has of one device's scans",
        EventNotFound,
        DeviceRevoked,
        by_device=True,
    ),
)
async def get_sync_state(
    event_id: FromPath[UUID],
    db: Db,
    scanner: ByScanner,
    now: Now,
    device_id: Annotated[UUID, QueryParameter(description="The device that counts.")],
    last_sequence: Annotated[
        int, QueryParameter(description="The highest number that it gave to a scan.", ge=0, lt=2**53)
    ],
) -> SyncStateOut:
    """The server cannot know what it has not received: only with the phone's highest number can it say whether
    everything arrived."""
    return SyncStateOut.model_validate(
        await sync_state.get_sync_state(
            db, scanner, event_id, device_id=device_id, last_sequence=last_sequence, now=now
        )
    )


@post(
    "/me/devices/{device_id:str}/parked",
    status_code=200,
    **operation(
        "resolve_parked_scans",
        "Release or discard what a revoked device brought",
        DeviceNotFound,
        EventNotFound,
    ),
)
async def resolve_parked_scans(
    device_id: FromPath[UUID], data: JSONBody[ResolveParkedIn], db: Db, me: Me, now: Now
) -> ResolvedParkedOut:
    """Up to 500 at once, the rest when asked again. `list_my_scans` shows them: `parked`, `device_revoked`. Delivering
    one again from a session or a device that stands releases it too."""
    resolved = await revoked.resolve_parked(
        db, me, device_id, data.event_id, release=data.decision is ParkedDecision.RELEASE, now=now
    )
    return ResolvedParkedOut.model_validate(resolved)


routes = Router(
    "/",
    tags=["scans"],
    route_handlers=[
        record_scan,
        record_lead,
        sync_scans,
        undo_scan,
        list_my_scans,
        get_sync_state,
        resolve_parked_scans,
    ],
    dependencies={"deliverer": Provide(provide_deliverer), "scanner": Provide(provide_scanner)},
)
