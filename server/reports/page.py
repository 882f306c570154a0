"""What stands on the page, from top to bottom? Words, charts and their tables, of shown figures only. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from server.reports.rules import advise
from server.reports.sections import Section, sections_of
from server.reports.words import days, moment, number, share
from server.stats.definitions import definitions
from server.stats.figures import Figures
from server.texts import say

SHARES: Final = ("share", "density", "clustering")


@dataclass(frozen=True, slots=True)
class Occasion:
    """The event, and of when its figures are."""

    name: str
    venue: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    computed_at: datetime
    live: bool
    final: bool


@dataclass(frozen=True, slots=True)
class Tile:
    said: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float | None
    said: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    where_and_when: str
    state: str
    lead: str
    tiles: list[Tile]
    sections: list[Section]
    advice: list[str]
    figures: list[Figure]


def page_of(figures: Figures, occasion: Occasion) -> Page:
    zone = ZoneInfo(occasion.zone)
    when = days(occasion.starts_at.astimezone(zone), occasion.ends_at.astimezone(zone))
    return Page(
        title=occasion.name,
        where_and_when=" · ".join(filter(None, (occasion.venue, when))),
        state=_state(occasion, zone),
        lead=_lead(figures),
        tiles=list(_tiles(figures)),
        sections=sections_of(figures, zone=occasion.zone, live=occasion.live),
        advice=advise(figures),
        figures=list(_figures(figures)),
    )


def _state(occasion: Occasion, zone: ZoneInfo) -> str:
    as_of = moment(occasion.computed_at.astimezone(zone))
    if occasion.live:
        return say(
            "The event is on. Figures of %(as_of)s, rounded down to fives; more follows when the doors have closed.",
            as_of=as_of,
        )
    if occasion.final:
        return say("Final figures, fixed on %(as_of)s.", as_of=as_of)
    return say(
        "Figures of %(as_of)s. They are fixed 30 days after the doors closed: until then phones may deliver scans.",
        as_of=as_of,
    )


def _lead(figures: Figures) -> str:
    if figures.met is None:
        return say(
            "%(attendees)s people were expected. Among fewer than twenty, figures would tell of single people, so none "
            "are shown.",
            attendees=number(figures.attendees),
        )
    if not figures.encounters:
        return say(
            "%(attendees)s people were expected, and no encounter was counted yet.",
            attendees=number(figures.attendees),
        )
    return say(
        "%(met)s of %(attendees)s attendees met somebody, in %(encounters)s encounters.",
        met=number(figures.met),
        attendees=number(figures.attendees),
        encounters=number(figures.encounters),
    )


def _tiles(figures: Figures) -> Iterator[Tile]:
    meaning = {row.figure: row.meaning for row in definitions()}
    if figures.met is None or figures.encounters is None or not figures.attendees:
        return
    yield Tile(share(figures.met / figures.attendees), say("met somebody"), meaning["met"])
    yield Tile(number(figures.encounters), say("encounters"), meaning["encounters"])
    if figures.per_person.median is not None:
        yield Tile(
            number(figures.per_person.median), say("others met, in the median"), meaning["per_person.median"]
        )
    if figures.across_organisations is not None and figures.encounters:
        yield Tile(
            share(figures.across_organisations / figures.encounters),
            say("across organisations"),
            meaning["across_organisations"],
        )
    if figures.funnel.suggested is not None:
        yield Tile(
            number(figures.funnel.suggested), say("pairs suggested to talk"), meaning["funnel.suggested"]
        )
    if figures.funnel.accepted is not None:
        yield Tile(
            number(figures.funnel.accepted), say("pairs with a talk booked"), meaning["funnel.accepted"]
        )


def _figures(figures: Figures) -> Iterator[Figure]:
    """Every figure that is one number; lists are in the sections' tables."""
    for row in definitions():
        value: object = figures
        for step in row.figure.split("."):
            value = getattr(value, step)
        if value is None or isinstance(value, int | float):
            said = say("not shown") if value is None else number(value)
            if value is not None and row.figure.rsplit(".", 1)[-1].startswith(SHARES):
                said = share(value)
            yield Figure(row.figure, value, said, row.meaning)
