"""What an exhibitor's staff sees of its visitors: what is released and still on their card, and what was noted. To
whom a block keeps away from a visitor, a lead looks as if it had been taken back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.accounts.models import Account, Person
from server.events.models import Attendance
from server.exhibitors.access import ExhibitorStaff
from server.exhibitors.cards import card_fields
from server.exhibitors.changed import read_changed
from server.exhibitors.errors import LeadNotFound
from server.exhibitors.models import Lead, LeadEdit, LeadScan, StaffMember
from server.exhibitors.rules import Remark, Remarks, merged, visible
from server.people.models import Card, Release
from server.people.queries import not_blocked

TEXTS = ("name", "pronouns", "headline", "role", "organisation", "industry", "email", "phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadView:
    """A lead as it is read; of one that was withdrawn nothing is left but that. `source` and `text_version` say what it
    rests on: the visitor's own switch or their word at the stand, and which words they agreed to."""

    id: UUID
    withdrawn: bool
    name: str
    pronouns: str
    headline: str
    role: str
    organisation: str
    industry: str
    links: Sequence[str]
    email: str
    phone: str
    source: str
    text_version: int | None
    rating: int | None
    label: str
    note: str
    tags: Sequence[str]
    captured_by: Sequence[str]
    first_captured_at: datetime | None
    last_captured_at: datetime | None
    changed_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class LeadChanges:
    """Leads as they are now, and where what changes later begins."""

    items: Sequence[LeadView]
    next_cursor: str
    has_more: bool


async def list_leads(
    db: AsyncSession, staff: ExhibitorStaff, *, cursor: str | None, limit: int
) -> LeadChanges:
    """What changed since the cursor, or everything; tombstones too. Raises CursorInvalid, CursorExpired."""
    page = await read_changed(db, staff, cursor=cursor, limit=limit)
    ids = [row.id for row in page.items]
    views = {view.id: view for view in await _views(db, staff, _leads(staff).where(Lead.id.in_(ids)))}
    return LeadChanges(
        [views[lead_id] for lead_id in ids if lead_id in views], page.next_cursor, page.has_more
    )


async def all_leads(db: AsyncSession, staff: ExhibitorStaff) -> Sequence[LeadView]:
    """The newest first, tombstones too."""
    return await _views(db, staff, _leads(staff).order_by(Lead.id.desc()))


async def get_lead(db: AsyncSession, staff: ExhibitorStaff, lead_id: UUID) -> LeadView:
    """Raises LeadNotFound."""
    found = await _views(db, staff, _leads(staff).where(Lead.id == lead_id))
    if not found:
        raise LeadNotFound
    return found[0]


def _leads(staff: ExhibitorStaff) -> Select[Any]:
    to_exhibitor = and_(
        Release.event_id == Lead.event_id,
        Release.exhibitor_id == Lead.exhibitor_id,
        Release.subject_id == Attendance.person_id,
    )
    withdrawn_at = (
        select(func.max(Release.withdrawn_at))
        .where(to_exhibitor)
        .correlate(Lead, Attendance)
        .scalar_subquery()
    )
    given = aliased(Release)  # one at most: the database says so
    stands_given = and_(
        given.event_id == Lead.event_id,
        given.exhibitor_id == Lead.exhibitor_id,
        given.subject_id == Attendance.person_id,
        given.withdrawn_at.is_(None),
    )
    return (
        select(
            Lead,
            Account.id.label("account_id"),
            Card,
            and_(
                given.id.is_not(None),
                Person.leaving_at.is_(None),
                not_blocked(staff.person_id, Attendance.person_id.expression),
            ).label("stands"),
            func.greatest(Lead.updated_at, withdrawn_at).label("changed_at"),
            given.source,
            given.text_version,
        )
        .join(Attendance, and_(Attendance.event_id == Lead.event_id, Attendance.id == Lead.attendance_id))
        .join(Person, Person.id == Attendance.person_id)
        .outerjoin(given, stands_given)
        .outerjoin(Account, Account.person_id == Attendance.person_id)
        .outerjoin(Card, and_(Card.person_id == Attendance.person_id, Card.kind == "exhibitors"))
        .where(Lead.event_id == staff.event_id, Lead.exhibitor_id == staff.exhibitor_id)
        .execution_options(populate_existing=True)
    )


async def _views(db: AsyncSession, staff: ExhibitorStaff, query: Select[Any]) -> Sequence[LeadView]:
    rows = (await db.execute(query)).all()
    standing = [row.Lead.id for row in rows if row.stands]
    scans: defaultdict[UUID, list[LeadScan]] = defaultdict(list)
    for scan in await db.scalars(
        select(LeadScan)
        .where(LeadScan.event_id == staff.event_id, LeadScan.lead_id.in_(standing))
        .order_by(LeadScan.captured_at, LeadScan.scan_id)
        .execution_options(populate_existing=True)
    ):
        scans[scan.lead_id].append(scan)
    edits: defaultdict[UUID, list[LeadEdit]] = defaultdict(list)
    for edit in await db.scalars(
        select(LeadEdit).where(LeadEdit.event_id == staff.event_id, LeadEdit.lead_id.in_(standing))
    ):
        edits[edit.lead_id].append(edit)
    names = await db.execute(
        select(StaffMember.id, StaffMember.name).where(
            StaffMember.event_id == staff.event_id, StaffMember.exhibitor_id == staff.exhibitor_id
        )
    )
    staff_names = dict(names.all())
    return [_view(row, scans[row.Lead.id], edits[row.Lead.id], staff_names) for row in rows]


def _view(
    row: Row[Any], scans: Sequence[LeadScan], edits: Sequence[LeadEdit], staff_names: dict[UUID, str]
) -> LeadView:
    lead: Lead = row.Lead
    shown = visible(lead.given, card_fields(row.account_id, row.Card)) if row.stands else {}
    said = merged([*map(_noted, scans), *map(_edited, edits)]) if row.stands else NOTHING
    who = [staff_names[scan.staff_id] for scan in scans if scan.staff_id in staff_names]
    return LeadView(
        id=lead.id,
        withdrawn=not row.stands,
        **{name: shown.get(name, "") for name in TEXTS},
        links=shown.get("links", []),
        source=row.source if row.stands else "",
        text_version=row.text_version if row.stands else None,
        rating=said.rating or None,
        label=said.label,
        note=said.note,
        tags=said.tags,
        captured_by=list(dict.fromkeys(who)),
        first_captured_at=scans[0].captured_at if scans else None,
        last_captured_at=scans[-1].captured_at if scans else None,
        changed_at=row.changed_at,
        version=lead.version,
    )


NOTHING = Remarks(rating=0, label="", note="", tags=())


def _noted(scan: LeadScan) -> Remark:
    """A scan that says nothing of a field leaves it to the others."""
    return Remark(
        said_at=scan.annotated_at,
        id=scan.scan_id,
        rating=scan.rating or None,
        label=scan.label or None,
        note=scan.note or None,
        tags=tuple(scan.tags) or None,
    )


def _edited(edit: LeadEdit) -> Remark:
    return Remark(
        said_at=edit.said_at,
        id=edit.id,
        rating=edit.rating,
        label=edit.label,
        note=edit.note,
        tags=None if edit.tags is None else tuple(edit.tags),
    )
