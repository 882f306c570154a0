"""What can happen to exhibitors: an event's managers create and rename them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.access import Organizer
from server.events.actions import lock_open_event
from server.events.rules import fingerprint
from server.exhibitors.errors import ExhibitorNotFound
from server.exhibitors.models import Exhibitor
from server.exhibitors.staff import NewMember, add_to
from server.failures import IdReused
from server.ids import new_id
from server.limits import Limits
from server.versions import edit


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExhibitor:
    """What a manager says of an exhibitor, and who becomes its first admin."""

    id: UUID
    name: str
    booth: str
    admin_email: str
    admin_name: str


async def create_exhibitor(
    db: AsyncSession, organizer: Organizer, facts: NewExhibitor, *, limits: Limits, now: datetime
) -> bool:
    """Whether it is new, or the same was created under this id before. Raises AlreadyStaff for an admin who works
    for another exhibitor."""
    await lock_open_event(db, organizer.event_id)
    content = fingerprint(asdict(facts))
    inserted = await db.scalar(
        insert(Exhibitor)
        .values(
            event_id=organizer.event_id,
            id=facts.id,
            name=facts.name,
            booth=facts.booth,
            created_as=content,
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Exhibitor.id)
    )
    if inserted is None:
        if (await get_exhibitor(db, organizer, facts.id)).created_as != content:
            raise IdReused
        return False

    admin = NewMember(id=new_id(), name=facts.admin_name, email=facts.admin_email, role="admin")
    await add_to(db, organizer.event_id, facts.id, admin, limits=limits, now=now)
    return True


async def update_exhibitor(
    db: AsyncSession,
    organizer: Organizer,
    exhibitor_id: UUID,
    changes: dict[str, Any],
    *,
    if_match: str | None,
    now: datetime,
) -> Exhibitor:
    """What was released to it keeps the name that it had."""
    await lock_open_event(db, organizer.event_id)
    exhibitor = await get_exhibitor(db, organizer, exhibitor_id)
    return edit(exhibitor, changes, if_match=if_match, now=now)


async def get_exhibitor(db: AsyncSession, organizer: Organizer, exhibitor_id: UUID) -> Exhibitor:
    """Raises ExhibitorNotFound."""
    found = await db.scalar(
        select(Exhibitor)
        .where(Exhibitor.event_id == organizer.event_id, Exhibitor.id == exhibitor_id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise ExhibitorNotFound
    return found
