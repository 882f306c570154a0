"""What may a visitor's card give an exhibitor, and what does it hold now?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Account, AccountEmail
from server.events.models import Attendance
from server.exhibitors.models import Lead
from server.people.actions import FIRST_CARDS
from server.people.models import Card, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whom a lead is about. `values` is all that their card may give, as it is now."""

    person_id: UUID
    left_at: datetime | None
    card: Sequence[str] | None
    values: dict[str, Any]


async def visitors_of(db: AsyncSession, event_id: UUID, leads: Sequence[Lead]) -> dict[UUID, Visitor]:
    """By lead."""
    first_email = (
        select(AccountEmail.email)
        .where(AccountEmail.account_id == Account.id)
        .order_by(AccountEmail.confirmed_at, AccountEmail.id)
        .limit(1)
        .correlate(Account)
        .scalar_subquery()
    )
    rows = await db.execute(
        select(Attendance, Account.id, first_email, Profile, Card)
        .outerjoin(Account, Account.person_id == Attendance.person_id)
        .outerjoin(Profile, Profile.person_id == Attendance.person_id)
        .outerjoin(Card, and_(Card.person_id == Attendance.person_id, Card.kind == "exhibitors"))
        .where(Attendance.event_id == event_id, Attendance.id.in_({lead.attendance_id for lead in leads}))
        .execution_options(populate_existing=True)
    )
    by_place = {
        place.id: Visitor(
            person_id=place.person_id,
            left_at=place.left_at,
            card=card_fields(account_id, card),
            values=_values(place, profile, card, email) if account_id else _printed(place),
        )
        for place, account_id, email, profile, card in rows
    }
    return {lead.id: by_place[lead.attendance_id] for lead in leads}


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
    about = ("pronouns", "headline", "role", "organisation", "industry", "links")
    return {
        **({name: getattr(profile, name) for name in about} if profile else {}),
        "name": (profile and profile.name) or place.name,
        "email": (card and card.email) or first_email or "",
        "phone": card.phone if card else "",
    }
