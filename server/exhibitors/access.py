"""Who may: the proofs that somebody works for an exhibitor."""

from dataclasses import dataclass
from typing import Literal, cast
from uuid import UUID

from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import Account, AccountEmail
from server.devices.access import Keeper
from server.events.access import MANAGERS, find_role
from server.events.errors import RoleRequired
from server.exhibitors.errors import ExhibitorNotFound
from server.exhibitors.models import Exhibitor, StaffMember

Role = Literal["admin", "staff", "scan_only", "manager"]

# Who may do what. `manager` is the event's, who names the first admin, and steps back once an admin has joined.
ADMINS: frozenset[Role] = frozenset(("admin",))
READERS: frozenset[Role] = frozenset(("admin", "staff"))
NAMING: frozenset[Role] = frozenset(("admin", "manager"))
ANYBODY: frozenset[Role] = frozenset(("admin", "staff", "scan_only", "manager"))


@dataclass(frozen=True, slots=True)
class ExhibitorStaff:
    """Proof: this account works for an exhibitor, in a role that the route asked for. `staff_id` is None for a
    manager of the event; `person_id` is who reads, whom a visitor may have blocked."""

    event_id: UUID
    exhibitor_id: UUID
    person_id: UUID
    staff_id: UUID | None
    role: Role

    @property
    def keeper(self) -> Keeper:
        """The proof that goes with it for the exhibitor's own devices."""
        return Keeper(event_id=self.event_id, exhibitor_id=self.exhibitor_id)


def is_staff_of(account_id: UUID | ColumnElement[UUID]) -> ColumnElement[bool]:
    """A condition on staff: they are this account, or nobody's yet under one of its addresses."""
    addresses = select(AccountEmail.email).where(AccountEmail.account_id == account_id)
    return or_(
        StaffMember.account_id == account_id,
        and_(StaffMember.account_id.is_(None), StaffMember.email.in_(addresses)),
    )


def memberships(event_id: UUID, account_id: UUID) -> Select[tuple[StaffMember]]:
    """Of an account at an event; the first that stands is the one that counts."""
    return (
        select(StaffMember)
        .where(StaffMember.event_id == event_id, is_staff_of(account_id))
        .order_by(StaffMember.account_id.is_(None), StaffMember.added_at, StaffMember.id)
    )


async def membership_of(db: AsyncSession, event_id: UUID, account_id: UUID) -> StaffMember | None:
    """For whom an account works at an event. What an address was invited to is bound to the account that uses it
    first."""
    standing = memberships(event_id, account_id).where(StaffMember.removed_at.is_(None)).limit(1)
    found = await db.scalar(standing)
    if found is not None and found.account_id is None:
        # One use of an invitation at a time, of all that this account has.
        await db.execute(select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))
        found = await db.scalar(standing.execution_options(populate_existing=True))
        if found is not None and found.account_id is None:
            await db.execute(
                update(StaffMember)
                .where(StaffMember.event_id == event_id, StaffMember.id == found.id)
                .values(account_id=account_id)
            )
    return found


async def role_at(
    db: AsyncSession, me: SignedIn, event_id: UUID, exhibitor_id: UUID
) -> tuple[Role, UUID | None]:
    """My role at an exhibitor, and who of its staff I am. Raises ExhibitorNotFound, also for the event's own team
    below managers."""
    member = await membership_of(db, event_id, me.account_id)
    if member is not None and member.exhibitor_id == exhibitor_id:
        return cast("Role", member.role), member.id
    if await find_role(db, event_id, me.account_id) not in MANAGERS:
        raise ExhibitorNotFound
    known = await db.scalar(
        select(Exhibitor.id).where(Exhibitor.event_id == event_id, Exhibitor.id == exhibitor_id)
    )
    if known is None:
        raise ExhibitorNotFound
    return "manager", None


async def has_an_admin(db: AsyncSession, event_id: UUID, exhibitor_id: UUID) -> bool:
    """Whether somebody has used an admin's invitation, and is one still."""
    found = await db.scalar(
        select(StaffMember.id)
        .where(
            StaffMember.event_id == event_id,
            StaffMember.exhibitor_id == exhibitor_id,
            StaffMember.role == "admin",
            StaffMember.account_id.is_not(None),
            StaffMember.removed_at.is_(None),
        )
        .limit(1)
    )
    return found is not None


def exhibitor_staff(roles: frozenset[Role]) -> Provide:
    """The dependency of routes that ask for one of these roles."""

    async def provide_exhibitor_staff(
        event_id: FromPath[UUID],
        exhibitor_id: FromPath[UUID],
        db: NamedDependency[AsyncSession],
        me: NamedDependency[SignedIn],
    ) -> ExhibitorStaff:
        role, staff_id = await role_at(db, me, event_id, exhibitor_id)
        if role not in roles or (role == "manager" and await has_an_admin(db, event_id, exhibitor_id)):
            raise RoleRequired("Your role at this exhibitor does not allow that.")
        return ExhibitorStaff(
            event_id=event_id,
            exhibitor_id=exhibitor_id,
            person_id=me.person_id,
            staff_id=staff_id,
            role=role,
        )

    return Provide(provide_exhibitor_staff)


ByExhibitorStaff = NamedDependency[ExhibitorStaff]
