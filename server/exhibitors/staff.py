"""Who works for an exhibitor: admins add and remove them, everybody may leave."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.devices.access import Station
from server.events.errors import RoleRequired
from server.events.rules import fingerprint
from server.events.team import INVITATIONS
from server.exhibitors.access import NAMING, ExhibitorStaff
from server.exhibitors.errors import AddressNeeded, AlreadyStaff, StaffNotFound
from server.exhibitors.models import StaffMember
from server.failures import IdReused
from server.limits import Limits
from server.mail import post_mail
from server.paging import read_cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """Whoever proves `email` first; without one, a name to pick on a shared device."""

    id: UUID
    name: str
    email: str | None
    role: str


async def list_staff(
    db: AsyncSession, where: ExhibitorStaff | Station, *, cursor: str | None, limit: int
) -> Sequence[StaffMember]:
    """Who stands on it, by name, one more than the limit when there are more."""
    query = _standing(where)
    if cursor is not None:
        query = query.where(
            tuple_(StaffMember.name, StaffMember.id) > tuple_(*read_cursor(cursor, str, UUID))
        )
    return (await db.scalars(query.order_by(StaffMember.name, StaffMember.id).limit(limit + 1))).all()


def _standing(where: ExhibitorStaff | Station) -> Select[tuple[StaffMember]]:
    return select(StaffMember).where(
        StaffMember.event_id == where.event_id,
        StaffMember.exhibitor_id == where.exhibitor_id,
        StaffMember.removed_at.is_(None),
    )


async def add_staff(
    db: AsyncSession, me: ExhibitorStaff, facts: NewMember, *, limits: Limits, now: datetime
) -> tuple[StaffMember, bool]:
    """The member, and whether they are new. Nobody is told whether an address has an account."""
    if facts.email is None and facts.role != "scan_only":
        raise AddressNeeded
    return await add_to(db, me.event_id, me.exhibitor_id, facts, limits=limits, now=now)


async def add_to(
    db: AsyncSession, event_id: UUID, exhibitor_id: UUID, facts: NewMember, *, limits: Limits, now: datetime
) -> tuple[StaffMember, bool]:
    """Who has an address is invited by mail. Raises AlreadyStaff, IdReused."""
    if facts.email is not None:
        await limits.take(INVITATIONS, str(event_id), now=now)
    content = fingerprint(asdict(facts))
    inserted = await db.scalar(
        insert(StaffMember)
        .values(
            **asdict(facts), event_id=event_id, exhibitor_id=exhibitor_id, created_as=content, added_at=now
        )
        .on_conflict_do_nothing()
        .returning(StaffMember.id)
    )

    member = await _find(db, event_id, facts.id)
    if member is None:
        raise AlreadyStaff
    if (member.exhibitor_id, member.created_as) != (exhibitor_id, content):
        raise IdReused
    if inserted is not None and member.email is not None:
        await post_mail(db, "staff_invitation", member.id, now=now)
    return member, inserted is not None


async def remove_staff(db: AsyncSession, me: ExhibitorStaff, staff_id: UUID, *, now: datetime) -> None:
    """What they captured before still counts when it arrives. Removing again changes nothing.
    Raises StaffNotFound, RoleRequired."""
    member = await _find(db, me.event_id, staff_id)
    if member is None or member.exhibitor_id != me.exhibitor_id:
        raise StaffNotFound
    if me.role not in NAMING and staff_id != me.staff_id:
        raise RoleRequired("Your role at this exhibitor does not allow that.")
    if member.removed_at is None:
        member.removed_at = now


async def _find(db: AsyncSession, event_id: UUID, staff_id: UUID) -> StaffMember | None:
    return await db.scalar(
        select(StaffMember)
        .where(StaffMember.event_id == event_id, StaffMember.id == staff_id)
        .execution_options(populate_existing=True)
    )
