"""What can happen to people: they say who they are, what they look for, and what their cards give."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.people.errors import ReleaseNotFound
from server.people.models import Card, Goals, Profile, Release
from server.versions import edit

# What a new card gives: enough to remember somebody by; contact details only once mutual, and never to exhibitors
# unless chosen.
FIRST_CARDS = {
    "met": ["headline", "role", "organisation", "industry", "links", "email"],
    "exhibitors": ["role", "organisation"],
}


async def begin(db: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """Give a person an empty profile, goals and two cards, once. Whoever reads or edits their own begins;
    everybody else takes a missing row for an empty one, so signing in needs to know nothing of people."""
    begun = await db.execute(
        insert(Profile)
        .values(person_id=person_id, updated_at=now)
        .on_conflict_do_nothing()
        .returning(Profile.person_id)
    )
    if begun.scalar_one_or_none() is None:
        return
    await db.execute(insert(Goals).values(person_id=person_id, updated_at=now).on_conflict_do_nothing())
    for kind, fields in FIRST_CARDS.items():
        await db.execute(
            insert(Card)
            .values(person_id=person_id, kind=kind, fields=fields, updated_at=now)
            .on_conflict_do_nothing()
        )


async def update_profile(
    db: AsyncSession, me: SignedIn, changes: dict[str, Any], *, if_match: str | None, now: datetime
) -> Profile:
    return edit(await lock_profile(db, me, now=now), changes, if_match=if_match, now=now)


async def lock_profile(db: AsyncSession, me: SignedIn, *, now: datetime) -> Profile:
    await begin(db, me.person_id, now=now)
    return (
        await db.scalars(select(Profile).where(Profile.person_id == me.person_id).with_for_update())
    ).one()


async def update_goals(
    db: AsyncSession, me: SignedIn, changes: dict[str, Any], *, if_match: str | None, now: datetime
) -> Goals:
    await begin(db, me.person_id, now=now)
    goals = (await db.scalars(select(Goals).where(Goals.person_id == me.person_id).with_for_update())).one()
    if changes.get("situation") == "":
        changes = {**changes, "situation": None}
    return edit(goals, changes, if_match=if_match, now=now)


async def update_card(
    db: AsyncSession, me: SignedIn, kind: str, changes: dict[str, Any], *, if_match: str | None, now: datetime
) -> Card:
    await begin(db, me.person_id, now=now)
    card = (
        await db.scalars(
            select(Card).where(Card.person_id == me.person_id, Card.kind == kind).with_for_update()
        )
    ).one()
    if "fields" in changes:
        changes = {**changes, "fields": list(dict.fromkeys(str(field) for field in changes["fields"]))}
    return edit(card, changes, if_match=if_match, now=now)


async def withdraw_release(db: AsyncSession, me: SignedIn, release_id: UUID, *, now: datetime) -> None:
    """Take back what somebody got of me; taking it back again changes nothing."""
    mine = await db.scalar(
        select(Release.id).where(Release.id == release_id, Release.subject_id == me.person_id)
    )
    if mine is None:
        raise ReleaseNotFound
    await db.execute(
        update(Release)
        .where(Release.id == release_id, Release.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )


async def withdraw_leads(db: AsyncSession, person_id: UUID, event_id: UUID, *, now: datetime) -> None:
    """Take back what exhibitors of an event got of somebody who leaves it."""
    await db.execute(
        update(Release)
        .where(
            Release.subject_id == person_id,
            Release.event_id == event_id,
            Release.exhibitor_id.is_not(None),
            Release.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now, withdrawn_because="left")
    )
