"""What can happen to events: they are created, edited and cancelled."""

import secrets
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.queries import emails_of, may_organize
from server.events.access import Organizer
from server.events.errors import EventCancelled, OrganizerNotAllowed
from server.events.models import Event, TeamMember
from server.events.rules import NewEvent, check_times, fingerprint, minutes_between, with_doors
from server.failures import Busy, IdReused
from server.ids import new_id
from server.versions import edit

REFERENCE_BYTES = 3
REFERENCE_TRIES = 50  # even with half of all references taken, that many in a row are


async def create_event(db: AsyncSession, me: SignedIn, facts: NewEvent, *, now: datetime) -> bool:
    """Create an event owned by its creator; whether it is new, or the same was created under this id before."""
    if not await may_organize(db, me):
        raise OrganizerNotAllowed
    check_times(facts.starts_at, facts.ends_at)
    content = fingerprint(asdict(facts))

    if await _insert_event(db, facts, content, now=now):
        first = (await emails_of(db, me.account_id))[0]
        db.add(
            TeamMember(
                event_id=facts.id,
                id=new_id(),
                email=first.email,
                role="owner",
                account_id=me.account_id,
                added_at=now,
            )
        )
        await db.flush()  # the answer tells my role
        return True

    created_as = await db.scalar(
        select(Event.created_as)
        .join(TeamMember, TeamMember.event_id == Event.id)
        .where(Event.id == facts.id, TeamMember.account_id == me.account_id)
    )
    if created_as != content:
        raise IdReused
    return False


async def _insert_event(db: AsyncSession, facts: NewEvent, content: bytes, *, now: datetime) -> bool:
    """Whether the id was free. A reference that is taken is drawn again."""
    for _ in range(REFERENCE_TRIES):
        inserted = await db.scalar(
            insert(Event)
            .values(
                **with_doors(asdict(facts)),
                code_reference=secrets.token_bytes(REFERENCE_BYTES),
                created_as=content,
                created_at=now,
                updated_at=now,
            )
            .on_conflict_do_nothing()
            .returning(Event.id)
        )
        if inserted is not None:
            return True
        if await db.scalar(select(Event.id).where(Event.id == facts.id)) is not None:
            return False
    raise Busy


async def lock_event(db: AsyncSession, event_id: UUID) -> Event:
    """The event, no other import or edit of its team and list meanwhile. Scans and claims go on: they only need
    the event's key to stay, and this lock (FOR NO KEY UPDATE) lets them have it."""
    return (await db.scalars(select(Event).where(Event.id == event_id).with_for_update(key_share=True))).one()


async def lock_open_event(db: AsyncSession, event_id: UUID) -> Event:
    """The same for what only makes sense in an event that will take place. Raises EventCancelled."""
    event = await lock_event(db, event_id)
    if event.cancelled_at is not None:
        raise EventCancelled
    return event


async def update_event(
    db: AsyncSession, organizer: Organizer, changes: dict[str, Any], *, if_match: str | None, now: datetime
) -> Event:
    """Edit an event. The minutes before and after stay what they were when only the times move."""
    event = await lock_open_event(db, organizer.event_id)
    facts: dict[str, Any] = {
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "doors_before_minutes": minutes_between(event.doors_open_at, event.starts_at),
        "doors_after_minutes": minutes_between(event.ends_at, event.doors_close_at),
        **changes,
    }
    check_times(facts["starts_at"], facts["ends_at"])
    return edit(event, with_doors(facts), if_match=if_match, now=now)


async def cancel_event(db: AsyncSession, organizer: Organizer, *, now: datetime) -> Event:
    """Cancel an event; cancelling it again changes nothing."""
    event = await lock_event(db, organizer.event_id)
    if event.cancelled_at is None:
        event.cancelled_at = event.updated_at = now
        event.version += 1
    return event
