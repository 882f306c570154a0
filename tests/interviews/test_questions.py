"""Which questions come out of the bank, and how the words read."""

import re
from collections import Counter
from itertools import product

import pytest

from schemas.interviews import InterviewPurpose as Purpose
from server.interviews import wording
from server.interviews.kits import edition_for
from server.interviews.question_bank import BANK, Edition, Ground, Theme
from server.interviews.questions import MOST, Talk, choose
from server.interviews.states import Side

SIDES = (Side.ASKER, Side.HOST)
GROUNDS = {
    "nothing": {},
    "an offer": {Ground.OFFER: "Compiler design"},
    "everything": {Ground.OFFER: "Compiler design", Ground.ASK: "Pricing", Ground.INDUSTRY: "Software"},
}
EVERY = list(product(Purpose, SIDES, Edition, GROUNDS))


def talk(purpose, side, edition, ground="nothing", pair="ada grace") -> Talk:
    return Talk(purpose=purpose, side=side, edition=edition, topics=GROUNDS[ground], pair=pair)


@pytest.mark.parametrize(("purpose", "side", "edition", "ground"), EVERY)
def test_every_talk_gets_five_different_questions_each_of_another_theme(purpose, side, edition, ground):
    for pair in ("ada grace", "ada katherine", "eve mallory"):
        chosen = choose(talk(purpose, side, edition, ground, pair))
        assert len({one.sentence for one in chosen}) == len({one.theme for one in chosen}) == MOST == 5
        assert [one.theme for one in chosen] == sorted((one.theme for one in chosen), key=list(Theme).index)
        assert chosen[-1].theme is Theme.WHO_ELSE
        assert chosen == choose(talk(purpose, side, edition, ground, pair))
        assert all("%" not in one.sentence.one % {"topic": one.topic} for one in chosen)
        # Whatever is in common is spoken of, and nothing else.
        assert Counter(one.topic for one in chosen if one.topic) == Counter(GROUNDS[ground].values())


@pytest.mark.parametrize(("purpose", "side"), list(product(Purpose, SIDES)))
def test_what_is_asked_suits_the_purpose(purpose, side):
    written_for_others = {q.sentence for q in BANK if q.purposes and purpose not in q.purposes}
    for edition in Edition:
        assert not {one.sentence for one in choose(talk(purpose, side, edition))} & written_for_others


def test_a_content_person_is_given_no_word_of_a_job_search_unless_the_talk_is_about_one():
    for purpose in set(Purpose) - {Purpose.JOB_SEARCH, Purpose.EXPLORE_ROLE, Purpose.HIRING}:
        for side in SIDES:
            said = [one.sentence.one for one in choose(talk(purpose, side, Edition.SETTLED))]
            said += [hint.one for hint in wording.opening_hints(side, Edition.SETTLED, noted=True)]
            said += [prompt.one for prompt in wording.DEBRIEF[side, Edition.SETTLED]]
            assert not [text for text in said if re.search(r"looking for work|job|get in|next step", text)]


def test_pairs_are_not_all_asked_the_same():
    pairs = [f"ada {number}" for number in range(20)]
    asked = {
        tuple(one.sentence.one for one in choose(talk("learn", Side.ASKER, Edition.SETTLED, pair=pair)))
        for pair in pairs
    }
    assert len(asked) > 3


@pytest.mark.parametrize("purpose", Purpose)
def test_the_two_editions_ask_differently(purpose):
    pairs = [f"ada {number}" for number in range(20)]
    seeking, settled = (
        [choose(talk(purpose, Side.ASKER, edition, pair=pair)) for pair in pairs] for edition in Edition
    )
    assert seeking != settled


def test_no_question_is_in_the_bank_twice_or_can_never_be_chosen():
    assert max(Counter(question.sentence for question in BANK).values()) == 1
    chosen = {
        one.sentence
        for purpose, side, edition, ground in EVERY
        for number in range(40)
        for one in choose(talk(purpose, side, edition, ground, f"pair {number}"))
    }
    assert {question.sentence.one for question in BANK} - {sentence.one for sentence in chosen} == set()


def test_whoever_says_nothing_of_their_situation_is_taken_for_content_unless_they_ask_for_a_job_search():
    def editions(purpose, side):
        said = (None, "employed", "searching", "exploring")
        return [edition_for(situation, purpose=purpose, side=side) for situation in said]

    content_first = [Edition.SETTLED] * 2 + [Edition.SEEKING] * 2
    assert editions("learn", Side.ASKER) == editions("job_search", Side.HOST) == content_first
    assert editions("job_search", Side.ASKER) == [Edition.SEEKING] * 4


def test_there_are_words_for_every_talk():
    assert set(wording.OPENINGS) == set(wording.THANKS) == set(product(SIDES, Purpose))
    assert set(wording.OPENING_HINTS) == set(wording.DEBRIEF) == set(product(SIDES, Edition))
    assert set(wording.CLOSINGS) == set(wording.CLOSING_HINTS) == set(wording.WHO_NEXT) == set(SIDES)


@pytest.mark.parametrize(
    ("asks", "match", "said"),
    [
        ([], None, ["Think of one small thing that would help them: a link, a name, a second pair of eyes."]),
        (
            ["Pricing", "Hiring", "Taxes"],
            None,
            [
                "They ask for “Pricing”. Can you help, or do you know who can?",
                "They ask for “Hiring”. Can you help, or do you know who can?",
            ],
        ),
        (
            ["Pricing", "Hiring", "Taxes"],
            {"ask": "Pricing", "offer": "Pricing advice"},
            [
                "They ask for “Pricing”, and you offer “Pricing advice”: take the first step.",
                "They ask for “Hiring”. Can you help, or do you know who can?",
            ],
        ),
    ],
)
def test_what_i_can_do_begins_with_what_i_offer_already(asks, match, said):
    assert [line.sentence.one % line.facts for line in wording.what_i_can_do(asks, match)] == said
