"""What does a code look like? A matrix of dark and light modules, drawn as SVG or PNG.

The matrix is `qrcode`'s (ISO/IEC 18004), with segments, mask and size chosen by us; the drawing is ours.
Trying all eight masks and drawing module by module is what makes the default slow:
decisions/0003-badge-code.md.
"""

from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

Matrix = tuple[tuple[bool, ...], ...]

QUIET_ZONE = 4
LARGEST_SCALE = 64
BADGE_VERSION = 3
BADGE_MODULES = 29  # a side
TICKET_VERSION = 7  # 45 x 45 modules
_BADGE_BITS = {ERROR_CORRECT_M: 352, ERROR_CORRECT_L: 440}  # of data, ISO/IEC 18004, table 7
_MASK = 2  # of the eight, the one with the lowest mean penalty over random badge codes


class CodeTooLong(ValueError):
    """The text does not fit its size of QR code; `check_public_url` refuses such an address at start."""


def qr_matrix(url_prefix: str, code: str) -> Matrix:
    """A badge: 29 x 29 modules, True is dark, no quiet zone. Error correction M if it fits, else L.

    `url_prefix` (`https://host/b/`, ASCII) becomes a byte segment and `code` (0-9, A-Z) an alphanumeric one.
    Raises CodeTooLong.
    """
    segments = [
        _segment(url_prefix, mode=MODE_8BIT_BYTE),
        _segment(code, mode=MODE_ALPHA_NUM),
    ]
    # Two headers of mode and length, 8 bits a byte, 11 bits for two alphanumeric characters and 6 for an odd one.
    bits = 4 + 8 + 8 * len(url_prefix) + 4 + 9 + 11 * (len(code) // 2) + 6 * (len(code) % 2)
    for level, room in _BADGE_BITS.items():
        if bits <= room:
            return _matrix(segments, version=BADGE_VERSION, level=level)
    raise CodeTooLong("the public address is too long for a badge's QR code")


def ticket_matrix(token: str) -> Matrix:
    """A ticket: 45 x 45 modules, True is dark, no quiet zone, error correction M. Raises CodeTooLong."""
    try:
        segments = [_segment(token, mode=MODE_ALPHA_NUM)]
        return _matrix(segments, version=TICKET_VERSION, level=ERROR_CORRECT_M)
    except DataOverflowError:
        raise CodeTooLong("the token is too long for a ticket's QR code") from None


def svg(matrix: Matrix, *, module: float = 4, title: str = "QR code") -> str:
    """A square SVG in which a module is `module` CSS pixels wide, with a quiet zone of four modules.

    All dark modules are one path of horizontal runs. `title` is what a screen reader says: no personal data.
    """
    side = len(matrix) + 2 * QUIET_ZONE
    runs = "".join(
        f"M{start + QUIET_ZONE} {y + QUIET_ZONE}h{length}v1h-{length}z"
        for y, row in enumerate(matrix)
        for start, length in _dark_runs(row)
    )
    pixels = f"{side * module:g}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{pixels}" height="{pixels}"'
        f' viewBox="0 0 {side} {side}" role="img" shape-rendering="crispEdges"><title>{escape(title)}</title>'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{runs}"/></svg>'
    )


def png(matrix: Matrix, *, scale: int = 8) -> bytes:
    """A square PNG, one bit a pixel, a module `scale` (1 to 64) pixels wide, with the quiet zone."""
    if not 1 <= scale <= LARGEST_SCALE:
        raise ValueError(f"the scale is 1 to {LARGEST_SCALE} pixels a module")
    side = len(matrix) + 2 * QUIET_ZONE
    modules = Image.new("1", (side, side), 1)
    modules.putdata(_pixels(matrix))
    file = BytesIO()
    pixels = side * scale
    modules.resize((pixels, pixels), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


def dark_rectangles(matrix: Matrix) -> list[tuple[int, int, int, int]]:
    """(left, top, width, height) in modules: few rectangles that together cover what is dark, and nothing twice."""
    found: list[tuple[int, int, int, int]] = []
    growing: dict[tuple[int, int], int] = {}  # (start, length) of a run in the row above, and where it began
    for y, row in enumerate((*matrix, ())):
        runs = set(_dark_runs(row))
        for run in growing.keys() - runs:
            top = growing.pop(run)
            found.append((run[0], top, run[1], y - top))
        for run in runs - growing.keys():
            growing[run] = y
    return sorted(found)


def _segment(text: str, *, mode: int) -> QRData:
    make: Any = QRData  # its stub takes modes as literals only
    return make(text.encode("ascii"), mode=mode)


def _matrix(segments: list[QRData], *, version: int, level: int) -> Matrix:
    code = QRCode(version=version, error_correction=level, mask_pattern=_MASK)
    for segment in segments:
        code.add_data(segment)
    code.make(fit=False)
    return tuple(tuple(bool(dark) for dark in row) for row in code.modules)


def _dark_runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """(first module, how many) of each unbroken row of dark modules."""
    runs = []
    start = None
    for x, dark in enumerate((*row, False)):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            runs.append((start, x - start))
            start = None
    return runs


def _pixels(matrix: Matrix) -> list[int]:
    side = len(matrix) + 2 * QUIET_ZONE
    margin = [1] * QUIET_ZONE
    above = [1] * side * QUIET_ZONE
    rows = [pixel for row in matrix for pixel in (*margin, *(0 if dark else 1 for dark in row), *margin)]
    return [*above, *rows, *above]
