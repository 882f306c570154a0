"""Who gets what of whom: what `release_cards` writes, against the rule as one would say it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Account, Person
from server.connections.models import Connection
from server.connections.releases import release
from server.connections.rules import CONTACT, ON_EVERY_CARD, PRINTED
from server.ids import new_id
from server.people.actions import FIRST_CARDS
from server.people.models import Card, Release

NOW = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)
FIELDS = [*FIRST_CARDS["met"], "phone"]


def hours(some: int) -> datetime:
    return NOW - timedelta(hours=some)


@dataclass(frozen=True)
class Side:
    """One of two people who met. `card` is None for the unclaimed, and empty for who never touched theirs; the hours
    ago when they gave, and when they took back, by purpose; `stands` are the fields of theirs that the other has."""

    card: list[str] | None
    scanned: int | None
    shared: int | None
    stands: dict[str, list[str]] = field(default_factory=dict)
    taken_back: dict[str, int] = field(default_factory=dict)
    undone: dict[str, int] = field(default_factory=dict)

    @property
    def gave(self) -> int | None:
        return min((ago for ago in (self.scanned, self.shared) if ago is not None), default=None)

    def due(self, other: "Side") -> Iterator[tuple[str, list[str]]]:
        """The rule: the card on any scan, contact fields once both have given; what was taken back stays so until they
        give again; nothing where as much stands."""
        for purpose in ("card", "contact"):
            taken_back, stands = self.taken_back.get(purpose), self.stands.get(purpose, [])
            if taken_back is not None and (self.gave is None or self.gave >= taken_back):
                continue
            fields = self.fields(purpose, other)
            if not set(fields) <= set(stands):
                yield purpose, [*stands, *(one for one in fields if one not in stands)]

    def fields(self, purpose: str, other: "Side") -> list[str]:
        if self.card is None:
            return PRINTED if purpose == "card" else []
        card = self.card or FIRST_CARDS["met"]
        if purpose == "card":
            return [*ON_EVERY_CARD, *(one for one in card if one not in CONTACT)]
        both = self.gave is not None and other.gave is not None
        return [one for one in card if one in CONTACT] if both else []


ago = st.integers(1, 4)
some_fields = st.lists(st.sampled_from(FIELDS), unique=True, min_size=1)
by_purpose = st.sampled_from(["card", "contact"])
sides = st.builds(
    Side,
    card=st.none() | st.just([]) | some_fields,
    scanned=st.none() | ago,
    shared=st.none() | ago,
    stands=st.dictionaries(by_purpose, some_fields),
    taken_back=st.dictionaries(by_purpose, ago),
    undone=st.dictionaries(by_purpose, ago),
)


@given(ada=sides, grace=sides)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
async def test_what_is_written_is_what_is_due(database, ada, grace):
    async with AsyncSession(database.engine) as db:
        ids = [await put(db, ada), await put(db, grace)]
        await db.flush()
        for side, (me, other) in ((ada, ids), (grace, ids[::-1])):
            relate(db, side, me, other)
        await db.flush()

        await release(db, [(ids[0], ids[1])], event_id=None, source="scan", now=NOW)

        for side, theirs, (me, other) in ((ada, grace, ids), (grace, ada, ids[::-1])):
            due = dict(side.due(theirs))
            rows = await db.scalars(
                select(Release).where(Release.subject_id == me, Release.recipient_id == other)
            )
            said = {(row.purpose, row.withdrawn_because or row.withdrawn_at): row.fields for row in rows}
            assert {p: f for (p, gone), f in said.items() if gone is None} == side.stands | due
            assert {p: f for (p, gone), f in said.items() if gone == "widened"} == {
                purpose: side.stands[purpose] for purpose in due if purpose in side.stands
            }
        await db.rollback()


async def put(db: AsyncSession, side: Side) -> UUID:
    person = Person(id=new_id(), created_at=NOW)
    db.add(person)
    await db.flush()
    if side.card is not None:
        db.add(Account(id=new_id(), person_id=person.id, created_at=NOW))
    if side.card:
        db.add(Card(person_id=person.id, kind="met", fields=side.card, updated_at=NOW))
    return person.id


def relate(db: AsyncSession, side: Side, me: UUID, other: UUID) -> None:
    db.add(
        Connection(
            owner_id=me, other_id=other, updated_at=NOW,
            scanned_at=None if side.scanned is None else hours(side.scanned),
            shared_at=None if side.shared is None else hours(side.shared),
        )
    )  # fmt: skip

    def give(purpose: str, fields: list[str], withdrawn: int | None, because: str | None) -> None:
        db.add(
            Release(
                id=new_id(), subject_id=me, recipient_id=other, purpose=purpose, source="scan", fields=fields,
                released_at=hours(5), withdrawn_at=None if withdrawn is None else hours(withdrawn),
                withdrawn_because=because,
            )
        )  # fmt: skip

    for purpose, fields in side.stands.items():
        give(purpose, fields, None, None)
    for purpose, when in side.taken_back.items():
        give(purpose, ["role"], when, None)
    for purpose, when in side.undone.items():
        give(purpose, ["role"], when, "undone")
