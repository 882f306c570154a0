"""How long an event's data is kept, and what would be purged when."""

from litestar import get, put
from litestar.params import FromPath, JSONBody

from schemas.privacy import RetentionIn, RetentionKind, RetentionList, RetentionOut
from server.contract import operation
from server.database import Db
from server.events.access import MANAGERS, OWNERS, ByOrganizer, Organizer, organizer
from server.events.errors import EventNotFound, RoleRequired
from server.failures import VersionRequired, VersionStale
from server.privacy import retention
from server.privacy.fate import Kind
from server.requests import IfMatch


@get(
    "/events/{event_id:str}/retention",
    dependencies={"organizer": organizer(MANAGERS)},
    **operation("get_retention", "See what is purged when", EventNotFound, RoleRequired),
)
async def get_retention(db: Db, organizer: ByOrganizer) -> RetentionList:
    """A preview, by kind of data: until when it is kept, and how many rows go then. Figures are fixed before, and stay;
    connections and notes belong to the people, and stay too."""
    return await _answer(db, organizer)


@put(
    "/events/{event_id:str}/retention/{kind:str}",
    status_code=200,
    dependencies={"organizer": organizer(OWNERS)},
    **operation(
        "set_retention",
        "Keep something for less long",
        EventNotFound,
        RoleRequired,
        VersionRequired,
        VersionStale,
    ),
)
async def set_retention(
    kind: FromPath[RetentionKind],
    data: JSONBody[RetentionIn],
    db: Db,
    organizer: ByOrganizer,
    if_match: IfMatch = None,
) -> RetentionList:
    """For owners. At most the default, at least 31 days: phones may deliver scans for 30. `If-Match` takes the
    `version` of that kind."""
    await retention.set_retention(db, organizer, Kind(kind), data.days, if_match=if_match)
    return await _answer(db, organizer)


async def _answer(db: Db, organizer: Organizer) -> RetentionList:
    kept = await retention.get_retention(db, organizer)
    return RetentionList(items=[RetentionOut.model_validate(one) for one in kept])


handlers = [get_retention, set_retention]
