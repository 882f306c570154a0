"""How is the network drawn? Pure."""

import math
from typing import Final

from server.reports.charts import MUTED, PAPER, WIDE, Chart, specification
from server.reports.circles import Picture

COLOURS: Final = 10  # --circle-0 and so on


def network_chart(picture: Picture) -> Chart:
    """Ribbons, on them the circles' discs, on these the dots."""
    unit = WIDE / (2 * picture.radius)  # a dot's radius, in pixels
    lines = [
        {"line": place, "x": x, "y": y, "step": step, "width": line.weight}
        for place, line in enumerate(picture.lines)
        for step, (x, y) in enumerate(line.points)
    ]
    discs = [
        {
            "x": disc.x,
            "y": disc.y,
            "colour": _colour(disc.circle),
            "area": math.pi * (disc.radius * unit) ** 2,
        }
        for disc in picture.discs
    ]
    dots = [{"x": dot.x, "y": dot.y, "colour": _colour(dot.circle)} for dot in picture.dots]
    axis = {"type": "quantitative", "axis": None, "scale": {"domain": [-picture.radius, picture.radius]}}
    place = {"x": {"field": "x", **axis}, "y": {"field": "y", **axis}}
    colour = {"color": {"field": "colour", "type": "nominal", "scale": None}}
    area = {"size": {"field": "area", "type": "quantitative", "scale": None}}
    ribbon = {
        "detail": {"field": "line"},
        "order": {"field": "step"},
        "strokeWidth": {
            "field": "width", "type": "quantitative", "legend": None,
            "scale": {"domain": [0, 1], "range": [0.5, WIDE / 40]},
        },
    }  # fmt: skip
    wide = specification(
        [],
        {
            "width": WIDE,
            "height": WIDE,
            "layer": [
                {
                    "data": {"values": lines},
                    "mark": {"type": "line", "color": MUTED, "opacity": 0.3},
                    "encoding": {**place, **ribbon},
                },
                {
                    "data": {"values": discs},
                    "mark": {"type": "circle", "opacity": 1, "color": PAPER},
                    "encoding": {**place, **area},
                },
                {
                    "data": {"values": discs},
                    "mark": {"type": "circle", "opacity": 0.16},
                    "encoding": {**place, **area, **colour},
                },
                {
                    "data": {"values": dots},
                    "mark": {"type": "circle", "opacity": 1, "size": math.pi * (0.8 * unit) ** 2},
                    "encoding": {**place, **colour},
                },
            ],
        },
    )
    return Chart(wide, None)


def _colour(circle: int | None) -> str:
    return MUTED if circle is None else f"var(--circle-{circle % COLOURS})"
