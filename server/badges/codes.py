"""What did the camera (or the keyboard) read?

A badge's code is 14 bytes in base32 (23 characters): one byte that says kind and format, the event's short
reference (3 bytes), 80 random bits. It is unsigned; the table of badges is the proof. So any 80 bits are well
formed, and a flipped bit gives another code that nobody wears. See decisions/0003-badge-code.md.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from server.badges.base32 import NotBase32, from_base32, is_base32, to_base32
from server.badges.manual_codes import (
    ManualCode,
    ManualCodeMistyped,
    NotAManualCode,
    is_grouped,
    read_manual_code,
)
from server.badges.tickets import TICKET_CHARACTERS, TICKET_FORMAT, TicketMalformed, read_ticket

BADGE_FORMAT = 0x39  # badge, format 1; every badge code then begins with "H" and every ticket with "T"
EVENT_REF_BYTES = 3
SECRET_BYTES = 10
DIGEST_BYTES = 8
BADGE_CHARACTERS = 23
FOREIGN_CHARACTERS = 512

# A version 3 QR code at level L holds 440 bits. The code takes 4 + 9 + 127 in alphanumeric mode, what
# stands before it 4 + 8 and 8 a byte: (440 - 140 - 12) // 8.
PREFIX_BYTES = 36

_BADGE_PATH = re.compile(r"/b/([^/]+)/?", re.IGNORECASE)
_PORT_OR_HOST = re.compile(r"[a-z0-9.-]+(:[0-9]{1,5})?|\[[0-9a-f:]+\](:[0-9]{1,5})?")


class CodeMalformed(ValueError):
    """No arrival of any fact can make this a code: empty, too long, unprintable, or ours and broken."""


class PublicUrlUnusable(ValueError):
    """The public address cannot stand on a badge."""


class PublicUrlTooLong(PublicUrlUnusable):
    """The public address would force the next size of QR code, which reads from less far."""


@dataclass(frozen=True, slots=True)
class BadgeCode:
    """What is worn in public; says nothing about its wearer."""

    event_ref: bytes
    secret: bytes

    def __post_init__(self) -> None:
        if len(self.event_ref) != EVENT_REF_BYTES or len(self.secret) != SECRET_BYTES:
            raise ValueError("a badge code has 3 bytes of event reference and 10 random bytes")

    @property
    def text(self) -> str:
        """23 characters of upper case base32."""
        return to_base32(bytes([BADGE_FORMAT]) + self.event_ref + self.secret)

    @property
    def digest(self) -> bytes:
        """The first 8 bytes of SHA-256 of `text`: who has read the badge finds its name offline by it."""
        return hashlib.sha256(self.text.encode("ascii")).digest()[:DIGEST_BYTES]


@dataclass(frozen=True, slots=True)
class TicketToken:
    """A ticket where a badge was expected; its signature is not checked here. `text` is upper case."""

    text: str


@dataclass(frozen=True, slots=True)
class ForeignCode:
    """Somebody else's code, exactly as read but for white space around it; an import may name it."""

    text: str


Scanned = BadgeCode | ManualCode | TicketToken | ForeignCode


def new_badge_code(event_ref: bytes, entropy: Callable[[int], bytes]) -> BadgeCode:
    """A badge code with 80 random bits; `entropy(10)` answers ten bytes (`secrets.token_bytes`)."""
    return BadgeCode(event_ref, entropy(SECRET_BYTES))


def parse_code(raw: str, *, public_url: str | None = None) -> Scanned:
    """What `raw` is: a badge (bare, or as a URL of any host), a manual code, a ticket, or another's code.

    The host of a URL does not matter for a badge, since badges outlive a change of address. With
    `public_url`, a URL below our own `/b/` that holds no badge code is malformed rather than foreign.

    A foreign code of nine characters can look like a manual code (one in 32 of those that fit its alphabet):
    look for it under `foreign_text(raw)` too.

    Raises CodeMalformed.
    """
    text = foreign_text(raw)
    return _in_url(text, public_url) or _own(text) or ForeignCode(text)


def foreign_text(raw: str) -> str:
    """`raw` as an import would name it: without white space around it.

    Raises CodeMalformed when it is empty, longer than 512 characters, or not wholly printable.
    """
    text = raw.strip()
    if not text:
        raise CodeMalformed("the code is empty")
    if len(text) > FOREIGN_CHARACTERS:
        raise CodeMalformed(f"the code is longer than {FOREIGN_CHARACTERS} characters")
    if not text.isprintable():  # control characters, U+0000, lone surrogates, invisible characters
        raise CodeMalformed("the code has characters that cannot be printed")
    return text


def badge_url(public_url: str, code: BadgeCode) -> str:
    return badge_url_prefix(public_url) + code.text


def badge_url_prefix(public_url: str) -> str:
    """What stands before the code on every badge: `https://host/b/`."""
    return f"{public_url.rstrip('/')}/b/"


def check_public_url(public_url: str) -> None:
    """Called once at start. `https://host` or `http://host:port`, in lower case and ASCII.

    Raises PublicUrlTooLong when badges would need more than 29 x 29 modules, PublicUrlUnusable for all
    else that is not a plain address: a path, a user, upper case (Android compares schemes and hosts by
    case).
    """
    scheme, _, host = public_url.removesuffix("/").partition("://")
    if scheme not in {"http", "https"} or not _PORT_OR_HOST.fullmatch(host):
        raise PublicUrlUnusable(
            "the public address must be http:// or https:// and a host in lower case ASCII"
        )
    longest = PREFIX_BYTES - len(f"{scheme}:///b/")
    if len(host) > longest:
        raise PublicUrlTooLong(
            f"the public host has {len(host)} characters; with more than {longest} a badge's QR code grows"
        )


def _own(text: str) -> BadgeCode | ManualCode | TicketToken | None:
    """The code in `text`, if it is one of ours. Raises CodeMalformed if it is ours and broken."""
    try:
        if _looks_like(text, TICKET_CHARACTERS, TICKET_FORMAT):
            read_ticket(text)
            return TicketToken(text.upper())
        if _looks_like(text, BADGE_CHARACTERS, BADGE_FORMAT):
            raw = from_base32(text)
            return BadgeCode(raw[1 : 1 + EVENT_REF_BYTES], raw[1 + EVENT_REF_BYTES :])
        return read_manual_code(text)
    except (NotBase32, TicketMalformed) as error:
        raise CodeMalformed(str(error)) from error
    except ManualCodeMistyped as error:
        if is_grouped(text):
            raise CodeMalformed(str(error)) from error
        return None
    except NotAManualCode:
        return None


def _looks_like(text: str, characters: int, first_byte: int) -> bool:
    """Right in length, alphabet and first byte: then it is ours. Anything less may be somebody else's."""
    return len(text) == characters and is_base32(text) and from_base32(text[:8])[0] == first_byte


def _in_url(text: str, public_url: str | None) -> BadgeCode | None:
    """The badge code in a URL `…/b/CODE` of any host; query and fragment do not matter."""
    try:
        url = urlsplit(text)
    except ValueError:  # for example "https://[" : then it is no URL
        return None
    if url.scheme not in {"http", "https"}:
        return None
    ours = public_url is not None and url.netloc.lower() == urlsplit(public_url).netloc.lower()
    path = _BADGE_PATH.fullmatch(url.path)
    try:
        found = _own(path[1]) if path else None
    except CodeMalformed:
        found = None
    if isinstance(found, BadgeCode):
        return found
    if ours and path:
        raise CodeMalformed("this address of ours holds no badge code")
    return None
