"""What can be known of connections: always one side's view, as the other allows it today."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.accounts.access import SignedIn
from server.accounts.models import Account, AccountEmail, Person
from server.connections.errors import ConnectionNotFound
from server.connections.models import Connection, ScanNote
from server.connections.views import Seen, View, view
from server.events.models import Attendance, Event
from server.paging import read_cursor
from server.people.models import Card, Goals, Profile, Release
from server.people.queries import not_blocked


def is_there(me: SignedIn) -> ColumnElement[bool]:
    """A condition: this is a connection of mine that I see."""
    return and_(
        Connection.owner_id == me.person_id,
        Connection.last_met_at.is_not(None),
        Connection.removed_at.is_(None),
        not_blocked(me.person_id, Connection.other_id),
    )


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
    )


async def list_connections(
    db: AsyncSession, me: SignedIn, *, cursor: str | None, limit: int
) -> Sequence[View]:
    """Whom I met last comes first, one more than the limit when there are more."""
    query = seen_by(me).order_by(Connection.last_met_at.desc(), Connection.other_id.desc())
    if cursor is not None:
        query = query.where(
            tuple_(Connection.last_met_at, Connection.other_id) < tuple_(*read_cursor(cursor, datetime, UUID))
        )
    return await _views(db, me, query.limit(limit + 1))


async def list_connections_with(db: AsyncSession, me: SignedIn, person_ids: Sequence[UUID]) -> Sequence[View]:
    """Those of my connections with these people that I see."""
    return await _views(db, me, seen_by(me).where(Connection.other_id.in_(person_ids)))


async def get_connection(db: AsyncSession, me: SignedIn, person_id: UUID) -> View:
    """Raises ConnectionNotFound. Also found under the id that the person had before claiming a place."""
    other_id = await person_now(db, person_id)
    views = await _views(db, me, seen_by(me).where(Connection.other_id == other_id))
    if not views:
        raise ConnectionNotFound
    return views[0]


async def person_now(db: AsyncSession, person_id: UUID) -> UUID:
    """The person of an id, which may be that of an unclaimed place they claimed since."""
    found = await db.scalar(
        select(func.coalesce(Person.merged_into, Person.id)).where(Person.id == person_id)
    )
    return found or person_id


def seen_by(me: SignedIn) -> Select[Any]:
    """My connections with everything that may be shown of the other, in one statement."""
    theirs = aliased(Connection)
    first_email = (
        select(AccountEmail.email)
        .where(AccountEmail.account_id == Account.id)
        .order_by(AccountEmail.confirmed_at, AccountEmail.id)
        .limit(1)
        .correlate(Account)
        .scalar_subquery()
    )
    return (
        select(
            Connection,
            theirs,
            Attendance,
            Event.name.label("event_name"),
            Event.zone.label("event_zone"),
            Account.id.label("account_id"),
            first_email.label("first_email"),
            Profile,
            Goals,
            Card,
        )
        .outerjoin(
            theirs, and_(theirs.owner_id == Connection.other_id, theirs.other_id == Connection.owner_id)
        )
        .outerjoin(Event, Event.id == Connection.first_event_id)
        .outerjoin(
            Attendance,
            and_(
                Attendance.event_id == Connection.first_event_id, Attendance.person_id == Connection.other_id
            ),
        )
        .outerjoin(Account, Account.person_id == Connection.other_id)
        .outerjoin(Profile, Profile.person_id == Connection.other_id)
        .outerjoin(Goals, Goals.person_id == Connection.other_id)
        .outerjoin(Card, and_(Card.person_id == Connection.other_id, Card.kind == "met"))
        .where(is_there(me))
    )


async def _views(db: AsyncSession, me: SignedIn, query: Select[Any]) -> list[View]:
    rows: Sequence[Row[Any]] = (await db.execute(query.execution_options(populate_existing=True))).all()
    others = {row[0].other_id for row in rows}
    released = await _released(db, me, others)
    notes = await _scan_notes(db, me, others)
    return [
        view(
            Seen(*row),
            released=released[row[0].other_id],
            scan_notes=notes[row[0].other_id],
        )
        for row in rows
    ]


async def _released(
    db: AsyncSession, me: SignedIn, others: set[UUID]
) -> defaultdict[UUID, dict[str, list[str]]]:
    """What stands to me from each, by purpose."""
    found: defaultdict[UUID, dict[str, list[str]]] = defaultdict(dict)
    if not others:
        return found
    rows = await db.execute(
        select(Release.subject_id, Release.purpose, Release.fields).where(
            Release.recipient_id == me.person_id,
            Release.subject_id.in_(others),
            Release.withdrawn_at.is_(None),
        )
    )
    for subject_id, purpose, fields in rows:
        found[subject_id][purpose] = fields
    return found


async def _scan_notes(db: AsyncSession, me: SignedIn, others: set[UUID]) -> defaultdict[UUID, list[ScanNote]]:
    found: defaultdict[UUID, list[ScanNote]] = defaultdict(list)
    if not others:
        return found
    rows = await db.scalars(
        select(ScanNote)
        .where(ScanNote.owner_id == me.person_id, ScanNote.other_id.in_(others))
        .order_by(ScanNote.captured_at, ScanNote.scan_id)
    )
    for row in rows:
        found[row.other_id].append(row)
    return found
