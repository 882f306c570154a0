"""How does a letter look? One sheet of paper, for readers of mail, which know tables, inline styles and little else.

No script, nothing loaded. Classes are there for the dark alone: readers of mail that know no `prefers-color-scheme`
show the light.
"""

from collections.abc import Iterable
from html import escape

STYLE = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .paper { background: #14171f !important; }
  .sheet { background: #1d222d !important; border-color: #363c4a !important; }
  .ink { color: #eceae4 !important; }
  .soft { color: #a5abb8 !important; }
  .line { border-color: #363c4a !important; }
  .button { background: #eceae4 !important; color: #14171f !important; }
}
"""
FONT = "font-family: -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;"
INK, SOFT, LINE = "#1f2430", "#5a6172", "#d9d5cb"


def sheet(title: str, rows: Iterable[str], *, language: str) -> str:
    """The whole letter; `rows` are those of its table."""
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
{"".join(rows)}</table>
</td></tr></table>
</body></html>
"""


def row(*parts: str, padding: str, align: str = "left") -> str:
    return f'<tr><td align="{align}" style="padding: {padding};">\n{"".join(parts)}</td></tr>\n'


def heading(text: str) -> str:
    return (
        f'<h1 class="ink" style="{FONT} margin: 0 0 16px; font-size: 25px; line-height: 1.25; font-weight: 700;'
        f' color: {INK}; overflow-wrap: anywhere;">{escape(text)}</h1>\n'
    )


def paragraph(text: str, *, margin: str = "0", size: int = 16, soft: bool = False, bold: bool = False) -> str:
    """`size` in CSS pixels."""
    kind, colour = ("soft", SOFT) if soft else ("ink", INK)
    weight = " font-weight: 600;" if bold else ""
    return (
        f'<p class="{kind}" style="{FONT} margin: {margin}; font-size: {size}px; line-height: 1.5;{weight}'
        f' color: {colour}; overflow-wrap: anywhere;">{escape(text)}</p>\n'
    )


def button(text: str, url: str) -> str:
    """The one thing to do: wide enough for a thumb."""
    return (
        f'<a class="button" href="{escape(url)}" style="{FONT} display: inline-block; padding: 13px 22px;'
        f" border-radius: 10px; background: {INK}; color: #ffffff; font-size: 17px; line-height: 1.3;"
        f' font-weight: 600; text-decoration: none; overflow-wrap: anywhere;">{escape(text)}</a>\n'
    )


def ruled(*parts: str) -> str:
    """What stands under a line."""
    return f'<div class="line" style="padding-top: 14px; border-top: 1px solid {LINE};">\n{"".join(parts)}</div>\n'


def link(text: str, url: str) -> str:
    return (
        f'<a class="soft" href="{escape(url)}" style="{FONT} font-size: 14px; line-height: 1.5; color: {SOFT};'
        f' text-decoration: underline;">{escape(text)}</a>\n'
    )
