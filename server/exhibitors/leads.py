"""Leads follow from scans: kept with what was noted, released in the ledger, and tombstones once nothing stands.

Rows are taken in one order everywhere, so that no two deliveries wait for each other: leads by (exhibitor, place),
then what belongs to them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Account, AccountEmail
from server.events.models import Attendance
from server.exhibitors.gathering import BY_THE_SUBJECT
from server.exhibitors.models import Exhibitor, Lead, LeadEdit, LeadScan
from server.exhibitors.rules import Capture, Due, Standing, due
from server.ids import new_id
from server.people.actions import FIRST_CARDS
from server.people.models import Card, Profile, Release

Key = tuple[UUID, UUID]
"""An exhibitor and a place at the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """A recorded scan of a visitor's badge for an exhibitor, as it is now; undone ones do not stand."""

    exhibitor_id: UUID
    attendance_id: UUID
    scanner_id: UUID
    scan_id: UUID
    captured_at: datetime
    stands: bool
    given_at_stand: bool
    staff_id: UUID | None
    annotated_at: datetime
    rating: int
    label: str
    note: str
    tags: Sequence[str]

    @property
    def key(self) -> Key:
        return self.exhibitor_id, self.attendance_id


async def keep_leads(
    db: AsyncSession, event_id: UUID, captures: Collection[Captured], *, now: datetime
) -> None:
    """Bring leads up to date with scans: new ones, annotated ones, undone ones, in any order and any number of times.
    The visitors' places are held already, so that none is claimed meanwhile."""
    if not captures:
        return
    leads = await _take_leads(db, event_id, captures, now=now)
    await _keep_scans(db, event_id, captures, leads)

    visitors = await _visitors(db, event_id, leads.values())
    for lead in leads.values():
        await _settle(db, lead, visitors[lead.id], now=now)


