"""What a client can ask about the balance."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from schemas.balance import ActivityIn, ActivityOut, ActivityPage, BalanceOut, BalanceWeekOut, MinutesOut
from server.accounts.access import Me
from server.balance import actions, errors, queries
from server.balance.rules import HIGHEST, LOWEST, Minutes, Week
from server.connections.errors import ConnectionNotFound
from server.contract import operation
from server.database import Db
from server.failures import CursorInvalid, IdReused
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import Now

Weeks = Annotated[int, QueryParameter(description="How many weeks, this one being the last.", ge=1, le=52)]


@get("/me/balance", **operation("get_balance", "Read my time for people beside that for applications"))
async def get_balance(db: Db, me: Me, now: Now, weeks: Weeks = 12) -> BalanceOut:
    """Held talks and what I logged, by week. What I say of a talk later, or take back, changes its week."""
    balance, zone = await queries.get_balance(db, me, weeks=weeks, now=now)
    return BalanceOut(
        zone=zone.key,
        band_from=LOWEST,
        band_to=HIGHEST,
        minutes=minutes_out(balance.minutes),
        weeks=[week_out(week) for week in balance.weeks],
    )


@post(
    "/me/activities",
    **operation("log_activity", "Log what I did", ConnectionNotFound, IdReused, again=ActivityOut),
)
async def log_activity(data: JSONBody[ActivityIn], db: Db, me: Me, now: Now) -> Response[ActivityOut]:
    """For my balance; nobody else sees it, also not whom it was with."""
    kept, new = await actions.log_activity(db, me, actions.Done(**data.model_dump()), now=now)
    return Response(ActivityOut.model_validate(kept), status_code=201 if new else 200)


@get("/me/activities", **operation("list_activities", "List what I logged", CursorInvalid))
async def list_activities(db: Db, me: Me, cursor: Cursor = None, limit: Limit = 50) -> ActivityPage:
    """By when it was done."""
    rows, more = cut(await queries.list_activities(db, me, cursor=cursor, limit=limit), limit)
    return ActivityPage(
        items=[ActivityOut.model_validate(row) for row in rows],
        next_cursor=write_cursor(rows[-1].at, rows[-1].id) if more else None,
    )


@delete(
    "/me/activities/{activity_id:str}",
    **operation("remove_activity", "Take back what I logged", errors.ActivityNotFound),
)
async def remove_activity(activity_id: FromPath[UUID], db: Db, me: Me) -> None:
    """It counts no longer."""
    await actions.remove_activity(db, me, activity_id)


def minutes_out(minutes: Minutes) -> MinutesOut:
    return MinutesOut(
        talk_minutes=minutes.talks,
        activity_minutes=minutes.activities,
        application_minutes=minutes.applications,
        relationship_share=minutes.share,
        standing=minutes.standing,
    )


def week_out(week: Week) -> BalanceWeekOut:
    year, number, _ = week.monday.isocalendar()
    return BalanceWeekOut(
        week=f"{year}-W{number:02}", starts_on=week.monday, minutes=minutes_out(week.minutes)
    )


routes = Router(
    "/", tags=["balance"], route_handlers=[get_balance, log_activity, list_activities, remove_activity]
)
