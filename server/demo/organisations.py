"""Where the demo's people work: invented organisations, the first of each kind the largest.

Names follow how such places are called in their country; addresses lie under domains that RFC 2606 reserves.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

INDUSTRIES: Final = {
    "hospital": "Hospitals",
    "care": "Long-term care",
    "laboratory": "Clinical laboratories",
    "devices": "Medical devices",
    "products": "Hygiene and disinfection products",
    "agency": "Public health",
    "software": "Health software",
    "university": "Higher education and research",
    "services": "Hygiene services and consulting",
    "congress": "Event management",
}

ZONES: Final = {
    "FR": "Europe/Paris",
    "MC": "Europe/Monaco",
    "BE": "Europe/Brussels",
    "CH": "Europe/Zurich",
    "DE": "Europe/Berlin",
    "IT": "Europe/Rome",
    "ES": "Europe/Madrid",
    "PT": "Europe/Lisbon",
    "NL": "Europe/Amsterdam",
    "GB": "Europe/London",
    "SE": "Europe/Stockholm",
    "DK": "Europe/Copenhagen",
    "PL": "Europe/Warsaw",
    "GR": "Europe/Athens",
    "UA": "Europe/Kyiv",
    "DZ": "Africa/Algiers",
    "US": "America/New_York",
    "JP": "Asia/Tokyo",
}

# Each with its country; a line break is as good as a bar.
_LISTED: Final = {
    "hospital": """
        CHU de Valmer FR|Hôpitaux de la Baie FR|CHU Val de Saône FR|Hôpital Sainte-Aurélie FR
        Centre hospitalier du Haut-Var FR|Clinique des Oliviers FR|Hospices de Montclar FR
        Centre hospitalier de Rivesable FR|Polyclinique Jean-Bouin FR|CHU d'Armorique FR
        Hôpital d'enfants Les Cigales FR|Azienda Ospedaliera San Fruttuoso IT|Hôpital Princesse-Alix MC
        Cliniques universitaires du Sablon BE|Spital Oberseewald CH|Universitätsklinikum Rheinaue DE
        Hospital Universitari Mar Blava ES|Hospital de São Bento do Mar PT|Ziekenhuis De Linden NL
        St Brendan's Hospital Trust GB|Skärgårdens sjukhus SE|Szpital Kliniczny pod Lipami PL
        Geniko Nosokomeio Ilissou GR|CHU Les Jasmins DZ|Harbor Point Medical Center US
        Minato Kita Hospital JP
    """,
    "university": """
        Université de la Côte Vermeille FR|Institut Corvisart de santé publique FR
        École de santé du Ponant FR|Université Val d'Isle FR|Università di Portofranco IT
        Hogeschool Westerlinde NL|Hochschule Taunusblick DE|Öresund Medical University DK
        Lviv Institute of Hospital Hygiene UA|Aegean School of Public Health GR
    """,
    "devices": """
        Endolys FR|Meridia Medical FR|Hikari Endoscopy JP|Sterivance DE|Clarovent FR|Optiscope Europe CH
        Nordflow SE|Lumicide GB|Tessaly Devices US
    """,
    "agency": """
        Agence régionale de prévention Sud FR|Centre d'appui aux soins Littoral FR
        Observatoire des infections de soins FR|Agence du médicament et du soin BE
        Instituto de Vigilancia Sanitaria ES|Health Protection North GB
    """,
    "products": """
        Laboratoires Aseptane FR|Purévia FR|Hygentia DE|Savonnerie médicale du Rhône FR|Biocleor IT
        Manuclean NL
    """,
    "software": """
        Vigilog FR|Epidash FR|Wardline GB|Sepsigraph DE|Tracéo Santé FR|Cleanroute SE
    """,
    "laboratory": """
        Biolab Méditerranée FR|Laboratoire des Lérins FR|Cèdre Azur Analyses FR|Microvia Diagnostics BE
        Labor am Stadtpark CH
    """,
    "services": """
        Hygea Conseil FR|Propreté Santé Services FR|Aqualys Expertise FR|Formasoin FR
        Clean Care Advisory GB
    """,
    "care": """
        Résidences Bel Automne FR|Ehpad La Pinède FR|Maisons du Soleil couchant FR
        Soins à domicile Riviera FR
    """,
    "congress": """
        Azur Congrès FR
    """,
}

# How the people of a congress divide over the kinds, in percent.
SHARES: Final = {
    "hospital": 44,
    "university": 11,
    "devices": 11,
    "agency": 8,
    "products": 7,
    "software": 5,
    "laboratory": 5,
    "services": 4,
    "care": 3,
    "congress": 2,
}


# Letters that Unicode does not take apart into a letter and an accent.
_UNDECOMPOSED: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"}
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """`country` is an ISO 3166 code, `share` this one's part of all people (0 to 1), `domain` reserved."""

    name: str
    kind: str
    country: str
    share: float
    domain: str


def plain(text: str) -> str:
    """Letters a to z, digits and single hyphens, for addresses."""
    unligated = text.translate(
        str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "œ": "oe", "æ": "ae"})
    )
    bare = unicodedata.normalize("NFKD", unligated).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", bare.replace("'", "")).strip("-")


def _of_kind(kind: str, listed: str) -> list[Organisation]:
    entries = [
        entry.strip().rsplit(" ", 1) for entry in listed.replace("\n", "|").split("|") if entry.strip()
    ]
    weights = [1 / (rank + 1) ** 0.9 for rank in range(len(entries))]
    top = "com" if kind in {"devices", "products", "software", "services"} else "org"
    return [
        Organisation(
            name=name,
            kind=kind,
            country=country,
            share=SHARES[kind] / sum(SHARES.values()) * weight / sum(weights),
            domain=f"{plain(name)}.example.{top}",
        )
        for (name, country), weight in zip(entries, weights, strict=True)
    ]


ORGANISATIONS: Final = tuple(
    organisation for kind, text in _LISTED.items() for organisation in _of_kind(kind, text)
)
