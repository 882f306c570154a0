"""How does a ticket look in a mail? Its code stands on white in every light; the picture comes with the letter."""

from dataclasses import dataclass
from html import escape

from server.mail_page import SOFT, heading, link, paragraph, row, ruled, sheet
from server.texts import say

WIDTH = 300  # CSS pixels of the code, on the smallest phone too


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketWords:
    """What the page says, in words that people read."""

    name: str
    event: str
    when: str
    zone: str
    venue: str
    token: str
    picture: str
    """The `cid` of the code."""
    opt_out: str | None
    """The address at which they say that we shall leave them alone; None for whoever has an account."""


def ticket_page(ticket: TicketWords, *, language: str = "en") -> str:
    title = say("Your ticket for %(event)s", language=language, event=ticket.event)
    hello = say("Hello %(name)s", language=language, name=ticket.name)
    how = say(
        "Show this code at the door. To use the app there, sign in with this address, or give it the ticket below.",
        language=language,
    )
    private = say("Whoever has the ticket is let in: keep it to yourself.", language=language)
    details = [*map(paragraph, ticket.when.splitlines()), paragraph(ticket.zone, soft=True)]
    if ticket.venue:
        details.append(paragraph(ticket.venue, margin="10px 0 0"))
    rows = (
        row(
            paragraph(hello, margin="0 0 6px", size=15, soft=True),
            heading(ticket.event),
            *details,
            padding="26px 22px 6px",
        ),
        row(_code(ticket, say("Your ticket's code", language=language)), padding="18px 0", align="center"),
        row(
            paragraph(how, margin="0 0 12px"),
            paragraph(private, margin="0 0 18px", bold=True),
            ruled(_token(ticket.token)),
            padding="0 22px 22px",
        ),
        *_notice(ticket, language=language),
    )
    return sheet(title, rows, language=language)


def notice(event: str, *, language: str = "en") -> str:
    """Who gave us the address, and why (GDPR Art. 14)."""
    return say(
        "You get this because the organizer of %(event)s gave us your name and address, so that you have your ticket "
        "and others there can meet you.",
        language=language,
        event=event,
    )


def opt_out_words(*, language: str = "en") -> str:
    return say("Get no more mail and be shown to nobody", language=language)


def _notice(ticket: TicketWords, *, language: str) -> tuple[str, ...]:
    if ticket.opt_out is None:
        return ()
    why = paragraph(notice(ticket.event, language=language), margin="0 0 8px", size=14, soft=True)
    out = link(opt_out_words(language=language), ticket.opt_out)
    return (row(ruled(why, out), padding="0 22px 22px"),)


def _code(ticket: TicketWords, alone: str) -> str:
    return (
        f'<img src="cid:{escape(ticket.picture)}" width="{WIDTH}" height="{WIDTH}" alt="{escape(alone)}"'
        f' style="display: block; width: {WIDTH}px; max-width: 100%; height: auto; background: #ffffff; border: 0;'
        f' border-radius: 8px;">\n'
    )


def _token(token: str) -> str:
    return (
        f'<p class="soft" style="margin: 0; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 12px;'
        f' line-height: 1.5; color: {SOFT}; word-break: break-all;">{escape(token)}</p>\n'
    )
