"""What the demo's people are called, and what their names look like in plain Latin letters.

Given and family names come from Faker, one generator per language, with nothing loaded but the names.
"""

import random
from dataclasses import dataclass
from functools import cache
from typing import Final

from faker import Faker

from server.demo.letters import latin

# The country somebody comes from gives the names; Arabic names are written the French way.
LOCALES: Final = {
    "FR": "fr_FR",
    "MC": "fr_FR",
    "BE": "fr_BE",
    "CH": "fr_CH",
    "DE": "de_DE",
    "IT": "it_IT",
    "ES": "es_ES",
    "PT": "pt_PT",
    "NL": "nl_NL",
    "GB": "en_GB",
    "SE": "sv_SE",
    "DK": "da_DK",
    "PL": "pl_PL",
    "GR": "el_GR",
    "UA": "uk_UA",
    "DZ": "fr_DZ",
    "US": "en_US",
    "JP": "ja_JP",
}


@dataclass(frozen=True, slots=True)
class Name:
    """`given` and `family` in Latin letters; `native` the whole name in its own script, or empty."""

    given: str
    family: str
    native: str = ""

    @property
    def full(self) -> str:
        return f"{self.given} {self.family}"


def draw_name(rng: random.Random, *, country: str, female: bool) -> Name:
    """A name as people from `country` (ISO 3166, a key of LOCALES) have them."""
    fake = _names_of(LOCALES[country])
    fake.seed_instance(rng.getrandbits(64))
    if country == "JP":
        given, _, given_latin = fake.first_name_female_pair() if female else fake.first_name_male_pair()
        family, _, family_latin = fake.last_name_pair()
        return Name(given=given_latin, family=family_latin, native=f"{family} {given}")
    given = fake.first_name_female() if female else fake.first_name_male()
    family = fake.last_name_female() if female else fake.last_name_male()
    if country in {"GR", "UA"}:
        return Name(given=latin(given), family=latin(family), native=f"{given} {family}")
    if country == "ES" and rng.random() < 0.5:
        family = f"{family} {fake.last_name()}"
    return Name(given=given, family=family)


@cache
def _names_of(locale: str) -> Faker:
    return Faker(locale, providers=["faker.providers.person"])
