"""The organizer's figures as one page that opens from disk: what the API says, each figure beside its meaning."""

import html
from pathlib import Path
from typing import Any

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{event}: who met whom</title>
<style>
  :root {{ color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; --bar: light-dark(#2b6cb0, #63b3ed); }}
  body {{ max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }}
  td, th {{ padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; }}
  td:first-child {{ text-align: right; font-weight: 600; white-space: nowrap; }}
  .hours td:first-child {{ font-weight: 400; }}
  .bar {{ display: inline-block; height: .8em; background: var(--bar); margin-right: .5rem; }}
</style>
<h1>{event}</h1>
<h2>In figures</h2>
<table>
{figures}
</table>
<h2>Encounters by the hour</h2>
<table class="hours">
{hours}
</table>
</html>
"""
WIDEST_BAR = 20  # rem


def save_report(event: str, stats: dict[str, Any], folder: Path) -> Path:
    file = folder / "report.html"
    file.write_text(
        PAGE.format(
            event=html.escape(event), figures="\n".join(_figures(stats)), hours="\n".join(_hours(stats))
        ),
        encoding="utf-8",
    )
    return file


def _figures(stats: dict[str, Any]) -> list[str]:
    """A row for each figure that is one number; lists have tables of their own."""
    rows = []
    for definition in stats["definitions"]:
        value: Any = stats
        for step in definition["figure"].split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, int | float):
            rows.append(f"<tr><td>{value:,}<td>{html.escape(definition['meaning'])}")
    return rows


def _hours(stats: dict[str, Any]) -> list[str]:
    """Bars, with the number beside each: nothing is said by length alone."""
    most = max((hour["encounters"] or 0 for hour in stats["by_hour"]), default=0) or 1
    rows = []
    for hour in stats["by_hour"]:
        count = hour["encounters"]
        bar = f'<span class="bar" style="width: {WIDEST_BAR * (count or 0) / most:.1f}rem"></span>'
        said = "fewer than five people" if count is None else f"{count:,}"
        rows.append(f"<tr><td>{html.escape(hour['local'])}<td>{bar}{said}")
    return rows
