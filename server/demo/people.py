"""Who the people of the demo are: one believable professional profile per sensor of the data, from a seed.

Nothing here describes anybody who was in Nice; the data names nobody.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from server.demo.goals import Targets, draw_asks, draw_offers, draw_situation, draw_targets
from server.demo.names import Name, draw_name
from server.demo.organisations import INDUSTRIES, ORGANISATIONS, ZONES, Organisation, plain
from server.demo.roles import ROLES, Role
from server.demo.self_description import (
    draw_headline,
    draw_languages,
    draw_links,
    draw_pronouns,
    draw_skills,
)

# Where those come from who work outside the country they grew up in.
_ELSEWHERE: Final = ("FR", "FR", "FR", "IT", "IT", "ES", "PT", "DZ", "DZ", "BE", "PL", "GB", "DE", "GR", "UA")


@dataclass(frozen=True, slots=True)
class OpenToTalk:
    """What somebody would talk about, for how many minutes (15, 20 or 30), and how often a week (1 to 4)."""

    topics: tuple[str, ...]
    minutes: int
    per_week: int


@dataclass(frozen=True, slots=True)
class Consents:
    listed: bool
    exhibitors_may_scan: bool
    named_in_exports: bool


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """`number` is the sensor's in the data, `order` the organizer's (external) id.

    `situation` is one of searching, employed, exploring; `attendee_type` one of attendee, speaker,
    staff; `zone` is an IANA name, `languages` are BCP 47 tags.
    """

    number: int
    order: str
    name: str
    email: str
    pronouns: str
    headline: str
    role: str
    organisation: str
    industry: str
    skills: tuple[str, ...]
    links: tuple[str, ...]
    zone: str
    languages: tuple[str, ...]
    situation: str
    targets: Targets
    asks: tuple[str, ...]
    offers: tuple[str, ...]
    open_to_talk: OpenToTalk
    attendee_type: str
    consents: Consents


def make_people(numbers: Iterable[int], *, seed: int) -> dict[int, DemoPerson]:
    """One person per number, always the same for a seed; names, addresses and orders are unique."""
    rng = random.Random(seed)
    taken: set[str] = set()
    return {number: _make_person(rng, number, taken) for number in sorted(set(numbers))}


def _make_person(rng: random.Random, number: int, taken: set[str]) -> DemoPerson:
    place = rng.choices(ORGANISATIONS, [each.share for each in ORGANISATIONS])[0]
    role = rng.choices(ROLES[place.kind], [each.share for each in ROLES[place.kind]])[0]
    country = place.country if rng.random() < 0.85 else rng.choice(_ELSEWHERE)
    female = rng.random() < 0.6
    name = _free_name(rng, taken, country=country, female=female)
    situation = draw_situation(rng, place=place, role=role)
    offers = draw_offers(rng, place=place, role=role)
    asks = draw_asks(rng, place=place, role=role, situation=situation, offers=offers)
    return DemoPerson(
        number=number,
        order=_free_order(rng, taken),
        name=f"{name.full} ({name.native})" if name.native and rng.random() < 0.7 else name.full,
        email=_free_email(rng, taken, name, place, situation),
        pronouns=draw_pronouns(rng, country, female=female),
        headline=draw_headline(rng, taken, role, asks=asks, offers=offers),
        role=role.title,
        organisation=place.name,
        industry=INDUSTRIES[place.kind],
        skills=draw_skills(rng, role),
        links=draw_links(rng, name, place),
        zone=ZONES[place.country],
        languages=draw_languages(rng, country, place),
        situation=situation,
        targets=draw_targets(rng, place=place, role=role, situation=situation),
        asks=asks,
        offers=offers,
        open_to_talk=OpenToTalk(
            topics=offers[: rng.randint(1, 2)],
            minutes=rng.choices((15, 20, 30), (3, 5, 2))[0],
            per_week=rng.choices((1, 2, 3, 4), (3, 5, 2, 1))[0],
        ),
        attendee_type=_attendee_type(rng, place, role),
        consents=Consents(
            listed=rng.random() < 0.8,
            exhibitors_may_scan=rng.random() < 0.3,
            named_in_exports=rng.random() < 0.4,
        ),
    )


def _free_name(rng: random.Random, taken: set[str], *, country: str, female: bool) -> Name:
    while True:
        name = draw_name(rng, country=country, female=female)
        if plain(name.full) not in taken:
            taken.add(plain(name.full))
            return name


def _free_order(rng: random.Random, taken: set[str]) -> str:
    """Five letters and digits that are not mistaken for one another and spell nothing."""
    while True:
        order = "".join(rng.choices("BCDFGHJKLMNPQRSTVWXZ3789", k=5))
        if order not in taken:
            taken.add(order)
            return order


def _free_email(rng: random.Random, taken: set[str], name: Name, place: Organisation, situation: str) -> str:
    """At work in the style of the house; at home for some, above all for those who search."""
    given, family = plain(name.given), plain(name.family)
    at_home = rng.random() < (0.35 if situation == "searching" else 0.06)
    short = len(place.name) % 3 == 0
    domain = "mail.example.net" if at_home else place.domain
    local = f"{given[0]}.{family}" if short and not at_home else f"{given}.{family}"
    email, copies = f"{local}@{domain}", 1
    while email in taken:
        copies += 1
        email = f"{local}{copies}@{domain}"
    taken.add(email)
    return email


def _attendee_type(rng: random.Random, place: Organisation, role: Role) -> str:
    if place.kind == "congress":
        return "staff"
    return "speaker" if role.senior and rng.random() < 0.28 else "attendee"
