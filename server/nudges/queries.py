"""What can be known of nudges: what a person is reminded of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.accounts.access import SignedIn
from server.events.models import Event
from server.interviews.models import Interview
from server.interviews.seen import others_of
from server.nudges.models import Nudge
from server.nudges.standing import event_id, interview_id, of_use
from server.paging import read_cursor


@dataclass(frozen=True, slots=True)
class Reminder:
    """A nudge with what its words are made of today: the names of its event and of whom it is about; when the request
    it is about expires, and when the talk begins."""

    nudge: Nudge
    event_name: str | None
    expires_at: datetime | None
    talk_at: datetime | None
    name: str


async def list_nudges(
    db: AsyncSession, me: SignedIn, *, now: datetime, cursor: str | None, limit: int
) -> list[Reminder]:
    """What is of use to me now, the newest first; one more than the limit when there are more."""
    query = _reminders().where(Nudge.person_id == me.person_id, of_use(now))
    if cursor is not None:
        query = query.where(tuple_(Nudge.created_at, Nudge.id) < read_cursor(cursor, datetime, UUID))
    return await _named(db, query.order_by(Nudge.created_at.desc(), Nudge.id.desc()).limit(limit + 1))


async def nudges_by_id(
    db: AsyncSession, me: SignedIn, ids: Sequence[UUID], *, now: datetime
) -> list[Reminder]:
    """Those of mine with these ids that are of use now."""
    query = _reminders().where(Nudge.person_id == me.person_id, of_use(now), Nudge.id.in_(ids))
    return await _named(db, query)


async def find_nudge(db: AsyncSession, me: SignedIn, nudge_id: UUID) -> Reminder | None:
    """One of mine, whatever became of it, locked."""
    query = _reminders().where(Nudge.person_id == me.person_id, Nudge.id == nudge_id)
    return next(iter(await _named(db, query.with_for_update(of=Nudge))), None)


async def find_to_send(db: AsyncSession, nudge_id: UUID, *, now: datetime) -> Reminder | None:
    """Anybody's, if it is of use now."""
    return next(iter(await _named(db, _reminders().where(Nudge.id == nudge_id, of_use(now)))), None)


def _reminders() -> Select[Any]:
    # Under a name of its own: the conditions look at interviews too, and would take this one for theirs.
    asked = aliased(Interview)
    return (
        select(Nudge, Event.name, asked.expires_at, asked.starts_at)
        .outerjoin(Event, Event.id == event_id)
        .outerjoin(asked, asked.id == interview_id)
    )


async def _named(db: AsyncSession, query: Select[Any]) -> list[Reminder]:
    """`query` is about one reader's."""
    rows = (await db.execute(query)).all()
    about = {row[0].id: UUID(row[0].facts["person_id"]) for row in rows if "person_id" in row[0].facts}
    others = await others_of(db, rows[0][0].person_id, about.values()) if about else {}
    return [Reminder(*row, name=others[about[row[0].id]].name if row[0].id in about else "") for row in rows]


async def kind_of_nudge(db: AsyncSession, nudge_id: UUID) -> str | None:
    """None for one that is gone."""
    return await db.scalar(select(Nudge.kind).where(Nudge.id == nudge_id))
