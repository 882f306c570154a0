"""What a client can ask about its own devices: register this phone, see the others, revoke one."""

from uuid import UUID

from litestar import Response, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from schemas.devices import DeviceIn, DeviceOut, DevicePage, RegisteredDeviceOut
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.devices import actions, errors, queries
from server.failures import CursorInvalid, IdReused
from server.limits import Limits, RateLimited
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import Now
from server.settings import Settings


@put(
    "/me/devices/{device_id:str}",
    status_code=201,
    **operation(
        "register_device",
        "Register this device, or say what is new about it",
        IdReused,
        errors.TooManyDevices,
        RateLimited,
        again=RegisteredDeviceOut,
    ),
)
async def register_device(
    device_id: FromPath[UUID],
    data: JSONBody[DeviceIn],
    db: Db,
    me: Me,
    limits: NamedDependency[Limits],
    settings: NamedDependency[Settings],
    now: Now,
) -> Response[RegisteredDeviceOut]:
    """The id is chosen once for each installation: an app restored from a backup registers under a new one and sends
    again what it has queued. Everything sent replaces what was there; the token is the same each time, so a lost
    answer loses nothing. 409 for an id that was revoked."""
    registered = await actions.register(
        db, me, device_id, data.model_dump(), limits=limits, settings=settings, now=now
    )
    device = DeviceOut.model_validate(registered.device)
    return Response(
        RegisteredDeviceOut(**device.model_dump(), device_token=registered.device_token),
        status_code=201 if registered.is_new else 200,
    )


@get("/me/devices", **operation("list_my_devices", "List my devices", CursorInvalid))
async def list_my_devices(db: Db, me: Me, cursor: Cursor = None, limit: Limit = 50) -> DevicePage:
    """Revoked ones too: what they still bring waits for me."""
    found = await queries.list_devices(db, me, cursor=cursor, limit=limit)
    rows, more = cut(found, limit)
    return DevicePage(
        items=[DeviceOut.model_validate(row) for row in rows],
        next_cursor=write_cursor(rows[-1].id) if more else None,
    )


@delete("/me/devices/{device_id:str}", **operation("revoke_device", "Revoke a device", errors.DeviceNotFound))
async def revoke_device(device_id: FromPath[UUID], db: Db, me: Me, now: Now) -> None:
    """At once and for good; again changes nothing. Signing out does not do it. What the device captured before and
    delivers after is parked until `resolve_parked_scans`."""
    await actions.revoke(db, me, device_id, now=now)


handlers = (register_device, list_my_devices, revoke_device)
