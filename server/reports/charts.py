"""How are the figures drawn? As Vega-Lite specifications; colours are the page's CSS variables. Pure.

Each chart is drawn twice, for a wide and a narrow page, since letters of a picture that shrinks cannot be read.
"""

from dataclasses import dataclass
from typing import Any, Final

from server.reports.words import day_name, encounters_each, group_name, number, share
from server.stats.distribution import Met
from server.stats.figures import Funnel, HourFigures, MixingFigures, TypeFigures
from server.texts import say

Spec = dict[str, Any]

WIDE: Final = 620  # CSS pixels
NARROW: Final = 272
NARROWEST_BAR: Final = 19  # with a number on it; else there is a scale
NARROWEST_CELL: Final = 42  # with a number in it; else its colour says enough, and the table all
DARKEST: Final = 0.5  # of a tinted cell, whose letters must still be read
INK, MUTED, RULE, PAPER = "var(--ink)", "var(--muted)", "var(--rule)", "var(--paper)"
MAIN, ALONE = "var(--main)", "var(--alone)"

CONFIG: Final = {
    "background": None,
    "aria": False,  # the page says in words what is drawn
    "font": "Verdana",
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED, "titleColor": MUTED, "domainColor": RULE, "tickColor": RULE, "gridColor": RULE,
        "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "ticks": False, "labelPadding": 6,
    },
    "text": {"color": INK, "fontSize": 12},
    "header": {"labelColor": INK, "labelFontSize": 13, "labelFontWeight": "bold", "title": None},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chart:
    """The same drawn for a wide and for a narrow page; None where the wide one can shrink."""

    wide: Spec
    narrow: Spec | None


def hours_chart(hours: list[HourFigures]) -> Chart:
    """A row of bars for each day; a ring marks an hour that is suppressed."""
    lively = [hour for hour in hours if hour.encounters or hour.suppressed]
    clock = [int(hour.local[11:13]) for hour in lively]
    values = [
        {
            "day": hour.local[:10],
            "name": day_name(hour.local),
            "hour": int(hour.local[11:13]),
            "count": hour.encounters or 0,
            "label": "" if not hour.encounters else number(hour.encounters),
            "hidden": hour.suppressed,
        }
        for hour in hours
        if hour.local[:10] in {each.local[:10] for each in lively}
        and min(clock) <= int(hour.local[11:13]) <= max(clock)
    ]
    days = len({value["day"] for value in values})
    columns = len({value["hour"] for value in values})

    def drawn(width: int) -> Spec:
        labels = {
            "mark": {"type": "text", "dy": -8, "fontSize": 12 if width == WIDE else 10},
            "encoding": {"text": {"field": "label"}},
        }
        readable = width / columns >= NARROWEST_BAR
        return specification(
            values,
            {
                "facet": {
                    "row": {
                        "field": "name", "type": "nominal", "sort": {"field": "day", "op": "min"},
                        "header": {"labelAngle": 0, "labelAnchor": "start", "labelOrient": "top"},
                    }
                },
                "spacing": 18,
                "spec": {
                    "width": width - (10 if readable else 40),
                    "height": 130 if days < 4 else 60,
                    "encoding": {
                        "x": {
                            "field": "hour", "type": "ordinal", "title": None,
                            "axis": {
                                "labelAngle": 0,
                                "labelExpr": "datum.value + ':00'" if width == WIDE else "datum.value",
                                "labelOverlap": True,
                            },
                        },
                        "y": {
                            "field": "count", "type": "quantitative", "title": None,
                            "axis": None if readable else {"tickCount": 3, "domain": False},
                        },
                    },
                    "layer": [
                        {"mark": {"type": "bar", "color": MAIN, "cornerRadiusEnd": 2}},
                        *([labels] if readable else []),
                        {
                            "transform": [{"filter": "datum.hidden"}],
                            "mark": {"type": "point", "stroke": MUTED, "size": 40, "yOffset": -7},
                        },
                    ],
                },
            },
        )  # fmt: skip

    return Chart(drawn(WIDE), drawn(NARROW))


def distribution_chart(distribution: list[Met]) -> Chart:
    """Lying bars, so that every label can be read; those who met nobody in a colour of their own."""
    values = [
        {
            "met": encounters_each(met),
            "people": met.people,
            "label": number(met.people),
            "colour": MAIN if met.fewest else ALONE,
        }
        for met in distribution
    ]
    return _lying_bars(values, "met", "people", step=26)


