"""What a stranger's browser makes of a badge's page."""

import re
from io import BytesIO

import pytest
from PIL import Image


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_is_read_on_the_smallest_phone_and_asks_nobody_else(served, browser, scheme, scripts):
    context = await browser.new_context(
        viewport={"width": 320, "height": 568}, color_scheme=scheme, java_script_enabled=scripts
    )
    tab = await context.new_page()
    asked, said = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    address = f"{served}/b/HEBAGAYDQMBQGAYDAMBQGAY"
    answer = await tab.goto(address, wait_until="networkidle")
    words = await tab.inner_text("main")
    boxes = [await part.bounding_box() for part in await tab.locator("h1, p").all()]
    sizes = [
        float(re.match(r"[\d.]+", size)[0])
        for size in await tab.locator("h1, p").evaluate_all(
            "parts => parts.map(part => getComputedStyle(part).fontSize)"
        )
    ]
    seen = Image.open(BytesIO(await tab.screenshot(full_page=True))).convert("L")
    kept = await context.cookies()
    await context.close()

    assert answer.status == 200
    assert asked == [address]
    assert (said, kept) == ([], [])
    assert words.startswith("This is a conference badge")
    assert seen.width == 320
    assert all(box["x"] >= 16 and box["x"] + box["width"] <= 304 for box in boxes)
    assert min(sizes) >= 15
    darkest, lightest = seen.getextrema()
    paper = seen.getpixel((2, 2))
    assert (paper == lightest or lightest - paper < 10) if scheme == "light" else paper - darkest < 10
    assert lightest - darkest > 180
