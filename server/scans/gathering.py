"""What decides about scans? Gathered for all scans of a delivery at once."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import and_, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.accounts.models import Account
from server.badges.models import Badge, TicketKey
from server.devices.models import EventDevice
from server.events.access import DOOR, find_role
from server.events.errors import EventNotFound
from server.events.models import LEADS_TO, Attendance, Event
from server.exhibitors.gathering import find_stand
from server.scans.rules import Reading
from server.scans.verdicts import Admission, Door, Facts, Place, Scanner, Target

PLACE = (
    Event.code_reference,
    Event.doors_open_at,
    Event.doors_close_at,
    Event.cancelled_at,
    Event.check_in_required,
    Event.badge_opens_door,
)


async def get_place(db: AsyncSession, event_id: UUID) -> Place:
    """What of an event decides. Raises EventNotFound."""
    found = (await db.execute(select(*PLACE).where(Event.id == event_id))).one_or_none()
    if found is None:
        raise EventNotFound
    return Place(*found)


async def get_facts(db: AsyncSession, event_id: UUID, scanner_id: UUID) -> Facts:
    """The same, and what the scanner is there: a person who claimed a place and has not left, or a device of the
    event. Raises EventNotFound."""
    mine = and_(
        Attendance.event_id == Event.id, Attendance.person_id == scanner_id, Attendance.status == "expected"
    )
    station = and_(EventDevice.event_id == Event.id, EventDevice.id == scanner_id)
    found = (
        await db.execute(
            select(*PLACE, EventDevice.purpose, Attendance.id, Attendance.checked_in_at)
            .outerjoin(Attendance, mine)
            .outerjoin(EventDevice, station)
            .where(Event.id == event_id)
        )
    ).one_or_none()
    if found is None:
        raise EventNotFound
    *place, purpose, attendance_id, checked_in_at = found
    scanner = attendance_id and Scanner(attendance_id=attendance_id, checked_in=checked_in_at is not None)
    return Facts(place=Place(*place), scanner=scanner, station=purpose)


async def gather(
    db: AsyncSession, event_id: UUID, scanner_id: UUID, facts: Facts, asked: Iterable[tuple[Reading, str]]
) -> tuple[dict[Reading, Target], Facts]:
    """Whose codes were read for which purposes, and what else decides about these purposes."""
    asked = list(asked)
    targets = await find_targets(db, event_id, (reading for reading, _ in asked))
    visiting = {reading for reading, purpose in asked if purpose == "lead"}
    if visiting:
        places = {targets[reading].attendance_id for reading in visiting if reading in targets}
        facts = replace(facts, stand=await find_stand(db, event_id, scanner_id, places))
    passing = {reading for reading, purpose in asked if purpose in {"entry", "exit"}}
    if not passing:
        return targets, facts
    door = await _door(db, event_id, scanner_id, facts, [targets[r] for r in passing if r in targets])
    return targets, replace(facts, door=door)


async def find_targets(
    db: AsyncSession, event_id: UUID, readings: Iterable[Reading]
) -> dict[Reading, Target]:
    """Whose codes they are: badges, then typed codes, then codes that an import named. A ticket says itself whose it
    is."""
    readable = [reading for reading in readings if reading.fault is None]
    tickets = {reading: reading.ticket for reading in readable if reading.ticket is not None}
    asked = [reading for reading in readable if reading not in tickets]
    found = await _attendances_by_code(db, event_id, asked)
    targets = {
        reading: found.get(("badge", reading.text))
        or found.get(("manual", reading.manual))
        or found.get(("external", reading.text))
        for reading in asked
    }
    return await _where_they_lead(
        db,
        event_id,
        {reading: target for reading, target in targets.items() if target is not None}
        | {
            reading: Target(attendance_id=ticket.attendance_id, issued_to=ticket.attendance_id, worn=False)
            for reading, ticket in tickets.items()
        },
    )


async def _where_they_lead(
    db: AsyncSession, event_id: UUID, targets: Mapping[Reading, Target]
) -> dict[Reading, Target]:
    """The same with the places that stand for those of the codes, without tickets of places that are not there. The
    places are held: a claim that joins one into another, and moves its scans, is over or waits."""
    if not targets:
        return {}
    rows = await db.execute(
        select(Attendance.id, LEADS_TO)
        .where(
            Attendance.event_id == event_id,
            Attendance.id.in_({target.issued_to for target in targets.values()}),
        )
        .order_by(Attendance.id)
        .with_for_update(read=True, key_share=True)
    )
    leads_to = dict(rows.all())
    return {
        reading: replace(target, attendance_id=leads_to[target.issued_to])
        for reading, target in targets.items()
        if target.issued_to in leads_to
    }


async def _attendances_by_code(
    db: AsyncSession, event_id: UUID, asked: list[Reading]
) -> Mapping[tuple[str, str | None], Target]:
    if not asked:
        return {}
    texts = sorted({reading.text for reading in asked})
    typed = sorted({reading.manual for reading in asked if reading.manual})
    badge = select(Badge.attendance_id, Badge.revoked_at).where(Badge.event_id == event_id)
    rows = await db.execute(
        union_all(
            badge.add_columns(literal("badge").label("kind"), Badge.code.label("code")).where(
                Badge.code.in_(texts)
            ),
            badge.add_columns(literal("manual"), Badge.manual_code).where(Badge.manual_code.in_(typed)),
            select(Attendance.id, null(), literal("external"), Attendance.external_code).where(
                Attendance.event_id == event_id, Attendance.external_code.in_(texts)
            ),
        )
    )
    return {
        (kind, code): Target(
            attendance_id=attendance_id,
            issued_to=attendance_id,
            revoked_at=revoked_at,
            worn=kind != "external",
        )
        for attendance_id, revoked_at, kind, code in rows
    }


async def _door(
    db: AsyncSession, event_id: UUID, scanner_id: UUID, facts: Facts, targets: Iterable[Target]
) -> Door:
    stands = aliased(Attendance)
    places = await db.execute(
        select(Attendance.id, Attendance.ticket_serial, Attendance.ticket_replaced_at, stands.cancelled_at)
        .join(stands, and_(stands.event_id == Attendance.event_id, stands.id == LEADS_TO))
        .where(Attendance.event_id == event_id, Attendance.id.in_({target.issued_to for target in targets}))
    )
    compromised = await db.execute(
        select(TicketKey.version, TicketKey.compromised_from).where(
            TicketKey.event_id == event_id, TicketKey.compromised_from.is_not(None)
        )
    )
    return Door(
        guarded=await _guards(db, event_id, scanner_id, facts),
        admissions={
            attendance_id: Admission(ticket_serial=serial, replaced_at=replaced_at, cancelled_at=cancelled_at)
            for attendance_id, serial, replaced_at, cancelled_at in places
        },
        compromised_from=dict(compromised.all()),
    )


async def _guards(db: AsyncSession, event_id: UUID, scanner_id: UUID, facts: Facts) -> bool:
    """A device of the event that stands at its door, or somebody of its team."""
    if facts.station is not None:
        return facts.station == "door"
    account_id = await db.scalar(select(Account.id).where(Account.person_id == scanner_id))
    return account_id is not None and await find_role(db, event_id, account_id) in DOOR
