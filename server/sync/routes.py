"""What a phone can ask about what has changed."""

from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from schemas.connections import ConnectionOut
from schemas.interviews import InterviewOut
from schemas.sync import ChangesOut, DirectoryEntryOut, RemovedOut
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.direct import Direct
from server.directory.wire import person_out
from server.events.consents import agreed_words
from server.events.wire import attendance_out
from server.failures import CursorExpired, CursorInvalid
from server.nudges.chosen import zone_of
from server.nudges.hours import NO_ZONE
from server.nudges.wire import nudge_out
from server.paging import Limit
from server.people.queries import language_of
from server.requests import Languages, Now
from server.suggestions.wire import suggestion_out
from server.sync.cursors import LONGEST_CURSOR
from server.sync.reading import read_changes

SyncCursor = Annotated[
    str | None,
    QueryParameter(
        description="`next_cursor` of the answer before; none for everything.", max_length=LONGEST_CURSOR
    ),
]


@get("/me/changes", **operation("sync_changes", "Read what has changed", CursorInvalid, CursorExpired))
async def sync_changes(
    db: Db,
    direct: NamedDependency[Direct],
    me: Me,
    now: Now,
    asked_languages: Languages,
    cursor: SyncCursor = None,
    limit: Limit = 100,
) -> ChangesOut:
    """Without a cursor everything, then with the newest `next_cursor` what has changed since: each object as its own
    operation answers it. Call again while `has_more`; keep the last cursor.

    Take `removed` away first, then put the others in the place of what the phone has; removing what the phone does not
    have does nothing. An object may come again unchanged. Notes, and what somebody lets me see of their card, are part
    of the connection.

    410 means that nobody can tell what was missed: drop what came from here (never scans that wait to be sent) and
    begin without a cursor. A cursor is good for 90 days.
    """
    page = await read_changes(db, direct, me, cursor=cursor, limit=limit, now=now)
    there = page.objects
    worded = there.suggestions or there.nudges
    words = await agreed_words(db, there.attendances)
    language = await language_of(db, me.person_id, asked_languages) if worded else ""
    zone = await zone_of(db, me.person_id, now=now) if there.nudges else NO_ZONE
    return ChangesOut(
        attendances=[attendance_out(one, words[one.id]) for one in there.attendances],
        connections=[ConnectionOut.model_validate(one) for one in there.connections],
        directory=[
            DirectoryEntryOut(event_id=one.event_id, person=person_out(one)) for one in there.directory
        ],
        interviews=[InterviewOut.model_validate(one) for one in there.interviews],
        nudges=[nudge_out(one, language, zone) for one in there.nudges],
        suggestions=[suggestion_out(one, language) for one in there.suggestions],
        removed=[RemovedOut.model_validate(one) for one in there.removed],
        next_cursor=page.next_cursor,
        has_more=page.has_more,
    )


routes = Router("/", tags=["sync"], route_handlers=[sync_changes])
