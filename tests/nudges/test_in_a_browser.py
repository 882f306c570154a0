"""What a reader of mail and a browser make of a nudge's letter, and of the page at which such letters are stopped."""

from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from server.nudges.letters import compose_letter
from server.nudges.saying import Words
from server.nudges.stop_links import write_stop_token

WORDS = Words(
    nudge_id=uuid4(),
    person_id=uuid4(),
    attendance_id=None,
    kind="digest",
    operation="list_suggestions",
    language="en",
    title="The morning after <PyCon> & a_very_long_name_of_a_conference_without_a_single_space_in_it",
    reason="You remember them best now: whom to talk to again, and why.",
    action="See your suggestions",
    lines=("Grace Hopper: you both asked about compilers", "Zoë Müller: you met three times"),
    push_title="PyCon",
    push_body="See your suggestions",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_letter_is_read_on_the_smallest_phone_in_light_and_dark_and_loads_nothing(
    browser, settings, scheme
):
    letter = compose_letter(WORDS, to="ada@example.org", settings=settings)
    context = await browser.new_context(
        viewport={"width": 320, "height": 640}, color_scheme=scheme, java_script_enabled=False
    )
    tab = await context.new_page()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    await tab.set_content(letter.page.html)
    words = await tab.inner_text("body")
    boxes = [await part.bounding_box() for part in await tab.locator("h1, p, a").all()]
    seen = Image.open(BytesIO(await tab.screenshot(full_page=True))).convert("L")
    await context.close()

    assert asked == []
    assert seen.width == 320
    assert all(box["x"] >= 10 and box["x"] + box["width"] <= 310 for box in boxes)
    for said in (WORDS.title, WORDS.reason, WORDS.action, *WORDS.lines[:1], "Stop these e-mails"):
        assert said in words.replace("\N{NO-BREAK SPACE}", " ")
    darkest, lightest = seen.getextrema()
    paper = seen.getpixel((2, 2))
    assert lightest - paper < 10 if scheme == "light" else paper - darkest < 10
    assert lightest - darkest > 180


async def test_a_button_of_the_stop_page_works_without_scripts(served, browser, settings):
    context = await browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    tab = await context.new_page()
    await tab.goto(f"{served}/stop/{write_stop_token(settings.secret('session'), uuid4())}")
    await tab.click("text=Stop all e-mail reminders")
    words = await tab.inner_text("main")
    await context.close()
    assert words.startswith("Done\n")
