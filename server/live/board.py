"""How is an event going, right now? Counters of people move in steps of five, as all live figures do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from server.stats.rules import FEWEST_FOR_TOTALS, rounded_down


@dataclass(frozen=True, slots=True)
class Door:
    """A device of the event, and what it still has to deliver; None until it says how far it counted."""

    station: str
    backlog: int | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Board:
    """What the stats show too is None for as long as they suppress it: at an event of few people."""

    attendees: int
    checked_in: int
    parked: int
    claimed: int | None
    met: int | None
    scanned: int | None
    scanned_by: int | None
    encounters: int | None
    mutual: int | None
    across_organisations: int | None
    scans: int | None
    zone: str
    devices: Sequence[Door]


async def read_board(connection: AsyncConnection, event_id: UUID) -> Board:
    counts = (await connection.execute(COUNTS, {"event_id": event_id})).one()._asdict()
    zone, enough = counts.pop("zone"), counts["attendees"] >= FEWEST_FOR_TOTALS
    shown = {
        name: rounded_down(count) if enough or name in ALWAYS_SHOWN else None
        for name, count in counts.items()
    }
    doors = await connection.execute(DOORS, {"event_id": event_id})
    return Board(**shown, zone=zone, devices=[Door(*row) for row in doors])


ALWAYS_SHOWN = {"attendees", "checked_in", "parked"}

# What `stats/queries.py` counts under the same names; a test holds them together.
COUNTS = text("""
    with person as materialized (
        select id, account_id, checked_in_at, lower(btrim(organisation)) as organisation
        from attendances where event_id = :event_id and status = 'expected'
    ), met as materialized (
        select low_id, high_id, scans_by_low as by_low, scans_by_high as by_high,
            low.organisation <> '' and high.organisation <> '' and low.organisation <> high.organisation as across
        from encounters join person low on low.id = low_id join person high on high.id = high_id
        where event_id = :event_id
    ), side as materialized (
        select low_id as id, by_low > 0 as made, by_high > 0 as got from met
        union all
        select high_id, by_high > 0, by_low > 0 from met
    ), each as (
        select count(*) as met, count(*) filter (where made) as scanned, count(*) filter (where got) as scanned_by
        from (select bool_or(made) as made, bool_or(got) as got from side group by id) one
    ), pair as (
        select count(*) as encounters, count(*) filter (where by_low > 0 and by_high > 0) as mutual,
            count(*) filter (where across) as across_organisations,
            coalesce(sum(by_low + by_high), 0)::bigint as scans
        from met
    )
    select each.*, pair.*, (select count(*) from person) as attendees,
        (select count(account_id) from person) as claimed,
        (select count(checked_in_at) from person) as checked_in,
        (select count(*) from scans where event_id = :event_id and state = 'parked') as parked,
        (select zone from events where id = :event_id) as zone
    from each, pair
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
