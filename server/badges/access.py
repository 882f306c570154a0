"""Who may: the proofs that somebody belongs to an event, on whichever side of the door, or guards it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import bearer_token, signed_in
from server.devices.access import find_station
from server.devices.tokens import read_station_token
from server.events.access import DOOR, role_of
from server.events.errors import EventNotFound, RoleRequired
from server.events.models import Attendance
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Participant:
    """Proof: this is a device at the event's door, or an account that is in the event's team, in any role, or has
    claimed a place."""

    event_id: UUID


@dataclass(frozen=True, slots=True)
class Door:
    """Proof: this is a device at the event's door, or an account that may guard it."""

    event_id: UUID


ByParticipant = NamedDependency[Participant]
ByDoor = NamedDependency[Door]


async def provide_door(
    event_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    db: NamedDependency[AsyncSession],
    now: NamedDependency[datetime],
    settings: NamedDependency[Settings],
) -> Door:
    purpose = await _station_purpose(request, event_id, db, now=now, settings=settings)
    if purpose not in {None, "door"}:
        raise RoleRequired
    if purpose is None:
        me = await signed_in(db, bearer_token(request), now=now, settings=settings)
        if await role_of(db, me, event_id) not in DOOR:
            raise RoleRequired
    return Door(event_id)


async def provide_participant(
    event_id: FromPath[UUID],
    request: Request[Any, Any, Any],
    db: NamedDependency[AsyncSession],
    now: NamedDependency[datetime],
    settings: NamedDependency[Settings],
) -> Participant:
    if await _station_purpose(request, event_id, db, now=now, settings=settings) is None:
        me = await signed_in(db, bearer_token(request), now=now, settings=settings)
        claimed = await db.scalar(
            select(Attendance.id).where(
                Attendance.event_id == event_id,
                Attendance.account_id == me.account_id,
                Attendance.status == "expected",
            )
        )
        if claimed is None:
            await role_of(db, me, event_id)
    return Participant(event_id)


async def _station_purpose(
    request: Request[Any, Any, Any], event_id: UUID, db: AsyncSession, *, now: datetime, settings: Settings
) -> str | None:
    """What the device of this event is for that asks; None when a person asks. Raises EventNotFound for a device of
    another, DeviceRevoked."""
    token = read_station_token(settings.secret("session"), bearer_token(request))
    if token is None:
        return None
    station = await find_station(db, token, now=now)
    if station.event_id != event_id:
        raise EventNotFound
    return station.purpose
