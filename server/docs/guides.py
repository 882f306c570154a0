"""The guides of `openapi/guides/` as pages, which load nothing from elsewhere."""

import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

GUIDES: dict[str, tuple[str, Traversable]] = {
    name: (title, files("openapi.guides") / f"{name}.md")
    for name, title in (
        ("sign-in", "Sign in"),
        ("offline-scanning", "Offline scanning"),
        ("sync", "Sync"),
        ("push", "Push"),
        ("errors", "Errors"),
    )
} | {"queue": ("A queue to port", files("openapi.examples") / "README.md")}

# Where the files lead to each other, the pages do.
LINKS = {
    "../problems.md": "/problems",
    "../examples/README.md": "/docs/guides/queue",
    "offline-scanning.md": "/docs/guides/offline-scanning",
}

# A file of the repository that the server does not serve: named, without a link.
BESIDE = re.compile(r"\[([^\]]+)\]\(\w+\.py\)")

STYLE = """
  :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
  body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
  nav a { margin-right: 1rem; }
  pre { overflow-x: auto; padding: 1rem; border: 1px solid; border-radius: .3rem; line-height: 1.35; }
  table { border-collapse: collapse; }
  td, th { border: 1px solid; padding: .2rem .5rem; text-align: left; vertical-align: top; }
  li { margin: .3rem 0; }
  dt { font-weight: 600; margin-top: 1rem; }
  dd { margin: 0; }
  dt:target { outline: 2px solid; outline-offset: .3rem; }
"""
NAVIGATION = "\n".join(
    [
        '<nav><a href="/docs">Operations</a>',
        *(f'<a href="/docs/guides/{name}">{title}</a>' for name, (title, _) in GUIDES.items()),
        '<a href="/problems">What can go wrong</a></nav>',
    ]
)
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hallway: {title}</title>
<style>{style}</style>
{navigation}
{body}
</html>
"""


def page(title: str, body: str) -> str:
    return PAGE.format(title=title, style=STYLE, navigation=NAVIGATION, body=body)


@cache
def guide_page(name: str) -> str:
    from markdown_it import MarkdownIt  # noqa: PLC0415  (for the first who reads one)

    title, file = GUIDES[name]
    text = file.read_text(encoding="utf-8")
    for link, place in LINKS.items():
        text = text.replace(f"]({link})", f"]({place})")
    text = BESIDE.sub(r"\1", text)
    return page(title, MarkdownIt("commonmark").enable("table").render(text))
