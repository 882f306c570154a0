"""Who gets what of whom: rows of the ledger, written when people meet, scan back or share."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Account
from server.connections.models import Connection
from server.connections.rules import Given, due
from server.ids import new_id
from server.people.actions import FIRST_CARDS
from server.people.models import Card, Release

Pair = tuple[UUID, UUID]


@dataclass(slots=True)
class Ledger:
    """What stands from one person to another, and when the subject last took something back, by purpose."""

    standing: dict[str, list[str]] = field(default_factory=dict)
    taken_back_at: dict[str, datetime] = field(default_factory=dict)


async def release(
    db: AsyncSession, pairs: Iterable[Pair], *, event_id: UUID | None, source: str, now: datetime
) -> None:
    """Write what is due between the people of each pair, both ways. Their connections are locked already."""
    ways = sorted({way for a, b in pairs for way in ((a, b), (b, a))})
    if not ways:
        return
    cards = await _cards(db, {subject_id for subject_id, _ in ways})
    gave_at = await _gave_at(db, ways)
    ledgers = await _ledgers(db, ways)

    rows: list[dict[str, Any]] = []
    widened: list[tuple[UUID, UUID, str]] = []
    for subject_id, recipient_id in ways:
        ledger = ledgers[subject_id, recipient_id]
        given = Given(
            card=cards[subject_id],
            gave_at=gave_at.get((subject_id, recipient_id)),
            recipient_gave=gave_at.get((recipient_id, subject_id)) is not None,
            standing=ledger.standing,
            taken_back_at=ledger.taken_back_at,
        )
        for purpose, fields in due(given):
            if purpose in ledger.standing:
                widened.append((subject_id, recipient_id, purpose))
            rows.append(
                {
                    "id": new_id(),
                    "subject_id": subject_id,
                    "recipient_id": recipient_id,
                    "event_id": event_id,
                    "purpose": purpose,
                    "source": source,
                    "fields": fields,
                    "released_at": now,
                }
            )

    if widened:
        await _withdraw(db, widened, because="widened", now=now)
    if rows:
        await db.execute(insert(Release.__table__).on_conflict_do_nothing(), rows)


async def withdraw(
    db: AsyncSession, a: UUID, b: UUID, purposes: Collection[str], *, because: str, now: datetime
) -> None:
    """Take back what stands between two people, both ways."""
    ways = [(*way, purpose) for way in ((a, b), (b, a)) for purpose in purposes]
    await _withdraw(db, ways, because=because, now=now)


async def _withdraw(
    db: AsyncSession, ways: Sequence[tuple[UUID, UUID, str]], *, because: str, now: datetime
) -> None:
    await db.execute(
        update(Release)
        .where(
            tuple_(Release.subject_id, Release.recipient_id, Release.purpose).in_(ways),
            Release.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now, withdrawn_because=because)
    )


async def _cards(db: AsyncSession, people: Collection[UUID]) -> dict[UUID, list[str] | None]:
    """The fields of each person's card for people met; None for the unclaimed."""
    rows = await db.execute(
        select(Account.person_id, Card.fields)
        .outerjoin(Card, and_(Card.person_id == Account.person_id, Card.kind == "met"))
        .where(Account.person_id.in_(people))
    )
    claimed = {person_id: FIRST_CARDS["met"] if fields is None else fields for person_id, fields in rows}
    return {person_id: claimed.get(person_id) for person_id in people}


async def _gave_at(db: AsyncSession, ways: Sequence[Pair]) -> dict[Pair, datetime]:
    """When each last scanned the other or shared with them."""
    rows = await db.execute(
        select(
            Connection.owner_id,
            Connection.other_id,
            func.greatest(Connection.scanned_at, Connection.shared_at),
        ).where(tuple_(Connection.owner_id, Connection.other_id).in_(ways))
    )
    return {(owner_id, other_id): at for owner_id, other_id, at in rows if at is not None}


async def _ledgers(db: AsyncSession, ways: Sequence[Pair]) -> defaultdict[Pair, Ledger]:
    rows = await db.scalars(
        select(Release).where(
            tuple_(Release.subject_id, Release.recipient_id).in_(ways),
            or_(Release.withdrawn_at.is_(None), Release.withdrawn_because.is_(None)),
        )
    )
    ledgers: defaultdict[Pair, Ledger] = defaultdict(Ledger)
    for row in rows:
        ledger = ledgers[row.subject_id, row.recipient_id]
        if row.withdrawn_at is None:
            ledger.standing[row.purpose] = row.fields
        else:
            before = ledger.taken_back_at.get(row.purpose, row.withdrawn_at)
            ledger.taken_back_at[row.purpose] = max(before, row.withdrawn_at)
    return ledgers
