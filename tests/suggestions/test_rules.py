import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.suggestions.facts import NEVER, NOT_NOW, YES, EventFacts, Meeting, Person, Standing
from server.suggestions.reasons import Reason
from server.suggestions.rules import Suggested, lists_of, suggest

END = datetime(2026, 6, 5, 18, tzinfo=UTC)
ADA, GRACE, LINUS = (UUID(int=number) for number in (1, 2, 3))
TOPICS = ("event sourcing", "hiring engineers", "rust", "public speaking")
SAID = st.lists(st.sampled_from(TOPICS), max_size=2).map(tuple)
PRIVATE = {
    "situation": st.sampled_from(("", "searching", "employed")),
    "target_roles": SAID,
    "target_industries": SAID,
    "target_skills": SAID,
}


def met(low, high, *, scans=1):
    times = tuple(END - timedelta(hours=hour) for hour in range(scans))
    return Meeting(low, high, times, times)


@st.composite
def events(draw, most=9):
    ids = [UUID(int=number) for number in range(1, draw(st.integers(2, most)) + 1)]
    people = [
        draw(
            st.builds(
                Person,
                person_id=st.just(person_id),
                organisation=st.sampled_from(("", "Acme", "acme ", "Initech")),
                role=st.sampled_from(TOPICS),
                asks=SAID,
                offers=SAID,
                capacity=st.sampled_from((None, 0, 1, 2)),
                inbound_elsewhere=st.integers(0, 2),
                open_to_talk=st.booleans(),
                suggestible=st.sampled_from((True, True, True, False)),
                **PRIVATE,
            )
        )
        for person_id in ids
    ]
    pairs = draw(st.lists(st.sampled_from(list(combinations(ids, 2))), unique=True))
    directed = [*pairs, *((high, low) for low, high in pairs)]
    some = st.sets(st.sampled_from(directed), max_size=3) if directed else st.just(set())
    taps = st.dictionaries(st.sampled_from(directed), st.sampled_from((YES, YES, NOT_NOW, NEVER, "none")))
    return EventFacts(
        ended_at=END,
        people=people,
        meetings=[met(low, high, scans=draw(st.integers(1, 3))) for low, high in pairs],
        signals=draw(taps) if directed else {},
        excluded=frozenset(draw(some)),
        set_aside=frozenset(draw(some)),
    )


def shown_to(suggested):
    lists = {}
    for one in suggested:
        lists.setdefault(one.person_id, []).append(one.other_id)
    return lists


def kept_apart(facts):
    apart = {*facts.excluded, *(pair for pair, signal in facts.signals.items() if signal == NEVER)}
    return apart | {(two, one) for one, two in apart}


def allowed(facts):
    """(reader, other) of all who met and may be suggested."""
    open_ = {person.person_id for person in facts.people if person.suggestible}
    pairs = {(meeting.low, meeting.high) for meeting in facts.meetings}
    directed = pairs | {(high, low) for low, high in pairs}
    may = {(one, two) for one, two in directed if one in open_ and two in open_}
    return may - kept_apart(facts) - facts.set_aside


def both_said_yes(facts, one, two):
    return facts.signals.get((one, two)) == facts.signals.get((two, one)) == YES


@settings(max_examples=40, deadline=None)
@given(events())
def test_only_who_may_be_suggested_is_and_everybody_who_met_one_is_shown_one(facts):
    suggested = suggest(facts)

    pairs = [(one.person_id, one.other_id) for one in suggested]
    assert len(set(pairs)) == len(pairs)
    assert set(pairs) <= allowed(facts)
    assert {reader for reader, _ in pairs} == {reader for reader, _ in allowed(facts)}


@settings(max_examples=40, deadline=None)
@given(events())
def test_caps_hold_save_for_quiet_entries_and_two_yes(facts):
    suggested = suggest(facts)

    load, agreed = Counter(), Counter()
    for one in suggested:
        load[one.other_id] += one.action != "write_note"
        agreed[one.other_id] += both_said_yes(facts, one.person_id, one.other_id)
    for person in facts.people:
        assert load[person.person_id] <= max(lists_of(person), agreed[person.person_id])