def funnel_chart(funnel: Funnel, names: list[str]) -> Chart:
    steps = [funnel.met, funnel.suggested, funnel.requested, funnel.accepted, funnel.held]
    values = [
        {"step": name, "pairs": pairs, "label": number(pairs), "colour": f"var(--step-{place})"}
        for place, (name, pairs) in enumerate(zip(names, steps, strict=True))
    ]
    return _lying_bars(values, "step", "pairs", step=44)


def mixing_chart(mixing: list[MixingFigures], people: list[TypeFigures]) -> Chart:
    """Each cell as dark as the share of its pairs who met; both halves of the square are filled, to be read along."""
    order = [group_name(kind.type) for kind in people]
    size = {kind.type: kind.people for kind in people}
    shares = [
        (group_name(a), group_name(b), met_share(mix, size))
        for mix in mixing
        for a, b in {(mix.type, mix.other_type), (mix.other_type, mix.type)}
    ]
    most = max((part for _, _, part in shares if part is not None), default=0) or 1
    values = [
        {
            "one": one,
            "other": other,
            "label": say("hidden") if part is None else share(part),
            "depth": 0 if part is None else 0.05 + DARKEST * part / most,
        }
        for one, other, part in shares
    ]

    def drawn(width: int) -> Spec:
        side = min(width - (120 if width == WIDE else 90), 130 * len(order))
        labels = {
            "mark": {"type": "text", "fontSize": 12 if width == WIDE else 11},
            "encoding": {"text": {"field": "label"}},
        }
        readable = side / len(order) >= NARROWEST_CELL
        return specification(
            values,
            {
                "width": side,
                "height": (52 if readable else 28) * len(order),
                "encoding": {
                    "x": {
                        "field": "other", "type": "ordinal", "sort": order, "title": None,
                        "axis": {
                            "orient": "top", "labelAngle": 0 if width == WIDE else -40, "domain": False,
                            "labelColor": INK, "labelLimit": 90,
                        },
                    },
                    "y": {
                        "field": "one", "type": "ordinal", "sort": order, "title": None,
                        "axis": {"domain": False, "labelColor": INK, "labelLimit": 110},
                    },
                },
                "layer": [
                    {
                        "mark": {"type": "rect", "color": MAIN, "stroke": PAPER, "strokeWidth": 2},
                        "encoding": {
                            "fillOpacity": {"field": "depth", "type": "quantitative", "scale": None}
                        },
                    },
                    *([labels] if readable else []),
                ],
            },
        )  # fmt: skip

    return Chart(drawn(WIDE), drawn(NARROW))


def met_share(mix: MixingFigures, size: dict[str | None, int]) -> float | None:
    """Of all pairs that these two groups could form, the share who met; None where it is suppressed."""
    if mix.encounters is None:
        return None
    one, other = size[mix.type], size[mix.other_type]
    possible = one * (one - 1) // 2 if mix.type == mix.other_type else one * other
    return mix.encounters / possible if possible else None


def _lying_bars(values: list[Spec], name: str, length: str, *, step: int) -> Chart:
    def drawn(width: int) -> Spec:
        return specification(
            values,
            {
                "width": width - (150 if width == WIDE else 118),
                "height": {"step": step},
                "encoding": {
                    "y": {
                        "field": name, "type": "ordinal", "sort": None, "title": None,
                        "axis": {"domain": False, "labelColor": INK, "labelLimit": 200},
                    },
                    "x": {"field": length, "type": "quantitative", "axis": None, "scale": {"nice": False}},
                },
                "layer": [
                    {
                        "mark": {"type": "bar", "cornerRadiusEnd": 2, "minBandSize": 2},
                        "encoding": {"color": {"field": "colour", "type": "nominal", "scale": None}},
                    },
                    {
                        "mark": {"type": "text", "align": "left", "dx": 6},
                        "encoding": {"text": {"field": "label"}},
                    },
                ],
            },
        )  # fmt: skip

    return Chart(drawn(WIDE), drawn(NARROW))


def specification(values: list[Spec], drawing: Spec) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "config": CONFIG,
        "padding": {"left": 2, "right": 22, "top": 4, "bottom": 2},
        "data": {"values": values},
        **drawing,
    }