async def _take_leads(
    db: AsyncSession, event_id: UUID, captures: Collection[Captured], *, now: datetime
) -> dict[Key, Lead]:
    """The leads concerned, made where a scan stands, and locked. What was never a lead and is undone makes none."""
    wanted = sorted({capture.key for capture in captures if capture.stands})
    if wanted:
        rows = [
            {
                "event_id": event_id,
                "id": new_id(),
                "exhibitor_id": exhibitor_id,
                "attendance_id": attendance_id,
                "given": {},
                "version": 0,
                "created_at": now,
                "updated_at": now,
            }
            for exhibitor_id, attendance_id in wanted
        ]
        await db.execute(insert(Lead.__table__).on_conflict_do_nothing(), rows)
    found = await db.scalars(
        select(Lead)
        .where(
            Lead.event_id == event_id,
            tuple_(Lead.exhibitor_id, Lead.attendance_id).in_({capture.key for capture in captures}),
        )
        .order_by(Lead.exhibitor_id, Lead.attendance_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {(lead.exhibitor_id, lead.attendance_id): lead for lead in found}


async def _keep_scans(
    db: AsyncSession, event_id: UUID, captures: Iterable[Captured], leads: dict[Key, Lead]
) -> None:
    ordered = sorted(captures, key=lambda capture: (capture.scanner_id, capture.scan_id))
    rows = [_scan_row(event_id, capture, leads[capture.key]) for capture in ordered if capture.stands]
    gone = [(capture.scanner_id, capture.scan_id) for capture in ordered if not capture.stands]
    if rows:
        await db.execute(KEEP_SCAN, rows)
    if gone:
        await db.execute(
            delete(LeadScan).where(
                LeadScan.event_id == event_id, tuple_(LeadScan.scanner_id, LeadScan.scan_id).in_(gone)
            )
        )


_new = insert(LeadScan.__table__)
KEEP_SCAN = _new.on_conflict_do_update(
    index_elements=[LeadScan.event_id, LeadScan.scanner_id, LeadScan.scan_id],
    set_={name: _new.excluded[name] for name in ("annotated_at", "rating", "label", "note", "tags")},
)


def _scan_row(event_id: UUID, capture: Captured, lead: Lead) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "scanner_id": capture.scanner_id,
        "scan_id": capture.scan_id,
        "lead_id": lead.id,
        "captured_at": capture.captured_at,
        "given_at_stand": capture.given_at_stand,
        "staff_id": capture.staff_id,
        "annotated_at": capture.annotated_at,
        "rating": capture.rating,
        "label": capture.label,
        "note": capture.note,
        "tags": list(capture.tags),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whom a lead is about, and what stands of it."""

    person_id: UUID
    exhibitor_name: str
    values: dict[str, Any]
    standing: Standing
    release_id: UUID | None


async def _visitors(db: AsyncSession, event_id: UUID, leads: Collection[Lead]) -> dict[UUID, Visitor]:
    """By lead, in a few statements for all of them."""
    ids = [lead.id for lead in leads]
    scans: defaultdict[UUID, list[Capture]] = defaultdict(list)
    for lead_id, captured_at, given_at_stand in await db.execute(
        select(LeadScan.lead_id, LeadScan.captured_at, LeadScan.given_at_stand).where(
            LeadScan.event_id == event_id, LeadScan.lead_id.in_(ids)
        )
    ):
        scans[lead_id].append(Capture(captured_at, given_at_stand))

    first_email = (
        select(AccountEmail.email)
        .where(AccountEmail.account_id == Account.id)
        .order_by(AccountEmail.confirmed_at, AccountEmail.id)
        .limit(1)
        .correlate(Account)
        .scalar_subquery()
    )
    to_exhibitor = and_(
        Release.event_id == Lead.event_id,
        Release.exhibitor_id == Lead.exhibitor_id,
        Release.subject_id == Attendance.person_id,
    )
    taken_back_at = (
        select(func.max(Release.withdrawn_at))
        .where(to_exhibitor, BY_THE_SUBJECT)
        .correlate(Lead, Attendance)
        .scalar_subquery()
    )
    rows = await db.execute(
        select(Lead.id, Exhibitor.name, Attendance, Account.id, first_email, Profile, Card, Release, taken_back_at)
        .join(Exhibitor, and_(Exhibitor.event_id == Lead.event_id, Exhibitor.id == Lead.exhibitor_id))
        .join(Attendance, and_(Attendance.event_id == Lead.event_id, Attendance.id == Lead.attendance_id))
        .outerjoin(Account, Account.person_id == Attendance.person_id)
        .outerjoin(Profile, Profile.person_id == Attendance.person_id)
        .outerjoin(Card, and_(Card.person_id == Attendance.person_id, Card.kind == "exhibitors"))
        .outerjoin(Release, and_(to_exhibitor, Release.withdrawn_at.is_(None)))
        .where(Lead.event_id == event_id, Lead.id.in_(ids))
        .execution_options(populate_existing=True)
    )
    return {
        lead_id: Visitor(
            person_id=place.person_id,
            exhibitor_name=name,
            values=_values(place, profile, card, email) if account_id else _printed(place),
            standing=Standing(
                captures=scans[lead_id],
                released=release and release.fields,
                taken_back_at=taken_back,
                card=card_fields(account_id, card),
            ),
            release_id=release and release.id,
        )
        for lead_id, name, place, account_id, email, profile, card, release, taken_back in rows
    }


def card_fields(account_id: UUID | None, card: Card | None) -> Sequence[str] | None:
    """The fields of somebody's card for exhibitors today; None for the unclaimed."""
    if account_id is None:
        return None
    return FIRST_CARDS["exhibitors"] if card is None else card.fields


def _printed(place: Attendance) -> dict[str, Any]:
    return {"name": place.name, "organisation": place.organisation, "role": place.role}


def _values(
    place: Attendance, profile: Profile | None, card: Card | None, first_email: str | None
) -> dict[str, Any]:
    """All that a claimed person's card may give, as it is now."""
    about = {
        name: getattr(profile, name)
        for name in ("pronouns", "headline", "role", "organisation", "industry", "links")
        if profile is not None
    }
    return {
        **about,
        "name": (profile and profile.name) or place.name,
        "email": (card and card.email) or first_email or "",
        "phone": card.phone if card else "",
    }


async def _settle(db: AsyncSession, lead: Lead, visitor: Visitor, *, now: datetime) -> None:
    """Let ledger, snapshot and remarks follow from the scans that stand."""
    wanted = due(visitor.standing)
    released = visitor.standing.released
    if wanted.fields is not None and (released is None or set(wanted.fields) > set(released)):
        if released is not None:
            await _withdraw(db, visitor, because="widened", now=now)
        await _release(db, lead, visitor, wanted, now=now)
        lead.given = {name: visitor.values[name] for name in wanted.fields if name in visitor.values}
    elif wanted.fields is None:
        if released is not None:
            await _withdraw(db, visitor, because="undone", now=now)
        lead.given = {}
    lead.version += 1
    lead.updated_at = now
    await db.flush()  # what is forgotten follows from it
    if wanted.fields is None:
        await forget_remarks(db, lead.event_id, [lead.id])
    elif visitor.standing.taken_back_at is not None:
        await forget_remarks(db, lead.event_id, [lead.id], until=visitor.standing.taken_back_at)


async def _release(db: AsyncSession, lead: Lead, visitor: Visitor, wanted: Due, *, now: datetime) -> None:
    await db.execute(
        insert(Release).values(
            id=new_id(),
            subject_id=visitor.person_id,
            exhibitor_id=lead.exhibitor_id,
            exhibitor_name=visitor.exhibitor_name,
            event_id=lead.event_id,
            purpose="lead",
            source=wanted.source,
            fields=wanted.fields,
            released_at=now,
        )
    )


async def _withdraw(db: AsyncSession, visitor: Visitor, *, because: str, now: datetime) -> None:
    await db.execute(
        update(Release)
        .where(Release.id == visitor.release_id, Release.withdrawn_at.is_(None))
        .values(withdrawn_at=now, withdrawn_because=because)
    )


async def forget_remarks(
    db: AsyncSession, event_id: UUID, lead_ids: Sequence[UUID], *, until: datetime | None = None
) -> None:
    """Keep nothing of what was noted of visitors before they took back what they gave; of all, when nothing
    stands."""
    scans = [LeadScan.event_id == event_id, LeadScan.lead_id.in_(lead_ids)]
    edits = [LeadEdit.event_id == event_id, LeadEdit.lead_id.in_(lead_ids)]
    if until is not None:
        scans.append(LeadScan.captured_at <= until)
        edits.append(LeadEdit.said_at <= until)
    said = or_(LeadScan.rating > 0, LeadScan.label != "", LeadScan.note != "", LeadScan.tags != [])
    await db.execute(update(LeadScan).where(*scans, said).values(rating=0, label="", note="", tags=[]))
    await db.execute(delete(LeadEdit).where(*edits))
