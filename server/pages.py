"""How does a small page look that stands at the root of the host? For whoever came without the app: no script, nothing
loaded from anywhere, readable from 320 pixels, in light and dark.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from html import escape

from server.settings import Settings
from server.texts import say

STYLE = """
:root { color-scheme: light dark; --paper: #fbfaf7; --ink: #1f2430; --soft: #5a6172; --line: #d9d5cb; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171f; --ink: #eceae4; --soft: #a5abb8; --line: #363c4a; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.25rem;
  background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; }
main { width: 100%; max-width: 30rem; overflow-wrap: break-word; }
h1 { margin: 0 0 1rem; font-size: 1.6rem; line-height: 1.25; text-wrap: balance; }
p { margin: 0 0 1rem; }
ul { list-style: none; margin: 0 0 1.25rem; padding: 0; display: grid; gap: 0.5rem; }
form { margin: 0; }
a, button { display: block; width: 100%; padding: 0.7rem 1rem; border: 1px solid var(--line); border-radius: 0.6rem;
  background: none; color: inherit; font: inherit; font-weight: 600; text-align: start; text-decoration: none;
  overflow-wrap: anywhere; cursor: pointer; }
a:hover, a:focus-visible, button:hover, button:focus-visible { border-color: currentColor; }
li:first-child button { background: var(--ink); color: var(--paper); }
p:last-child { margin: 1.5rem 0 0; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft);
  font-size: 0.9375rem; }
"""

HEADERS = {
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow",
    "content-security-policy": (
        "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; style-src 'sha256-"
        + b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
        + "'"
    ),
}


def page(title: str, parts: Iterable[str], *, language: str) -> str:
    """`parts` are HTML; the last paragraph stands under a line."""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{''.join(parts)}</main></body></html>"
    )


def paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def listed(items: Iterable[str]) -> str:
    """A list of links or buttons; empty for none."""
    inner = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{inner}</ul>" if inner else ""


def app_links(settings: Settings, language: str) -> str:
    """The page's own address, which the app opens where it is installed; and where to get the app."""
    links = []
    if settings.apple_app_ids or settings.android_apps:
        links.append((say("Open in the app", language=language), ""))
    if settings.app_store_url:
        links.append((say("Get the app for iPhone", language=language), settings.app_store_url))
    if settings.play_store_url:
        links.append((say("Get the app for Android", language=language), settings.play_store_url))
    return listed(f'<a href="{escape(url)}">{escape(text)}</a>' for text, url in links)
