"""What can happen to somebody's choices about nudges: they make them in the app, or stop by a link in a mail."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.connections.models import Connection
from server.failures import Fault, InvalidRequest
from server.nudges.choices import Choices, Mailing, Said, contradictions
from server.nudges.chosen import as_choices, zones_of
from server.nudges.hours import first_known, zone_named
from server.nudges.models import Nudge, NudgePreferences, StoppedPerson
from server.versions import edit


@dataclass(frozen=True, slots=True)
class MyChoices:
    """My choices, and the zone by whose clock they are read. `unknown_zones`: those that I or my phone named first,
    and that are not in the tz database (any more)."""

    choices: Choices
    zone: str
    unknown_zones: Sequence[str]
    version: int


async def my_choices(db: AsyncSession, me: SignedIn, *, now: datetime) -> MyChoices:
    row = await db.get(NudgePreferences, me.person_id)
    zones = await zones_of(db, [me.person_id], now=now)
    zone = first_known(zones[me.person_id])
    return MyChoices(
        choices=as_choices(row, stopped_people=await _stopped_people(db, me.person_id)),
        zone=zone.key,
        unknown_zones=[name for name in zones[me.person_id] if zone_named(name) is None],
        version=row.version if row else 1,
    )


async def update_choices(
    db: AsyncSession,
    me: SignedIn,
    changes: dict[str, Any],
    *,
    kinds: Sequence[Said],
    stopped_people: Collection[UUID] | None,
    if_match: str | None,
    now: datetime,
) -> None:
    """Raises InvalidRequest for what contradicts itself, or for somebody I do not know; VersionRequired,
    VersionStale."""
    row = await _begun(db, me.person_id, now=now)
    stood = await _stopped_people(db, me.person_id)
    stops = stood if stopped_people is None else frozenset(stopped_people)
    unknown = await _unknown_people(db, me.person_id, stops - stood)

    columns = _columns(row, changes, kinds, now=now)
    # Who is stopped stands in a table of its own, and counts the version up like the rest.
    edit(row, {**columns, "updated_at": now} if stops != stood else columns, if_match=if_match, now=now)
    faults = [
        *contradictions(as_choices(row, stopped_people=stops), kinds),
        *(
            Fault(f"/stopped_people/{index}", "person_unknown", "Not somebody you have met.")
            for index, other_id in enumerate(stopped_people or ())
            if other_id in unknown
        ),
    ]
    if faults:
        raise InvalidRequest(faults=tuple(faults))

    await db.execute(
        delete(StoppedPerson).where(
            StoppedPerson.person_id == me.person_id, StoppedPerson.other_id.not_in(stops)
        )
    )
    for other_id in sorted(stops - stood):
        await stop_person(db, me.person_id, other_id, now=now)


async def stop_person(db: AsyncSession, person_id: UUID, other_id: UUID, *, now: datetime) -> None:
    """No more reminders about this one."""
    await db.execute(
        insert(StoppedPerson)
        .values(person_id=person_id, other_id=other_id, stopped_at=now)
        .on_conflict_do_nothing()
    )


async def stop_mails(db: AsyncSession, nudge_id: UUID, *, now: datetime) -> None:
    """No more nudges by mail to whoever got this one; codes and invitations still come."""
    row = await _of_reader(db, nudge_id, now=now)
    if row is not None and row.mails_stopped_at is None:
        row.mails_stopped_at = row.updated_at = now
        row.version += 1


async def stop_kind(db: AsyncSession, nudge_id: UUID, *, now: datetime) -> None:
    """No more mails of this nudge's kind."""
    row = await _of_reader(db, nudge_id, now=now)
    kind = await db.scalar(select(Nudge.kind).where(Nudge.id == nudge_id))
    if row is not None and kind is not None:
        never = _columns(row, {}, [Said(kind, email=Mailing.NEVER)], now=now)
        edit(row, never, if_match="*", now=now)


async def stop_all(db: AsyncSession, nudge_id: UUID, *, now: datetime) -> None:
    """No more reminders by any channel, and no more mails."""
    row = await _of_reader(db, nudge_id, now=now)
    if row is not None:
        stopped = {
            "stopped_at": row.stopped_at or now,
            "paused_until": None,
            "mails_stopped_at": row.mails_stopped_at or now,
        }
        edit(row, stopped, if_match="*", now=now)


async def _of_reader(db: AsyncSession, nudge_id: UUID, *, now: datetime) -> NudgePreferences | None:
    person_id = await db.scalar(select(Nudge.person_id).where(Nudge.id == nudge_id))
    return None if person_id is None else await _begun(db, person_id, now=now)


async def _begun(db: AsyncSession, person_id: UUID, *, now: datetime) -> NudgePreferences:
    """The row of whoever begins to choose, locked."""
    await db.execute(
        insert(NudgePreferences).values(person_id=person_id, updated_at=now).on_conflict_do_nothing()
    )
    row = await db.scalars(
        select(NudgePreferences)
        .where(NudgePreferences.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return row.one()


def _columns(
    row: NudgePreferences, changes: dict[str, Any], kinds: Sequence[Said], *, now: datetime
) -> dict[str, Any]:
    """What is said, as the row keeps it."""
    columns = {name: changes[name] for name in AS_SAID if name in changes}
    if "rhythm" in changes:
        columns["weekly"] = changes["rhythm"] == "weekly"
    if "stopped" in changes:
        columns["stopped_at"] = (row.stopped_at or now) if changes["stopped"] else None
        columns["paused_until"] = None if changes["stopped"] else row.paused_until
    if "mails_stopped" in changes:
        columns["mails_stopped_at"] = (row.mails_stopped_at or now) if changes["mails_stopped"] else None
    if "pause_weeks" in changes:
        weeks = changes["pause_weeks"]
        columns["paused_until"] = now + timedelta(weeks=weeks) if weeks else None
    before = as_choices(row, stopped_people=frozenset())
    said = {one.kind: one.applied(before.of(one.kind)) for one in kinds}
    columns["kinds"] = row.kinds | {
        kind: {"wanted": choice.wanted, "push": choice.push, "email": choice.email}
        for kind, choice in said.items()
    }
    return columns


AS_SAID = ("quiet_from", "quiet_until", "details_in_push")


async def _stopped_people(db: AsyncSession, person_id: UUID) -> frozenset[UUID]:
    found = await db.scalars(select(StoppedPerson.other_id).where(StoppedPerson.person_id == person_id))
    return frozenset(found)


async def _unknown_people(db: AsyncSession, person_id: UUID, others: Collection[UUID]) -> set[UUID]:
    met = await db.scalars(
        select(Connection.other_id).where(Connection.owner_id == person_id, Connection.other_id.in_(others))
    )
    return set(others) - set(met)
