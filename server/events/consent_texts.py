"""The words by which people are asked for their consent. Append-only: what somebody agreed to must be readable for as
long as it is kept that they did, so a released version never changes (`tests/events/test_consent_texts.py`)."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.events.errors import ConsentTextUnknown
from server.texts import say


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What is said for one purpose from one version on. A version is one of all texts together: an app shows them on
    one page, and says one number."""

    purpose: str
    since_version: int
    words: str


# `given_at_stand` is said by an exhibitor's staff; the others stand beside a switch.
TEXTS = (
    ConsentText(
        "listed",
        1,
        "Other attendees of this event find me in its directory: my name, pronouns, photo, headline, role, organisation"
        " and links, and what I ask, offer and would talk about. Never my e-mail address or phone number.",
    ),
    ConsentText(
        "exhibitors_may_scan",
        1,
        "Exhibitors at this event may scan my badge. Each who does gets what my card for exhibitors says, and may use"
        " it to get in touch with me. I see who got what, and can take it back.",
    ),
    ConsentText(
        "named_in_exports",
        1,
        "The organizer's files about this event may name me: my name, organisation and role, how many people I met,"
        " and whom, where they agreed too. Without this I am only counted. I see each file that names me.",
    ),
    ConsentText(
        "paused",
        1,
        "Nobody finds me in the directory or is suggested me while this is on. What I gave before stays given.",
    ),
    ConsentText(
        "given_at_stand",
        1,
        "May we scan your badge, keep what your card for exhibitors says (what is printed on the badge, if you have no"
        " account), and get in touch with you? You are told that we did, and can take it back in the app at any time.",
    ),
)

CURRENT = 1
"""The version that apps are to show. New words are released first, and shown from the next release on: while replicas
are replaced, none meets a version that it does not know."""

KNOWN = max(text.since_version for text in TEXTS)


def require_known(version: int | None) -> None:
    """Raises ConsentTextUnknown for a version that nobody can have shown."""
    if version is not None and not is_known(version):
        raise ConsentTextUnknown


def is_known(version: int) -> bool:
    return 1 <= version <= KNOWN


def texts_of(version: int) -> Sequence[ConsentText]:
    """What that version says, one text for each purpose. Raises ConsentTextUnknown."""
    require_known(version)
    last = {
        text.purpose: text for text in TEXTS if text.since_version <= version
    }  # in the order of their versions
    return list(last.values())


def words_in(text: ConsentText, language: str) -> str:
    return say(text.words, language=language)
