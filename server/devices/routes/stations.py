"""What a client can ask about an event's devices: invite one, turn a code into one, revoke it."""

from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from schemas.devices import (
    EventDeviceOut,
    InvitedDeviceOut,
    InviteDeviceIn,
    ProvisionedDeviceOut,
    ProvisionIn,
    StationOut,
)
from server.contract import operation
from server.database import Db
from server.devices import errors, stations
from server.devices.access import ByStation, keeper_of, provide_station
from server.events.access import SUPERVISORS, ByOrganizer, organizer
from server.events.errors import EventNotFound, RoleRequired
from server.failures import IdReused
from server.limits import Limits, RateLimited
from server.requests import ClientAddress, Now
from server.settings import Settings


@post(
    "/events/{event_id:str}/devices",
    dependencies={"organizer": organizer(SUPERVISORS)},
    **operation(
        "invite_device",
        "Make a code that turns a phone into a device of the event",
        EventNotFound,
        RoleRequired,
        errors.DoorsClosed,
        IdReused,
        again=InvitedDeviceOut,
    ),
)
async def invite_device(
    data: JSONBody[InviteDeviceIn],
    db: Db,
    organizer: ByOrganizer,
    settings: NamedDependency[Settings],
    now: Now,
) -> Response[InvitedDeviceOut]:
    """For supervisors. Show the code as a QR code: it works once, for ten minutes."""
    invited = await stations.invite(
        db, keeper_of(organizer), data.id, station=data.station, settings=settings, now=now
    )
    device = EventDeviceOut.model_validate(invited.device)
    return Response(
        InvitedDeviceOut(
            **device.model_dump(), code=invited.code, code_expires_at=invited.device.code_expires_at
        ),
        status_code=201 if invited.is_new else 200,
    )


@post(
    "/event_devices",
    **operation(
        "provision_device",
        "Turn a code into a device of its event",
        errors.ProvisioningCodeInvalid,
        RateLimited,
        public=True,
    ),
)
async def provision_device(
    data: JSONBody[ProvisionIn],
    db: Db,
    client: ClientAddress,
    limits: NamedDependency[Limits],
    settings: NamedDependency[Settings],
    now: Now,
) -> ProvisionedDeviceOut:
    """Single use: whoever loses the answer is invited again. The token ends when the event's doors close."""
    station, token = await stations.provision(
        db,
        data.code,
        label=data.label,
        platform=data.platform,
        client=client,
        limits=limits,
        settings=settings,
        now=now,
    )
    return ProvisionedDeviceOut(**StationOut.model_validate(station).model_dump(), device_token=token)


@get(
    "/event_devices/current",
    dependencies={"station": Provide(provide_station)},
    **operation("get_station", "What this device of an event is for", errors.DeviceRevoked, by_station=True),
)
async def get_station(station: ByStation) -> StationOut:
    """For the token from `provision_device`."""
    return StationOut.model_validate(station)


@delete(
    "/events/{event_id:str}/devices/{device_id:str}",
    dependencies={"organizer": organizer(SUPERVISORS)},
    **operation(
        "revoke_event_device",
        "Revoke a device of an event",
        EventNotFound,
        RoleRequired,
        errors.EventDeviceNotFound,
    ),
)
async def revoke_event_device(device_id: FromPath[UUID], db: Db, organizer: ByOrganizer, now: Now) -> None:
    """For supervisors. At once and for good, its code too; again changes nothing."""
    await stations.revoke(db, keeper_of(organizer), device_id, now=now)


handlers = (invite_device, provision_device, get_station, revoke_event_device)
