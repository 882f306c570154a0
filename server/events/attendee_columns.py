"""Which column of an attendee list means what?

Header names are compared without case, accents, spaces and punctuation. Known are English, German and French, what
pretix writes ("Order data", its positions: `base/exporters/orderlist.py` there, in German by its catalogue), and
Eventbrite ("Attendee summary", also of its British and German sites).
"""

import unicodedata
from dataclasses import dataclass

# For each meaning its header names, the best first: where a list has both the attendee's and the buyer's
# e-mail address, the attendee's counts.
_HEADERS = {
    "name": """
        attendee name; participant name; teilnehmername; name teilnehmer*in; name des teilnehmers;
        nom du participant; full name;
        name; vollständiger name; nom complet; nom et prénom; vor- und nachname; display name; attendee;
        participant; teilnehmer; teilnehmer/in; teilnehmende; nom""",
    "first_name": """
        attendee name: given name; attendee name: first name; attendee first name; first name; given name;
        forename; teilnehmername: vorname; name teilnehmer*in: vorname; vorname; prénom""",
    "last_name": """
        attendee name: family name; attendee name: last name; attendee last name; last name; family name;
        surname; teilnehmername: nachname; name teilnehmer*in: nachname; nachname; familienname;
        nom de famille""",
    "email": """
        attendee email; attendee email address; participant email; teilnehmer-e-mail; e-mail teilnehmer*in;
        e-mail des teilnehmers; email du participant; adresse e-mail du participant; email; email address;
        mail; e-mail-adresse; mailadresse; courriel;
        adresse e-mail; adresse mail; adresse électronique; work email""",
    "external_id": """
        external id; attendee #; attendee no; attendee id; participant id; participant #; ticket id; ticket #;
        registration id; registration #; teilnehmer-id; teilnehmernummer; ticketnummer; anmeldenummer;
        numéro de billet; numéro d'inscription; identifiant; reference; ref; id; nr; no""",
    "order": "order code; bestellnummer; bestellcode; code de commande; numéro de commande",
    "position": "position id; positions-id; positionsnummer; id de position",
    "pronouns": "pronouns; pronoun; pronomen; pronoms; pronom",
    "organisation": """
        organisation; organization; company; company name; attendee company; company/organization; firma;
        unternehmen; institution; arbeitgeber; entreprise; société; organisme; employer; affiliation""",
    "role": """
        job title; role; job; position; stelle; berufsbezeichnung; beruf; funktion; rolle; poste; fonction;
        intitulé de poste; métier; title""",
    "type": """
        type; attendee type; participant type; badge type; category; attendee category; teilnehmertyp; typ;
        teilnehmerart; kategorie; catégorie; type de participant""",
    "product": """
        ticket type; product; ticket; ticket name; item; produkt; ticketart; tickettyp; ticketkategorie;
        produit; type de billet; billet; tarif; admission""",
    "status": """
        attendee status; teilnehmerstatus; statut du participant; status; registration status; ticket status;
        order status; teilnahmestatus;
        anmeldestatus; bestellstatus; statut""",
    "external_code": """
        external code; barcode; barcode #; barcode no; barcode-nr; ticket barcode; ticket secret; secret;
        ticket code; qr code;
        strichcode; ticketcode; code-barres; code barre""",
}
NAME = ("name", "first_name", "last_name")
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each meaning stands, from 0; `unused` are the headers of columns that are not imported."""

    places: dict[str, int]
    headers: list[str]
    unused: tuple[str, ...]

    def header(self, meaning: str) -> str | None:
        """The header as the organizer wrote it."""
        place = self.places.get(meaning)
        return None if place is None else self.headers[place]

    @property
    def name_is_surname(self) -> bool:
        """Lists of "Name; Vorname" or "Nom; Prénom" mean the family name by the first."""
        alone = "first_name" in self.places and "last_name" not in self.places
        return alone and plain(self.header("name") or "") in {"name", "nom"}

    @property
    def fields(self) -> frozenset[str]:
        """The fields of an attendee that this list says anything about."""
        return frozenset(_FIELD_OF.get(meaning, meaning) for meaning in self.places)


def plain(text: str) -> str:
    """`text` without case, accents, spaces and punctuation; "#" is the word number."""
    decomposed = unicodedata.normalize("NFKD", text.replace("#", "number")).casefold()
    return "".join(character for character in decomposed if character.isalnum())


def assign_columns(header: list[str]) -> Columns:
    """Each meaning gets the column that fits best, the first of several alike (pretix: "Company" twice)."""
    keys = [plain(name) for name in header]
    places = {}
    for meaning, known in _KNOWN.items():
        ranked = sorted((known[key], place) for place, key in enumerate(keys) if key in known)
        if ranked:
            places[meaning] = ranked[0][1]
    # pretix in German calls what stands beside an order's code "Position", which is elsewhere what somebody does.
    beside = places.get("order", len(keys)) + 1
    if places.get("role") == beside and keys[beside] == "position" and "position" not in places:
        places["position"] = places.pop("role")
    # An order's code alone says who paid, for however many tickets; a position alone is 1, 2, 3.
    if "external_id" in places or not {"order", "position"} <= places.keys():
        places.pop("order", None)
        places.pop("position", None)
    if "type" in places:
        places.pop("product", None)

    names = [" ".join(name.split()) for name in header]
    taken = set(places.values())
    unused = [name for place, name in enumerate(names) if name and place not in taken]
    return Columns(places, names, tuple(unused[:_MOST_NAMED]))


def known_columns(header: list[str]) -> int:
    """How many meanings a header names."""
    return len(assign_columns(header).places)


def _ranks(names: str) -> dict[str, int]:
    return {plain(name): rank for rank, name in enumerate(names.split(";"))}


_KNOWN = {meaning: _ranks(names) for meaning, names in _HEADERS.items()}
_FIELD_OF = {
    "first_name": "name",
    "last_name": "name",
    "order": "external_id",
    "position": "external_id",
    "product": "type",
}
