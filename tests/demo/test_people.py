import random
import re
from collections import Counter
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from email_validator import validate_email

from server.demo.conference import conference_people
from server.demo.letters import latin
from server.demo.names import LOCALES, draw_name
from server.demo.organisations import INDUSTRIES, ORGANISATIONS, ZONES, plain
from server.demo.people import DemoPerson, make_people
from server.demo.roles import ROLES
from server.demo.topics import CAREER, FIELDS


@pytest.fixture(scope="module")
def people() -> tuple[DemoPerson, ...]:
    return tuple(make_people(conference_people(), seed=2009).values())


def test_the_same_seed_makes_the_same_people_whatever_order_the_numbers_come_in():
    assert make_people([3, 1, 2], seed=7) == make_people([1, 2, 3, 3], seed=7)
    assert make_people([1, 2, 3], seed=7) != make_people([1, 2, 3], seed=8)


def test_everybody_is_told_apart_by_name_address_and_order(people: tuple[DemoPerson, ...]):
    assert len(people) == 403
    for field in ("number", "name", "email", "order"):
        assert len({getattr(person, field) for person in people}) == 403, field


def test_addresses_and_links_lie_under_domains_that_belong_to_nobody(people: tuple[DemoPerson, ...]):
    """RFC 2606 section 3 reserves example.com, example.net and example.org."""
    reserved = re.compile(r"(?:^|\.)example\.(?:com|net|org)$")
    for person in people:
        address = validate_email(person.email, check_deliverability=False)
        assert address.normalized == person.email
        assert reserved.search(address.domain)
        for link in person.links:
            assert re.fullmatch(r"https://[a-z0-9.-]+/[a-z0-9/-]+", link)
            assert reserved.search(link.split("/")[2])


def test_every_profile_is_whole_and_hangs_together(people: tuple[DemoPerson, ...]):
    topics = {topic for field in FIELDS.values() for topic in field} | {each.topic for each in CAREER}
    places = {each.name: each for each in ORGANISATIONS}
    for person in people:
        place = places[person.organisation]
        assert person.industry == INDUSTRIES[place.kind]
        assert person.role in {role.title for role in ROLES[place.kind]}
        assert person.zone == ZONES[place.country]
        assert ZoneInfo(person.zone).key == person.zone
        assert 3 <= len(person.skills) <= 6
        assert 1 <= len(person.asks) <= 3
        assert 1 <= len(person.offers) <= 3
        assert set(person.asks) | set(person.offers) <= topics
        assert not set(person.asks) & set(person.offers)
        assert set(person.open_to_talk.topics) <= set(person.offers)
        assert person.open_to_talk.topics
        assert person.open_to_talk.minutes in {15, 20, 30}
        assert 1 <= person.open_to_talk.per_week <= 4
        assert person.targets.roles
        assert person.role not in person.targets.roles
        assert set(person.targets.industries) <= set(INDUSTRIES.values())
        assert 1 <= len(person.targets.skills) <= 3
        assert person.languages
        assert (person.attendee_type == "staff") == (place.kind == "congress")
        for listed in (person.skills, person.asks, person.offers, person.languages, person.links):
            assert len(set(listed)) == len(listed)


def test_the_mix_is_that_of_a_congress():
    people = [person for seed in range(5) for person in make_people(range(403), seed=seed).values()]

    def share(fits: Callable[[DemoPerson], bool]) -> float:
        return sum(map(fits, people)) / len(people)

    assert share(lambda each: each.situation == "searching") == pytest.approx(0.25, abs=0.03)
    assert share(lambda each: each.situation == "employed") == pytest.approx(0.55, abs=0.03)
    assert share(lambda each: each.situation == "exploring") == pytest.approx(0.20, abs=0.03)
    assert share(lambda each: each.attendee_type == "speaker") == pytest.approx(0.09, abs=0.02)
    assert share(lambda each: each.attendee_type == "staff") == pytest.approx(0.02, abs=0.01)
    assert share(lambda each: each.consents.listed) == pytest.approx(0.80, abs=0.03)
    assert share(lambda each: each.consents.exhibitors_may_scan) == pytest.approx(0.30, abs=0.03)
    assert share(lambda each: each.consents.named_in_exports) == pytest.approx(0.40, abs=0.03)
    assert share(lambda each: bool(each.pronouns)) == pytest.approx(0.35, abs=0.03)


def test_a_few_organisations_send_many_and_many_send_one(people: tuple[DemoPerson, ...]):
    sizes = sorted(Counter(person.organisation for person in people).values(), reverse=True)
    assert 60 <= len(sizes) <= len(ORGANISATIONS)
    assert sizes[0] >= 30
    assert sizes[-5:] == [1, 1, 1, 1, 1]


def test_nearly_everybody_asks_for_something_that_somebody_else_offers(people: tuple[DemoPerson, ...]):
    offered = Counter(topic for person in people for topic in person.offers)
    answered = [person for person in people if any(offered[topic] for topic in person.asks)]
    assert len(answered) >= 0.98 * len(people)


def test_no_two_people_introduce_themselves_with_the_same_line(people: tuple[DemoPerson, ...]):
    assert len({person.headline for person in people}) >= 0.97 * len(people)
    assert max(len(person.headline) for person in people) <= 120


def test_some_names_also_stand_in_their_own_script(people: tuple[DemoPerson, ...]):
    native = [person.name for person in people if re.search(r"[\u0370-\u04ff\u3040-\u9fff]", person.name)]
    assert 5 <= len(native) <= 25
    assert all(re.fullmatch(r"[A-Z][^()]+ \([^()]+\)", name) for name in native)


@pytest.mark.parametrize("country", sorted(LOCALES))
def test_names_of_every_country_can_be_written_in_an_address(country: str):
    rng = random.Random(1)  # noqa: S311 nothing secret is drawn
    for _ in range(40):
        name = draw_name(rng, country=country, female=rng.random() < 0.5)
        assert re.fullmatch(r"[a-z][a-z-]*", plain(name.given)), name
        assert re.fullmatch(r"[a-z][a-z-]*", plain(name.family)), name


@pytest.mark.parametrize(
    ("own", "written"),
    [
        ("Αύγουστος", "Avgoustos"),
        ("Ευτυχία", "Eftychia"),
        ("Μπαλτατζή", "Baltatzi"),
        ("Χρυσανθακοπούλου", "Chrysanthakopoulou"),
        ("Γιάννης", "Giannis"),
        ("Єлисей", "Yelysei"),
        ("Згурський", "Zghurskyi"),
        ("Щербак", "Shcherbak"),
        ("Знам'янко", "Znamianko"),
        ("Юлія", "Yuliia"),
    ],
)
def test_greek_and_ukrainian_names_are_written_as_in_passports(own: str, written: str):
    assert latin(own) == written


def test_every_role_belongs_to_a_kind_of_organisation_and_knows_its_fields():
    assert set(ROLES) == set(INDUSTRIES)
    for roles in ROLES.values():
        for role in roles:
            assert set(role.fields) <= set(FIELDS), role.title
            assert len(role.skills) >= 4, role.title
