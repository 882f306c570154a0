"""What a client can ask about nudges."""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, JSONBody

from schemas.nudges import NudgeActIn, NudgeOut, NudgePage
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.failures import CursorInvalid
from server.nudges import actions, errors, queries
from server.nudges.chosen import zone_of
from server.nudges.wire import nudge_out
from server.paging import Cursor, Limit, cut, write_cursor
from server.people.queries import language_of
from server.requests import Languages, Now


@get("/nudges", **operation("list_nudges", "List what I am reminded of", CursorInvalid))
async def list_nudges(
    db: Db, me: Me, now: Now, asked_languages: Languages, cursor: Cursor = None, limit: Limit = 50
) -> NudgePage:
    """Only what is of use now: what I have done, answered or outlived is not listed."""
    found = await queries.list_nudges(db, me, now=now, cursor=cursor, limit=limit)
    page, more = cut(found, limit)
    language = await language_of(db, me.person_id, asked_languages)
    zone = await zone_of(db, me.person_id, now=now)
    last = page[-1].nudge if more else None
    return NudgePage(
        items=[nudge_out(one, language, zone) for one in page],
        next_cursor=write_cursor(last.created_at, last.id) if last else None,
    )


@post(
    "/nudges/{nudge_id:str}/act",
    status_code=200,
    **operation("act_on_nudge", "Answer a nudge", errors.NudgeNotFound),
)
async def act_on_nudge(
    nudge_id: FromPath[UUID], data: JSONBody[NudgeActIn], db: Db, me: Me, now: Now, asked_languages: Languages
) -> NudgeOut:
    """It is gone from the list on all my devices, and does not come back."""
    reminder = await actions.act_on_nudge(db, me, nudge_id, outcome=data.outcome, now=now)
    language = await language_of(db, me.person_id, asked_languages)
    return nudge_out(reminder, language, await zone_of(db, me.person_id, now=now))


routes = Router("/", tags=["nudges"], route_handlers=[list_nudges, act_on_nudge])