@settings(max_examples=40, deadline=None)
@given(events(), st.integers(1, 5))
def test_lists_are_short_ranked_from_one_and_mixed(facts, per_person):
    suggested = suggest(facts, per_person=per_person)

    organisations = {one.person_id: one.organisation.strip().casefold() for one in facts.people}
    for reader, others in shown_to(suggested).items():
        ranks = [one.rank for one in suggested if one.person_id == reader]
        assert ranks == list(range(1, len(others) + 1))
        assert len(others) <= per_person
        mix = Counter(organisations[other] for other in others if organisations[other])
        assert all(count <= max(per_person - 1, 1) for count in mix.values())


@settings(max_examples=40, deadline=None)
@given(events(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_arrive_changes_nothing(facts, chance):
    people, meetings, signals = list(facts.people), list(facts.meetings), list(facts.signals.items())
    for values in (people, meetings, signals):
        chance.shuffle(values)

    assert suggest(replace(facts, people=people, meetings=meetings, signals=dict(signals))) == suggest(facts)


@settings(max_examples=40, deadline=None)
@given(events(), st.fixed_dictionaries(PRIVATE))
def test_what_one_keeps_private_changes_no_reason_that_another_reads(facts, private):
    quiet_one = facts.people[0].person_id
    changed = [replace(facts.people[0], **private), *facts.people[1:]]

    before = {(one.person_id, one.other_id): one for one in suggest(facts)}
    after = {(one.person_id, one.other_id): one for one in suggest(replace(facts, people=changed))}

    for pair in before.keys() & after.keys():
        if pair[0] != quiet_one:
            assert after[pair].reasons == before[pair].reasons
            assert after[pair].for_reader == before[pair].for_reader
            assert after[pair].for_other == before[pair].for_other


@settings(max_examples=40, deadline=None)
@given(events(most=6), st.sampled_from((YES, NOT_NOW, "none")), st.data())
def test_where_there_is_room_for_all_the_others_tap_changes_nothing_one_sees(facts, adas_tap, data):
    roomy = [replace(person, capacity=50) for person in facts.people]
    ada, grace = facts.people[0].person_id, facts.people[1].person_id
    # Two yes are told to both; any other tap is Grace's own business.
    taps = st.sampled_from((NOT_NOW, "none") if adas_tap == YES else (YES, NOT_NOW, "none"))

    def seen_by_ada(graces_tap):
        tapped = {**facts.signals, (ada, grace): adas_tap, (grace, ada): graces_tap}
        suggested = suggest(replace(facts, people=roomy, signals=tapped), per_person=9)
        return [one for one in suggested if one.person_id == ada]

    assert seen_by_ada(data.draw(taps)) == seen_by_ada(data.draw(taps))


@pytest.mark.parametrize("graces_tap", ["none", NOT_NOW])
def test_ones_own_yes_is_told_to_oneself_alone(graces_tap):
    people = [Person(ADA), Person(GRACE)]
    signals = {(ADA, GRACE): YES, (GRACE, ADA): graces_tap}

    suggested = suggest(EventFacts(END, people, [met(ADA, GRACE)], signals=signals))

    once, wanted = Reason("met_n_times", {"count": 1}), Reason("you_want_to_talk", {})
    assert [(one.person_id, one.reasons, one.action) for one in suggested] == [
        (ADA, (wanted, once), "share_card"),
        (GRACE, (once,), "answer_signal" if graces_tap == "none" else "write_note"),
    ]


def test_two_yes_are_told_to_both():
    signals = {(ADA, GRACE): YES, (GRACE, ADA): YES}

    suggested = suggest(EventFacts(END, [Person(ADA), Person(GRACE)], [met(ADA, GRACE)], signals=signals))

    told = (Reason("both_want_to_talk", {}), Reason("met_n_times", {"count": 1}))
    assert [(one.person_id, one.reasons, one.action) for one in suggested] == [
        (ADA, told, "book_talk"),
        (GRACE, told, "book_talk"),
    ]


def test_words_kept_private_do_not_change_how_telling_a_word_is_to_others():
    ada, grace = Person(ADA, asks=("rust",)), Person(GRACE, offers=("rust compilers",))
    hidden = replace(grace, target_roles=tuple(f"rust {number}" for number in range(99)))

    def seen_by_ada(other):
        return suggest(EventFacts(END, [ada, other], [met(ADA, GRACE)], signals={}))[0].reasons

    offered = Reason("they_offer_what_you_ask", {"ask": "rust", "offer": "rust compilers"})
    assert seen_by_ada(grace)[0] == offered
    assert seen_by_ada(hidden) == seen_by_ada(grace)


@settings(max_examples=40, deadline=None)
@given(events(), st.data())
def test_what_was_shown_stays_and_a_refill_fills_only_what_is_free(facts, data):
    first = suggest(facts)
    dropped = data.draw(st.sampled_from(first)) if first else None
    standing = [
        Standing(one.person_id, one.other_id, one.rank, quiet=one.action == "write_note")
        for one in first
        if one is not dropped
    ]
    random.Random(1).shuffle(standing)  # noqa: S311, any other order
    if dropped is None:
        return
    gone = {*facts.set_aside, (dropped.person_id, dropped.other_id)}
    later = replace(facts, standing=standing, set_aside=frozenset(gone))

    refill = suggest(later, readers={dropped.person_id})

    kept = {one.other_id for one in standing if one.person_id == dropped.person_id}
    assert {one.person_id for one in refill} <= {dropped.person_id}
    assert dropped.other_id not in {one.other_id for one in refill}
    assert not kept & {one.other_id for one in refill}
    ranks = {one.rank for one in standing if one.person_id == dropped.person_id}
    assert not ranks & {one.rank for one in refill}
    assert len(kept) + len(refill) <= 5


def test_a_whole_suggestion():
    ada = Person(ADA, asks=("rust",), offers=("hiring",))
    grace = Person(GRACE, offers=("Rust",), open_to_talk=True)

    once = Reason("met_n_times", {"count": 1})
    offered = Reason("they_offer_what_you_ask", {"ask": "rust", "offer": "Rust"})
    given_ = Reason("you_offer_what_they_ask", {"ask": "rust", "offer": "Rust"})
    [first, second] = suggest(EventFacts(END, [ada, grace], [met(ADA, GRACE)], signals={}))

    assert first == Suggested(
        ADA,
        GRACE,
        rank=1,
        score=first.score,
        reasons=(offered, once),
        for_reader=offered,
        for_other=once,
        action="ask_for_talk",
    )
    assert second == Suggested(
        GRACE,
        ADA,
        rank=1,
        score=first.score,
        reasons=(given_, once),
        for_reader=once,
        for_other=given_,
        action="offer_help",
    )


def test_who_is_not_described_is_never_suggested():
    assert suggest(EventFacts(END, [Person(ADA)], [met(ADA, GRACE)], signals={})) == []


def test_a_suggestion_that_may_not_stand_any_more_has_freed_its_slot():
    people = [Person(ADA), Person(GRACE), Person(LINUS)]
    standing = [Standing(ADA, GRACE, rank=1)]
    facts = EventFacts(
        END, people, [met(ADA, GRACE), met(ADA, LINUS)], signals={(GRACE, ADA): NEVER}, standing=standing
    )

    [one] = suggest(facts, per_person=1, readers={ADA})

    assert (one.other_id, one.rank) == (LINUS, 1)


def test_a_chosen_capacity_is_kept_over_all_events_and_a_default_is_wider():
    assert lists_of(Person(ADA)) == 10
    assert lists_of(Person(ADA, capacity=2, inbound_elsewhere=3)) == 1
    assert lists_of(Person(ADA, capacity=1, inbound_elsewhere=3)) == 0
