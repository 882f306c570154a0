"""Whom to meet: why, how many, and what never shows."""

from collections import Counter
from dataclasses import replace
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from server.suggestions.facts import Person, Standing
from server.suggestions.reasons import Reason
from server.suggestions.rules import Suggested
from server.who_to_meet.rules import MeetFacts, propose

ADA, GRACE, LINUS, *OTHERS = (UUID(int=number) for number in range(1, 41))
TOPICS = ("rust", "hiring", "compilers", "pricing")


def facts(*people: Person, **changes) -> MeetFacts:
    named = {"listed": {person.person_id for person in people}, "contacts": {}, "apart": frozenset()}
    return MeetFacts(list(people), **{**named, **changes})


def lists(found: list[Suggested]) -> dict[UUID, list[UUID]]:
    listed: dict[UUID, list[UUID]] = {}
    for one in sorted(found, key=lambda one: one.rank):
        listed.setdefault(one.person_id, []).append(one.other_id)
    return listed


def test_an_ask_an_offer_and_a_target_each_bring_somebody_with_the_reason():
    ada = Person(ADA, asks=("rust",), offers=("hiring",), target_roles=("engineer",))
    grace = Person(GRACE, offers=("Rust",), role="Engineer")
    linus = Person(LINUS, asks=("hiring",))

    found = [one for one in propose(facts(ada, grace, linus)) if one.person_id == ADA]

    offered = Reason("they_offer_what_you_ask", {"ask": "rust", "offer": "Rust"})
    role = Reason("fits_your_target_role", {"target": "engineer", "value": "Engineer"})
    given_ = Reason("you_offer_what_they_ask", {"ask": "hiring", "offer": "hiring"})
    here = Reason("same_event", {})
    assert found == [
        Suggested(ADA, GRACE, 1, found[0].score, (offered, role, here), offered, here, "find_them"),
        Suggested(ADA, LINUS, 2, found[1].score, (given_, here), here, given_, "find_them"),
    ]


def test_whoever_has_nothing_to_say_to_each_other_is_on_no_list():
    assert (
        propose(facts(Person(ADA, asks=("rust",)), Person(GRACE, offers=("pricing",)), Person(LINUS))) == []
    )


def test_only_who_agreed_to_be_found_is_and_everybody_may_look():
    ada, grace = Person(ADA, asks=("rust",)), Person(GRACE, offers=("rust",))
    assert lists(propose(facts(ada, grace, listed={GRACE}))) == {ADA: [GRACE]}


def test_who_has_met_or_is_kept_apart_is_not_proposed_and_who_was_dismissed_only_to_whom_it_was():
    ada, grace = Person(ADA, asks=("rust",)), Person(GRACE, offers=("rust",))
    for apart in ({(ADA, GRACE)}, {(GRACE, ADA)}):
        assert propose(facts(ada, grace, apart=apart)) == []
    assert lists(propose(facts(ada, grace, set_aside={(ADA, GRACE)}))) == {GRACE: [ADA]}


def test_a_host_is_on_no_more_lists_than_they_have_time_for_and_a_list_has_five():
    host = Person(ADA, offers=TOPICS, capacity=2, inbound_elsewhere=1)
    askers = [Person(other, asks=("rust",)) for other in OTHERS[:9]]
    others = [Person(other, offers=("rust",)) for other in OTHERS[9:18]]
    found = propose(facts(host, *askers, *others))
    assert Counter(one.other_id for one in found)[ADA] == 3
    assert max(Counter(one.person_id for one in found).values()) == 5


def test_where_everybody_says_the_same_the_lists_are_not_all_the_same_few():
    askers = [Person(other, asks=("rust",)) for other in OTHERS[:18]]
    givers = [Person(other, offers=("rust",)) for other in OTHERS[18:36]]
    found = propose(facts(*askers, *givers))
    load = Counter(one.other_id for one in found)
    assert {len(listed) for listed in lists(found).values()} == {5}
    assert max(load.values()) <= 10


def test_what_was_seen_keeps_its_place_and_only_free_ones_are_filled():
    ada = Person(ADA, asks=("rust",))
    givers = [Person(other, offers=("rust",)) for other in OTHERS[:7]]
    standing = [Standing(ADA, OTHERS[rank], rank) for rank in (2, 4)]
    mine = [one for one in propose(facts(ada, *givers, standing=standing)) if one.person_id == ADA]
    assert [one.rank for one in mine] == [1, 3, 5]
    assert {one.other_id for one in mine} <= {OTHERS[place] for place in (0, 1, 3, 5, 6)}


def test_circles_count_only_where_they_can_be_pinned_on_nobody():
    ada, grace = Person(ADA), Person(GRACE)
    common, mine = set(OTHERS[:5]), set(OTHERS[5:11])

    def circles(shared: set[UUID], own: set[UUID]) -> MeetFacts:
        contacts = {ADA: shared | own, GRACE: shared} | {one: {ADA, GRACE} for one in shared}
        return facts(ada, grace, contacts=contacts)

    [found] = [one for one in propose(circles(common, mine)) if one.person_id == ADA]
    assert found.reasons == (Reason("same_event", {}), Reason("common_contacts", {}))
    for too_few in (circles(set(OTHERS[:4]), mine), circles(common, set(OTHERS[5:9]))):
        assert [one for one in propose(too_few) if one.person_id == ADA] == []


phrases = st.lists(st.sampled_from(TOPICS), max_size=2, unique=True).map(tuple)


@st.composite
def gatherings(draw) -> MeetFacts:
    people = [
        Person(
            person_id,
            role=draw(st.sampled_from(("", "engineer", "rust engineer"))),
            asks=draw(phrases),
            offers=draw(phrases),
            target_roles=draw(st.sampled_from(((), ("engineer",)))),
        )
        for person_id in (ADA, GRACE, LINUS, *OTHERS[:4])
    ]
    listed = draw(st.sets(st.sampled_from([person.person_id for person in people])))
    return facts(*people, listed=listed)


@settings(max_examples=60, deadline=None)
@given(gatherings(), st.data())
def test_what_another_keeps_private_changes_nothing_that_a_reader_sees(before, data):
    """Not the reasons, not the order, not who is there: by anybody's targets and situation, by whom a few others met,
    and by words of somebody who is not listed."""
    others = [
        replace(
            person,
            target_roles=data.draw(st.sampled_from(((), ("engineer",), ("rust engineer",)))),
            situation=data.draw(st.sampled_from(("", "searching", "employed"))),
            **(
                {}
                if person.person_id in before.listed
                else {"offers": data.draw(phrases), "role": "engineer"}
            ),
        )
        for person in before.people
        if person.person_id != ADA
    ]
    met = data.draw(st.sets(st.sampled_from(OTHERS[10:14])))
    contacts = {GRACE: met, **{one: {GRACE} for one in met}, ADA: set(OTHERS[10:14])}
    [ada] = [person for person in before.people if person.person_id == ADA]
    after = replace(before, people=[ada, *others], contacts=contacts)

    def seen_by_ada(facts: MeetFacts) -> list[Suggested]:
        return [one for one in propose(facts) if one.person_id == ADA]

    assert seen_by_ada(after) == seen_by_ada(before)


@settings(max_examples=30, deadline=None)
@given(gatherings(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_arrive_changes_nothing(before, chance):
    people = list(before.people)
    chance.shuffle(people)
    assert propose(replace(before, people=people)) == propose(before)
