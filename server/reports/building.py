"""How does the page come about? Words and specifications in a thread, pictures in a child process, each page once."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import Event
from server.failures import Busy
from server.reports.charts import Spec
from server.reports.drawing import draw
from server.reports.page import Occasion, Page, page_of
from server.stats.actions import Stats
from server.stats.figures import Figures
from server.texts import say

MOST_PAGES: Final = 64  # some 200 kB each
SHOWN: Final = TypeAdapter(tuple[Figures, Occasion])
ALL_TIME: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Reports:
    """Pages as they were last drawn, kept under what they show, so that none is ever older than its figures. One is
    drawn at a time: it takes a core."""

    pages: OrderedDict[bytes, str] = field(default_factory=OrderedDict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def read(self, stats: Stats, occasion: Occasion) -> str:
        # The same figures a minute later are the same page.
        shown = stats.figures, replace(occasion, computed_at=ALL_TIME)
        key = sha256(SHOWN.dump_json(shown)).digest()
        async with self.lock:
            if key not in self.pages:
                self.pages[key] = await build(stats.figures, occasion)
            self.pages.move_to_end(key)
            while len(self.pages) > MOST_PAGES:
                self.pages.popitem(last=False)
            return self.pages[key]


async def occasion_of(db: AsyncSession, stats: Stats) -> Occasion:
    event = await db.get_one(Event, stats.event_id)
    return Occasion(
        name=event.name,
        venue=event.venue,
        zone=event.zone,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        computed_at=stats.computed_at,
        live=stats.live,
        final=stats.final,
    )


async def build(figures: Figures, occasion: Occasion) -> str:
    page, specs = await asyncio.to_thread(_prepare, figures, occasion)
    try:
        drawn = await draw(list(specs.values()))
    except TimeoutError as late:
        raise Busy from late
    pictures = dict(zip(specs, drawn, strict=True))
    return await asyncio.to_thread(_render, page, pictures)


def _prepare(figures: Figures, occasion: Occasion) -> tuple[Page, dict[tuple[str, str], Spec]]:
    """The page, and what is to be drawn on it, by section and width."""
    page = page_of(figures, occasion)
    specs = {}
    for section in page.sections:
        if section.chart:
            specs[section.name, "wide"] = section.chart.wide
            if section.chart.narrow:
                specs[section.name, "narrow"] = section.chart.narrow
    return page, specs


def _render(page: Page, pictures: dict[tuple[str, str], str]) -> str:
    safe = {place: Markup(picture) for place, picture in pictures.items()}  # noqa: S704  (drawn by Vega, which escapes)
    return _template().render(page=page, pictures=safe, say=say)


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  (for whoever reads a report)

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")
