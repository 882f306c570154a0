"""Who met whom, as rows that name nobody.

People get names made with a key that lives as long as this one file is written, so that neither two files nor a file
and the database can be joined, by us either. No id, no time finer than the hour, nothing that fewer than five people
share; the rows are shuffled.
"""

import hmac
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.csv_writer import Cell
from server.events.models import Event
from server.stats.queries import count, people_by_type
from server.stats.rules import FEWEST_FOR_TOTALS, groups_of, hidden_cells
from server.stats.rules import Cell as Told

COLUMNS = ("person_a", "person_b", "type_a", "type_b", "first_met_hour", "mutual")
AT_ONCE = 1000


class TooFewPeople(Exception):
    """Among so few people everybody would be recognised."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names that hold in one file."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def name(self, attendance_id: UUID) -> str:
        return "p" + hmac.digest(self.key, attendance_id.bytes, sha256)[:8].hex()


async def connection_rows(
    db: AsyncSession, event: Event, *, now: datetime
) -> AsyncIterator[list[tuple[Cell, ...]]]:
    """The rows in pieces. `db` reads one snapshot (REPEATABLE READ), or what may be shown and the rows would differ."""
    groups = groups_of(await people_by_type(db, event.id))
    counts = await count(db, event, groups, now=now)
    if counts.attendees < FEWEST_FOR_TOTALS:
        raise TooFewPeople
    rare = hidden_cells([Told(row.met, row.met) for row in counts.groups])
    types = {
        row.group for row, out in zip(counts.groups, rare, strict=True) if row.group is not None and not out
    }
    lonely = hidden_cells([Told(row.encounters, row.people) for row in counts.hours])
    hours = {row.hour for row, out in zip(counts.hours, lonely, strict=True) if not out}

    names = Names()
    found = await db.stream(
        ROWS,
        {"event_id": event.id, "zone": event.zone},
        execution_options={"yield_per": AT_ONCE},
    )
    async for piece in found.partitions(AT_ONCE):
        yield [
            _row(names, low, low_type, high, high_type, hour if hour in hours else None, mutual, types)
            for low, low_type, high, high_type, hour, mutual in piece
        ]


def _row(
    names: Names,
    low: UUID,
    low_type: str,
    high: UUID,
    high_type: str,
    hour: datetime | None,
    mutual: bool,  # noqa: FBT001
    types: set[str],
) -> tuple[Cell, ...]:
    """The two in the order of their new names, since that of their ids tells who was imported first."""
    (one, one_type), (other, other_type) = sorted(
        ((names.name(low), low_type), (names.name(high), high_type))
    )
    return (
        one,
        other,
        one_type if one_type in types else "",
        other_type if other_type in types else "",
        hour,
        mutual,
    )


ROWS = text("""
select e.low_id, low.type, e.high_id, high.type, date_trunc('hour', e.first_at, :zone),
    e.scans_by_low > 0 and e.scans_by_high > 0
from encounters e
join attendances low on low.event_id = e.event_id and low.id = e.low_id and low.status = 'expected'
join attendances high on high.event_id = e.event_id and high.id = e.high_id and high.status = 'expected'
where e.event_id = :event_id
order by random()
""")
