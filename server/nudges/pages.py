"""What do the addresses in our mails show, where no app opens them? Small pages on which a button acts, and a GET never
does."""

from html import escape

from server.pages import app_links, listed, page, paragraph
from server.settings import Settings
from server.texts import say


def open_page(settings: Settings, *, language: str) -> str:
    """The same for every nudge: what it is about is in the app."""
    title = say("This waits for you in the app", language=language)
    how = say("Open this address on the phone on which you use the conference's app.", language=language)
    where = say(
        "Sign in with the address that the e-mail came to: all that waits for you stands there under reminders.",
        language=language,
    )
    return page(title, (paragraph(how), app_links(settings, language), paragraph(where)), language=language)


def stop_page(kind: str | None, *, language: str) -> str:
    """Asks what to stop; `kind` is what the mail was one of, None if it is not known any more."""
    title = say("Stop these e-mails?", language=language)
    choices = [("mails", say("Stop all e-mail reminders", language=language))]
    if kind is not None:
        only = say("Stop only this kind: %(kind)s", language=language, kind=kind)
        choices.append(("kind", only))
    choices.append(("all", say("Stop all reminders, in the app too", language=language)))
    buttons = listed(
        f'<form method="post"><button name="stop" value="{value}">{escape(text)}</button></form>'
        for value, text in choices
    )
    rest = say("Sign-in codes and invitations to talks that you booked still come.", language=language)
    return page(title, (buttons, paragraph(rest)), language=language)


def stopped_page(what: str, *, language: str) -> str:
    """That it is done; also if it was before."""
    said = {
        "mails": say("You get no more reminders by e-mail.", language=language),
        "kind": say("You get no more e-mails of this kind.", language=language),
        "all": say("You get no more reminders, by e-mail, as pushes or in the app.", language=language),
    }
    again = say("You can turn them on again in the app.", language=language)
    title = say("Done", language=language)
    return page(title, (paragraph(said[what]), paragraph(again)), language=language)


def no_such_page(*, language: str) -> str:
    title = say("This address stops nothing", language=language)
    how = say("Open it as it stands in the e-mail: it may have been cut.", language=language)
    return page(title, (paragraph(how),), language=language)
