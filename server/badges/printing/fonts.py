"""Which shipped typeface has a character, and what does a glyph look like?

All are TrueType outlines under the SIL Open Font License, kept beside their licences (see fonts/README.md):
reportlab embeds no CFF outlines.
"""

from functools import cache
from pathlib import Path
from typing import Any

import uharfbuzz as hb
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).parent / "fonts"

MEDIUM = "Inter-Medium"
BOLD = "Inter-Bold"
EMOJI = "NotoEmoji"

# Asked in this order after the wished weight of Inter. Chinese before Japanese before Korean: one form of a
# character that they share is shipped (decisions/0017-printing.md).
FALLBACKS = (
    "NotoSans",
    "NotoSansArabic",
    "NotoSansHebrew",
    "NotoSansThai",
    "NotoSansSC",
    "NotoSansJP",
    "NotoSansTC",
    "NotoSansKR",
    EMOJI,
)

INVISIBLE = frozenset("\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069\ufe0e\ufe0f")


class Typeface:
    """One font file, as HarfBuzz reads it. Shaping the same text twice gives the same glyphs."""

    def __init__(self, name: str) -> None:
        self.name = name
        face = hb.Face(hb.Blob.from_file_path(str(FOLDER / f"{name}.ttf")))
        self.units = face.upem
        self.font = hb.Font(face)
        self.characters = frozenset(face.unicodes)
        self._outlines: dict[int, bytes] = {}

    def has(self, character: str) -> bool:
        return ord(character) in self.characters

    def glyph_of(self, character: str) -> int:
        return self.font.get_nominal_glyph(ord(character)) or 0

    def width_of(self, glyph: int) -> float:
        return self.font.get_glyph_h_advance(glyph)

    def outline(self, glyph: int) -> bytes:
        """A glyph as PDF path operators (ISO 32000-1, 8.5.2), in the font's units; empty for a space."""
        if glyph not in self._outlines:
            pen = PathPen()
            self.font.draw_glyph_with_pen(glyph, pen)
            self._outlines[glyph] = b" ".join(pen.operators)
        return self._outlines[glyph]


class PathPen:
    """What HarfBuzz draws with: quadratic curves become cubic ones, since PDF has no others."""

    def __init__(self) -> None:
        self.operators: list[bytes] = []
        self.at = (0.0, 0.0)

    def moveTo(self, to: tuple[float, float]) -> None:  # noqa: N802  (the protocol's names)
        self._draw("m", to)

    def lineTo(self, to: tuple[float, float]) -> None:  # noqa: N802
        self._draw("l", to)

    def curveTo(self, one: tuple[float, float], two: tuple[float, float], to: tuple[float, float]) -> None:  # noqa: N802
        self._draw("c", one, two, to)

    def qCurveTo(self, control: tuple[float, float], to: tuple[float, float]) -> None:  # noqa: N802
        (x0, y0), (x, y), (x1, y1) = self.at, control, to
        one = (x0 + 2 / 3 * (x - x0), y0 + 2 / 3 * (y - y0))
        two = (x1 + 2 / 3 * (x - x1), y1 + 2 / 3 * (y - y1))
        self._draw("c", one, two, to)

    def closePath(self) -> None:  # noqa: N802
        self.operators.append(b"h")

    def endPath(self) -> None:  # noqa: N802
        self.closePath()

    def _draw(self, operator: str, *points: tuple[float, float]) -> None:
        numbers = " ".join(f"{x:.0f} {y:.0f}" for x, y in points)
        self.operators.append(f"{numbers} {operator}".encode())
        self.at = points[-1]


@cache
def typeface(name: str) -> Typeface:
    """Read once a process, when first needed: a European event reads no Chinese."""
    return Typeface(name)


@cache
def face_for(character: str, wished: str) -> str | None:
    """The name of the first typeface that has the character; None when none has it."""
    return next((name for name in (wished, *FALLBACKS) if typeface(name).has(character)), None)


class Embedded:
    """The typefaces inside one PDF: reportlab embeds the letters that were used, and wants fonts of its own for each
    document at a time."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self._fonts: dict[str, TTFont] = {}

    def codes(self, face: str, text: str) -> list[tuple[str, bytes]]:
        """(name of a font inside the PDF, one byte for each character) for each stretch of one subset."""
        if face not in self._fonts:
            self._fonts[face] = TTFont(face, str(FOLDER / f"{face}.ttf"), shapable=False)
        font = self._fonts[face]
        return [
            (font.getSubsetInternalName(subset, self.document), codes)
            for subset, codes in font.splitString(text, self.document)
        ]
