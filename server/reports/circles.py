"""Where does each dot of the network's picture lie? Pure, and the same each time.

A dot stands for five people or more, never for somebody: it has no name and no lines of its own. Circles are discs on a
ring; a ribbon joins two, as strong as what they share.
"""

import math
from dataclasses import dataclass

from server.stats.communities import Communities
from server.stats.rules import LIVE_STEP

MOST_DOTS = 1000
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
SPREAD = 1.16  # of dots in a disc, in units of a dot's radius
GAP = 2.5
STEPS = 10  # straight pieces of a ribbon


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    circle: int | None


@dataclass(frozen=True, slots=True)
class Disc:
    """What the dots of a circle lie on."""

    x: float
    y: float
    radius: float
    circle: int


@dataclass(frozen=True, slots=True)
class Line:
    """`weight` is 0 to 1, the strongest being 1."""

    points: list[tuple[float, float]]
    weight: float


@dataclass(frozen=True, slots=True)
class Picture:
    discs: list[Disc]
    dots: list[Dot]
    lines: list[Line]
    people_per_dot: int
    radius: float
    """From the middle to the edge, in units of a dot's radius."""


def picture_of(communities: Communities, *, attendees: int) -> Picture:
    """Inside the ring, circles; around it those in smaller circles or none, as single dots."""
    fives = math.ceil(attendees / LIVE_STEP / MOST_DOTS)
    per_dot = LIVE_STEP * fives
    counts = [max(1, circle.people // per_dot) for circle in communities.circles]
    loose = (attendees - sum(circle.people for circle in communities.circles)) // per_dot
    radii = [SPREAD * math.sqrt(count) + GAP for count in counts]
    reach = _reach_of_ring(radii)
    centres = _centres(radii, reach)
    outside = _outside(loose, reach + max(radii, default=0) + GAP)

    discs = [
        Disc(x, y, radius - GAP / 4, place)
        for place, ((x, y), radius) in enumerate(zip(centres, radii, strict=True))
    ]
    dots = [
        Dot(x + dx, y + dy, place)
        for place, ((x, y), count) in enumerate(zip(centres, counts, strict=True))
        for dx, dy in _sunflower(count)
    ]
    strongest = max((each.encounters for each in communities.between), default=0) or 1
    lines = [
        Line(_ribbon(centres[each.one], centres[each.other]), each.encounters / strongest)
        for each in communities.between
        if each.encounters
    ]
    dots += [Dot(x, y, None) for x, y in outside]
    return Picture(discs, dots, lines, per_dot, max(math.hypot(dot.x, dot.y) for dot in dots) + GAP)


def _sunflower(count: int) -> list[tuple[float, float]]:
    """Evenly in a disc (Vogel 1979), neighbours some 2.2 apart."""
    return [
        (reach * math.cos(place * GOLDEN_ANGLE), reach * math.sin(place * GOLDEN_ANGLE))
        for place, reach in ((place, SPREAD * math.sqrt(place + 0.5)) for place in range(count))
    ]


def _reach_of_ring(radii: list[float]) -> float:
    """How far from the middle discs of these radii lie beside each other."""
    if len(radii) < 2:
        return 0
    reach = max(radii) + GAP
    while sum(math.asin(radius / reach) for radius in radii) > math.pi:
        reach *= 1.02
    return reach


def _centres(radii: list[float], reach: float) -> list[tuple[float, float]]:
    if reach == 0:
        return [(0, 0) for _ in radii]
    angles = [math.asin(radius / reach) for radius in radii]
    spare = (math.pi - sum(angles)) / len(angles)
    centres = []
    angle = math.pi / 2
    for half in angles:
        angle -= half + spare
        centres.append((reach * math.cos(angle), reach * math.sin(angle)))
        angle -= half + spare
    return centres


def _outside(count: int, edge: float) -> list[tuple[float, float]]:
    """On as many rings around everything as it takes."""
    dots: list[tuple[float, float]] = []
    while len(dots) < count:
        here = min(count - len(dots), int(math.tau * edge / GAP))
        turns = [math.tau * place / here for place in range(here)]
        dots += [(edge * math.sin(turn), edge * math.cos(turn)) for turn in turns]
        edge += GAP
    return dots


def _ribbon(one: tuple[float, float], other: tuple[float, float]) -> list[tuple[float, float]]:
    """Bent towards the middle (a quadratic Bézier curve), so that ribbons can be told apart."""
    bend = ((one[0] + other[0]) / 6, (one[1] + other[1]) / 6)
    shares = [step / STEPS for step in range(STEPS + 1)]
    return [
        (
            (1 - t) ** 2 * one[0] + 2 * t * (1 - t) * bend[0] + t**2 * other[0],
            (1 - t) ** 2 * one[1] + 2 * t * (1 - t) * bend[1] + t**2 * other[1],
        )
        for t in shares
    ]
