"""What can happen to the team of an event: members are added, change roles, leave. One owner always stays."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Account
from server.events.access import OWNERS, TEAM, Organizer, Role, find_role
from server.events.actions import lock_event
from server.events.errors import AlreadyOnTeam, EventNotFound, LastOwner, MemberNotFound, RoleRequired
from server.events.models import TeamMember
from server.events.rules import fingerprint
from server.failures import IdReused
from server.limits import Limit, Limits
from server.mail import post_mail
from server.paging import read_cursor
from server.people.queries import is_leaving
from server.requests import require_version

INVITATIONS = Limit("invitations", most=300, per=timedelta(days=1))
"""By mail, of each event, to its team and to the staff of its exhibitors: to addresses that never asked for it."""


async def list_team(
    db: AsyncSession, organizer: Organizer, *, cursor: str | None, limit: int
) -> Sequence[TeamMember]:
    """By address, one more than the limit when there are more."""
    query = select(TeamMember).where(TeamMember.event_id == organizer.event_id)
    if cursor is not None:
        query = query.where(TeamMember.email > read_cursor(cursor, str)[0])
    return (await db.scalars(query.order_by(TeamMember.email).limit(limit + 1))).all()


async def add_member(
    db: AsyncSession,
    organizer: Organizer,
    member_id: UUID,
    *,
    email: str,
    role: Role,
    limits: Limits,
    now: datetime,
) -> tuple[TeamMember, bool]:
    """Invite an address by mail; the member, and whether they are new. Nobody is told whether it has an account."""
    await limits.take(INVITATIONS, str(organizer.event_id), now=now)
    await _lock_team(db, organizer, OWNERS)
    content = fingerprint({"email": email, "role": role})
    inserted = await db.scalar(
        insert(TeamMember)
        .values(
            event_id=organizer.event_id,
            id=member_id,
            email=email,
            role=role,
            created_as=content,
            added_at=now,
        )
        .on_conflict_do_nothing()
        .returning(TeamMember.id)
    )

    member = await _find_member(db, organizer, member_id)
    if member is None:
        raise AlreadyOnTeam
    if member.created_as != content:
        raise IdReused
    if inserted is not None:
        await post_mail(db, "team_invitation", member_id, now=now)
    return member, inserted is not None


async def update_member(
    db: AsyncSession, organizer: Organizer, member_id: UUID, *, role: Role | None, if_match: str | None
) -> TeamMember:
    await _lock_team(db, organizer, OWNERS)
    member = await get_member(db, organizer, member_id)
    require_version(if_match, member.version)
    if role is None or role == member.role:
        return member
    await keep_an_owner(db, member)
    member.role = role
    member.version += 1
    return member


async def remove_member(db: AsyncSession, organizer: Organizer, member_id: UUID) -> None:
    """Owners remove anybody, everybody removes themselves."""
    role = await _lock_team(db, organizer)
    member = await get_member(db, organizer, member_id)
    if role not in OWNERS and member.account_id != organizer.account_id:
        raise RoleRequired
    await keep_an_owner(db, member)
    await db.execute(
        delete(TeamMember).where(TeamMember.event_id == member.event_id, TeamMember.id == member.id)
    )


async def get_member(db: AsyncSession, organizer: Organizer, member_id: UUID) -> TeamMember:
    member = await _find_member(db, organizer, member_id)
    if member is None:
        raise MemberNotFound
    return member


async def _find_member(db: AsyncSession, organizer: Organizer, member_id: UUID) -> TeamMember | None:
    return await db.scalar(
        select(TeamMember).where(TeamMember.event_id == organizer.event_id, TeamMember.id == member_id)
    )


async def _lock_team(db: AsyncSession, organizer: Organizer, roles: frozenset[Role] = TEAM) -> Role:
    """One edit of a team at a time. The proof may be older than the lock, so the role is asked for again."""
    await lock_event(db, organizer.event_id)
    role = await find_role(db, organizer.event_id, organizer.account_id)
    if role is None:
        raise EventNotFound
    if role not in roles:
        raise RoleRequired
    return role


async def keep_an_owner(db: AsyncSession, member: TeamMember) -> None:
    """Raises LastOwner if this member's going would leave nobody who has used the owner's role: an address that
    nobody may ever prove does not count, nor somebody who is leaving."""
    if member.role != "owner" or member.account_id is None:
        return
    others = await db.scalar(
        select(TeamMember.id)
        .where(
            TeamMember.event_id == member.event_id,
            TeamMember.id != member.id,
            TeamMember.role == "owner",
            TeamMember.account_id.in_(select(Account.id).where(~is_leaving(Account.person_id))),
        )
        .limit(1)
    )
    if others is None:
        raise LastOwner
