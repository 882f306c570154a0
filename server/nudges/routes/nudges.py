"""What a client can ask about nudges."""

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from litestar import Response, get, patch, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from schemas.nudges import NudgeActIn, NudgeOut, NudgePage, NudgePreferencesOut, NudgePreferencesPatch
from server.accounts.access import Me, SignedIn
from server.connections.errors import ConnectionNotFound
from server.contract import operation
from server.database import Db
from server.failures import CursorInvalid, VersionRequired, VersionStale
from server.interviews import errors as interviews
from server.nudges import acting, errors, preferences, queries
from server.nudges.acting import Answer
from server.nudges.choices import Mailing, Said
from server.nudges.chosen import zone_of
from server.nudges.wire import nudge_out, preferences_out
from server.paging import Cursor, Limit, cut, write_cursor
from server.people.queries import language_of
from server.requests import IfMatch, Languages, Now, etag


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
    **operation(
        "act_on_nudge",
        "Act on a nudge",
        errors.NudgeNotFound,
        errors.OutcomeNotOffered,
        errors.SnoozeTooLong,
        interviews.InterviewNotFound,
        interviews.NoLongerOpen,
        interviews.NotYourTurn,
        interviews.ProposalChanged,
        interviews.NoSlotLeft,
        interviews.SlotNotProposed,
        interviews.SlotTaken,
        interviews.NotScheduled,
        interviews.NotStarted,
        ConnectionNotFound,
    ),
)
async def act_on_nudge(
    nudge_id: FromPath[UUID], data: JSONBody[NudgeActIn], db: Db, me: Me, now: Now, asked_languages: Languages
) -> NudgeOut:
    """One call does it, and the nudge is gone from the list on all my devices. What was answered elsewhere meanwhile
    answers as its own operation does: read it again."""
    answer = Answer(**data.model_dump())
    reminder = await acting.act_on_nudge(db, me, nudge_id, answer, now=now)
    language = await language_of(db, me.person_id, asked_languages)
    return nudge_out(reminder, language, await zone_of(db, me.person_id, now=now))


@get("/me/nudge_preferences", **operation("get_nudge_preferences", "Read when and how I am reminded"))
async def get_nudge_preferences(
    db: Db, me: Me, now: Now, asked_languages: Languages
) -> Response[NudgePreferencesOut]:
    """Codes and invitations come in any case: they are no nudges."""
    return await _preferences(db, me, now, asked_languages)


@patch(
    "/me/nudge_preferences",
    **operation(
        "update_nudge_preferences", "Choose when and how I am reminded", VersionRequired, VersionStale
    ),
)
async def update_nudge_preferences(
    data: JSONBody[NudgePreferencesPatch],
    db: Db,
    me: Me,
    now: Now,
    asked_languages: Languages,
    if_match: IfMatch = None,
) -> Response[NudgePreferencesOut]:
    """Holds from now on, also for what is on its way. What contradicts itself is refused, with the field."""
    changes = data.changes()
    await preferences.update_choices(
        db,
        me,
        {
            name: time.fromisoformat(value) if name.startswith("quiet_") else value
            for name, value in changes.items()
        },
        kinds=[
            Said(one.kind, one.wanted, one.push, Mailing(one.email) if one.email else None)
            for one in data.kinds or ()
        ],
        stopped_people=changes.get("stopped_people"),
        if_match=if_match,
        now=now,
    )
    return await _preferences(db, me, now, asked_languages)


async def _preferences(
    db: AsyncSession, me: SignedIn, now: datetime, asked_languages: Sequence[str]
) -> Response[NudgePreferencesOut]:
    mine = await preferences.my_choices(db, me, now=now)
    language = await language_of(db, me.person_id, asked_languages)
    return Response(preferences_out(mine, language), headers=etag(mine.version))


handlers = (list_nudges, act_on_nudge, get_nudge_preferences, update_nudge_preferences)
