"""What a client can ask about people: who I am, what I look for, what I give, and who got it."""

from typing import Literal
from uuid import UUID

from litestar import Response, Router, delete, get, patch
from litestar.params import FromPath, JSONBody

from schemas.people import (
    CardList,
    CardOut,
    CardPatch,
    GoalsOut,
    GoalsPatch,
    ProfileOut,
    ProfilePatch,
    ReleaseOut,
    ReleasePage,
)
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.failures import CursorInvalid, VersionRequired, VersionStale
from server.paging import Cursor, Limit, cut, write_cursor
from server.people import actions, errors, queries
from server.people.models import Release
from server.requests import IfMatch, Now, etag


@get("/me/profile", **operation("get_my_profile", "Read my profile"))
async def get_my_profile(db: Db, me: Me, now: Now) -> Response[ProfileOut]:
    """Everything I say of myself; who sees which of it, my cards and consents decide."""
    await actions.begin(db, me.person_id, now=now)
    profile = await queries.get_profile(db, me.person_id)
    return Response(ProfileOut.model_validate(profile), headers=etag(profile.version))


@patch("/me/profile", **operation("update_my_profile", "Edit my profile", VersionRequired, VersionStale))
async def update_my_profile(
    data: JSONBody[ProfilePatch], db: Db, me: Me, now: Now, if_match: IfMatch = None
) -> Response[ProfileOut]:
    """Absent or null keeps a field, empty clears it."""
    profile = await actions.update_profile(db, me, data.changes(), if_match=if_match, now=now)
    return Response(ProfileOut.model_validate(profile), headers=etag(profile.version))


@get("/me/goals", **operation("get_my_goals", "Read my goals"))
async def get_my_goals(db: Db, me: Me, now: Now) -> Response[GoalsOut]:
    """Situation and targets are mine alone; asks, offers and talk topics are for connections."""
    await actions.begin(db, me.person_id, now=now)
    goals = await queries.get_goals(db, me.person_id)
    return Response(GoalsOut.model_validate(goals), headers=etag(goals.version))


@patch("/me/goals", **operation("update_my_goals", "Edit my goals", VersionRequired, VersionStale))
async def update_my_goals(
    data: JSONBody[GoalsPatch], db: Db, me: Me, now: Now, if_match: IfMatch = None
) -> Response[GoalsOut]:
    """Absent or null keeps a field, empty clears it."""
    goals = await actions.update_goals(db, me, data.changes(), if_match=if_match, now=now)
    return Response(GoalsOut.model_validate(goals), headers=etag(goals.version))


@get("/me/cards", **operation("get_my_cards", "Read my two cards"))
async def get_my_cards(db: Db, me: Me, now: Now) -> CardList:
    """One for whom I meet, one for exhibitors."""
    await actions.begin(db, me.person_id, now=now)
    cards = await queries.list_cards(db, me)
    return CardList(items=[CardOut.model_validate(card) for card in cards])


@patch("/me/cards/{kind:str}", **operation("update_my_card", "Edit a card", VersionRequired, VersionStale))
async def update_my_card(
    kind: FromPath[Literal["met", "exhibitors"]],
    data: JSONBody[CardPatch],
    db: Db,
    me: Me,
    now: Now,
    if_match: IfMatch = None,
) -> Response[CardOut]:
    """Widening affects later releases; narrowing affects all at once."""
    card = await actions.update_card(db, me, kind, data.changes(), if_match=if_match, now=now)
    return Response(CardOut.model_validate(card), headers=etag(card.version))


@get(
    "/me/releases",
    **operation("list_releases", "List who got which of my fields", CursorInvalid, while_leaving=True),
)
async def list_releases(db: Db, me: Me, cursor: Cursor = None, limit: Limit = 50) -> ReleasePage:
    """A line for each time something of mine was given; `withdraw_release` takes it back."""
    rows, more = cut(await queries.list_releases(db, me, cursor=cursor, limit=limit), limit)
    return ReleasePage(
        items=[release_out(row) for row in rows],
        next_cursor=write_cursor(rows[-1].id) if more else None,
    )


@delete(
    "/me/releases/{release_id:str}",
    **operation("withdraw_release", "Take back what somebody got of me", errors.ReleaseNotFound),
)
async def withdraw_release(release_id: FromPath[UUID], db: Db, me: Me, now: Now) -> None:
    """They see it no longer, from their next read on."""
    await actions.withdraw_release(db, me, release_id, now=now)


def release_out(release: Release) -> ReleaseOut:
    recipients = {
        "person": release.recipient_id,
        "exhibitor": release.exhibitor_id,
        "organizers": release.event_id if release.export_id else None,
    }
    kind, recipient_id = next((kind, found) for kind, found in recipients.items() if found is not None)
    return ReleaseOut(
        id=release.id,
        recipient_id=recipient_id,
        recipient_kind=kind,
        exhibitor_name=release.exhibitor_name,
        event_id=release.event_id,
        purpose=release.purpose,
        source=release.source,
        text_version=release.text_version,
        fields=release.fields,
        released_at=release.released_at,
        withdrawn_at=release.withdrawn_at,
    )


routes = Router(
    "/",
    tags=["me"],
    route_handlers=[
        get_my_profile,
        update_my_profile,
        get_my_goals,
        update_my_goals,
        get_my_cards,
        update_my_card,
        list_releases,
        withdraw_release,
    ],
)
