"""How wide is a line of text, and with which glyphs is it written?

Everything is shaped by HarfBuzz at one em, so that a text is measured once and fits at any size. Left-to-right text
whose letters are one glyph each is written with embedded fonts (and can be searched); all else (Arabic, Thai, combining
accents, emoji) is drawn as outlines.

Directions follow the Unicode Bidirectional Algorithm (UAX 9) for one level of embedding, which names have at most.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz as hb

from server.badges.printing.fonts import EMOJI, INVISIBLE, Embedded, Typeface, face_for, typeface

PLAIN = {"kern": True, "liga": False, "calt": False, "clig": False}
RIGHT_TO_LEFT = frozenset(("R", "AL"))


@dataclass(frozen=True, slots=True)
class Glyph:
    """Positions and widths in ems."""

    id: int
    advance: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text in one typeface and one direction, in the order of writing it. `text` is None if it must be drawn."""

    face: str
    text: str | None
    glyphs: tuple[Glyph, ...]
    kerning: tuple[float, ...]

    @property
    def width(self) -> float:
        return sum(glyph.advance for glyph in self.glyphs)


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text, from left to right, at a size of one."""

    stretches: tuple[Stretch, ...]
    width: float
    right_to_left: bool
    missing: frozenset[str]
    """Characters that no shipped typeface has; they are left out."""


def tidy(text: str) -> str:
    """One line: composed where Unicode composes, without control and formatting characters (save those that choose how
    a neighbour looks or is read), and at most one space between words."""
    kept = "".join(
        " " if unicodedata.category(char) in {"Cc", "Cs", "Cn", "Co"} else char
        for char in unicodedata.normalize("NFC", text)
        if unicodedata.category(char) != "Cf" or char in INVISIBLE
    )
    return re.sub(r"\s+", " ", kept).strip()


@lru_cache(maxsize=4096)
def shape(text: str, face: str, *, tracking: float = 0.0, base: bool | None = None) -> Words:
    """Choose typefaces and glyphs for a tidy line. `tracking` is added after each glyph, in ems; `base` says whether
    the whole text of which this is a line is read from the right."""
    if base is None:
        base = reads_from_the_right(text)
    pieces, missing = _pieces(text, face, base)
    shaped = [_shape_piece(typeface(name), piece, backwards, tracking) for name, backwards, piece in pieces]
    if base:
        shaped = _visual(
            [(backwards, stretch) for (_, backwards, _), stretch in zip(pieces, shaped, strict=True)]
        )
    return Words(
        stretches=tuple(shaped),
        width=sum(stretch.width for stretch in shaped),
        right_to_left=base,
        missing=frozenset(missing),
    )


def reads_from_the_right(text: str) -> bool:
    """Whether the first letter with a direction is read from the right (UAX 9, P2 and P3)."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction == "L":
            return False
        if direction in RIGHT_TO_LEFT:
            return True
    return False


def _pieces(text: str, wished: str, base: bool) -> tuple[list[tuple[str, bool, str]], set[str]]:  # noqa: FBT001
    """(typeface, whether read from the right, text) for each stretch, in reading order; and what no typeface has."""
    pieces: list[tuple[str, bool, str]] = []
    missing: set[str] = set()
    directions = _directions(text, base)
    for at, char in enumerate(text):
        before = pieces[-1][0] if pieces else None
        attached = (
            char in INVISIBLE or unicodedata.category(char).startswith("M") or 0x1F3FB <= ord(char) <= 0x1F3FF
        )
        emoji_wished = text[at + 1 : at + 2] == "\ufe0f"
        if attached and before is not None and (char in INVISIBLE or typeface(before).has(char)):
            face: str | None = before
        elif char in INVISIBLE:
            continue
        elif emoji_wished and typeface(EMOJI).has(char):
            face = EMOJI
        else:
            face = face_for(char, wished)
        if face is None:
            missing.add(char)
            continue
        if pieces and pieces[-1][:2] == (face, directions[at]):
            pieces[-1] = (face, directions[at], pieces[-1][2] + char)
        else:
            pieces.append((face, directions[at], char))
    return pieces, missing


