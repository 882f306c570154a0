"""What does one badge look like?

Above, a strip stays empty for the lanyard's slot. Then the event, the name as large as it goes, pronouns; below, who
somebody is beside the code, and a ribbon with the word of their type. Lengths are in points, from the lower left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from server.badges.drawing import BADGE_MODULES, QUIET_ZONE
from server.badges.printing.colours import INK, SOFT, WHITE, Colour, fill, ribbon_colour
from server.badges.printing.fitting import Fitted, fit
from server.badges.printing.fonts import BOLD, MEDIUM, Embedded
from server.badges.printing.words import shape, tidy, write

MM = 72 / 25.4
CAPITALS = 0.727  # Inter's height of capitals, in ems
DESCENT = 0.21


@dataclass(frozen=True, slots=True)
class Wearer:
    """What is printed of one person."""

    name: str
    pronouns: str
    organisation: str
    role: str
    type: str
    code: str
    manual_code: str


@dataclass(frozen=True, slots=True)
class Layout:
    """A size of badge. Lengths in mm, sizes of letters in points as (largest, smallest)."""

    width: float
    height: float
    margin: float
    slot: float
    ribbon: float
    qr: float
    gap: float
    """Between the code's column and the words beside it."""
    event: tuple[float, float]
    name: tuple[float, float]
    name_lines: int
    name_beside_code: bool
    """Whether there is no room for the name above the code."""
    pronouns: tuple[float, float]
    role: tuple[float, float]
    organisation: tuple[float, float]
    manual_code: float
    foot: float
    """Between the manual code and the ribbon."""
    ribbon_words: tuple[float, float]


