"""How figures come about: counted when asked for, and fixed for good once no scan can arrive any more."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Database
from server.events.models import Event
from server.limits import Limit
from server.stats.communities import Communities, communities_of
from server.stats.figures import CutFigures, Doors, Figures, cut_figures, figures_of
from server.stats.models import FinalStats
from server.stats.network import network_of
from server.stats.queries import (
    EndCount,
    count,
    count_cuts,
    final_without_stats,
    find_final,
    people_by_type,
    read_pairs,
    shown_kinds,
)
from server.stats.rules import groups_of, is_final, is_live

STATS_PER_ACCOUNT = Limit("stats_per_account", most=600, per=timedelta(hours=1))
AT_ONCE = 20  # events fixed in one round

STORED = TypeAdapter(Figures)


@dataclass(frozen=True, slots=True)
class ShownCuts:
    """The cuts of a closed event as its stats show them, and what they are counted from, of people of these `types`."""

    attendees: int
    figures: CutFigures | Figures
    types: list[str]
    ends: list[EndCount]


@dataclass(frozen=True, slots=True)
class Stats:
    """The figures of an event. `live` ones move in steps of five, `final` ones not at all."""

    event_id: UUID
    computed_at: datetime
    live: bool
    final: bool
    figures: Figures


async def connection_stats(db: AsyncSession, event_id: UUID, *, now: datetime) -> Stats:
    """The event's figures as they are to be shown now. Whoever holds a proof for the event knows it is there."""
    event = await db.get_one(Event, event_id)
    if is_final(doors_close_at=event.doors_close_at, now=now):
        return await _final(db, event, now=now)
    live = is_live(doors_close_at=event.doors_close_at, now=now)
    figures = await _figures(db, event, live=live, now=now)
    return Stats(event_id=event.id, computed_at=now, live=live, final=False, figures=figures)


async def shown_figures(db: AsyncSession, event: Event, *, now: datetime) -> Figures:
    """What is shown of an event whose doors have closed, and what is suppressed; without its network where that is not
    fixed yet, since it takes long."""
    if is_final(doors_close_at=event.doors_close_at, now=now):
        return (await _final(db, event, now=now)).figures
    counts = await count(db, event, groups_of(await people_by_type(db, event.id)), now=now)
    return figures_of(counts, None, Communities(), _doors(event), live=False)


async def shown_cuts(db: AsyncSession, event: Event, *, now: datetime) -> ShownCuts:
    """The same of the cuts alone, which takes a third as long."""
    groups = groups_of(await people_by_type(db, event.id))
    counts, ends = await count_cuts(db, event, groups)
    if is_final(doors_close_at=event.doors_close_at, now=now):
        figures = (await _final(db, event, now=now)).figures
        return ShownCuts(figures.attendees, figures, shown_kinds(groups), ends)
    return ShownCuts(
        counts.attendees, cut_figures(counts, _doors(event), live=False), shown_kinds(groups), ends
    )


async def _figures(db: AsyncSession, event: Event, *, live: bool, now: datetime) -> Figures:
    counts = await count(db, event, groups_of(await people_by_type(db, event.id)), now=now)
    network, communities = None, Communities()
    if not live:
        pairs = await read_pairs(db, event.id)
        network = await asyncio.to_thread(network_of, pairs)
        communities = await asyncio.to_thread(communities_of, pairs)
    return figures_of(counts, network, communities, _doors(event), live=live)


def _doors(event: Event) -> Doors:
    return Doors(event.doors_open_at, event.doors_close_at, event.zone)


async def _final(db: AsyncSession, event: Event, *, now: datetime) -> Stats:
    if await find_final(db, event.id) is None:
        figures = await _figures(db, event, live=False, now=now)
        await db.execute(
            insert(FinalStats)
            .values(event_id=event.id, figures=STORED.dump_python(figures, mode="json"), computed_at=now)
            .on_conflict_do_nothing()
        )
    fixed = await db.get_one(FinalStats, event.id)  # another may have been first
    return Stats(
        event_id=event.id,
        computed_at=fixed.computed_at,
        live=False,
        final=True,
        figures=STORED.validate_python(fixed.figures),
    )


async def fix_if_final(db: AsyncSession, event_id: UUID, *, now: datetime) -> None:
    """For whoever reads the figures next where nothing can be written."""
    event = await db.get_one(Event, event_id)
    if is_final(doors_close_at=event.doors_close_at, now=now):
        await _final(db, event, now=now)


async def fix_final_stats(database: Database, *, now: datetime) -> None:
    """Fix what nobody asked for in time, before retention takes the scans away. One event, one transaction."""
    async with database.transaction() as db:
        due = await final_without_stats(db, now=now, limit=AT_ONCE)
    for event_id in due:
        async with database.transaction() as db:
            await connection_stats(db, event_id, now=now)
