"""What the demo's people want and can give: situation, targets, asks and offers that hang together."""

import random
from dataclasses import dataclass

from server.demo.organisations import INDUSTRIES, Organisation
from server.demo.roles import ROLES, Role
from server.demo.topics import CAREER, FIELDS


@dataclass(frozen=True, slots=True)
class Targets:
    """Where somebody would like to get to; private."""

    roles: tuple[str, ...]
    industries: tuple[str, ...]
    skills: tuple[str, ...]


def draw_situation(rng: random.Random, *, place: Organisation, role: Role) -> str:
    """`searching`, `employed` or `exploring`; over a whole congress about 25, 55 and 20 in a hundred."""
    weights = (60, 10, 30) if role.starting else (0, 1, 0) if place.kind == "congress" else (21, 59, 20)
    return rng.choices(("searching", "employed", "exploring"), weights)[0]


def draw_offers(rng: random.Random, *, place: Organisation, role: Role) -> tuple[str, ...]:
    """One to three topics of the role's own fields; senior people may add what helps a career."""
    drawn = _topics_of(rng, role.fields, k=rng.choices((1, 2, 3), (3, 5, 2))[0])
    career = [each.topic for each in CAREER if place.kind in each.offered_by]
    if role.senior and career and rng.random() < 0.6:
        drawn = [*drawn[:2], rng.choice(career)]
    return tuple(drawn)


def draw_asks(
    rng: random.Random, *, place: Organisation, role: Role, situation: str, offers: tuple[str, ...]
) -> tuple[str, ...]:
    """One to three topics not offered: of the role's fields, now and then another, or of a career."""
    wanted = rng.choices((1, 2, 3), (4, 5, 2))[0]
    others = tuple(field for field in FIELDS if field not in role.fields)
    fields = role.fields if rng.random() < 0.65 else (*role.fields, rng.choice(others))
    drawn = [topic for topic in _topics_of(rng, fields, k=wanted + len(offers)) if topic not in offers][
        :wanted
    ]
    career = [
        each.topic
        for each in CAREER
        if place.kind in each.asked_by and each.for_starters == role.starting and each.topic not in offers
    ]
    eager = role.starting or (situation != "employed" and not role.senior)
    if career and rng.random() < (0.6 if eager else 0.08):
        drawn = [rng.choice(career), *drawn[:2]]
    return tuple(drawn)


def draw_targets(rng: random.Random, *, place: Organisation, role: Role, situation: str) -> Targets:
    """Roles that share a field with one's own; those who are content stay mostly in their industry."""
    near = [
        (kind, other)
        for kind, roles in ROLES.items()
        for other in roles
        if other.title != role.title
        and not other.starting
        and other.training in {"", role.training}
        and set(other.fields[:2]) & set(role.fields[:3])
    ]
    at_home = [(kind, other) for kind, other in near if kind == place.kind]
    pool = at_home if at_home and situation == "employed" and rng.random() < 0.7 else near
    aims = rng.sample(pool, k=min(len(pool), rng.choice((1, 1, 2))))
    needed = {skill for _, other in aims for skill in other.skills}
    skills = sorted(needed - set(role.skills) or needed)
    return Targets(
        roles=tuple(dict.fromkeys(other.title for _, other in aims)),
        industries=tuple(dict.fromkeys(INDUSTRIES[kind] for kind, _ in aims)),
        skills=tuple(rng.sample(skills, k=min(len(skills), rng.randint(1, 3)))),
    )


def _topics_of(rng: random.Random, fields: tuple[str, ...], *, k: int) -> list[str]:
    """Up to `k` different topics, from the first fields more often than from the last."""
    weighted = [(topic, len(fields) - rank) for rank, field in enumerate(fields) for topic in FIELDS[field]]
    # Efraimidis and Spirakis: a weighted sample without replacement is the k largest of u^(1/w).
    ranked = sorted(weighted, key=lambda each: rng.random() ** (1 / each[1]), reverse=True)
    return [topic for topic, _ in ranked[:k]]
