"""Who may: the proofs that somebody runs an event, or is there."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import AccountEmail
from server.events.errors import EventNotFound, RoleRequired
from server.events.models import Attendance, TeamMember

Role = Literal["owner", "manager", "supervisor", "door", "analyst"]

# Who may do what. Analysts see aggregates only; each of the others may do what the next may.
OWNERS: frozenset[Role] = frozenset(("owner",))
MANAGERS: frozenset[Role] = frozenset(("owner", "manager"))
SUPERVISORS: frozenset[Role] = frozenset(("owner", "manager", "supervisor"))
DOOR: frozenset[Role] = frozenset(("owner", "manager", "supervisor", "door"))
ANALYSTS: frozenset[Role] = frozenset(("owner", "manager", "analyst"))
TEAM: frozenset[Role] = DOOR | ANALYSTS


@dataclass(frozen=True, slots=True)
class Organizer:
    """Proof: this account is in the event's team, in a role that the route asked for."""

    event_id: UUID
    account_id: UUID
    role: Role


@dataclass(frozen=True, slots=True)
class Attendee:
    """Proof: this account has claimed a place at the event, and has not left."""

    event_id: UUID
    attendance_id: UUID
    account_id: UUID
    person_id: UUID


async def role_of(db: AsyncSession, me: SignedIn, event_id: UUID) -> Role:
    """My highest role in an event's team, by any of my addresses. Raises EventNotFound for anybody else."""
    roles = await db.scalars(
        select(TeamMember.role)
        .join(AccountEmail, AccountEmail.email == TeamMember.email)
        .where(TeamMember.event_id == event_id, AccountEmail.account_id == me.account_id)
    )
    ranks: tuple[Role, ...] = ("owner", "manager", "supervisor", "door", "analyst")
    held = set(roles)
    for role in ranks:
        if role in held:
            return role
    raise EventNotFound


def organizer(roles: frozenset[Role]) -> Provide:
    """The dependency of routes that ask for one of these roles."""

    async def provide_organizer(
        event_id: FromPath[UUID], db: NamedDependency[AsyncSession], me: NamedDependency[SignedIn]
    ) -> Organizer:
        role = await role_of(db, me, event_id)
        if role not in roles:
            raise RoleRequired
        return Organizer(event_id=event_id, account_id=me.account_id, role=role)

    return Provide(provide_organizer)


async def provide_attendee(
    event_id: FromPath[UUID], db: NamedDependency[AsyncSession], me: NamedDependency[SignedIn]
) -> Attendee:
    attendance_id = await db.scalar(
        select(Attendance.id).where(
            Attendance.event_id == event_id,
            Attendance.account_id == me.account_id,
            Attendance.status == "expected",
        )
    )
    if attendance_id is None:
        raise EventNotFound
    return Attendee(
        event_id=event_id, attendance_id=attendance_id, account_id=me.account_id, person_id=me.person_id
    )


ByOrganizer = NamedDependency[Organizer]
ByAttendee = NamedDependency[Attendee]
