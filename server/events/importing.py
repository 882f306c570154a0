"""An attendee list is imported: what is printed changes, never a profile, and nobody is mailed.

Reading and planning come first and write nothing; what is written then is a few statements over arrays.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    TIMESTAMP,
    BindParameter,
    TableValuedAlias,
    Text,
    Uuid,
    case,
    column,
    func,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Person
from server.database import any_of, write_nothing_more
from server.events.access import Organizer
from server.events.actions import lock_open_event
from server.events.attendee_csv import read_attendees
from server.events.attendee_rows import RowProblem
from server.events.errors import ImportInvalid, ImportUnreadable
from server.events.import_matches import Entry, Place
from server.events.import_plan import ImportPlan, plan_import
from server.events.models import Attendance
from server.events.opted_out import hide_unwanted
from server.failures import Fault
from server.ids import new_id
from server.settings import Settings

CHUNK = 5_000
MOST_SAID = 200
COLUMNS = tuple(field.name for field in fields(Entry))
Item = TypeVar("Item")


async def import_attendees(
    db: AsyncSession,
    organizer: Organizer,
    raw: bytes,
    *,
    dry_run: bool,
    skip_invalid: bool,
    cancel_missing: bool,
    settings: Settings,
    now: datetime,
) -> ImportPlan:
    """What was done, or with `dry_run` would be. All or nothing, unless `skip_invalid`: then the rows that can be
    used. Raises ImportUnreadable, ImportInvalid."""
    parsed = await asyncio.to_thread(read_attendees, raw)
    if not parsed.readable:
        raise ImportUnreadable(faults=faults_of(parsed.problems))

    await lock_open_event(db, organizer.event_id)  # two imports go one after the other
    places = await list_places(db, organizer)
    plan = await asyncio.to_thread(plan_import, parsed, places, cancel_missing=cancel_missing)
    if dry_run:
        write_nothing_more(db)
        return plan
    if plan.problems and not skip_invalid:
        more = len(plan.problems) - MOST_SAID
        raise ImportInvalid(f"And {more} more." if more > 0 else None, faults=faults_of(plan.problems))

    await _free_codes(db, organizer, plan.changed)
    for changed in chunks(plan.changed):
        await _update(db, organizer, changed, settings=settings, now=now)
    for entries in chunks(plan.created):
        await _insert(db, organizer, entries, settings=settings, now=now)
    return plan


def faults_of(problems: Sequence[RowProblem]) -> tuple[Fault, ...]:
    """The first problems, each under `line/12/E-mail`."""
    return tuple(
        Fault(
            pointer="/".join(
                ["line", str(problem.line or 1)] + ([escaped(problem.column)] if problem.column else [])
            ),
            code=problem.code,
            message=problem.message,
        )
        for problem in problems[:MOST_SAID]
    )


def escaped(header: str) -> str:
    """One step of a JSON pointer (RFC 6901)."""
    return header.replace("~", "~0").replace("/", "~1")


async def list_places(db: AsyncSession, organizer: Organizer) -> list[Place]:
    """Every place of the event, as far as a list can speak of it."""
    columns = [getattr(Attendance, name) for name in COLUMNS]
    found = await db.execute(
        select(
            Attendance.id, Attendance.claimed_at, Attendance.created_as, Attendance.joined_into_id, *columns
        ).where(Attendance.event_id == organizer.event_id)
    )
    return [
        Place(
            row[0],
            Entry(**dict(zip(COLUMNS, row[4:], strict=True))),
            row[1] is not None,
            row[2] != b"",
            row[3],
        )
        for row in found
    ]


def chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


async def _insert(
    db: AsyncSession, organizer: Organizer, entries: Sequence[Entry], *, settings: Settings, now: datetime
) -> None:
    """New places, each with a person of its own; whoever opted out before stays out."""
    people, places = [new_id() for _ in entries], [new_id() for _ in entries]
    new = _as_table(entries, id=places, person_id=people)
    facts = {
        "event_id": literal(organizer.event_id, Uuid),
        "created_at": literal(now, TIMESTAMP(timezone=True)),
        "updated_at": literal(now, TIMESTAMP(timezone=True)),
        "cancelled_at": case((new.c.status == "cancelled", literal(now, TIMESTAMP(timezone=True)))),
        **new.c,
    }
    persons = select(new.c.person_id, literal(now, TIMESTAMP(timezone=True)))
    await db.execute(insert(Person).from_select(["id", "created_at"], persons))
    await db.execute(insert(Attendance).from_select(list(facts), select(*facts.values())))
    addresses = {place: entry.email for place, entry in zip(places, entries, strict=True)}
    await hide_unwanted(db, organizer.event_id, addresses, settings=settings, now=now)


async def _free_codes(db: AsyncSession, organizer: Organizer, changed: Sequence[tuple[Place, Entry]]) -> None:
    """Lock what will change, in the order of ids, so that two who lock several never wait in a circle; and give up
    codes that pass from one place to another first, since the unique index looks at every row by itself."""
    mine = Attendance.event_id == organizer.event_id
    ids = [place.id for place, _ in changed]
    await db.execute(
        select(Attendance.id)
        .where(mine, Attendance.id == any_of(ids))
        .order_by(Attendance.id)
        .with_for_update(key_share=True)
    )
    given_up = [place.id for place, entry in changed if place.entry.external_code != entry.external_code]
    if given_up:
        await db.execute(
            update(Attendance)
            .where(mine, Attendance.id == any_of(given_up))
            .values(external_code=None)
            .execution_options(synchronize_session=False)
        )


async def _update(
    db: AsyncSession,
    organizer: Organizer,
    changed: Sequence[tuple[Place, Entry]],
    *,
    settings: Settings,
    now: datetime,
) -> None:
    """New entries of places that are there; one that comes under an address that opted out is hidden."""
    mine = Attendance.event_id == organizer.event_id
    new = _as_table([entry for _, entry in changed], id=[place.id for place, _ in changed])
    await db.execute(
        update(Attendance)
        .where(mine, Attendance.id == new.c.id)
        .values(
            {
                **{name: new.c[name] for name in COLUMNS},
                # Whoever left or joined meanwhile stays so.
                "status": case(
                    (Attendance.status.in_(("left", "joined")), Attendance.status), else_=new.c.status
                ),
                "cancelled_at": case(
                    (new.c.status == "cancelled", func.coalesce(Attendance.cancelled_at, now)), else_=null()
                ),
                "version": Attendance.version + 1,
                "updated_at": now,
            }
        )
        .execution_options(synchronize_session=False)
    )
    moved = {place.id: entry.email for place, entry in changed if entry.email != place.entry.email}
    await hide_unwanted(db, organizer.event_id, moved, settings=settings, now=now)


def _as_table(entries: Sequence[Entry], **ids: list[UUID]) -> TableValuedAlias:
    """Entries as a table of a statement, beside the ids they get: as arrays, however many there are."""
    texts = {name: literal([getattr(entry, name) for entry in entries], ARRAY(Text)) for name in COLUMNS}
    arrays = {**{name: _ids(values) for name, values in ids.items()}, **texts}
    columns = [column(name, Uuid if name in ids else Text) for name in arrays]
    return func.unnest(*arrays.values()).table_valued(*columns, name="new").render_derived()


def _ids(values: Iterable[UUID]) -> BindParameter[Sequence[UUID]]:
    return literal(list(values), ARRAY(Uuid()))
