"""What somebody says of themselves, as far as suggestions go: read as columns, since there may be 50,000 of them, and
told in the words that others may see."""

from collections.abc import Collection
from typing import Any, NamedTuple
from uuid import UUID

from server.events.models import Attendance
from server.people.actions import FIRST_CARDS
from server.people.models import Goals, Profile
from server.suggestions.facts import Person

TALKS_UNLESS_CHOSEN = 2


class Said(NamedTuple):
    """One row of `said_by`: their place, what is printed on its badge, and their profile and goals if they have any."""

    person_id: UUID
    printed_name: str
    printed_role: str
    printed_organisation: str
    status: str
    account_id: UUID | None
    paused: bool
    name: str | None
    headline: str | None
    role: str | None
    organisation: str | None
    industry: str | None
    skills: list[str] | None
    languages: list[str] | None
    situation: str | None
    target_roles: list[str] | None
    target_industries: list[str] | None
    target_skills: list[str] | None
    asks: list[str] | None
    offers: list[str] | None
    open_to_talk: bool | None
    talks_per_week: int | None
    talks_paused: bool | None


def said_by(place: type[Attendance], profile: type[Profile], goals: type[Goals]) -> tuple[Any, ...]:
    """The columns of `Said`; profile and goals by an outer join."""
    return (
        place.person_id,
        place.name,
        place.role,
        place.organisation,
        place.status,
        place.account_id,
        place.paused,
        profile.name,
        profile.headline,
        profile.role,
        profile.organisation,
        profile.industry,
        profile.skills,
        profile.languages,
        goals.situation,
        goals.target_roles,
        goals.target_industries,
        goals.target_skills,
        goals.asks,
        goals.offers,
        goals.open_to_talk,
        goals.talks_per_week,
        goals.talks_paused,
    )


def described(said: Said, given: Collection[str] | None, *, inbound: int = 0) -> Person:
    """A person in the words that people met may see: the profile's where the card gives them (`given`; None
    for a card never touched), else what is printed on the badge."""
    fields = FIRST_CARDS["met"] if given is None else given
    return Person(
        person_id=said.person_id,
        organisation=(said.organisation if "organisation" in fields else "") or said.printed_organisation,
        role=(said.role if "role" in fields else "") or said.printed_role,
        industry=(said.industry if "industry" in fields else "") or "",
        skills=tuple(said.skills or ()),
        situation=said.situation or "",
        target_roles=tuple(said.target_roles or ()),
        target_industries=tuple(said.target_industries or ()),
        target_skills=tuple(said.target_skills or ()),
        asks=tuple(said.asks or ()),
        offers=tuple(said.offers or ()),
        capacity=capacity_of(said),
        inbound_elsewhere=inbound,
        open_to_talk=bool(said.open_to_talk and not said.talks_paused),
        suggestible=said.status == "expected" and said.account_id is not None and not said.paused,
    )


def capacity_of(goals: Goals | Said) -> int | None:
    """A number is chosen by opening to talks or by moving it; the one everybody starts with says nothing."""
    if goals.talks_paused:
        return 0
    if goals.open_to_talk or goals.talks_per_week not in {None, TALKS_UNLESS_CHOSEN}:
        return goals.talks_per_week
    return None
