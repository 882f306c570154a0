"""The small tables: rows that tell of five people or more each, from figures that are shown anyway. Pure."""

from collections.abc import Iterator, Sequence

from server.csv_writer import Cell
from server.stats.definitions import definitions
from server.stats.figures import STEPS, Figures

SMALL_TYPES = "(small types)"

SINGLE = (
    "attendees",
    "claimed",
    "met",
    "scanned",
    "scanned_by",
    "encounters",
    "mutual",
    "scans",
    "across_types",
    "across_organisations",
)
NESTED = {
    "per_person": ("mean", "median", "share_with_none", "share_with_five_or_more"),
    "network": ("components", "largest_component", "density", "clustering"),
    "funnel": (
        *STEPS,
        *(f"days_to_{step}" for step in STEPS[1:]),
    ),
}


def stats_rows(figures: Figures) -> Iterator[tuple[Cell, ...]]:
    """An empty value is one that is suppressed, or not known while the event is live."""
    meaning = {row.figure: row.meaning for row in definitions()}
    for name in SINGLE:
        value = getattr(figures, name)
        yield name, "", "", "", value, value is None, meaning[name]
    for part, names in NESTED.items():
        for name in names:
            value = getattr(getattr(figures, part), name)
            yield f"{part}.{name}", "", "", "", value, value is None, meaning[f"{part}.{name}"]
    for kind in figures.by_type:
        shown = _type(kind.type)
        yield "by_type.people", shown, "", "", kind.people, False, meaning["by_type"]
        yield "by_type.met", shown, "", "", kind.met, kind.suppressed, meaning["by_type"]
    for hour in figures.by_hour:
        yield "by_hour", "", "", hour.local, hour.encounters, hour.suppressed, meaning["by_hour"]
    for mix in figures.mixing:
        one, other = _type(mix.type), _type(mix.other_type)
        yield "mixing", one, other, "", mix.encounters, mix.suppressed, meaning["mixing"]


def _type(kind: str | None) -> str:
    return SMALL_TYPES if kind is None else kind


def follow_up_rows(figures: Figures) -> Iterator[tuple[Cell, ...]]:
    """An empty value is one that is suppressed, or not known."""
    meaning = {row.figure: row.meaning for row in definitions()}
    met = before = figures.funnel.met
    for step in STEPS:
        pairs = getattr(figures.funnel, step)
        days = None if step == "met" else getattr(figures.funnel, f"days_to_{step}")
        yield step, pairs, _share(pairs, met), _share(pairs, before), days, meaning[f"funnel.{step}"]
        before = pairs


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else round(part / whole, 4)


def lead_rows(exhibitors: Sequence[tuple[str, str, int]]) -> Iterator[tuple[Cell, ...]]:
    """Names, booths and leads, counted as organizers are told them."""
    yield from exhibitors
