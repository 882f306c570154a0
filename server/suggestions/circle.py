"""What do those I have met ask for and offer? Read as each shows it to me today."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.accounts.access import SignedIn
from server.connections.models import Connection
from server.connections.queries import is_there, list_connections_with, standing
from server.connections.views import View
from server.paging import read_cursor
from server.people.models import Goals
from server.people.queries import goals_of, is_leaving
from server.suggestions.facts import Person
from server.suggestions.matching import Contact, Helpful, exchanges, who_can_help

# Whom I met last, should anybody have met more.
MOST = 5_000


async def list_of_use(
    db: AsyncSession, me: SignedIn, *, ask: str | None, cursor: str | None, limit: int
) -> list[tuple[Helpful, View]]:
    """Whom I can help and who can help me, or who can with this `ask`; one more than the limit when there are more."""
    mine = (await goals_of(db, [me.person_id])).get(me.person_id)
    myself = Person(
        me.person_id, asks=tuple(mine.asks) if mine else (), offers=tuple(mine.offers) if mine else ()
    )
    contacts = await _contacts(db, me)
    found = exchanges(myself, contacts) if ask is None else who_can_help(myself, ask, contacts)
    if cursor is not None:
        after = read_cursor(cursor, int, int, UUID)
        found = [one for one in found if one.place > tuple(after)]

    page = found[: limit + 1]
    seen = {
        view.person_id: view for view in await list_connections_with(db, me, [one.person_id for one in page])
    }
    return [(one, seen[one.person_id]) for one in page if one.person_id in seen]


async def _contacts(db: AsyncSession, me: SignedIn) -> Sequence[Contact]:
    """Those who show me their goals (`connections/views.py` decides the same) and whom neither of us wants to see
    never again."""
    theirs = aliased(Connection)
    rows = await db.execute(
        select(
            Connection.other_id,
            Connection.signal,
            func.coalesce(theirs.signal, "none"),
            Goals,
        )
        .join(Goals, Goals.person_id == Connection.other_id)
        .outerjoin(
            theirs, and_(theirs.owner_id == Connection.other_id, theirs.other_id == Connection.owner_id)
        )
        .where(
            is_there(me.person_id),
            standing("card").contains(["asks", "offers", "talk_topics"]),
            ~is_leaving(Connection.other_id),
            Connection.signal != "never",
            or_(theirs.owner_id.is_(None), and_(theirs.signal != "never", theirs.removed_at.is_(None))),
        )
        .order_by(Connection.last_met_at.desc(), Connection.other_id)
        .limit(MOST)
    )
    return [
        Contact(
            Person(
                other_id,
                asks=tuple(goals.asks),
                offers=tuple(goals.offers),
                open_to_talk=goals.takes_talks,
            ),
            i_said_yes=mine == "yes",
            both_said_yes=mine == their_tap == "yes",
        )
        for other_id, mine, their_tap, goals in rows
    ]
