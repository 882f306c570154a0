"""How does a suggestion look to its reader? The other as the reader may see them, the reasons as they hold today."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.events.models import Event
from server.people.actions import FIRST_CARDS
from server.people.models import Goals, Profile
from server.people.queries import cards_of, goals_of, profiles_of
from server.suggestions.gathering import described
from server.suggestions.models import Suggestion
from server.suggestions.queries import Found, released_to
from server.suggestions.reasons import Explanation
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
    suggestion: Suggestion
    event: Event
    person: SeenPerson
    why: Explanation


async def show_suggestions(db: AsyncSession, me: SignedIn, found: Sequence[Found]) -> list[Shown]:
    """In the order given; as many queries for one as for many."""
    others = [one.suggestion.other_id for one in found]
    profiles = await profiles_of(db, [me.person_id, *others])
    goals = await goals_of(db, [me.person_id, *others])
    cards = await cards_of(db, others, "met")
    released = await released_to(db, me, others)

    mine = (profiles.get(me.person_id), goals.get(me.person_id))
    shown = []
    for one in found:
        other_id = one.suggestion.other_id
        card = cards.get(other_id)
        given = released.get(other_id, frozenset()).intersection(card.fields if card else FIRST_CARDS["met"])
        shown.append(_show(one, mine, (profiles.get(other_id), goals.get(other_id)), given))
    return shown


Described = tuple[Profile | None, Goals | None]


def _show(one: Found, mine: Described, theirs: Described, given: frozenset[str]) -> Shown:
    their_profile = theirs[0]
    other = described(one.their_place, *theirs, sorted(given))
    made = one.suggestion
    return Shown(
        suggestion=made,
        event=one.event,
        person=SeenPerson(
            person_id=made.other_id,
            name=(their_profile and their_profile.name) or one.their_place.name,
            headline=their_profile.headline if their_profile and "headline" in given else "",
            role=other.role,
            organisation=other.organisation,
        ),
        why=explain_today(
            Made(made.reasons, made.for_reader, made.for_other, made.action),
            described(one.my_place, *mine, None),
            other,
            my_tap=one.my_signal,
            their_tap=one.their_signal,
        ),
    )
