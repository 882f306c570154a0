"""Nudges to be sent, where deciding them is not what is tested."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.database import Database
from server.ids import new_id
from server.nudges.deliveries import Delivery, Message, promise
from server.nudges.models import Nudge


async def make_nudge(database: Database, person_id: str | UUID, *, now: datetime, **changes: Any) -> Nudge:
    """A nudge that is open, of use for a week."""
    facts: dict[str, Any] = {
        "id": new_id(),
        "person_id": UUID(str(person_id)),
        "kind": "weekly",  # which stands whatever else there is
        "subject": str(new_id()),
        "facts": {},
        "local_date": now.date(),
        "created_at": now,
        "useful_until": now + timedelta(days=7),
        **changes,
    }
    nudge = Nudge(**facts)
    async with database.transaction() as db:
        db.add(nudge)
    return nudge


def message(nudge: Nudge, channel: str, **changes: Any) -> Message:
    """That it leaves by this channel, at once and as long as it is of use."""
    between = {"not_before": nudge.created_at, "not_after": nudge.useful_until}
    return Message(nudge_id=nudge.id, channel=channel, **{**between, **changes})


async def promise_one(database: Database, nudge: Nudge, channel: str, **changes: Any) -> Delivery:
    async with database.transaction() as db:
        await promise(db, [message(nudge, channel, **changes)], now=nudge.created_at)
    return await delivery_of(database, nudge, channel)


async def delivery_of(database: Database, nudge: Nudge, channel: str) -> Delivery:
    async with database.transaction() as db:
        found = await db.scalars(
            select(Delivery).where(Delivery.nudge_id == nudge.id, Delivery.channel == channel)
        )
        return found.one()


async def settled(database: Database, nudge: Nudge, channel: str) -> tuple[str | None, str | None]:
    """What became of it, and how it was said."""
    delivery = await delivery_of(database, nudge, channel)
    return delivery.outcome, delivery.detail
