"""Which five questions for this talk? Chosen from the bank without I/O."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from server.interviews.question_bank import BANK, Edition, Ground, Question, Theme
from server.interviews.states import Side
from server.suggestions.reasons import Sentence


@dataclass(frozen=True, slots=True)
class Talk:
    """Whom the questions are for. `topics`: what is in common, in words that the reader may see. `pair` makes the
    choice among equals: it differs from pair to pair, and is the same each time for one."""

    purpose: str
    side: Side
    edition: Edition
    topics: Mapping[Ground, str]
    pair: str


@dataclass(frozen=True, slots=True)
class Chosen:
    theme: Theme
    sentence: Sentence
    topic: str | None


MOST = 5

# Who else to meet is always asked: it is how one talk becomes two. Of the others these come first.
FIRST: Mapping[str, tuple[Theme, ...]] = {
    "learn": (Theme.PRACTICES, Theme.CHALLENGES, Theme.PATH, Theme.TRENDS, Theme.ENJOYMENT),
    "explore_role": (Theme.ENJOYMENT, Theme.CHALLENGES, Theme.PATH, Theme.PRACTICES, Theme.TRENDS),
    "job_search": (Theme.PRACTICES, Theme.PATH, Theme.CHALLENGES, Theme.ENJOYMENT, Theme.TRENDS),
    "exchange": (Theme.PRACTICES, Theme.CHALLENGES, Theme.TRENDS, Theme.ENJOYMENT, Theme.PATH),
    "advice": (Theme.CHALLENGES, Theme.PRACTICES, Theme.PATH, Theme.TRENDS, Theme.ENJOYMENT),
    "hiring": (Theme.ENJOYMENT, Theme.PATH, Theme.PRACTICES, Theme.CHALLENGES, Theme.TRENDS),
}


def choose(talk: Talk) -> list[Chosen]:
    """Five questions, each of another theme."""
    best = {theme: _best_of(theme, talk) for theme in Theme}
    rest = sorted(FIRST[talk.purpose], key=lambda theme: best[theme].ground is None)
    themes = {Theme.WHO_ELSE, *rest[: MOST - 1]}
    return [
        Chosen(theme, best[theme].sentence, _topic(best[theme], talk)) for theme in Theme if theme in themes
    ]


def _best_of(theme: Theme, talk: Talk) -> Question:
    """What is in common comes first. All others that fit are equally good, so it is drawn by lot."""
    fitting = [question for question in BANK if question.theme is theme and _fits(question, talk)]
    return max(fitting, key=lambda question: (question.ground is not None, _lot(question, talk.pair)))


def _fits(question: Question, talk: Talk) -> bool:
    return (
        question.side in {None, talk.side}
        and question.edition in {None, talk.edition}
        and (not question.purposes or talk.purpose in question.purposes)
        and (question.ground is None or question.ground in talk.topics)
    )


def _lot(question: Question, pair: str) -> bytes:
    return hashlib.sha256(f"{pair} {question.sentence.one}".encode()).digest()


def _topic(question: Question, talk: Talk) -> str | None:
    return talk.topics[question.ground] if question.ground else None
