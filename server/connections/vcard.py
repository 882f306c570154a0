"""How does somebody one met get into an address book? As a vCard: 3.0 (RFC 2426), 4.0 (RFC 6350 and 9554).

Text is data: line breaks, commas and semicolons are escaped, other control characters left out, lines folded
at 75 octets and never inside a character. What fits no field stands in NOTE, a single one, since address
books keep one: the headline, where they met, the owner's own note.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import quote
from uuid import UUID

LINE = 75
"""Octets in a line without its break (RFC 6350, 3.2)."""


class Version(StrEnum):
    """3.0 is what every phone reads; 4.0 is UTF-8 by definition and knows pronouns."""

    V3 = "3.0"
    V4 = "4.0"


@dataclass(frozen=True, slots=True)
class Contact:
    """What goes into one card. Contact fields are those released to the owner of the address book, no others.

    `id` is the person's; `met` says where and when they met, `note` is the owner's own; `revised` is aware.
    """

    id: UUID
    name: str
    revised: datetime
    pronouns: str = ""
    organisation: str = ""
    role: str = ""
    headline: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    met: str = ""
    note: str = ""


def vcards(contacts: Iterable[Contact], *, version: Version = Version.V3) -> bytes:
    """The cards in the order given, one after the other in one file; empty for none. UTF-8 with CRLF."""
    return b"".join(folded(line) for contact in contacts for line in _lines(contact, version))


def folded(line: str) -> bytes:
    """The line in UTF-8 with CRLF, in pieces of at most 75 octets; all but the first begin with a space."""
    parts: list[bytes] = []
    part = b""
    for mark in line:
        octets = mark.encode()
        if len(part) + len(octets) > LINE:
            parts.append(part)
            part = b" "
        part += octets
    return b"\r\n".join([*parts, part]) + b"\r\n"


def _lines(contact: Contact, version: Version) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield f"VERSION:{version}"
    yield "PRODID:-//Hallway//Hallway//EN"
    yield f"UID:urn:uuid:{contact.id}"
    yield f"FN:{_text(_one_line(contact.name))}"
    yield from _about_the_name(contact, version)
    yield from _each("ORG", contact.organisation)
    # TITLE is the position held (RFC 2426, 3.5.1), which a profile calls a role; ROLE would be the trade.
    yield from _each("TITLE", contact.role)
    yield from _each("EMAIL", *contact.emails)
    yield from _each("TEL", *contact.phones)
    yield from (f"URL:{uri}" for uri in map(_uri, contact.links) if uri)
    if note := "\n".join(_notes(contact, version)):
        yield f"NOTE:{_text(note)}"
    yield f"REV:{_timestamp(contact.revised, version)}"
    yield "END:VCARD"


def _about_the_name(contact: Contact, version: Version) -> Iterator[str]:
    """What the versions know of a name beside FN.

    3.0 demands its parts, and phones show those rather than FN. Nobody told us the parts, and guessing is
    wrong for half of the world: the whole name is the given name. 4.0 needs none and has PRONOUNS (9554).
    """
    if version is Version.V3:
        yield f"N:;{_text(_one_line(contact.name))};;;"
        yield from _each("X-PRONOUNS", contact.pronouns)
    else:
        yield from _each("PRONOUNS", contact.pronouns)


def _notes(contact: Contact, version: Version) -> Iterator[str]:
    """Without empty parts. No address book shows X-PRONOUNS, so in 3.0 pronouns are told here too."""
    pronouns = contact.pronouns if version is Version.V3 else ""
    parts = (contact.headline, pronouns, contact.met, contact.note)
    return (text for text in map(_plain, parts) if text)


def _each(name: str, *values: str) -> Iterator[str]:
    for value in values:
        if line := _one_line(value):
            yield f"{name}:{_text(line)}"


def _text(value: str) -> str:
    """RFC 6350, 3.4. Semicolons are escaped everywhere, as both versions allow and N and ORG demand."""
    escaped = value.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return escaped.replace("\n", "\\n")


def _plain(value: str) -> str:
    """Line breaks of any kind as LF, tabs as spaces, without the controls that a vCard may not hold."""
    lines = "\n".join(value.replace("\t", " ").splitlines())
    kept = (mark for mark in lines if mark == "\n" or unicodedata.category(mark) not in {"Cc", "Cs"})
    return "".join(kept).strip()


def _one_line(value: str) -> str:
    return _plain(value).replace("\n", " ")


def _uri(link: str) -> str:
    """A URI is not escaped like text (RFC 6350, 4.2): what may not stand in one is percent-encoded."""
    return quote(_one_line(link), safe="%:/?#[]@!$&'()*+,;=-._~")


def _timestamp(at: datetime, version: Version) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ" if version is Version.V3 else "%Y%m%dT%H%M%SZ")
