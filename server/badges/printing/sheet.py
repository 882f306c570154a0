"""How do badges come onto sheets? Side by side without gaps, with marks where to cut; backs behind their fronts."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import IO, Any

from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from server.badges.printing.codes import code_paths
from server.badges.printing.colours import HAIRLINE, stroke
from server.badges.printing.fonts import Embedded
from server.badges.printing.layout import LAYOUTS, MM, Drawn, Layout, Wearer, draw_badge

rl_config.useA85 = 0  # binary streams: a fifth smaller

PAGES: dict[str, tuple[float, float]] = {"a4": (210, 297), "letter": (215.9, 279.4)}
OUTSIDE = 5 * MM  # how long a mark is beyond the badges
APART = 1.5 * MM  # from the corner it points to
INSIDE = 4 * MM  # how far a mark reaches in where the badges fill the sheet


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the badges stand on a sheet, in points."""

    width: float
    height: float
    badge: tuple[float, float]
    columns: int
    rows: int

    @property
    def places(self) -> list[tuple[int, int]]:
        """(column, row) in reading order."""
        return [(column, row) for row in range(self.rows) for column in range(self.columns)]

    @property
    def left(self) -> float:
        return (self.width - self.columns * self.badge[0]) / 2

    @property
    def bottom(self) -> float:
        return (self.height - self.rows * self.badge[1]) / 2

    def corner(self, place: tuple[int, int], *, back: bool) -> tuple[float, float]:
        """The lower left corner of a badge. Backs are mirrored from left to right: the sheet is turned over its long
        edge, and every back lies behind its front."""
        column, row = place
        if back:
            column = self.columns - 1 - column
        return self.left + column * self.badge[0], self.bottom + (self.rows - 1 - row) * self.badge[1]


def grid_of(layout: Layout, page: str) -> Grid:
    """As many badges as fit upright on the sheet; `single` is one badge on a sheet of its size."""
    width, height = PAGES.get(page, (layout.width, layout.height))
    return Grid(
        width * MM,
        height * MM,
        (layout.width * MM, layout.height * MM),
        columns=int(width // layout.width),
        rows=int(height // layout.height),
    )


@dataclass(frozen=True, slots=True)
class Printed:
    """`incomplete` are the positions of badges on which something was cut or left out."""

    badges: int
    pages: int
    incomplete: tuple[int, ...]


def print_sheets(
    file: IO[bytes],
    wearers: Sequence[Wearer],
    *,
    event_name: str,
    url_prefix: str,
    layout: str,
    page: str,
    double_sided: bool = False,
    told: Callable[[int], object] = lambda _: None,
) -> Printed:
    """Write a PDF. `told` hears how many badges are done, after each sheet. Raises KeyError for an unknown layout."""
    shape = LAYOUTS[layout]
    grid = grid_of(shape, page)
    canvas: Any = Canvas(file, pagesize=(grid.width, grid.height), pageCompression=1, invariant=1)
    canvas.setTitle(event_name)
    canvas.setCreator("Hallway")
    embedded = Embedded(canvas._doc)  # noqa: SLF001  (reportlab has no other way to its document)
    marks = b"" if page == "single" else cut_marks(grid)
    done, pages, incomplete = 0, 0, []

    codes = code_paths(url_prefix, [wearer.code for wearer in wearers])
    for sheet in sheets(zip(wearers, codes, strict=True), len(grid.places)):
        drawn = [draw_badge(wearer, code, shape, embedded, event_name=event_name) for wearer, code in sheet]
        incomplete += [done + n for n, badge in enumerate(drawn) if not badge.complete]
        for back in (False, True) if double_sided else (False,):
            canvas._code.append(side(drawn, grid, marks, back=back).decode("ascii"))  # noqa: SLF001
            canvas.showPage()
            pages += 1
        done += len(sheet)
        told(done)
    canvas.save()
    return Printed(done, pages, tuple(incomplete))


def sheets(badges: Iterable[tuple[Wearer, bytes]], each: int) -> Iterator[list[tuple[Wearer, bytes]]]:
    rest = iter(badges)
    while sheet := list(islice(rest, each)):
        yield sheet


def side(drawn: list[Drawn], grid: Grid, marks: bytes, *, back: bool) -> bytes:
    parts = []
    for badge, place in zip(drawn, grid.places, strict=False):
        x, y = grid.corner(place, back=back)
        parts.append(b"q 1 0 0 1 %.3f %.3f cm\n%s\nQ" % (x, y, badge.operators))
    return b"\n".join((*parts, marks))


def cut_marks(grid: Grid) -> bytes:
    """Hairlines beyond the badges at every cut; where the badges fill the sheet, short ones at its edge."""
    right, top = grid.width - grid.left, grid.height - grid.bottom
    lines = []
    for column in range(grid.columns + 1):
        x = grid.left + column * grid.badge[0]
        for start, end in _mark(grid.bottom, 0, 1), _mark(grid.height - top, grid.height, -1):
            lines.append(b"%.2f %.2f m %.2f %.2f l" % (x, start, x, end))
    for row in range(grid.rows + 1):
        y = grid.bottom + row * grid.badge[1]
        for start, end in _mark(grid.left, 0, 1), _mark(grid.width - right, grid.width, -1):
            lines.append(b"%.2f %.2f m %.2f %.2f l" % (start, y, end, y))
    return b"q %s 0.35 w %s S Q" % (stroke(HAIRLINE), b" ".join(lines))


def _mark(margin: float, edge: float, inwards: int) -> tuple[float, float]:
    """From the edge of the sheet towards the badges."""
    if margin < APART + 1:
        return edge, edge + inwards * INSIDE
    start = margin - APART
    return edge + inwards * max(0, start - OUTSIDE), edge + inwards * start
