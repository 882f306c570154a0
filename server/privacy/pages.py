"""What does the address under a ticket's mail show? A small page on which a button acts, and a GET never does."""

from html import escape

from server.pages import listed, page, paragraph
from server.texts import say


def opt_out_page(event: str, *, language: str) -> str:
    """Who gave us the address, what the button does, and what it does not."""
    title = say("Leave me alone?", language=language)
    why = say(
        "The organizer of %(event)s gave us your name and address, so that you get your ticket and others there can "
        "meet you.",
        language=language,
        event=event,
    )
    what = say(
        "If you do not want that, we mail you nothing more, and show nobody who scans your badge who you are.",
        language=language,
    )
    button = escape(say("Do not mail me, and show me to nobody", language=language))
    still = say(
        "Your ticket still opens the door: your place stays on the organizer's list, and they answer for that. You can "
        "come back at any time: sign in to the app and make the place yours.",
        language=language,
    )
    form = f'<form method="post"><button>{button}</button></form>'
    return page(title, (paragraph(why), paragraph(what), listed([form]), paragraph(still)), language=language)


def opted_out_page(*, language: str) -> str:
    """That it is done; also if it was before, or the place is somebody's, who has the app for that."""
    title = say("Done", language=language)
    said = say("We mail you nothing more, and show you to nobody.", language=language)
    claimed = say("If you use the app, its settings say who sees you.", language=language)
    return page(title, (paragraph(said), paragraph(claimed)), language=language)


def no_such_page(*, language: str) -> str:
    title = say("This address leads nowhere", language=language)
    how = say("It may have been cut, or what it was about is deleted already.", language=language)
    return page(title, (paragraph(how),), language=language)
