"""A nudge as a letter: one reason, one button, and how to stop such letters."""

from uuid import UUID

from server.mail import Letter, Page
from server.mail_page import button, heading, link, paragraph, row, ruled, sheet
from server.nudges.saying import Words
from server.nudges.stop_links import stop_url
from server.settings import Settings
from server.texts import say


def compose_letter(words: Words, *, to: str, settings: Settings) -> Letter:
    opens, stops = open_url(settings, words.nudge_id), stop_url(settings, words.nudge_id)
    return Letter(
        to=to,
        subject=words.title,
        text=_text(words, opens, stops),
        page=Page(_page(words, opens, stops)),
        stop_url=stops,
    )


def open_url(settings: Settings, nudge_id: UUID) -> str:
    """Opens the app at this nudge; where there is none, the same page for every nudge, which does nothing."""
    return f"{settings.public_url}/n/{nudge_id}"


def _text(words: Words, opens: str, stops: str) -> str:
    listed = "\n".join(f"- {line}" for line in words.lines)
    todo = f"{words.action}:\n{opens}"
    foot = f"{_why(words)}\n{_stop(words)}: {stops}"
    return (
        "\n\n".join(part for part in (words.title, words.reason, listed, todo, f"-- \n{foot}") if part) + "\n"
    )


def _page(words: Words, opens: str, stops: str) -> str:
    listed = [paragraph(f"•\N{NO-BREAK SPACE}{line}", margin="0 0 6px") for line in words.lines]
    rows = (
        row(heading(words.title), paragraph(words.reason), padding="26px 22px 6px"),
        *([row(*listed, padding="12px 22px 0")] if listed else []),
        row(button(words.action, opens), padding="18px 22px 24px"),
        row(
            ruled(paragraph(_why(words), margin="0 0 2px", size=14, soft=True), link(_stop(words), stops)),
            padding="0 22px 20px",
        ),
    )
    return sheet(words.title, rows, language=words.language)


def _why(words: Words) -> str:
    return say("You get this because you were at an event that uses Hallway.", language=words.language)


def _stop(words: Words) -> str:
    return say("Stop these e-mails", language=words.language)
