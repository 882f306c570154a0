"""How the demo's people describe themselves: pronouns, headline, skills, links, languages."""

import random
from typing import Final

from server.demo.names import Name
from server.demo.organisations import Organisation, plain
from server.demo.roles import Role

# What is spoken there, the usual first (BCP 47).
_SPOKEN: Final = {
    "FR": ("fr",), "MC": ("fr", "it"), "BE": ("fr", "nl"), "CH": ("fr", "de"), "DE": ("de",), "IT": ("it",),
    "ES": ("es", "ca"), "PT": ("pt",), "NL": ("nl",), "GB": ("en",), "SE": ("sv",), "DK": ("da",),
    "PL": ("pl",), "GR": ("el",), "UA": ("uk",), "DZ": ("ar", "fr"), "US": ("en",), "JP": ("ja",),
}  # fmt: skip
_GENERAL: Final = ("project management", "public speaking", "change management", "spreadsheets", "networking")


def draw_pronouns(rng: random.Random, country: str, *, female: bool) -> str:
    """Empty for most, as on most badges."""
    if rng.random() > 0.35:
        return ""
    french = country in {"FR", "MC"} and rng.random() < 0.4
    if rng.random() < 0.05:
        return "iel" if french else "they/them"
    if french:
        return "elle" if female else "il"
    return "she/her" if female else "he/him"


def draw_headline(
    rng: random.Random, taken: set[str], role: Role, *, asks: tuple[str, ...], offers: tuple[str, ...]
) -> str:
    """A line of the role that nobody else has yet, or one made of asks and offers; adds it to `taken`."""
    first, ask = offers[0], asks[-1]
    made = [
        f"Ask me about {first}",
        f"Here to learn about {ask}",
        f"{role.title}, busy with {first}",
        f"Can help with {first}, curious about {ask}",
        _sentence(f"{first}, and now {ask}"),
    ]
    if len(offers) > 1:
        made.append(_sentence(f"{first} and {offers[1]}"))
    if not role.starting:
        made.append(f"{rng.choice(('Six', 'Eight', 'Ten', 'Fifteen'))} years of {first}")
    rng.shuffle(made)
    lines = rng.sample(role.lines, k=len(role.lines)) if rng.random() < 0.6 else []
    headline = next((line for line in [*lines, *made] if line not in taken), made[0])
    taken.add(headline)
    return headline


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def draw_skills(rng: random.Random, role: Role) -> tuple[str, ...]:
    own = rng.sample(role.skills, k=rng.randint(3, len(role.skills)))
    general = [skill for skill in _GENERAL if skill not in role.skills]
    return (*own, rng.choice(general)) if rng.random() < 0.4 else tuple(own)


def draw_links(rng: random.Random, name: Name, place: Organisation) -> tuple[str, ...]:
    links = []
    if rng.random() < 0.55:
        links.append(f"https://people.example.com/in/{plain(name.full)}")
    if place.kind in {"university", "laboratory"} and rng.random() < 0.5:
        links.append(f"https://research.example.org/{plain(name.full)}")
    if rng.random() < 0.12:
        links.append(f"https://{place.domain}/team/{plain(name.full)}")
    return tuple(links)


def draw_languages(rng: random.Random, country: str, place: Organisation) -> tuple[str, ...]:
    spoken = [*_SPOKEN[country], _SPOKEN[place.country][0]]
    if rng.random() < 0.85:
        spoken.append("en")
    if rng.random() < 0.25:
        spoken.append(rng.choice(("fr", "es", "it", "de")))
    return tuple(dict.fromkeys(spoken))
