"""The team of an event: who runs it, in which role."""

from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from schemas.events import TeamMemberIn, TeamMemberOut, TeamMemberPatch, TeamPage
from server.contract import operation
from server.database import Db
from server.events import errors, team
from server.events.access import OWNERS, TEAM, ByOrganizer, organizer
from server.events.models import TeamMember
from server.failures import CursorInvalid, IdReused, VersionRequired, VersionStale
from server.limits import Limits, RateLimited
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import IfMatch, Now, etag


@get(
    "/events/{event_id:str}/team",
    dependencies={"organizer": organizer(TEAM)},
    **operation("list_team", "List who runs an event", errors.EventNotFound, CursorInvalid),
)
async def list_team(db: Db, organizer: ByOrganizer, cursor: Cursor = None, limit: Limit = 50) -> TeamPage:
    """For everybody in it."""
    rows, more = cut(await team.list_team(db, organizer, cursor=cursor, limit=limit), limit)
    return TeamPage(
        items=[member_out(row) for row in rows], next_cursor=write_cursor(rows[-1].email) if more else None
    )


@post(
    "/events/{event_id:str}/team",
    dependencies={"organizer": organizer(OWNERS)},
    **operation(
        "add_team_member",
        "Add somebody to the team",
        errors.EventNotFound,
        errors.RoleRequired,
        errors.AlreadyOnTeam,
        IdReused,
        RateLimited,
        again=TeamMemberOut,
    ),
)
async def add_team_member(
    data: JSONBody[TeamMemberIn],
    db: Db,
    organizer: ByOrganizer,
    limits: NamedDependency[Limits],
    now: Now,
) -> Response[TeamMemberOut]:
    """For owners. The address is invited by mail. Whoever proves it and uses it first is the member, whatever becomes
    of it later."""
    member, new = await team.add_member(
        db, organizer, data.id, email=data.email, role=data.role, limits=limits, now=now
    )
    return Response(member_out(member), status_code=201 if new else 200, headers=etag(member.version))


@patch(
    "/events/{event_id:str}/team/{member_id:str}",
    dependencies={"organizer": organizer(OWNERS)},
    **operation(
        "update_team_member",
        "Change somebody's role",
        errors.EventNotFound,
        errors.RoleRequired,
        errors.MemberNotFound,
        errors.LastOwner,
        VersionRequired,
        VersionStale,
    ),
)
async def update_team_member(
    member_id: FromPath[UUID],
    data: JSONBody[TeamMemberPatch],
    db: Db,
    organizer: ByOrganizer,
    if_match: IfMatch = None,
) -> Response[TeamMemberOut]:
    """For owners. An owner who has used the role must remain."""
    member = await team.update_member(db, organizer, member_id, role=data.role, if_match=if_match)
    return Response(member_out(member), headers=etag(member.version))


@delete(
    "/events/{event_id:str}/team/{member_id:str}",
    dependencies={"organizer": organizer(TEAM)},
    **operation(
        "remove_team_member",
        "Remove somebody from the team, or leave it",
        errors.EventNotFound,
        errors.RoleRequired,
        errors.MemberNotFound,
        errors.LastOwner,
    ),
)
async def remove_team_member(member_id: FromPath[UUID], db: Db, organizer: ByOrganizer) -> None:
    """Owners remove anybody, everybody removes themselves. An owner who has used the role must remain."""
    await team.remove_member(db, organizer, member_id)


def member_out(member: TeamMember) -> TeamMemberOut:
    return TeamMemberOut(
        id=member.id,
        email=member.email,
        role=member.role,
        joined=member.account_id is not None,
        added_at=member.added_at,
        version=member.version,
    )


handlers = [list_team, add_team_member, update_team_member, remove_team_member]
