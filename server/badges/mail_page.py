"""How does a ticket look in a mail? For readers of mail, which know tables, inline styles and little else.

The code stands on white in every light. No script, nothing loaded: the picture comes with the letter.
"""

from dataclasses import dataclass
from html import escape

from server.texts import say

WIDTH = 300  # CSS pixels of the code, on the smallest phone too

STYLE = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .paper { background: #14171f !important; }
  .sheet { background: #1d222d !important; border-color: #363c4a !important; }
  .ink { color: #eceae4 !important; }
  .soft { color: #a5abb8 !important; }
  .line { border-color: #363c4a !important; }
}
"""
FONT = "font-family: -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;"
INK, SOFT, LINE = "#1f2430", "#5a6172", "#d9d5cb"


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


def ticket_page(ticket: TicketWords, *, language: str = "en") -> str:
    title = say("Your ticket for %(event)s", language=language, event=ticket.event)
    lines = [*(_line(line, INK) for line in ticket.when.splitlines()), _line(ticket.zone, SOFT)]
    if ticket.venue:
        lines.append(_line(ticket.venue, INK, above=10))
    how = say(
        "Show this code at the door. To use the app there, sign in with this address, or give it the ticket below.",
        language=language,
    )
    private = say("Whoever has the ticket is let in: keep it to yourself.", language=language)
    alone = say("Your ticket's code", language=language)
    hello = say("Hello %(name)s", language=language, name=ticket.name)
    return f"""<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>{escape(title)}</title><style>{STYLE}</style></head>
<body class="paper" style="margin: 0; padding: 0; background: #fbfaf7;">
<table role="presentation" class="paper" width="100%" cellpadding="0" cellspacing="0" style="background: #fbfaf7;">
<tr><td align="center" style="padding: 24px 10px;">
<table role="presentation" class="sheet" width="100%" cellpadding="0" cellspacing="0"
 style="max-width: 480px; background: #ffffff; border: 1px solid {LINE}; border-radius: 12px;">
<tr><td style="padding: 26px 22px 6px;">
<p class="soft" style="{FONT} margin: 0 0 6px; font-size: 15px; line-height: 1.4; color: {SOFT};
 overflow-wrap: anywhere;">{escape(hello)}</p>
<h1 class="ink" style="{FONT} margin: 0 0 16px; font-size: 25px; line-height: 1.25; font-weight: 700; color: {INK};
 overflow-wrap: anywhere;">{escape(ticket.event)}</h1>
{"".join(lines)}
</td></tr>
<tr><td align="center" style="padding: 18px 0;">
<img src="cid:{escape(ticket.picture)}" width="{WIDTH}" height="{WIDTH}" alt="{escape(alone)}"
 style="display: block; width: {WIDTH}px; max-width: 100%; height: auto; background: #ffffff; border: 0;
 border-radius: 8px;">
</td></tr>
<tr><td style="padding: 0 22px 22px;">
<p class="ink" style="{FONT} margin: 0 0 12px; font-size: 16px; line-height: 1.5; color: {INK};">{escape(how)}</p>
<p class="ink" style="{FONT} margin: 0 0 18px; font-size: 16px; line-height: 1.5; font-weight: 600; color: {INK};">
{escape(private)}</p>
<p class="soft line" style="margin: 0; padding-top: 14px; border-top: 1px solid {LINE}; font-family: ui-monospace,
 Menlo, Consolas, monospace; font-size: 12px; line-height: 1.5; color: {SOFT}; word-break: break-all;">
{escape(ticket.token)}</p>
</td></tr></table>
</td></tr></table>
</body></html>
"""


def _line(text: str, colour: str, *, above: int = 0) -> str:
    kind = "ink" if colour == INK else "soft"
    return (
        f'<p class="{kind}" style="{FONT} margin: {above}px 0 0; font-size: 16px; line-height: 1.45;'
        f' color: {colour}; overflow-wrap: anywhere;">{escape(text)}</p>'
    )
