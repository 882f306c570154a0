"""In which order do badges lie in the box? As people look for them: accents and case do not count."""

import unicodedata

from server.badges.printing.layout import Wearer

ORDERS = ("name", "organisation")


def filed(wearer: Wearer, order: str) -> tuple[str, ...]:
    """The key to sort by. Those without an organisation come last."""
    name = letters(wearer.name)
    if order == "organisation":
        organisation = letters(wearer.organisation)
        return ("1" if organisation == "" else "0", organisation, name, wearer.code)
    return (name, wearer.code)


def letters(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(char for char in apart if not unicodedata.combining(char)).casefold().strip()
