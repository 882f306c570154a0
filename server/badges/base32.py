"""How are bytes written so that a QR code holds them in alphanumeric mode?

Base32 of RFC 4648 section 6, upper case, without padding: 5.5 bits of QR code for 5 bits of content.
"""

from base64 import b32decode, b32encode

ALPHABET = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


class NotBase32(ValueError):
    """The text is not the one way to write some bytes in base32."""


def to_base32(raw: bytes) -> str:
    return b32encode(raw).decode("ascii").rstrip("=")


def from_base32(text: str) -> bytes:
    """The bytes of `text`, either case.

    Raises NotBase32 for a foreign character, an impossible length and left-over bits that are not zero:
    one value has one spelling, or a changed last character would be the same code.
    """
    if not is_base32(text):
        raise NotBase32("base32 has the letters A-Z and the digits 2-7 only")
    text = text.upper()
    try:
        raw = b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        raise NotBase32("no number of bytes has this length in base32") from None
    if to_base32(raw) != text:
        raise NotBase32("the bits left over at the end are not zero")
    return raw


def is_base32(text: str) -> bool:
    """Whether all characters are of the alphabet, in either case."""
    # Without the first question `str.upper` would make letters of the alphabet out of a long s and a
    # dotless i.
    return text.isascii() and ALPHABET.issuperset(text.upper())
