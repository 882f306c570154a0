"""What a client can ask about people met."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, Router, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from schemas.connections import ConnectionOut, ConnectionPage, ConnectionPatch, SignalIn
from server.accounts.access import Me
from server.connections import actions, errors, queries
from server.connections.vcard import Version, vcards
from server.connections.views import View, contact_of
from server.contract import operation
from server.database import Db
from server.direct import Direct
from server.failures import CursorInvalid, VersionRequired, VersionStale
from server.paging import Cursor, Limit, cut, write_cursor
from server.requests import IfMatch, Now, etag

VCARD = "text/vcard"
MOST_VCARDS = 10_000
CardVersion = Annotated[
    Literal["3.0", "4.0"], QueryParameter(description="3.0 is what every phone reads; 4.0 knows pronouns.")
]


@get("/connections", **operation("list_connections", "List whom I met", CursorInvalid))
async def list_connections(
    direct: NamedDependency[Direct], me: Me, cursor: Cursor = None, limit: Limit = 50
) -> ConnectionPage:
    """Whom I met last comes first. Each shows what the other lets me see today."""
    rows, more = cut(await queries.list_connections(direct, me, cursor=cursor, limit=limit), limit)
    return ConnectionPage(
        items=[ConnectionOut.model_validate(row) for row in rows],
        next_cursor=write_cursor(rows[-1].last_met_at, rows[-1].person_id) if more else None,
    )


@get(
    "/connections/{person_id:str}",
    **operation("get_connection", "Read whom I met", errors.ConnectionNotFound),
)
async def get_connection(person_id: FromPath[UUID], db: Db, me: Me) -> Response[ConnectionOut]:
    """Also under the id that they had before they claimed their place; the answer names today's."""
    return answer(await queries.get_connection(db, me, person_id))


@patch(
    "/connections/{person_id:str}",
    **operation(
        "update_connection",
        "Edit what I keep about somebody",
        errors.ConnectionNotFound,
        VersionRequired,
        VersionStale,
    ),
)
async def update_connection(
    person_id: FromPath[UUID],
    data: JSONBody[ConnectionPatch],
    db: Db,
    me: Me,
    now: Now,
    if_match: IfMatch = None,
) -> Response[ConnectionOut]:
    """Note and tags are mine alone and leave in nobody else's export."""
    await actions.update_connection(db, me, person_id, data.changes(), if_match=if_match, now=now)
    return answer(await queries.get_connection(db, me, person_id))


@put(
    "/connections/{person_id:str}/signal",
    **operation("set_signal", "Say privately whether I want to talk again", errors.ConnectionNotFound),
)
async def set_signal(
    person_id: FromPath[UUID], data: JSONBody[SignalIn], db: Db, me: Me, now: Now
) -> Response[ConnectionOut]:
    """Nobody is told, save that two `yes` are told to both."""
    await actions.set_signal(db, me, person_id, data.signal, now=now)
    return answer(await queries.get_connection(db, me, person_id))


@post(
    "/connections/{person_id:str}/share",
    status_code=200,
    **operation("share_card", "Give my card to somebody I met", errors.ConnectionNotFound),
)
async def share_card(person_id: FromPath[UUID], db: Db, me: Me, now: Now) -> Response[ConnectionOut]:
    """Counts as scanning them: e-mail and phone flow both ways once both have given."""
    await actions.share_card(db, me, person_id, now=now)
    return answer(await queries.get_connection(db, me, person_id))


@delete(
    "/connections/{person_id:str}",
    **operation("remove_connection", "Hide somebody from myself", errors.ConnectionNotFound),
)
async def remove_connection(person_id: FromPath[UUID], db: Db, me: Me, now: Now) -> None:
    """For me only. A later scan brings them back, with my note."""
    await actions.remove_connection(db, me, person_id, now=now)


@get(
    "/connections/{person_id:str}/vcard",
    media_type=VCARD,
    **operation("get_connection_vcard", "Somebody I met, for my address book", errors.ConnectionNotFound),
)
async def get_connection_vcard(
    person_id: FromPath[UUID], db: Db, me: Me, version: CardVersion = "3.0"
) -> Response[bytes]:
    """What they let me see today, and my own note."""
    found = await queries.get_connection(db, me, person_id)
    return file(vcards([contact_of(found)], version=Version(version)), "contact.vcf")


@get(
    "/connections/vcards",
    media_type=VCARD,
    **operation("export_vcards", "Everybody I met, for my address book"),
)
async def export_vcards(
    direct: NamedDependency[Direct], me: Me, version: CardVersion = "3.0"
) -> Response[bytes]:
    """One file with a card for each, at most ten thousand: whom I met last comes first."""
    found = await queries.list_connections(direct, me, cursor=None, limit=MOST_VCARDS)
    return file(
        vcards((contact_of(seen) for seen in found[:MOST_VCARDS]), version=Version(version)), "contacts.vcf"
    )


def answer(seen: View) -> Response[ConnectionOut]:
    return Response(ConnectionOut.model_validate(seen), headers=etag(seen.version))


def file(content: bytes, name: str) -> Response[bytes]:
    return Response(
        content,
        media_type=VCARD,
        headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"},
    )


routes = Router(
    "/",
    tags=["connections"],
    route_handlers=[
        list_connections,
        get_connection,
        update_connection,
        set_signal,
        share_card,
        remove_connection,
        get_connection_vcard,
        export_vcards,
    ],
)
