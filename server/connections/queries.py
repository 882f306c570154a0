"""What can be known of connections: always one side's view, as the other allows it today."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    exists,
    func,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.accounts.access import SignedIn
from server.accounts.models import Account, AccountEmail, Person
from server.connections.errors import ConnectionNotFound
from server.connections.models import Connection, ScanNote
from server.connections.rules import visible
from server.connections.views import Seen, View, view
from server.direct import Direct, Statement
from server.events.models import Attendance, Event
from server.paging import read_cursor
from server.people.actions import FIRST_CARDS
from server.people.models import Card, Goals, Profile, Release
from server.people.queries import is_leaving, not_blocked


def both_said_yes(one: ColumnElement[UUID], other: ColumnElement[UUID]) -> ColumnElement[bool]:
    """A condition: these two have met, both want to talk, and nothing stands between them."""
    mine, theirs = aliased(Connection), aliased(Connection)
    return exists().where(
        mine.owner_id == one,
        mine.other_id == other,
        theirs.owner_id == other,
        theirs.other_id == one,
        *(
            condition
            for side in (mine, theirs)
            for condition in (side.signal == "yes", side.first_met_at.is_not(None), side.removed_at.is_(None))
        ),
        not_blocked(mine.owner_id, mine.other_id),
        ~is_leaving(mine.other_id),
    )


async def list_connections(direct: Direct, me: SignedIn, *, cursor: str | None, limit: int) -> Sequence[View]:
    """Whom I met last comes first, one more than the limit when there are more."""
    if cursor is None:
        rows = await direct.read(FIRST_PAGE, me=me.person_id, limit=limit + 1)
    else:
        last_met_at, other_id = read_cursor(cursor, datetime, UUID)
        rows = await direct.read(
            LATER_PAGE, me=me.person_id, limit=limit + 1, last_met_at=last_met_at, other_id=other_id
        )
    return [view(Seen(*row)) for row in rows]


async def list_connections_with(db: AsyncSession, me: SignedIn, person_ids: Sequence[UUID]) -> Sequence[View]:
    """Those of my connections with these people that I see."""
    rows = await db.execute(WITH, {"me": me.person_id, "others": list(person_ids)})
    return [view(Seen(*row)) for row in rows]


async def get_connection(db: AsyncSession, me: SignedIn, person_id: UUID) -> View:
    """Raises ConnectionNotFound. Also found under the id that the person had before claiming a place."""
    views = await list_connections_with(db, me, [await person_now(db, person_id)])
    if not views:
        raise ConnectionNotFound
    return views[0]


async def fields_shown(
    db: AsyncSession, reader_id: UUID, person_ids: Iterable[UUID]
) -> dict[UUID, frozenset[str]]:
    """What of these people's cards reaches one reader today, contact details apart: what was released, not taken back,
    and still is on the card. Whom nothing reaches the reader of is left out, and so is whom a block hides."""
    rows = await db.execute(
        select(Release.subject_id, Release.fields, Card.fields)
        .outerjoin(Card, and_(Card.person_id == Release.subject_id, Card.kind == "met"))
        .where(
            Release.recipient_id == reader_id,
            Release.subject_id.in_(set(person_ids)),
            Release.purpose == "card",
            Release.withdrawn_at.is_(None),
            not_blocked(reader_id, Release.subject_id.expression),
        )
    )
    return {
        person_id: visible(given, FIRST_CARDS["met"] if card is None else card)
        for person_id, given, card in rows
    }


async def person_now(db: AsyncSession, person_id: UUID) -> UUID:
    """The person of an id, which may be that of an unclaimed place they claimed since."""
    found = await db.scalar(
        select(func.coalesce(Person.merged_into, Person.id)).where(Person.id == person_id)
    )
    return found or person_id


def is_there(me: UUID | ColumnElement[UUID]) -> ColumnElement[bool]:
    """A condition: this is a connection of mine that I see."""
    return and_(
        Connection.owner_id == me,
        Connection.last_met_at.is_not(None),
        Connection.removed_at.is_(None),
        not_blocked(Connection.owner_id, Connection.other_id),
    )


def gives_photo(me: UUID, other: ColumnElement[UUID]) -> ColumnElement[bool]:
    """A condition: I see this person among my connections, with their photo (`views.py` decides the same)."""
    return exists().where(
        is_there(me),
        Connection.other_id == other,
        standing("card").contains(["photo"]),
        ~is_leaving(Connection.other_id),
    )


def standing(purpose: str) -> ScalarSelect[Any]:
    """The fields that the other gives me for this purpose."""
    return (
        select(Release.fields)
        .where(
            Release.subject_id == Connection.other_id,
            Release.recipient_id == Connection.owner_id,
            Release.purpose == purpose,
            Release.withdrawn_at.is_(None),
        )
        .scalar_subquery()
    )


theirs = aliased(Connection)
former = aliased(Person)
there = former.id.is_(None)
first_email = (
    select(AccountEmail.email)
    .where(AccountEmail.account_id == Account.id)
    .order_by(AccountEmail.confirmed_at, AccountEmail.id)
    .limit(1)
    .correlate(Account)
    .scalar_subquery()
)
noted = func.json_build_object(
    *("scan_id", ScanNote.scan_id, "event_id", ScanNote.event_id, "captured_at", ScanNote.captured_at),
    *("label", ScanNote.label, "note", ScanNote.note, "tags", ScanNote.tags),
)
scan_notes = (
    select(func.json_agg(aggregate_order_by(noted, ScanNote.captured_at, ScanNote.scan_id)).cast(Text))
    .where(ScanNote.owner_id == Connection.owner_id, ScanNote.other_id == Connection.other_id)
    .scalar_subquery()
)

# My connections with everything that may be shown of the other, its columns in the order of `Seen`. Built once:
# building it in every request, and mapped objects from every row, took ten times as long as answering (decision 0023).
SEEN = (
    select(
        Connection.other_id,
        Connection.first_event_id,
        Connection.first_met_at,
        Connection.last_met_at,
        Connection.scanned_at,
        Connection.shared_at,
        Connection.note,
        Connection.tags,
        Connection.private,
        Connection.signal,
        Connection.version,
        Connection.updated_at,
        theirs.scanned_at,
        theirs.shared_at,
        theirs.signal,
        standing("card"),
        standing("contact"),
        scan_notes,
        Event.name,
        Event.zone,
        Attendance.name,
        Attendance.role,
        Attendance.organisation,
        Account.id,
        first_email,
        Profile.name,
        Profile.pronouns,
        Profile.headline,
        Profile.role,
        Profile.organisation,
        Profile.industry,
        Profile.links,
        Profile.photo,
        Profile.updated_at,
        Goals.asks,
        Goals.offers,
        and_(Goals.open_to_talk, ~Goals.talks_paused),
        Goals.talk_topics,
        Card.fields,
        Card.email,
        Card.phone,
        former.id,
    )
    .select_from(Connection)
    # Of who is leaving nothing is shown but that I met them.
    .outerjoin(former, and_(former.id == Connection.other_id, former.leaving_at.is_not(None)))
    .outerjoin(
        theirs, and_(theirs.owner_id == Connection.other_id, theirs.other_id == Connection.owner_id, there)
    )
    .outerjoin(Event, Event.id == Connection.first_event_id)
    .outerjoin(
        Attendance,
        and_(
            Attendance.event_id == Connection.first_event_id,
            Attendance.person_id == Connection.other_id,
            there,
        ),
    )
    .outerjoin(Account, and_(Account.person_id == Connection.other_id, there))
    .outerjoin(Profile, Profile.person_id == Connection.other_id)
    .outerjoin(Goals, Goals.person_id == Connection.other_id)
    .outerjoin(Card, and_(Card.person_id == Connection.other_id, Card.kind == "met"))
    .where(is_there(bindparam("me", type_=Uuid)))
)
NEWEST_FIRST = SEEN.order_by(Connection.last_met_at.desc(), Connection.other_id.desc()).limit(
    bindparam("limit", type_=Integer)
)
FIRST_PAGE = Statement(NEWEST_FIRST)
LATER_PAGE = Statement(
    NEWEST_FIRST.where(
        tuple_(Connection.last_met_at, Connection.other_id)
        < tuple_(bindparam("last_met_at", type_=TIMESTAMP(timezone=True)), bindparam("other_id", type_=Uuid))
    )
)
WITH = SEEN.where(Connection.other_id == any_(bindparam("others", type_=ARRAY(Uuid))))
