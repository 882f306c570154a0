"""What a browser makes of a report that was saved: on a phone, on a desk, by day, by night, on paper."""

import re
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from tests.reports.test_event_report import TYPES, report_of
from tests.stats.crowds import make_crowd


@pytest.fixture
async def saved(ada, database, clock, tmp_path):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=400, seed=1)
    file = tmp_path / "report.html"
    file.write_text(await report_of(ada, crowd.event.id), encoding="utf-8")
    return file.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1200])
async def test_the_page_is_read_at_any_width_by_day_and_night(saved, browser, width, scheme):
    context = await browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab = await context.new_page()
    asked, said = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    await tab.goto(saved, wait_until="networkidle")
    seen = Image.open(BytesIO(await tab.screenshot(full_page=True))).convert("RGB")
    reach = await tab.evaluate("document.documentElement.scrollWidth")
    pictures = await tab.locator("svg:visible").count()
    words = await tab.locator("svg:visible text").evaluate_all(
        "all => all.filter(text => text.textContent).map(text => text.getBoundingClientRect().height)"
    )
    colours = await tab.evaluate(
        "['--paper', '--ink', '--muted', '--main', '--alone'].map("
        "name => getComputedStyle(document.documentElement).getPropertyValue(name))"
    )
    await context.close()

    assert (asked, said) == ([saved], [])
    assert reach <= width
    assert pictures == 5
    assert min(words) >= 10
    paper, *inks = map(luminance, colours)
    assert (paper > 0.8) if scheme == "light" else (paper < 0.05)
    assert all((max(paper, ink) + 0.05) / (min(paper, ink) + 0.05) >= 4.5 for ink in inks)
    assert len(seen.getcolors(maxcolors=1_000_000)) > 100


async def test_tables_open_by_keyboard_and_pictures_have_words(saved, browser):
    tab = await browser.new_page()
    await tab.goto(saved)
    names = await tab.locator("[role=img]").evaluate_all("all => all.map(each => each.ariaLabel)")
    levels = await tab.locator("h1, h2, h3").evaluate_all("all => all.map(each => each.tagName)")
    ids = await tab.locator("[id]").evaluate_all("all => all.map(each => each.id)")
    for _ in range(2):  # the link past the header, then the first table
        await tab.keyboard.press("Tab")
    before = await tab.locator("#time-table").is_visible()
    await tab.keyboard.press("Enter")

    assert not before
    assert await tab.locator("#time-table").is_visible()
    assert len(names) == 5
    assert all(name.endswith(".") for name in names)
    assert levels == ["H1", *["H2"] * 8]
    assert len(ids) == len(set(ids))
    await tab.close()


async def test_it_prints_on_a_few_pages_in_dark_ink(saved, browser):
    context = await browser.new_context(color_scheme="dark")
    tab = await context.new_page()
    await tab.goto(saved)
    printed = pypdfium2.PdfDocument(await tab.pdf(prefer_css_page_size=True))
    await context.close()

    words = [page.get_textpage().get_text_range() for page in printed]
    assert 3 <= len(words) <= 6
    assert all(re.search(r"\w{4}", text) for text in words)
    for page in printed:
        seen = page.render(scale=0.5).to_pil().convert("L")
        assert seen.getpixel((3, 3)) > 240
    printed.close()


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of #rrggbb."""
    parts = [int(colour.strip()[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
