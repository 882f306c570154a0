"""How does an introduction look to each of the three?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.interviews.seen import Other, others_of
from server.introductions.queries import Asked, Way
from server.introductions.states import Side, State, state_for, state_for_asker
from server.people.actions import FIRST_CARDS
from server.people.queries import cards_of, profiles_of


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a connector offered, and since when the asker knows (None: not yet)."""

    person: Other
    connector_id: UUID
    introduced_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seen:
    """An introduction as one of the three sees it now. What is for connectors alone is empty to a target; the talk it
    came from is the asker's."""

    id: UUID
    side: Side
    state: State
    seeks: str | None
    what: str
    why: str
    blurb: str
    interview_id: UUID | None
    asker: Other
    connectors: Sequence[Other]
    targets: Sequence[Target]
    asked_at: datetime
    expires_at: datetime


async def as_seen(
    db: AsyncSession, me: SignedIn, found: Sequence[Asked | Way], *, now: datetime
) -> list[Seen]:
    people = await _people(db, me, found)
    return [
        _asked(one, people, now=now) if isinstance(one, Asked) else _way(one, people, now=now)
        for one in found
    ]


def _named(one: Asked | Way) -> set[UUID]:
    if isinstance(one, Asked):
        targets = {way.target_id for way in one.introduced if way.target_id}
        return {one.request.asker_id, *one.connector_ids, *targets}
    way = one.introduction
    return {way.asker_id, way.connector_id, *([way.target_id] if way.target_id else [])}


async def _people(db: AsyncSession, me: SignedIn, found: Sequence[Asked | Way]) -> dict[UUID, Other]:
    """As they show themselves to me. Whoever asks to be introduced to me shows me, before we know each other, what
    their card gives without contact details."""
    people = await others_of(db, me.person_id, {person_id for one in found for person_id in _named(one)})
    askers = {one.introduction.asker_id for one in found if isinstance(one, Way) and one.side is Side.TARGET}
    by_their_card = {me.person_id, *askers} & people.keys()
    profiles, cards = await profiles_of(db, by_their_card), await cards_of(db, by_their_card, "met")
    for person_id in by_their_card & profiles.keys():
        card = cards.get(person_id)
        given = FIELDS.intersection(card.fields if card else FIRST_CARDS["met"])
        said = {field: getattr(profiles[person_id], field) for field in given}
        people[person_id] = replace(people[person_id], **{**dict.fromkeys(FIELDS, ""), **said})
    return people


FIELDS = frozenset({"headline", "role", "organisation"})


def _asked(one: Asked, people: dict[UUID, Other], *, now: datetime) -> Seen:
    request = one.request
    return Seen(
        id=request.id,
        side=Side.ASKER,
        state=state_for_asker(
            len(one.introduced),
            withdrawn=request.withdrawn_at is not None,
            closes_at=request.closes_at,
            now=now,
        ),
        seeks=request.seeks,
        what=request.what,
        why=request.why,
        blurb=request.blurb,
        interview_id=request.interview_id,
        asker=people[request.asker_id],
        connectors=sorted((people[id_] for id_ in one.connector_ids), key=lambda each: each.person_id),
        targets=[
            Target(people[way.target_id], way.connector_id, way.introduced_at)
            for way in one.introduced
            if way.target_id
        ],
        asked_at=request.asked_at,
        expires_at=request.closes_at,
    )


def _way(one: Way, people: dict[UUID, Other], *, now: datetime) -> Seen:
    way, request = one.introduction, one.request
    to_connector = one.side is Side.CONNECTOR
    return Seen(
        id=way.id,
        side=one.side,
        state=state_for(one.side, one.stand, now=now),
        seeks=request.seeks if to_connector else None,
        what=request.what if to_connector else "",
        why=request.why if to_connector else "",
        blurb=request.blurb,
        interview_id=None,
        asker=people[way.asker_id],
        connectors=[people[way.connector_id]],
        targets=[Target(people[way.target_id], way.connector_id, way.introduced_at)]
        if way.target_id and one.target_visible
        else [],
        asked_at=one.key[0],
        expires_at=way.expires_at,
    )