def _directions(text: str, base: bool) -> list[bool]:  # noqa: FBT001
    """For each character, whether it is read from the right. Neutral ones go with their neighbours where these
    agree, else with the line; numbers are read from the left."""
    strong: list[bool | None] = []
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in RIGHT_TO_LEFT:
            strong.append(True)
        elif direction in {"L", "EN", "AN"}:
            strong.append(False)
        elif direction == "NSM" and strong:
            strong.append(strong[-1])
        else:
            strong.append(None)
    after: list[bool] = []
    following = base
    for known in reversed(strong):
        following = following if known is None else known
        after.append(following)
    after.reverse()
    found: list[bool] = []
    before = base
    for known, following in zip(strong, after, strict=True):
        if known is not None:
            before = known
        found.append(known if known is not None else (before if before == following else base))
    return found


def _visual(stretches: list[tuple[bool, Stretch]]) -> list[Stretch]:
    """A line read from the right: the last comes first, but neighbours read from the left keep their order."""
    groups: list[list[Stretch]] = []
    last = True
    for backwards, stretch in stretches:
        if groups and not backwards and not last:
            groups[-1].append(stretch)
        else:
            groups.append([stretch])
        last = backwards
    return [stretch for group in reversed(groups) for stretch in group]


def _shape_piece(face: Typeface, text: str, backwards: bool, tracking: float) -> Stretch:  # noqa: FBT001
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if backwards else "ltr"
    hb.shape(face.font, buffer, PLAIN if not backwards else {})
    glyphs = tuple(
        Glyph(
            info.codepoint,
            position.x_advance / face.units + tracking,
            position.x_offset / face.units,
            position.y_offset / face.units,
        )
        for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )
    nominal = [face.glyph_of(char) for char in text]
    plain = (
        not backwards
        and nominal == [glyph.id for glyph in glyphs]
        and not any(glyph.x or glyph.y for glyph in glyphs)
    )
    kerning = tuple(glyph.advance - face.width_of(glyph.id) / face.units for glyph in glyphs)
    return Stretch(face.name, text if plain else None, glyphs, kerning)


def write(words: Words, embedded: Embedded, *, x: float, y: float, size: float) -> bytes:
    """PDF operators that write a line with its left end at `x` and its baseline at `y`, in points."""
    operators: list[bytes] = []
    for stretch in words.stretches:
        if stretch.text is None:
            operators.append(_drawn(stretch, x=x, y=y, size=size))
        else:
            operators.append(_written(stretch, stretch.text, embedded, x=x, y=y, size=size))
        x += stretch.width * size
    return b"\n".join(operators)


def _written(stretch: Stretch, text: str, embedded: Embedded, *, x: float, y: float, size: float) -> bytes:
    """With an embedded font; kerning stands between the letters (ISO 32000-1, 9.4.3, TJ)."""
    operators = [b"BT %.2f %.2f Td" % (x, y)]
    at = 0
    for font, codes in embedded.codes(stretch.face, text):
        parts: list[bytes] = []
        run = b""
        for code, kern in zip(codes, stretch.kerning[at : at + len(codes)], strict=True):
            run += b"%02x" % code
            if abs(kern) > 0.0005:
                parts.append(b"<%s>%d" % (run, round(-1000 * kern)))
                run = b""
        if run:
            parts.append(b"<%s>" % run)
        at += len(codes)
        operators.append(b"%s %.2f Tf [%s] TJ" % (font.encode(), size, b"".join(parts)))
    return b" ".join([*operators, b"ET"])


def _drawn(stretch: Stretch, *, x: float, y: float, size: float) -> bytes:
    face = typeface(stretch.face)
    scale = size / face.units
    operators = []
    for glyph in stretch.glyphs:
        outline = face.outline(glyph.id)
        if outline:
            place = (scale, scale, x + glyph.x * size, y + glyph.y * size)
            operators.append(b"q %.5f 0 0 %.5f %.2f %.2f cm %s f Q" % (*place, outline))
        x += glyph.advance * size
    return b"\n".join(operators)
