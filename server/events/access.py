"""Who may: the proofs that somebody runs an event, or is there."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import AccountEmail
from server.database import write_if_it_succeeds
from server.events.errors import EventNotFound, RoleRequired
from server.events.models import Attendance, AuditEntry, TeamMember
from server.ids import new_id

Role = Literal["owner", "manager", "supervisor", "door", "analyst"]
RANKS: tuple[Role, ...] = ("owner", "manager", "supervisor", "door", "analyst")

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


def membership_of(account_id: UUID) -> ColumnElement[bool]:
    """A condition on team members: they are this account's, or nobody's yet under one of its addresses."""
    addresses = select(AccountEmail.email).where(AccountEmail.account_id == account_id)
    return or_(
        TeamMember.account_id == account_id,
        and_(TeamMember.account_id.is_(None), TeamMember.email.in_(addresses)),
    )


async def find_role(db: AsyncSession, event_id: UUID, account_id: UUID) -> Role | None:
    """The highest role of an account in an event's team."""
    held = set(
        await db.scalars(
            select(TeamMember.role).where(TeamMember.event_id == event_id, membership_of(account_id))
        )
    )
    return next((role for role in RANKS if role in held), None)


async def role_of(db: AsyncSession, me: SignedIn, event_id: UUID) -> Role:
    """My highest role in an event's team. Raises EventNotFound for anybody else.

    What an address was invited to is bound to the account that uses it first.
    """
    mine = await db.execute(
        select(TeamMember.role, TeamMember.account_id).where(
            TeamMember.event_id == event_id, membership_of(me.account_id)
        )
    )
    bound_to = {cast("Role", role): account_id for role, account_id in mine}
    if not bound_to:
        raise EventNotFound
    if None in bound_to.values():
        await db.execute(
            update(TeamMember)
            .where(
                TeamMember.event_id == event_id,
                TeamMember.account_id.is_(None),
                membership_of(me.account_id),
            )
            .values(account_id=me.account_id)
        )
    return next(role for role in RANKS if role in bound_to)


def organizer(roles: frozenset[Role]) -> Provide:
    """The dependency of routes that ask for one of these roles."""

    async def provide_organizer(
        event_id: FromPath[UUID],
        db: NamedDependency[AsyncSession],
        me: NamedDependency[SignedIn],
        now: NamedDependency[datetime],
        request: Request[Any, Any, Any],
    ) -> Organizer:
        role = await role_of(db, me, event_id)
        if role not in roles:
            raise RoleRequired
        organizer = Organizer(event_id=event_id, account_id=me.account_id, role=role)
        if is_recorded(request):
            await record(db, organizer, request, now=now)
        return organizer

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


def is_recorded(request: Request[Any, Any, Any]) -> bool:
    """Whether the audit log says so: of all that changes something, and of files that are taken away."""
    said = request.route_handler.opt["recorded"]
    return request.method != "GET" if said is None else said


async def record(
    db: AsyncSession,
    organizer: Organizer,
    request: Request[Any, Any, Any],
    *,
    subject_id: UUID | None = None,
    now: datetime,
) -> None:
    """Let the audit log say who did this, in the transaction that does it, once it succeeds. It is written here, where
    the proof is made, so that no action can forget it. Without a subject, the request's path or body names it."""
    email = await db.scalar(
        select(TeamMember.email).where(
            TeamMember.event_id == organizer.event_id,
            TeamMember.account_id == organizer.account_id,
            TeamMember.role == organizer.role,
        )
    )
    write_if_it_succeeds(
        db,
        AuditEntry(
            event_id=organizer.event_id,
            id=new_id(),
            account_id=organizer.account_id,
            email=email,
            role=organizer.role,
            operation=request.route_handler.operation_id,
            subject_id=subject_id or await subject_of(request),
            done_at=now,
        ),
    )


async def subject_of(request: Request[Any, Any, Any]) -> UUID | None:
    """What a request is about: the last id in its path after the event's, else the id that its body chose."""
    named = [value for name, value in request.path_params.items() if name != "event_id"]
    if not named and request.content_type[0] == "application/json":
        try:
            body = json.loads(await request.body())
        except ValueError:
            return None
        named = [body.get("id")] if isinstance(body, dict) else []
    return read_id(named[-1]) if named else None


def read_id(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


ByOrganizer = NamedDependency[Organizer]
ByAttendee = NamedDependency[Attendee]
