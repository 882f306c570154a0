"""What does a stranger's camera get that opens a badge's address? The same small page for every code.

It asks no database, so it tells nobody which codes exist.
"""

from server.pages import app_links, page, paragraph
from server.settings import Settings
from server.texts import say


def strangers_page(settings: Settings, *, language: str = "en") -> str:
    what, why, found = (
        say("Open the conference's app and scan the badge there: then you will both remember that you met.",
            language=language),
        say("Without the app the badge says nothing about who wears it, and neither does this page.",
            language=language),
        say("Found a badge? Please hand it in at the registration desk.", language=language),
    )  # fmt: skip
    parts = (paragraph(what), app_links(settings, language), paragraph(why), paragraph(found))
    return page(say("This is a conference badge", language=language), parts, language=language)
