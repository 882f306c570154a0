from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.suggestions.facts import Person
from server.suggestions.reasons import ACTIONS, SENTENCES, Acquaintance, Explanation, Reason, explain
from server.suggestions.topics import Vocabulary

ADA, GRACE = UUID(int=1), UUID(int=2)
STRANGERS = Acquaintance(sessions=1, common_contacts=0, reader_contacts=1)
MET_ONCE = Reason("met_n_times", {"count": 1})

TOPICS = ("event sourcing", "hiring engineers", "rust", "public speaking", "health")
SAID = st.lists(st.sampled_from(TOPICS), max_size=2).map(tuple)


def explained(reader, other, known=STRANGERS, **named):
    return explain(reader, other, known, Vocabulary(TOPICS), **named)


def test_two_people_who_said_nothing_still_have_a_reason_and_an_action():
    assert explained(Person(ADA), Person(GRACE)) == Explanation(
        (MET_ONCE,), for_reader=MET_ONCE, for_other=MET_ONCE, action="answer_signal"
    )


def test_whoever_can_give_gives_first_and_sees_what_both_gain():
    ada = Person(ADA, asks=("hiring engineers",), offers=("event sourcing",))
    grace = Person(GRACE, asks=("Event sourcing",), offers=("hiring",), open_to_talk=True)

    taken = Reason("they_offer_what_you_ask", {"ask": "hiring engineers", "offer": "hiring"})
    given_ = Reason("you_offer_what_they_ask", {"ask": "Event sourcing", "offer": "event sourcing"})
    assert explained(ada, grace) == Explanation(
        (taken, given_, MET_ONCE), for_reader=taken, for_other=given_, action="offer_help"
    )


def test_to_whoever_is_content_at_work_giving_is_named_first():
    ada = Person(ADA, situation="employed", asks=("rust",), offers=("health",))
    grace = Person(GRACE, asks=("health",), offers=("rust",))

    codes = [reason.code for reason in explained(ada, grace).reasons]

    assert codes == ["you_offer_what_they_ask", "they_offer_what_you_ask", "met_n_times"]


def test_a_target_is_named_beside_what_the_other_shows():
    ada = Person(ADA, target_roles=("head of data",), target_industries=("health",), target_skills=("rust",))
    grace = Person(GRACE, role="Head of Data", industry="Health", skills=("go", "Rust"), open_to_talk=True)

    role = Reason("fits_your_target_role", {"target": "head of data", "value": "Head of Data"})
    industry = Reason("fits_your_target_industry", {"target": "health", "value": "Health"})
    skill = Reason("fits_your_target_skill", {"target": "rust", "value": "Rust"})
    assert explained(ada, grace) == Explanation(
        (role, industry, skill, MET_ONCE), for_reader=role, for_other=MET_ONCE, action="ask_for_talk"
    )


def test_two_yes_are_told_and_lead_to_a_time():
    both = Acquaintance(1, 0, 1, reader_said_yes=True, both_said_yes=True)
    told = Reason("both_want_to_talk", {})

    assert explained(Person(ADA), Person(GRACE), both) == Explanation(
        (told, MET_ONCE), for_reader=told, for_other=told, action="book_talk"
    )


@pytest.mark.parametrize(("open_to_talk", "action"), [(True, "ask_for_talk"), (False, "share_card")])
def test_a_talk_is_asked_for_only_of_who_is_open_to_it(open_to_talk, action):
    known = Acquaintance(1, 0, 1, reader_said_yes=True)
    wanted = Reason("you_want_to_talk", {})

    assert explained(Person(ADA), Person(GRACE, open_to_talk=open_to_talk), known) == Explanation(
        (wanted, MET_ONCE), for_reader=MET_ONCE, for_other=MET_ONCE, action=action
    )


def test_a_quiet_entry_asks_nothing_of_the_other():
    assert explained(Person(ADA), Person(GRACE, open_to_talk=True), quiet=True).action == "write_note"


@pytest.mark.parametrize(
    ("common", "met", "said"), [(5, 11, True), (4, 11, False), (5, 10, False), (10, 11, False)]
)
def test_overlapping_circles_are_named_only_where_they_can_be_pinned_on_nobody(common, met, said):
    known = Acquaintance(sessions=1, common_contacts=common, reader_contacts=met)

    reasons = explained(Person(ADA), Person(GRACE), known).reasons

    assert reasons == ((MET_ONCE, Reason("common_contacts", {})) if said else (MET_ONCE,))


def test_a_shared_industry_is_a_gain_of_both():
    shared = Reason("same_industry", {"industry": "Health"})

    assert explained(Person(ADA, industry="health"), Person(GRACE, industry="Health")) == Explanation(
        (MET_ONCE, shared), for_reader=shared, for_other=shared, action="answer_signal"
    )


PEOPLE = st.builds(
    Person,
    person_id=st.just(ADA),
    role=st.sampled_from(("", *TOPICS)),
    industry=st.sampled_from(("", *TOPICS)),
    skills=SAID,
    asks=SAID,
    offers=SAID,
    open_to_talk=st.booleans(),
    target_roles=SAID,
    target_industries=SAID,
    target_skills=SAID,
    situation=st.sampled_from(("", "searching", "employed")),
)
KNOWN = st.builds(
    Acquaintance,
    sessions=st.integers(1, 9),
    common_contacts=st.integers(0, 20),
    reader_contacts=st.integers(1, 40),
    reader_said_yes=st.booleans(),
)


@settings(deadline=None)
@given(PEOPLE, PEOPLE, PEOPLE, KNOWN)
def test_what_the_other_keeps_private_never_changes_what_is_said(reader, other, somebody, known):
    changed = Person(
        other.person_id,
        role=other.role,
        industry=other.industry,
        skills=other.skills,
        asks=other.asks,
        offers=other.offers,
        open_to_talk=other.open_to_talk,
        situation=somebody.situation,
        target_roles=somebody.target_roles,
        target_industries=somebody.target_industries,
        target_skills=somebody.target_skills,
        capacity=9,
        inbound_elsewhere=9,
    )

    assert explained(reader, changed, known) == explained(reader, other, known)


@settings(deadline=None)
@given(PEOPLE, PEOPLE, KNOWN)
def test_every_reason_and_action_has_a_sentence_that_its_evidence_fills(reader, other, known):
    explanation = explained(reader, other, known)

    for reason in (*explanation.reasons, explanation.for_reader, explanation.for_other):
        sentence = SENTENCES[reason.code]
        assert "%" not in sentence.one % reason.evidence
        assert sentence.many is None or str(reason.evidence["count"]) in sentence.many % reason.evidence
    assert explanation.action in ACTIONS
    assert explanation.for_reader in explanation.reasons
    assert explanation.for_other in explanation.reasons
