"""What a client can ask about suggestions."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from schemas.suggestions import (
    HelpfulOut,
    HelpfulPage,
    SnoozeIn,
    SuggestedPersonOut,
    SuggestionOut,
    SuggestionPage,
)
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.direct import Direct
from server.failures import CursorInvalid
from server.paging import Cursor, Limit, cut, write_cursor
from server.people.queries import language_of
from server.requests import Languages, Now
from server.suggestions import actions, errors, queries
from server.suggestions.circle import list_of_use
from server.suggestions.reading import show
from server.suggestions.wire import action_out, reason_out, suggestion_out
from server.texts import best_language

LONGEST_ASK = 200  # characters
Ask = Annotated[
    str | None,
    QueryParameter(
        description="What I ask my own connections, in a few words, instead of my goals.",
        pattern=r"\S",
        max_length=LONGEST_ASK,
    ),
]
OfEvent = Annotated[UUID | None, QueryParameter(description="Only those of this event.")]


@get("/suggestions", **operation("list_suggestions", "List whom to talk to again", CursorInvalid))
async def list_suggestions(
    db: Db,
    direct: NamedDependency[Direct],
    me: Me,
    now: Now,
    asked_languages: Languages,
    event_id: OfEvent = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> SuggestionPage:
    """People I met at events that have closed, of the event that closed last first, then by rank.

    What was listed once keeps its place: runs after late scans replace only what nobody has looked at. It is
    the list itself that remembers what it showed, so that no phone can forget to say so.
    """
    found = await queries.list_suggestions(direct, me, now=now, event_id=event_id, cursor=cursor, limit=limit)
    page, more = cut(found, limit)
    language = best_language([*asked_languages, *((page[0].mine.languages or ()) if page else ())])
    items = [suggestion_out(one, language) for one in show(page)]
    await actions.mark_seen(db, page, now=now)
    last = page[-1] if more else None
    return SuggestionPage(
        items=items,
        next_cursor=write_cursor(last.event_closed_at, last.event_id, last.rank, last.id) if last else None,
    )


@post(
    "/suggestions/{suggestion_id:str}/snooze",
    status_code=200,
    **operation(
        "snooze_suggestion",
        "Put a suggestion off",
        errors.SuggestionNotFound,
        errors.SuggestionDone,
        errors.SnoozeOutOfRange,
    ),
)
async def snooze_suggestion(
    suggestion_id: FromPath[UUID],
    data: JSONBody[SnoozeIn],
    db: Db,
    me: Me,
    now: Now,
    asked_languages: Languages,
) -> SuggestionOut:
    """It is listed again from `until` on."""
    found = await actions.snooze_suggestion(db, me, suggestion_id, until=data.until, now=now)
    (shown,) = show([found])
    return suggestion_out(shown, await language_of(db, me.person_id, asked_languages))


@post(
    "/suggestions/{suggestion_id:str}/dismiss",
    status_code=200,
    **operation(
        "dismiss_suggestion", "Dismiss a suggestion", errors.SuggestionNotFound, errors.SuggestionDone
    ),
)
async def dismiss_suggestion(
    suggestion_id: FromPath[UUID], db: Db, me: Me, now: Now, asked_languages: Languages
) -> SuggestionOut:
    """It does not come back for this event; the other learns nothing of it."""
    found = await actions.dismiss_suggestion(db, me, suggestion_id, now=now)
    (shown,) = show([found])
    return suggestion_out(shown, await language_of(db, me.person_id, asked_languages))


@get(
    "/connections/helpful",
    **operation("list_helpful", "List whom I can help, and who can help me", CursorInvalid),
)
async def list_helpful(
    db: Db,
    me: Me,
    asked_languages: Languages,
    ask: Ask = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> HelpfulPage:
    """Among those I have met, from what each offers and asks for: giving comes first. What I send somebody I log as
    `resource_sent` with `log_activity`. With an `ask`, who offered on that topic comes first, then who is open to
    talk."""
    found, more = cut(await list_of_use(db, me, ask=ask, cursor=cursor, limit=limit), limit)
    language = await language_of(db, me.person_id, asked_languages)
    return HelpfulPage(
        items=[
            HelpfulOut(
                person=SuggestedPersonOut.model_validate(seen),
                reasons=[reason_out(reason, language) for reason in one.reasons],
                action=action_out(one.action, language),
            )
            for one, seen in found
        ],
        next_cursor=write_cursor(*found[-1][0].place) if more else None,
    )


routes = Router(
    "/",
    tags=["suggestions"],
    route_handlers=[list_suggestions, snooze_suggestion, dismiss_suggestion, list_helpful],
)
