"""How is an event going, right now? Counters of people move in steps of five, as all live figures do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from server.stats.rules import rounded_down


@dataclass(frozen=True, slots=True)
class Door:
    """A device of the event, and what it still has to deliver; None until it says how far it counted."""

    station: str
    backlog: int | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Board:
    attendees: int
    claimed: int
    checked_in: int
    met: int
    encounters: int
    scans: int
    parked: int
    devices: Sequence[Door]


async def read_board(connection: AsyncConnection, event_id: UUID) -> Board:
    counts = (await connection.execute(COUNTS, {"event_id": event_id})).one()
    doors = await connection.execute(DOORS, {"event_id": event_id})
    return Board(
        *(rounded_down(count) for count in counts),
        [Door(*row) for row in doors],
    )


COUNTS = text("""
    with person as materialized (
        select id, account_id, checked_in_at from attendances where event_id = :event_id and status = 'expected'
    ), met as materialized (
        select low_id, high_id, scans_by_low + scans_by_high as scans from encounters
        where event_id = :event_id
          and low_id in (select id from person) and high_id in (select id from person)
    )
    select (select count(*) from person) as attendees,
           (select count(account_id) from person) as claimed,
           (select count(checked_in_at) from person) as checked_in,
           (select count(*) from (select low_id from met union select high_id from met) each) as met,
           (select count(*) from met) as encounters,
           (select coalesce(sum(scans), 0)::bigint from met) as scans,
           (select count(*) from scans where event_id = :event_id and state = 'parked') as parked
""")

DOORS = text("""
    select device.station,
           counted.last_sequence - (
               select count(distinct sequence) from scans
               where scans.event_id = :event_id and scans.scanner_id = device.id
                 and scans.sequence <= counted.last_sequence
           ) as backlog,
           device.seen_at
    from event_devices device
    left join device_counts counted
        on counted.event_id = :event_id and counted.scanner_id = device.id and counted.device_id = device.id
    where device.event_id = :event_id and device.provisioned_at is not null and device.revoked_at is null
    order by device.station, device.id limit 100
""")
