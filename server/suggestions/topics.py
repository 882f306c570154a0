"""Do two short phrases speak of the same thing? Language-neutral, cheap, and it can show what matched.

A phrase is the set of its words (NFKC, casefolded). Two phrases are compared by the cosine of their words'
inverse document frequencies (Spärck Jones 1972; Salton & Buckley 1988), counted over the distinct phrases of
this event: "help with taxes" and "help with hiring" share only words that say little where everybody writes
them, in whatever language. There is no stemming and no list of stop words, and a phrase written without
spaces is one word.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

# Below this two phrases share a word by chance; one shared word of four equally telling ones reaches it.
FLOOR = 0.5

# Split at what separates rather than collect what `\w` knows: it lacks the vowel signs of many scripts, and
# "c++", "c#" and "node.js" are words.
_BETWEEN = re.compile(r"[\s/,;:()\[\]{}|&_\-\u2010-\u2015\u00b7\u3001\u3002]+")
_ROUND = ".!?\"'*\u00ab\u00bb\u2018\u2019\u201c\u201d\u2026"


@dataclass(frozen=True, slots=True)
class Match:
    """How well (FLOOR..1) one side's phrase is met by the other's, and which two phrases these were."""

    strength: float
    wanted: str
    given: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase as typed, with its words and the length of its vector."""

    text: str
    words: frozenset[str]
    norm: float


@dataclass(frozen=True, slots=True)
class Topics:
    """What somebody says under one heading; falsy if nothing was said."""

    phrases: tuple[Phrase, ...]
    words: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.phrases)


NOTHING = Topics((), frozenset())


class Vocabulary:
    """How telling each word is (its squared inverse document frequency) among what everybody may see.

    Private texts must not be among `visible`: a word's weight would carry them into other people's reasons.
    They can be looked up all the same; a word nobody shows weighs like one shown once.
    """

    def __init__(self, visible: Iterable[str]) -> None:
        # Equal phrases count once, however they are written and however many people say them.
        distinct = {words for text in set(visible) if (words := words_of(text))}
        counts = Counter(word for words in distinct for word in words)
        self._weight = {word: math.log1p(len(distinct) / count) ** 2 for word, count in counts.items()}
        self._rarest = math.log1p(len(distinct) or 1) ** 2
        self._phrases: dict[str, Phrase] = {}

    def topics(self, texts: Iterable[str]) -> Topics:
        """What these texts speak of; wordless ones drop out."""
        phrases = tuple(phrase for text in texts if (phrase := self._phrase(text)).words)
        return (
            Topics(phrases, frozenset().union(*(phrase.words for phrase in phrases))) if phrases else NOTHING
        )

    def best_match(self, wanted: Topics, given: Topics) -> Match | None:
        """The closest two phrases at or above FLOOR; among equals the first as each person wrote them."""
        if wanted.words.isdisjoint(given.words):
            return None
        best = None
        for ask in wanted.phrases:
            for offer in given.phrases:
                strength = self._likeness(ask, offer)
                if strength >= FLOOR and (best is None or strength > best.strength):
                    best = Match(strength, ask.text, offer.text)
        return best

    def _phrase(self, text: str) -> Phrase:
        if text not in self._phrases:
            words = words_of(text)
            self._phrases[text] = Phrase(text, words, math.sqrt(self._sum(words)))
        return self._phrases[text]

    def _likeness(self, one: Phrase, two: Phrase) -> float:
        if one.words == two.words:
            return 1.0
        shared = one.words & two.words
        if not shared:
            return 0.0
        return self._sum(shared) / (one.norm * two.norm)

    def _sum(self, words: frozenset[str]) -> float:
        # fsum, since the order of a set's words differs from process to process.
        return math.fsum(self._weight.get(word, self._rarest) for word in words)


def words_of(text: str) -> frozenset[str]:
    pieces = _BETWEEN.split(unicodedata.normalize("NFKC", text).casefold())
    return frozenset(word for piece in pieces if (word := piece.strip(_ROUND)))
