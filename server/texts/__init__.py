"""The words that people read, through gettext catalogues (English so far).

Catalogues are read from their .po sources at start, so that nothing compiled is kept in the repository.
"""

import gettext
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.po")))


def best_language(tags: Iterable[str]) -> str:
    """The first of somebody's languages (BCP 47, the dearest first) that we have; English where there is none."""
    wanted = (tag.replace("_", "-").split("-")[0].lower() for tag in tags)
    return next((language for language in wanted if language in LANGUAGES), "en")


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of the best language we have for a BCP 47 tag; English where there is none."""
    chosen = best_language([language])
    compiled = BytesIO()
    with (FOLDER / f"{chosen}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=chosen))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def say(message: str, *, language: str = "en", **facts: object) -> str:
    """One sentence, its `%(name)s` places filled in."""
    return catalogue(language).gettext(message) % facts


def say_many(one: str, many: str, count: int, *, language: str = "en", **facts: object) -> str:
    """One sentence about a number of things, in the plural form of its language."""
    return catalogue(language).ngettext(one, many, count) % {"count": count, **facts}
