"""What a client can ask about people to meet."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import Provide
from litestar.params import FromPath

from schemas.who_to_meet import PeopleToMeetPage, PersonToMeetOut
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.directory.wire import person_out
from server.events.access import ByAttendee, provide_attendee
from server.events.errors import EventNotFound
from server.failures import CursorInvalid
from server.paging import Cursor, Limit, cut, write_cursor
from server.people.queries import language_of
from server.requests import Languages, Now
from server.suggestions.wire import action_out, reason_out
from server.who_to_meet import actions, errors, queries


@get(
    "/events/{event_id:str}/people_to_meet",
    dependencies={"attendee": Provide(provide_attendee)},
    **operation(
        "list_people_to_meet", "List whom to meet at an event, and why", EventNotFound, CursorInvalid
    ),
)
async def list_people_to_meet(
    db: Db,
    me: Me,
    attendee: ByAttendee,
    now: Now,
    asked_languages: Languages,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> PeopleToMeetPage:
    """A few of those who agreed to be found, for me: from 60 days before the doors open until they close. Whom I have
    met is on it no more; whom I was shown keeps the place until then. New ones come within minutes, at a very large
    event within an hour or two."""
    rows, more = cut(
        await queries.list_people_to_meet(db, attendee, now=now, cursor=cursor, limit=limit), limit
    )
    language = await language_of(db, me.person_id, asked_languages)
    items = [_person_to_meet_out(shown, language) for shown in await queries.show(db, me, rows)]
    await actions.mark_seen(db, rows, now=now)
    return PeopleToMeetPage(
        items=items, next_cursor=write_cursor(rows[-1].rank, rows[-1].id) if more else None
    )


@post(
    "/events/{event_id:str}/people_to_meet/{person_id:str}/dismiss",
    status_code=204,
    dependencies={"attendee": Provide(provide_attendee)},
    **operation(
        "dismiss_person_to_meet",
        "Take somebody off my list of people to meet",
        EventNotFound,
        errors.NotToMeet,
    ),
)
async def dismiss_person_to_meet(person_id: FromPath[UUID], db: Db, attendee: ByAttendee, now: Now) -> None:
    """For this event; nobody learns of it, and somebody else takes the place."""
    await actions.dismiss_person_to_meet(db, attendee, person_id, now=now)


def _person_to_meet_out(shown: queries.Shown, language: str) -> PersonToMeetOut:
    why = shown.why
    return PersonToMeetOut(
        person=person_out(shown.person),
        reasons=[reason_out(reason, language) for reason in why.reasons],
        for_me=reason_out(why.for_reader, language),
        for_them=reason_out(why.for_other, language),
        action=action_out(why.action, language),
        rank=shown.entry.rank,
    )


routes = Router("/", tags=["suggestions"], route_handlers=[list_people_to_meet, dismiss_person_to_meet])
