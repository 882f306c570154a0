"""`python -m server.texts.update` brings the catalogues up to date with the sentences in the code."""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from server.texts import FOLDER, LANGUAGES

# `Sentence` stands in tables of sentences said elsewhere; with a second argument it has a plural. `ConsentText` is
# one of the words that consents are asked for by.
KEYWORDS = {
    "say": None,
    "say_many": (1, 2),
    "gettext": None,
    "Sentence": {1: (1,), 2: (1, 2)},
    "ConsentText": (3,),
}
METHODS = [("**.py", "python"), ("reports/*.html", "jinja2")]


def sentences() -> Catalog:
    """Every sentence in the code, in order of file and line."""
    catalog = Catalog(project="Hallway", charset="utf-8")
    for path, line, message, comments, _ in _extracted():
        catalog.add(message, locations=[(path, line)], auto_comments=comments)
    return catalog


def _extracted() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    return extract_from_dir(str(FOLDER.parent), METHODS, keywords=KEYWORDS)  # type: ignore[arg-type]


def updated(language: str) -> bytes:
    """The catalogue of a language with today's sentences; what was translated stays."""
    path = FOLDER / f"{language}.po"
    with path.open("rb") as source:
        catalog = read_po(source, locale=language)
    catalog.update(sentences(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    text = BytesIO()
    write_po(text, catalog, no_location=True, omit_header=True, sort_output=True, width=110)
    return text.getvalue()


def main() -> None:
    for language in LANGUAGES:
        Path(FOLDER / f"{language}.po").write_bytes(updated(language))
        sys.stdout.write(f"{language}.po is up to date\n")


if __name__ == "__main__":
    main()
