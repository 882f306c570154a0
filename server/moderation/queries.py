"""What can be known of reports, by those who look into them.

What happened at an event is for its supervisors, who are there and know both. Not what was reported of somebody of its
own team, whose colleagues would look into it, or they themselves: that, and what happened elsewhere, is the operator's.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.accounts.models import Account, AccountEmail
from server.events.access import Organizer
from server.events.models import Attendance, TeamMember
from server.moderation.access import Moderator
from server.moderation.errors import ReportNotFound
from server.moderation.models import PersonReport, ReportNote
from server.paging import read_cursor

Theirs, Mine = aliased(Attendance), aliased(Attendance)


@dataclass(frozen=True, slots=True)
class Reported:
    """A report with the places of both at its event, as its organizer imported them; None elsewhere."""

    report: PersonReport
    subject_place: Attendance | None
    reporter_place: Attendance | None
    notes: Sequence[ReportNote]


def for_moderator(moderator: Moderator) -> ColumnElement[bool]:
    """A condition on reports: this moderator may look into them."""
    if not isinstance(moderator, Organizer):
        return true()
    addresses = select(AccountEmail.email).where(AccountEmail.account_id == Account.id).correlate(Account)
    on_the_team = exists().where(
        Account.person_id == PersonReport.subject_id,
        TeamMember.event_id == PersonReport.event_id,
        or_(
            TeamMember.account_id == Account.id,
            and_(TeamMember.account_id.is_(None), TeamMember.email.in_(addresses)),
        ),
    )
    return and_(PersonReport.event_id == moderator.event_id, ~on_the_team)


async def list_reports(
    db: AsyncSession, moderator: Moderator, *, state: str | None, cursor: str | None, limit: int
) -> Sequence[Reported]:
    """Those that wait longest first, one more than the limit when there are more."""
    query = _reports(moderator)
    if state is not None:
        query = query.where(PersonReport.state == state)
    if cursor is not None:
        query = query.where(
            tuple_(PersonReport.reported_at, PersonReport.id) > tuple_(*read_cursor(cursor, datetime, UUID))
        )
    return await _reported(db, query.limit(limit + 1))


async def get_report(db: AsyncSession, moderator: Moderator, report_id: UUID) -> Reported:
    """Raises ReportNotFound."""
    found = await _reported(db, _reports(moderator).where(PersonReport.id == report_id))
    if not found:
        raise ReportNotFound
    return found[0]


def _reports(moderator: Moderator) -> Select[Any]:
    def place_of(place: Any, person_id: Any) -> ColumnElement[bool]:
        return and_(place.event_id == PersonReport.event_id, place.person_id == person_id)

    return (
        select(PersonReport, Theirs, Mine)
        .outerjoin(Theirs, place_of(Theirs, PersonReport.subject_id))
        .outerjoin(Mine, place_of(Mine, PersonReport.reporter_id))
        .where(for_moderator(moderator))
        .order_by(PersonReport.reported_at, PersonReport.id)
    )


async def _reported(db: AsyncSession, query: Select[Any]) -> list[Reported]:
    rows: Sequence[Row[Any]] = (await db.execute(query)).all()
    notes: defaultdict[UUID, list[ReportNote]] = defaultdict(list)
    for note in await db.scalars(
        select(ReportNote)
        .where(ReportNote.report_id.in_([report.id for report, *_ in rows]))
        .order_by(ReportNote.id)
    ):
        notes[note.report_id].append(note)
    return [Reported(*row, notes[row.PersonReport.id]) for row in rows]