LAYOUTS: dict[str, Layout] = {
    "a6": Layout(
        width=105, height=148, margin=9, slot=12, ribbon=15, qr=36, gap=7,
        event=(11, 7), name=(46, 12), name_lines=6, name_beside_code=False, pronouns=(13, 8), role=(12.5, 8.5),
        organisation=(16, 9), manual_code=9, foot=2.8, ribbon_words=(21, 9),
    ),
    "card": Layout(
        width=86, height=54, margin=5, slot=7, ribbon=7.5, qr=24, gap=5,
        event=(7.5, 5), name=(25, 7.5), name_lines=4, name_beside_code=True, pronouns=(8, 6), role=(7.5, 5.5),
        organisation=(9, 6), manual_code=6.5, foot=1.6, ribbon_words=(11, 6),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawn:
    """A badge as PDF operators; `complete` unless a name, organisation or role was cut or has a character that no
    shipped typeface has, or the name has nothing to be seen."""

    operators: bytes
    complete: bool


def draw_badge(wearer: Wearer, code: bytes, layout: Layout, embedded: Embedded, *, event_name: str) -> Drawn:
    """`code` is the path of what is dark in its code (`codes.py`)."""
    colour = ribbon_colour(wearer.type)
    width, height = layout.width * MM, layout.height * MM
    left, right = layout.margin * MM, width - layout.margin * MM
    quiet = QUIET_ZONE * layout.qr / BADGE_MODULES * MM
    manual_base = (layout.ribbon + layout.foot) * MM
    code_base = manual_base + CAPITALS * layout.manual_code + quiet
    code_left = right - layout.qr * MM
    code_top = code_base + layout.qr * MM
    column = code_left - layout.gap * MM - left

    parts = [ribbon(wearer.type, colour, layout, embedded)]
    parts.append(qr_code(code, x=code_left, y=code_base, side=layout.qr * MM))
    manual = shape(wearer.manual_code, MEDIUM, tracking=0.06)
    manual_x = (code_left + right - manual.width * layout.manual_code) / 2
    parts += [fill(SOFT), write(manual, embedded, x=manual_x, y=manual_base, size=layout.manual_code)]

    top = height - layout.slot * MM
    line = right - left
    event = fit(event_name, MEDIUM, width=line, height=layout.event[0] * 1.2, largest=layout.event[0],
                smallest=layout.event[1], lines=1, leading=1.2)  # fmt: skip
    top -= layout.event[0] * CAPITALS + 1 * MM
    parts += [fill(colour), *block(event, embedded, left=left, right=right, base=top)]

    if layout.name_beside_code:
        top -= 3 * MM
        name_width, name_bottom = column, layout.ribbon * MM + 13.5 * MM
    else:
        top -= 8.5 * MM
        name_width, name_bottom = line, code_top + quiet + 6 * MM
    room = top - name_bottom - (layout.pronouns[0] * 1.7 if tidy(wearer.pronouns) else 0)
    name = fit(wearer.name, BOLD, width=name_width, height=room, largest=layout.name[0],
               smallest=layout.name[1], lines=layout.name_lines, leading=1.1)  # fmt: skip
    base = top - CAPITALS * name.size
    if is_blank(name):
        parts.append(rule_to_write_on(left=left, width=name_width, y=top - 9 * MM))
        base = top - 9 * MM
    else:
        parts += [
            fill(INK),
            *block(name, embedded, left=left, right=left + name_width, base=base, leading=1.1),
        ]
        base -= name.size * 1.1 * (len(name.lines) - 1)
    pronouns = fit(wearer.pronouns, MEDIUM, width=name_width, height=layout.pronouns[0] * 1.3,
                   largest=layout.pronouns[0], smallest=layout.pronouns[1], lines=1, leading=1.2)  # fmt: skip
    base -= max(name.size * DESCENT, 3) + layout.pronouns[0] * 1.25
    parts += [fill(SOFT), *block(pronouns, embedded, left=left, right=left + name_width, base=base)]

    below = [(wearer.role, MEDIUM, layout.role, INK), (wearer.organisation, BOLD, layout.organisation, INK)]
    if layout.name_beside_code:
        room_below = name_bottom - layout.ribbon * MM - 3.2 * MM
        start = None
    else:
        room_below = code_top - manual_base
        start = code_top
    fitted = [
        (fit(text, face, width=column, height=room_below * share, largest=sizes[0], smallest=sizes[1], lines=lines,
             leading=1.22), ink)
        for (text, face, sizes, ink), share, lines in zip(
            below, (0.42, 0.58), (1, 2) if layout.name_beside_code else (3, 4), strict=True
        )
        if tidy(text)
    ]  # fmt: skip
    parts += stacked(fitted, embedded, left=left, right=left + column, top=start, bottom=manual_base)

    said = [name, *(text for text, _ in fitted), pronouns]
    complete = not is_blank(name) and not any(text.cut or text.missing for text in said)
    return Drawn(b"\n".join(parts), complete)


def ribbon(attendee_type: str, colour: Colour, layout: Layout, embedded: Embedded) -> bytes:
    """The strip at the foot, over the whole width, with its word."""
    width, height = layout.width * MM, layout.ribbon * MM
    largest, smallest = layout.ribbon_words
    word = shape(tidy(attendee_type).upper(), BOLD, tracking=0.09)
    room = width - 2 * layout.margin * MM
    size = max(smallest, min(largest, room / (word.width or 1)))
    if word.width * size > room:
        word = fit(attendee_type.upper(), BOLD, width=room, height=height, largest=size, smallest=size, lines=1,
                   leading=1).lines[0]  # fmt: skip
    base = (height - CAPITALS * size) / 2
    return b"\n".join(
        (
            fill(colour),
            b"0 0 %.2f %.2f re f" % (width, height),
            fill(WHITE),
            write(word, embedded, x=layout.margin * MM, y=base, size=size),
        )
    )


def qr_code(path: bytes, *, x: float, y: float, side: float) -> bytes:
    scale = side / BADGE_MODULES
    return b"q 0 0 0 rg %.5f 0 0 %.5f %.2f %.2f cm %s f Q" % (scale, scale, x, y, path)


def block(
    text: Fitted, embedded: Embedded, *, left: float, right: float, base: float, leading: float = 1.2
) -> list[bytes]:
    """Lines below each other, each begun on the side from which it is read."""
    return [
        write(
            line,
            embedded,
            x=right - line.width * text.size if line.right_to_left else left,
            y=base - n * leading * text.size,
            size=text.size,
        )
        for n, line in enumerate(text.lines)
    ]


def stacked(
    texts: Sequence[tuple[Fitted, Colour]],
    embedded: Embedded,
    *,
    left: float,
    right: float,
    top: float | None,
    bottom: float,
) -> list[bytes]:
    """Texts below each other, hung from `top`, or else standing on `bottom`."""
    leading, between = 1.22, 0.72
    if top is None:
        tall = sum(text.size * (CAPITALS + leading * (len(text.lines) - 1)) for text, _ in texts)
        tall += sum(text.size * between for text, _ in texts[:-1])
        top = bottom + tall
    parts: list[bytes] = []
    for text, colour in texts:
        base = top - CAPITALS * text.size
        parts += [fill(colour), *block(text, embedded, left=left, right=right, base=base, leading=leading)]
        top = base - text.size * (leading * (len(text.lines) - 1) + between)
    return parts


def is_blank(text: Fitted) -> bool:
    return not any(line.width for line in text.lines)


def rule_to_write_on(*, left: float, width: float, y: float) -> bytes:
    """For a name that cannot be printed: a line for a pen."""
    return b"%s %.2f %.2f %.2f 0.6 re f" % (fill(SOFT), left, y, width)
