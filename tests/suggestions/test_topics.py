import math

import pytest

from server.suggestions.topics import FLOOR, Match, Vocabulary, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hiring my FIRST engineers!", {"hiring", "my", "first", "engineers"}),
        ("C++ / C#, node.js", {"c++", "c#", "node.js"}),
        ("Straße", {"strasse"}),
        ("\uff21\uff29 (UX-design)", {"ai", "ux", "design"}),
        ("हिन्दी अनुवाद", {"हिन्दी", "अनुवाद"}),
        ("採用、育成", {"採用", "育成"}),
        (" … ", set()),
    ],
)
def test_a_phrase_is_its_words_in_any_language(text, words):
    assert words_of(text) == words


def test_the_same_phrase_matches_wholly_however_it_is_written():
    vocabulary = Vocabulary(["Event sourcing", "event-sourcing"])

    match = vocabulary.best_match(
        vocabulary.topics(["Event sourcing"]), vocabulary.topics(["taxes", "event-sourcing"])
    )

    assert match == Match(1.0, "Event sourcing", "event-sourcing")


def test_a_match_is_the_cosine_of_squared_inverse_document_frequencies():
    vocabulary = Vocabulary(["kubernetes", "kubernetes operators", "taxes"])
    common, rare = math.log1p(3 / 2) ** 2, math.log1p(3 / 1) ** 2

    match = vocabulary.best_match(
        vocabulary.topics(["kubernetes"]), vocabulary.topics(["kubernetes operators"])
    )

    assert match is not None
    assert match.strength == pytest.approx(common / math.sqrt(common * (common + rare)))


def test_words_that_everybody_uses_make_no_match():
    vocabulary = Vocabulary([f"help with topic{number}" for number in range(20)])

    one, two = vocabulary.topics(["help with topic1"]), vocabulary.topics(["help with topic2"])

    assert vocabulary.best_match(one, two) is None


def test_the_closest_phrases_are_named_and_the_first_of_equals():
    vocabulary = Vocabulary(["rust", "go", "rust embedded"])

    wanted, given = vocabulary.topics(["go", "rust"]), vocabulary.topics(["rust embedded", "rust", "go"])

    assert vocabulary.best_match(wanted, given) == Match(1.0, "go", "go")


def test_nothing_said_matches_nothing():
    vocabulary = Vocabulary([])

    assert not vocabulary.topics(["", "!"])
    assert vocabulary.best_match(vocabulary.topics([]), vocabulary.topics(["rust"])) is None


def test_one_shared_word_of_four_equally_telling_ones_is_just_enough():
    vocabulary = Vocabulary([])

    match = vocabulary.best_match(vocabulary.topics(["rust"]), vocabulary.topics(["rust go java perl"]))

    assert match == Match(FLOOR, "rust", "rust go java perl")
