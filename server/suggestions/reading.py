"""How does a suggestion look to its reader? The other as the reader may see them, the reasons as they hold today."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.people.actions import FIRST_CARDS
from server.suggestions.queries import Found
from server.suggestions.reasons import Explanation
from server.suggestions.said import described
from server.suggestions.today import Made, explain_today


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """Empty is what they do not show me."""

    person_id: UUID
    name: str
    headline: str
    role: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Shown:
    id: UUID
    event_id: UUID
    event_name: str
    person: SeenPerson
    why: Explanation
    rank: int
    state: str
    snoozed_until: datetime | None
    created_at: datetime


def show(found: Sequence[Found]) -> list[Shown]:
    """In the order given."""
    return [_show(one) for one in found]


def _show(one: Found) -> Shown:
    mine, theirs = one.mine, one.theirs
    given = frozenset(one.given).intersection(FIRST_CARDS["met"] if one.on_card is None else one.on_card)
    other = described(theirs, given)
    return Shown(
        id=one.id,
        event_id=one.event_id,
        event_name=one.event_name,
        person=SeenPerson(
            person_id=theirs.person_id,
            name=theirs.name or theirs.printed_name,
            headline=(theirs.headline or "") if "headline" in given else "",
            role=other.role,
            organisation=other.organisation,
        ),
        why=explain_today(
            Made(json.loads(one.reasons), one.for_reader, one.for_other, one.action),
            described(mine, None),
            other,
            my_tap=one.my_signal,
            their_tap=one.their_signal,
        ),
        rank=one.rank,
        state=one.state,
        snoozed_until=one.snoozed_until if one.state == "snoozed" else None,
        created_at=one.created_at,
    )
