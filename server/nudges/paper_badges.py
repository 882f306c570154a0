"""Whose paper badge was scanned at an event, and who never claimed their place there: they get one mail, where the
event chose so, and nobody is named in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, cast, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.accounts.models import Account, AccountEmail
from server.events.models import Attendance, Event
from server.nudges.choices import Mailing
from server.nudges.hours import first_known, first_morning
from server.nudges.models import Nudge, NudgePreferences
from server.people.queries import is_leaving
from server.scans.models import Scan

KIND = "paper_badge"
LONGEST_NIGHT = timedelta(days=2)
"""From when the doors close to the first morning after, in any zone; rather too long."""


@dataclass(frozen=True, slots=True)
class PaperBadge:
    """How many `people` scanned it, and until when that is worth a mail."""

    person_id: UUID
    event_id: UUID
    attendance_id: UUID
    people: int
    until: datetime


async def scanned_on_paper(
    db: AsyncSession, *, of_use: timedelta, now: datetime, most: int
) -> list[PaperBadge]:
    """Those that nobody was told of, from the morning after the doors closed and for as long as it is `of_use`."""
    closed = await db.execute(
        select(Event.id, Event.doors_close_at, Event.zone).where(
            Event.paper_badge_mail,
            Event.doors_close_at <= now,
            Event.doors_close_at > now - of_use - LONGEST_NIGHT,
        )
    )
    mornings = {event_id: first_morning(at, first_known([zone])) for event_id, at, zone in closed}
    due = {event_id for event_id, morning in mornings.items() if morning <= now < morning + of_use}
    if not due:
        return []

    told = exists().where(
        Nudge.person_id == Attendance.person_id,
        Nudge.kind == KIND,
        Nudge.subject == cast(Attendance.id, Text),
    )
    found = await db.execute(
        select(
            Attendance.person_id,
            Attendance.event_id,
            Attendance.id,
            func.count(Scan.scanner_attendance_id.distinct()),
        )
        .join(Event, Event.id == Attendance.event_id)
        .join(Scan, _scan_stands())
        .where(Attendance.event_id.in_(due), _may_be_told(), ~told)
        .group_by(Attendance.event_id, Attendance.id)
        .limit(most)
    )
    return [PaperBadge(*row, until=mornings[row.event_id] + of_use) for row in found]


def still_on_paper(event_id: ColumnElement[UUID], attendance_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether it is still to be told: not claimed or stopped since, and somebody's scan stands."""
    return exists().where(
        Event.id == event_id,
        Attendance.event_id == event_id,
        Attendance.id == attendance_id,
        _may_be_told(),
        exists().where(_scan_stands()),
    )


def _scan_stands() -> ColumnElement[bool]:
    """Somebody read the badge of this place to meet them, and is not about to be forgotten."""
    scanner = aliased(Attendance)
    forgotten = exists().where(
        scanner.event_id == Scan.event_id,
        scanner.id == Scan.scanner_attendance_id,
        is_leaving(scanner.person_id.expression),
    )
    return and_(
        Scan.event_id == Attendance.event_id,
        Scan.target_attendance_id == Attendance.id,
        Scan.purpose == "meet",
        Scan.state == "recorded",
        Scan.undone_at.is_(None),
        ~forgotten.correlate(Scan),
    )


def _may_be_told() -> ColumnElement[bool]:
    return and_(
        Event.paper_badge_mail,
        Event.cancelled_at.is_(None),
        Attendance.status == "expected",
        Attendance.account_id.is_(None),
        Attendance.email.is_not(None),
        ~is_leaving(Attendance.person_id.expression),
        ~_came_back_or_stopped(),
    )


def _came_back_or_stopped() -> ColumnElement[bool]:
    """Of the address rather than of the place: whoever stopped such mail after one event means the next one too, and
    whoever has an account may have stopped it there."""
    place, chosen = aliased(Attendance), NudgePreferences
    stopped = or_(
        chosen.mails_stopped_at.is_not(None),
        chosen.stopped_at.is_not(None),
        chosen.kinds[KIND]["email"].astext == Mailing.NEVER,
    )
    at_a_place = (
        select(place.id)
        .outerjoin(chosen, chosen.person_id == place.person_id)
        .where(place.email == Attendance.email, place.account_id.is_(None))
        .where(or_(place.bounced_email == place.email, stopped))
    )
    by_account = (
        select(AccountEmail.id)
        .join(Account, Account.id == AccountEmail.account_id)
        .outerjoin(chosen, chosen.person_id == Account.person_id)
        .where(AccountEmail.email == Attendance.email)
        .where(or_(AccountEmail.bounced_at.is_not(None), stopped))
    )
    return or_(*(query.correlate(Attendance).exists() for query in (at_a_place, by_account)))
