"""What does a new run change? The lists of whoever's list is other than before, save what they have seen."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.ids import new_id
from server.suggestions.models import PersonToMeet, Suggestion
from server.suggestions.rules import Suggested


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry of a list as it was when the facts were gathered."""

    id: UUID
    person_id: UUID
    other_id: UUID
    rank: int
    score: float
    reasons: list[dict[str, Any]]
    for_reader: str
    for_other: str
    action: str
    state: str
    seen: bool

    @property
    def replaceable(self) -> bool:
        return self.state == "open" and not self.seen

    @property
    def words(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in WORDS}


WORDS = ("rank", "score", "reasons", "for_reader", "for_other", "action")


@dataclass(frozen=True, slots=True)
class ListChange:
    """What becomes of one reader's list. `known` is how it stood, `kept` are new words for rows that stay."""

    person_id: UUID
    known: frozenset[tuple[UUID, bool]]
    dropped: tuple[UUID, ...]
    kept: tuple[tuple[UUID, Suggested], ...]
    added: tuple[Suggested, ...]


def changes(stored: Iterable[Stored], suggested: Iterable[Suggested]) -> list[ListChange]:
    """By person. Whoever's list stays as it is has none, so that a second run writes nothing."""
    before: dict[UUID, list[Stored]] = defaultdict(list)
    for one in stored:
        before[one.person_id].append(one)
    after: dict[UUID, list[Suggested]] = defaultdict(list)
    for new in suggested:
        after[new.person_id].append(new)

    found = [_change(person_id, before[person_id], after[person_id]) for person_id in {*before, *after}]
    return sorted(
        (change for change in found if change.dropped or change.kept or change.added),
        key=lambda change: change.person_id,
    )


def _change(person_id: UUID, before: Sequence[Stored], after: Sequence[Suggested]) -> ListChange:
    old = {one.other_id: one for one in before if one.replaceable}
    new = {one.other_id: one for one in after}
    return ListChange(
        person_id=person_id,
        known=frozenset((one.id, one.replaceable) for one in before),
        dropped=tuple(one.id for one in old.values() if one.other_id not in new),
        kept=tuple(
            (old[one.other_id].id, one)
            for one in after
            if one.other_id in old and old[one.other_id].words != _words(one)
        ),
        added=tuple(one for one in after if one.other_id not in old),
    )


def _words(one: Suggested) -> dict[str, Any]:
    return {
        "rank": one.rank,
        "score": one.score,
        "reasons": [{"code": reason.code, "evidence": dict(reason.evidence)} for reason in one.reasons],
        "for_reader": one.for_reader.code,
        "for_other": one.for_other.code,
        "action": one.action,
    }


async def replace_lists(
    db: AsyncSession,
    table: type[Suggestion | PersonToMeet],
    event_id: UUID,
    batch: Sequence[ListChange],
    *,
    now: datetime,
) -> bool:
    """Each list whole or not at all. A list that its reader has looked at or acted on since the facts were
    gathered is left as it is; returns whether there was one, and so another run is needed."""
    people = [change.person_id for change in batch]
    rows = await db.execute(
        select(
            table.person_id,
            table.id,
            (table.seen_at.is_(None) & (table.state == "open")).label("replaceable"),
        )
        .where(table.event_id == event_id, table.person_id.in_(people))
        .order_by(table.id)
        .with_for_update()
    )
    today: dict[UUID, set[tuple[UUID, bool]]] = defaultdict(set)
    for person_id, suggestion_id, replaceable in rows:
        today[person_id].add((suggestion_id, replaceable))

    still = [change for change in batch if today[change.person_id] == change.known]
    dropped = [suggestion_id for change in still for suggestion_id in change.dropped]
    kept = [
        {"id": suggestion_id, **_words(one), "updated_at": now}
        for change in still
        for suggestion_id, one in change.kept
    ]
    added = [_row(event_id, one, now=now) for change in still for one in change.added]
    if dropped:
        await db.execute(delete(table).where(table.id.in_(dropped)))
    if kept:
        await db.execute(update(table), kept)
    if added:
        await db.execute(insert(table), added)
    return len(still) < len(batch)


def _row(event_id: UUID, one: Suggested, *, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "event_id": event_id,
        "person_id": one.person_id,
        "other_id": one.other_id,
        "created_at": now,
        "updated_at": now,
        **_words(one),
    }
