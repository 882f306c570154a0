"""What visitors give to exhibitors: rows of the ledger, and the snapshot that a lead keeps while one stands."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.consents import words_of
from server.events.models import Attendance
from server.exhibitors.cards import Visitor, visitors_of
from server.exhibitors.models import Exhibitor, Lead, LeadEdit, LeadScan
from server.exhibitors.rules import Capture, Standing, due
from server.ids import new_id
from server.people.models import Release
from server.people.queries import not_blocked


@dataclass(slots=True)
class Ledger:
    """What stands from a visitor to an exhibitor, and when the visitor last took something back or left."""

    standing: Release | None = None
    taken_back_at: datetime | None = None

    def take_back(self, at: datetime | None) -> None:
        if at is not None:
            self.taken_back_at = max(self.taken_back_at or at, at)


@dataclass(slots=True)
class Written:
    """What there is to write for leads, so that many take a few statements."""

    releases: list[dict[str, Any]] = field(default_factory=list)
    ended: dict[str, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    forgotten: list[UUID] = field(default_factory=list)


async def settle(db: AsyncSession, event_id: UUID, leads: Sequence[Lead], *, now: datetime) -> None:
    """Let ledger, snapshots and remarks follow from the scans that stand. The leads are locked already and their
    places held."""
    if not leads:
        return
    captures = await _captures(db, event_id, leads)
    visitors = await visitors_of(db, event_id, leads)
    ledgers = await _ledgers(db, event_id, leads, {visitor.person_id for visitor in visitors.values()})
    names = await _names(db, event_id, {lead.exhibitor_id for lead in leads})

    written = Written()
    for lead in leads:
        visitor = visitors[lead.id]
        ledger = ledgers[lead.exhibitor_id, visitor.person_id]
        ledger.take_back(visitor.left_at)
        _settle(lead, visitor, ledger, captures[lead.id], names[lead.exhibitor_id], written, now=now)
        lead.version += 1
        lead.updated_at = now

    await db.flush()  # remarks are forgotten by statements
    for because, release_ids in written.ended.items():
        await db.execute(
            update(Release)
            .where(Release.id.in_(release_ids))
            .values(withdrawn_at=now, withdrawn_because=because)
        )
    if written.releases:
        await db.execute(insert(Release.__table__), written.releases)
    await forget_remarks(db, event_id, written.forgotten)
    for lead in leads:
        taken_back_at = ledgers[lead.exhibitor_id, visitors[lead.id].person_id].taken_back_at
        if taken_back_at is not None and lead.id not in written.forgotten:
            await forget_remarks(db, event_id, [lead.id], until=taken_back_at)


def _settle(
    lead: Lead,
    visitor: Visitor,
    ledger: Ledger,
    captures: Sequence[Capture],
    exhibitor_name: str,
    written: Written,
    *,
    now: datetime,
) -> None:
    standing = ledger.standing
    wanted = due(
        Standing(
            captures=captures,
            released=standing and standing.fields,
            taken_back_at=ledger.taken_back_at,
            card=visitor.card,
        )
    )
    if wanted.fields is None:
        if standing is not None:
            written.ended["undone"].append(standing.id)
        lead.given = {}
        written.forgotten.append(lead.id)
        return
    if all(capture.blocked for capture in captures):
        return  # nothing more reaches whoever a block keeps away; what reached the exhibitor before stands
    if standing is not None:
        if set(wanted.fields) <= set(standing.fields):
            return
        written.ended["widened"].append(standing.id)
    lead.given = {name: visitor.values[name] for name in wanted.fields if name in visitor.values}
    written.releases.append(
        {
            "id": new_id(),
            "subject_id": visitor.person_id,
            "exhibitor_id": lead.exhibitor_id,
            "exhibitor_name": exhibitor_name,
            "event_id": lead.event_id,
            "purpose": "lead",
            "source": wanted.source,
            "text_version": wanted.text_version,
            "fields": wanted.fields,
            "released_at": now,
        }
    )


async def _captures(
    db: AsyncSession, event_id: UUID, leads: Sequence[Lead]
) -> defaultdict[UUID, list[Capture]]:
    """The scans that stand, by lead."""
    found: defaultdict[UUID, list[Capture]] = defaultdict(list)
    blocked = ~not_blocked(LeadScan.scanner_id.expression, Attendance.person_id.expression)
    by_switch = words_of(
        "exhibitors_may_scan", Lead.event_id, Lead.attendance_id, at=LeadScan.captured_at.expression
    )
    words = case((LeadScan.given_at_stand, LeadScan.text_version), else_=by_switch)
    for lead_id, captured_at, given_at_stand, text_version, kept_away in await db.execute(
        select(LeadScan.lead_id, LeadScan.captured_at, LeadScan.given_at_stand, words, blocked)
        .join(Lead, and_(Lead.event_id == LeadScan.event_id, Lead.id == LeadScan.lead_id))
        .join(Attendance, and_(Attendance.event_id == Lead.event_id, Attendance.id == Lead.attendance_id))
        .where(LeadScan.event_id == event_id, LeadScan.lead_id.in_([lead.id for lead in leads]))
    ):
        found[lead_id].append(Capture(captured_at, given_at_stand, text_version, blocked=kept_away))
    return found


async def _ledgers(
    db: AsyncSession, event_id: UUID, leads: Sequence[Lead], people: Collection[UUID]
) -> defaultdict[tuple[UUID, UUID], Ledger]:
    """By exhibitor and person, held until the end: whoever takes something back meanwhile waits, or was first."""
    rows = await db.scalars(
        select(Release)
        .where(
            Release.event_id == event_id,
            Release.exhibitor_id.in_({lead.exhibitor_id for lead in leads}),
            Release.subject_id.in_(people),
            or_(Release.withdrawn_at.is_(None), BY_THE_SUBJECT),
        )
        .order_by(Release.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    ledgers: defaultdict[tuple[UUID, UUID], Ledger] = defaultdict(Ledger)
    for row in rows:
        ledger = ledgers[row.exhibitor_id, row.subject_id]
        if row.withdrawn_at is None:
            ledger.standing = row
        else:
            ledger.take_back(row.withdrawn_at)
    return ledgers


BY_THE_SUBJECT = Release.withdrawn_at.is_not(None) & Release.withdrawn_because.is_(None)
"""A condition: this was taken back by whoever it is about, and stays so until they give again."""


async def _names(db: AsyncSession, event_id: UUID, exhibitors: Collection[UUID]) -> dict[UUID, str]:
    rows = await db.execute(
        select(Exhibitor.id, Exhibitor.name).where(
            Exhibitor.event_id == event_id, Exhibitor.id.in_(exhibitors)
        )
    )
    return dict(rows.all())


async def forget_remarks(
    db: AsyncSession, event_id: UUID, lead_ids: Collection[UUID], *, until: datetime | None = None
) -> None:
    """Keep nothing of what was noted of visitors; or only what was said since they took back what they gave."""
    if not lead_ids:
        return
    scans = [LeadScan.event_id == event_id, LeadScan.lead_id.in_(lead_ids)]
    edits = [LeadEdit.event_id == event_id, LeadEdit.lead_id.in_(lead_ids)]
    if until is not None:
        scans.append(LeadScan.captured_at <= until)
        edits.append(LeadEdit.said_at <= until)
    await db.execute(update(LeadScan).where(*scans).values(rating=0, label="", note="", tags=[]))
    await db.execute(delete(LeadEdit).where(*edits))
