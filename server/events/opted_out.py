"""Places whose address wants nothing of us (`accounts/erased.py`) are the organizer's, and shown to nobody else."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.erased import unwanted_among
from server.accounts.models import Person
from server.events.models import Attendance
from server.people.models import Release
from server.settings import Settings


async def hide_unwanted(
    db: AsyncSession,
    event_id: UUID,
    addresses: Mapping[UUID, str | None],
    *,
    settings: Settings,
    now: datetime,
) -> None:
    """Hide those of these places that have come under an address whose owner opted out, or was erased. By place, its
    present address."""
    unwanted = await unwanted_among(db, addresses.values(), settings)
    places = [place for place, address in addresses.items() if address and address.lower() in unwanted]
    if places:
        await hide(db, event_id, places, now=now)


async def hide(db: AsyncSession, event_id: UUID, places: Collection[UUID], *, now: datetime) -> None:
    """Show those of these places that nobody claimed to nobody: whoever got something of them has it no longer, and
    stands that capture them later get nothing, as of everybody who left. Claiming the place ends that. Again, it
    changes nothing."""
    people = select(Attendance.person_id).where(
        Attendance.event_id == event_id, Attendance.id.in_(places), Attendance.account_id.is_(None)
    )
    hidden = await db.scalars(
        update(Person)
        .where(Person.id.in_(people), Person.leaving_at.is_(None))
        .values(leaving_at=now)
        .returning(Person.id)
        .execution_options(synchronize_session=False)
    )
    ids = hidden.all()
    await db.execute(
        update(Attendance)
        .where(Attendance.event_id == event_id, Attendance.person_id.in_(ids))
        .values(left_at=now)
        .execution_options(synchronize_session=False)
    )
    await db.execute(
        update(Release)
        .where(Release.subject_id.in_(ids), Release.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
        .execution_options(synchronize_session=False)
    )
