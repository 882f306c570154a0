"""What does a stranger's camera get that opens a badge's address? The same small page for every code.

It asks no database, so it tells nobody which codes exist. No script, nothing loaded from anywhere, readable from
320 pixels, in light and dark.
"""

import hashlib
from base64 import b64encode
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
a { display: block; padding: 0.7rem 1rem; border: 1px solid var(--line); border-radius: 0.6rem; color: inherit;
  font-weight: 600; text-decoration: none; }
a:hover, a:focus-visible { border-color: currentColor; }
p:last-child { margin: 1.5rem 0 0; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft);
  font-size: 0.9375rem; }
"""

HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
    "content-security-policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-"
        + b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
        + "'"
    ),
}


def strangers_page(settings: Settings, *, language: str = "en") -> str:
    title = escape(say("This is a conference badge", language=language))
    paragraphs = (
        say("Open the conference's app and scan the badge there: then you will both remember that you met.",
            language=language),
        say("Without the app the badge says nothing about who wears it, and neither does this page.",
            language=language),
        say("Found a badge? Please hand it in at the registration desk.", language=language),
    )  # fmt: skip
    body = [f"<p>{escape(text)}</p>" for text in paragraphs]
    links = [
        f'<li><a href="{escape(url)}">{escape(text)}</a></li>' for text, url in _links(settings, language)
    ]
    if links:
        body.insert(1, f"<ul>{''.join(links)}</ul>")
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{title}</h1>{''.join(body)}</main></body></html>"
    )


def _links(settings: Settings, language: str) -> list[tuple[str, str]]:
    """The page's own address is the badge's, which the app opens where it is installed; and where to get it."""
    links = []
    if settings.apple_app_ids or settings.android_apps:
        links.append((say("Open in the app", language=language), ""))
    if settings.app_store_url:
        links.append((say("Get the app for iPhone", language=language), settings.app_store_url))
    if settings.play_store_url:
        links.append((say("Get the app for Android", language=language), settings.play_store_url))
    return links
