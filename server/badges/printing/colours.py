"""Which colour has a ribbon? White words on it are readable for everybody (WCAG 2.2, contrast of at least 7 to 1).

The colour only helps: the word says the type.
"""

from hashlib import sha256

Colour = tuple[int, int, int]

INK: Colour = (0x14, 0x18, 0x20)
SOFT: Colour = (0x4A, 0x52, 0x60)
HAIRLINE: Colour = (0x8C, 0x92, 0x9C)
WHITE: Colour = (0xFF, 0xFF, 0xFF)

BY_TYPE: dict[str, Colour] = {
    "attendee": (0x1B, 0x3A, 0x6B),
    "speaker": (0x9B, 0x1B, 0x4B),
    "staff": (0x0F, 0x5A, 0x41),
    "organizer": (0x26, 0x26, 0x2E),
    "exhibitor": (0x7A, 0x3E, 0x00),
    "sponsor": (0x5B, 0x2A, 0x86),
    "press": (0x00, 0x55, 0x6B),
    "volunteer": (0x3C, 0x5A, 0x12),
    "student": (0x8A, 0x24, 0x24),
}


def ribbon_colour(attendee_type: str) -> Colour:
    """Types that an event made up get one of the colours too, always the same."""
    word = attendee_type.strip().casefold()
    if word in BY_TYPE:
        return BY_TYPE[word]
    colours = tuple(BY_TYPE.values())
    return colours[sha256(word.encode("utf-8", "replace")).digest()[0] % len(colours)]


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2.2's contrast ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    linear = [part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def fill(colour: Colour) -> bytes:
    """The PDF operator that fills with it."""
    return b"%.3f %.3f %.3f rg" % tuple(part / 255 for part in colour)


def stroke(colour: Colour) -> bytes:
    return b"%.3f %.3f %.3f RG" % tuple(part / 255 for part in colour)
