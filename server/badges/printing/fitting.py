"""How large can a text be in its box, and where are its lines broken?"""

from dataclasses import dataclass
from functools import lru_cache

from server.badges.printing.words import Words, reads_from_the_right, shape, tidy

ELLIPSIS = "…"
ENOUGH = 1.15  # another line must make the letters this much larger


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines of one size, in points. `cut` says that not all of the text is there."""

    lines: tuple[Words, ...]
    size: float
    cut: bool

    @property
    def missing(self) -> frozenset[str]:
        return frozenset().union(*(line.missing for line in self.lines))


@lru_cache(maxsize=2048)
def fit(
    text: str,
    face: str,
    *,
    width: float,
    height: float,
    largest: float,
    smallest: float,
    lines: int,
    leading: float,
) -> Fitted:
    """The text as large as its box lets it be: on few lines if that costs little, cut only if nothing else helps."""
    text = tidy(text)
    base = reads_from_the_right(text)
    best: Fitted | None = None
    for count in range(1, lines + 1):
        broken = [shape(line, face, base=base) for line in broken_evenly(text, face, count)]
        widest = max(line.width for line in broken) or 1
        size = min(largest, width / widest, height / (1 + leading * (len(broken) - 1)))
        if best is None or size > best.size * ENOUGH:
            best = Fitted(tuple(broken), size, cut=False)
    if best is not None and best.size >= smallest:
        return best
    return _cut(text, face, width=width, height=height, size=smallest, lines=lines, leading=leading)


def broken_evenly(text: str, face: str, count: int) -> list[str]:
    """At most `count` lines, broken between words, the widest as narrow as can be."""
    words = text.split(" ")
    if count == 1 or len(words) == 1:
        return [text]
    widths = [shape(word, face).width for word in words]
    space = 0.3
    low, high = max(widths), sum(widths) + space * len(widths)
    for _ in range(12):  # to a four-thousandth of the line
        middle = (low + high) / 2
        if len(_greedy(widths, space, middle)) <= count:
            high = middle
        else:
            low = middle
    return [" ".join(words[a:b]) for a, b in _greedy(widths, space, high)]


def _greedy(widths: list[float], space: float, widest: float) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start, used = 0, 0.0
    for at, width in enumerate(widths):
        if at > start and used + space + width > widest:
            spans.append((start, at))
            start, used = at, width
        else:
            used += width + (space if at > start else 0)
    spans.append((start, len(widths)))
    return spans


def _cut(
    text: str, face: str, *, width: float, height: float, size: float, lines: int, leading: float
) -> Fitted:
    """At the smallest size: full lines, broken anywhere if there is no space, and dots where it ends early."""
    room = max(1, min(lines, int((height / size - 1) / leading + 1.001)))
    base = reads_from_the_right(text)
    found: list[Words] = []
    rest = text
    while rest and len(found) < room:
        last = len(found) == room - 1
        line = _longest(rest, face, width / size)
        if last and line != rest:
            line = _longest(rest, face, width / size, ending=ELLIPSIS)
            found.append(shape(line.rstrip() + ELLIPSIS, face, base=base))
            return Fitted(tuple(found), size, cut=True)
        if line != rest and " " in line and rest[len(line)] != " ":
            line = line.rsplit(" ", 1)[0]
        found.append(shape(line.strip(), face, base=base))
        rest = rest[len(line) :].lstrip()
    return Fitted(tuple(found), size, cut=False)


def _longest(text: str, face: str, width: float, *, ending: str = "") -> str:
    """The longest beginning that is not wider, never less than a character."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if shape(text[:middle] + ending, face).width <= width:
            low = middle
        else:
            high = middle - 1
    return text[:low]
