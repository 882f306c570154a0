"""Who gets what of whom: rows of the ledger, written when people meet, scan back or share."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.connections.rules import CONTACT, PRINTED
from server.people.actions import FIRST_CARDS
from server.people.models import Release

Pair = tuple[UUID, UUID]

# What the functions of migration 0012 are told of cards: they know rows, the words are ours.
WORDS: Mapping[str, Any] = {
    "first_card": FIRST_CARDS["met"],
    "contact": list(CONTACT),
    "printed": PRINTED,
}


async def release(
    db: AsyncSession, pairs: Iterable[Pair], *, event_id: UUID | None, source: str, now: datetime
) -> None:
    """Write what is due between the people of each pair, both ways. Their connections are locked already."""
    met = list(pairs)
    facts = {"people": [a for a, _ in met], "others": [b for _, b in met], "event_id": event_id}
    await db.execute(RELEASE, {**facts, **WORDS, "source": source, "now": now})


RELEASE = text(
    "select release_cards(:people, :others, :event_id, :source, :first_card, :contact, :printed, :now)"
)


async def withdraw(
    db: AsyncSession, a: UUID, b: UUID, purposes: Collection[str], *, because: str, now: datetime
) -> None:
    """Take back what stands between two people, both ways."""
    ways = [(*way, purpose) for way in ((a, b), (b, a)) for purpose in purposes]
    await db.execute(
        update(Release)
        .where(
            tuple_(Release.subject_id, Release.recipient_id, Release.purpose).in_(ways),
            Release.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now, withdrawn_because=because)
    )
