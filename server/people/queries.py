"""What can be known of people."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import Person
from server.paging import read_cursor
from server.people.models import Block, Card, Goals, Profile, Release
from server.texts import best_language


async def get_profile(db: AsyncSession, person_id: UUID) -> Profile:
    return (await db.scalars(select(Profile).where(Profile.person_id == person_id))).one()


async def profiles_of(db: AsyncSession, person_ids: Iterable[UUID]) -> dict[UUID, Profile]:
    """Profiles by person; unclaimed persons have none."""
    found = await db.scalars(select(Profile).where(Profile.person_id.in_(set(person_ids))))
    return {profile.person_id: profile for profile in found}


async def language_of(db: AsyncSession, person_id: UUID, asked: Sequence[str] = ()) -> str:
    """In which language we write to somebody: the best of those that their app `asked` for, then of their profile's."""
    tags = await db.scalar(select(Profile.languages).where(Profile.person_id == person_id))
    return best_language([*asked, *(tags or ())])


async def get_goals(db: AsyncSession, person_id: UUID) -> Goals:
    return (await db.scalars(select(Goals).where(Goals.person_id == person_id))).one()


async def goals_of(db: AsyncSession, person_ids: Iterable[UUID]) -> dict[UUID, Goals]:
    found = await db.scalars(select(Goals).where(Goals.person_id.in_(set(person_ids))))
    return {goals.person_id: goals for goals in found}


async def list_cards(db: AsyncSession, me: SignedIn) -> Sequence[Card]:
    found = await db.scalars(select(Card).where(Card.person_id == me.person_id).order_by(Card.kind.desc()))
    return found.all()


async def cards_of(db: AsyncSession, person_ids: Iterable[UUID], kind: str) -> dict[UUID, Card]:
    found = await db.scalars(select(Card).where(Card.person_id.in_(set(person_ids)), Card.kind == kind))
    return {card.person_id: card for card in found}


async def list_releases(
    db: AsyncSession, me: SignedIn, *, cursor: str | None, limit: int
) -> Sequence[Release]:
    """My ledger, the newest first, one row more than the limit when there are more."""
    query = select(Release).where(Release.subject_id == me.person_id)
    if cursor is not None:
        query = query.where(Release.id < read_cursor(cursor, UUID)[0])
    return (await db.scalars(query.order_by(Release.id.desc()).limit(limit + 1))).all()


async def blocked_since(db: AsyncSession, me: UUID, person_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Those of these people whom a block hides from me, whoever made it, and since when."""
    others = list(person_ids)
    rows = await db.execute(
        select(Block.blocker_id, Block.blocked_id, Block.created_at)
        .where(
            or_(
                and_(Block.blocker_id == me, Block.blocked_id.in_(others)),
                and_(Block.blocked_id == me, Block.blocker_id.in_(others)),
            )
        )
        .order_by(Block.created_at.desc())
    )
    return {blocked if blocker == me else blocker: since for blocker, blocked, since in rows}


def is_leaving(person_id: UUID | ColumnElement[UUID]) -> ColumnElement[bool]:
    """A condition: they asked to be forgotten, or are. Belongs, as `not_blocked` does, in every query that shows people
    to people; only that somebody met them is left."""
    return exists().where(Person.id == person_id, Person.leaving_at.is_not(None))


async def leaving_among(db: AsyncSession, person_ids: Iterable[UUID]) -> set[UUID]:
    found = await db.scalars(
        select(Person.id).where(Person.id.in_(set(person_ids)), Person.leaving_at.is_not(None))
    )
    return set(found)


def not_blocked(me: UUID | ColumnElement[UUID], other: ColumnElement[UUID]) -> ColumnElement[bool]:
    """A condition: neither has blocked the other. Belongs in every query that shows people to people."""
    return ~exists().where(
        or_(
            and_(Block.blocker_id == me, Block.blocked_id == other),
            and_(Block.blocker_id == other, Block.blocked_id == me),
        )
    )
