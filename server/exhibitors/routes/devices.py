"""An exhibitor's shared devices: they belong to it, whoever is on shift."""

from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from schemas.devices import EventDeviceOut, InvitedDeviceOut
from schemas.exhibitors import ExhibitorDevicePage, InviteExhibitorDeviceIn, ShiftNameOut, ShiftNamePage
from server.contract import operation
from server.database import Db
from server.devices import stations
from server.devices.access import ByStation, provide_station
from server.devices.errors import DeviceRevoked, DoorsClosed, EventDeviceNotFound
from server.events.errors import RoleRequired
from server.exhibitors import errors, staff
from server.exhibitors.access import ADMINS, ByExhibitorStaff, exhibitor_staff
from server.failures import CursorInvalid, IdReused
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import Now
from server.settings import Settings

BY_ADMIN = {"dependencies": {"exhibitor_staff": exhibitor_staff(ADMINS)}}


@post(
    "/events/{event_id:str}/exhibitors/{exhibitor_id:str}/devices",
    **BY_ADMIN,
    **operation(
        "invite_exhibitor_device",
        "Make a code that turns a tablet into a device of the exhibitor",
        errors.ExhibitorNotFound,
        RoleRequired,
        DoorsClosed,
        IdReused,
        again=InvitedDeviceOut,
    ),
)
async def invite_exhibitor_device(
    data: JSONBody[InviteExhibitorDeviceIn],
    db: Db,
    exhibitor_staff: ByExhibitorStaff,
    settings: NamedDependency[Settings],
    now: Now,
) -> Response[InvitedDeviceOut]:
    """For admins. Show the code as a QR code: `provision_device` takes it, once, for ten minutes. The device captures
    leads for the exhibitor and reads none."""
    invited = await stations.invite(
        db, exhibitor_staff.keeper, data.id, station=data.station, settings=settings, now=now
    )
    device = EventDeviceOut.model_validate(invited.device)
    return Response(
        InvitedDeviceOut(
            **device.model_dump(), code=invited.code, code_expires_at=invited.device.code_expires_at
        ),
        status_code=201 if invited.is_new else 200,
    )


@get(
    "/events/{event_id:str}/exhibitors/{exhibitor_id:str}/devices",
    **BY_ADMIN,
    **operation(
        "list_exhibitor_devices",
        "List an exhibitor's devices",
        errors.ExhibitorNotFound,
        RoleRequired,
        CursorInvalid,
    ),
)
async def list_exhibitor_devices(
    db: Db, exhibitor_staff: ByExhibitorStaff, cursor: Cursor = None, limit: Limit = 50
) -> ExhibitorDevicePage:
    """For admins; invited, provisioned and revoked ones."""
    found = await stations.list_devices(db, exhibitor_staff.keeper, cursor=cursor, limit=limit)
    rows, more = cut(found, limit)
    return ExhibitorDevicePage(
        items=[EventDeviceOut.model_validate(row) for row in rows],
        next_cursor=write_cursor(rows[-1].id) if more else None,
    )


@delete(
    "/events/{event_id:str}/exhibitors/{exhibitor_id:str}/devices/{device_id:str}",
    **BY_ADMIN,
    **operation(
        "revoke_exhibitor_device",
        "Revoke an exhibitor's device",
        errors.ExhibitorNotFound,
        RoleRequired,
        EventDeviceNotFound,
    ),
)
async def revoke_exhibitor_device(
    device_id: FromPath[UUID], db: Db, exhibitor_staff: ByExhibitorStaff, now: Now
) -> None:
    """For admins. At once and for good, its code too; again changes nothing."""
    await stations.revoke(db, exhibitor_staff.keeper, device_id, now=now)


@get(
    "/event_devices/current/staff",
    dependencies={"station": Provide(provide_station)},
    **operation(
        "list_shift_names",
        "List the names to pick from on this shared device",
        DeviceRevoked,
        CursorInvalid,
        by_station=True,
    ),
)
async def list_shift_names(
    db: Db, station: ByStation, cursor: Cursor = None, limit: Limit = 50
) -> ShiftNamePage:
    """For an exhibitor's device; a door's has none. Whoever is on shift picks theirs, and it goes with each scan; the
    queue is the device's, and goes on when the shift ends."""
    rows, more = cut(await staff.list_staff(db, station, cursor=cursor, limit=limit), limit)
    return ShiftNamePage(
        items=[ShiftNameOut.model_validate(row) for row in rows],
        next_cursor=write_cursor(rows[-1].name, rows[-1].id) if more else None,
    )


handlers = [
    invite_exhibitor_device,
    list_exhibitor_devices,
    revoke_exhibitor_device,
    list_shift_names,
]
