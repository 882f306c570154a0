"""How long an event's data is kept: what its organizers chose, and what would go when."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.access import Organizer
from server.events.actions import lock_event
from server.events.models import Event
from server.failures import Fault, InvalidRequest
from server.privacy.fate import Kind, Purged
from server.privacy.fates import FATES
from server.privacy.models import Purge, Retention
from server.privacy.rules import DEFAULTS, terms
from server.requests import require_version


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of an event's data: `rows` are those that are there now and would go at `ends_at`, or that went.
    `version` is of the choice."""

    kind: Kind
    days: int
    default_days: int
    ends_at: datetime
    purged_at: datetime | None
    rows: int
    version: int


async def chosen_terms(db: AsyncSession) -> dict[UUID, dict[str, int]]:
    """What organizers chose, by event and kind."""
    chosen: defaultdict[UUID, dict[str, int]] = defaultdict(dict)
    for row in await db.scalars(select(Retention).execution_options(populate_existing=True)):
        chosen[row.event_id][row.kind] = row.days
    return chosen


async def get_retention(db: AsyncSession, organizer: Organizer) -> list[Kept]:
    """A preview of the purge: of each kind, how many rows go when."""
    event = await db.get_one(Event, organizer.event_id)
    found = await db.scalars(
        select(Retention).where(Retention.event_id == event.id).execution_options(populate_existing=True)
    )
    chosen = {row.kind: row for row in found}
    purged = {
        row.kind: row for row in await db.scalars(select(Purge).where(Purge.event_id == organizer.event_id))
    }
    return [
        Kept(
            kind=term.kind,
            days=term.days,
            default_days=DEFAULTS[term.kind],
            ends_at=term.ends(doors_close_at=event.doors_close_at),
            purged_at=purged[term.kind].purged_at if term.kind in purged else None,
            rows=purged[term.kind].rows if term.kind in purged else await _rows(db, event.id, term.kind),
            version=chosen[term.kind].version if term.kind in chosen else 1,
        )
        for term in terms({kind: row.days for kind, row in chosen.items()})
    ]


async def set_retention(
    db: AsyncSession, organizer: Organizer, kind: Kind, days: int, *, if_match: str | None
) -> None:
    """Keep a kind for less than the default. Raises InvalidRequest for more, and VersionStale."""
    if days > DEFAULTS[kind]:
        message = f"At most {DEFAULTS[kind]} days: a term is shortened, never lengthened."
        raise InvalidRequest(faults=(Fault("/days", "kept_too_long", message),))
    await lock_event(db, organizer.event_id)
    chosen = await db.get(Retention, (organizer.event_id, kind), populate_existing=True)
    require_version(if_match, chosen.version if chosen else 1)

    if chosen is None:
        db.add(Retention(event_id=organizer.event_id, kind=kind, days=days))
    elif chosen.days != days:
        chosen.days = days
        chosen.version += 1


async def _rows(db: AsyncSession, event_id: UUID, kind: Kind) -> int:
    conditions = [
        (table.name, table.purged.where)
        for table in FATES
        if isinstance(table.purged, Purged) and table.purged.kind is kind
    ]
    if kind is Kind.UNCLAIMED:
        conditions = [("attendances", UNCLAIMED)]
    counts = " + ".join(
        f"(select count(*) from {table} where event_id = :event_id and {where})"  # noqa: S608 - of constants
        for table, where in conditions
    )
    return await db.scalar(text(f"select {counts}"), {"event_id": event_id}) or 0


UNCLAIMED = "account_id is null and status <> 'joined' and purged_at is null"
