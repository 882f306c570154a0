"""Cards as address books read them, by vobject; its 4.0 is only a label, so 4.0 is compared as written."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from server.connections.vcard import Contact, Version, folded, vcards

ADA = Contact(
    id=UUID("018f0000-0000-7000-8000-000000000005"),
    name="Ada Lovelace",
    revised=datetime(2026, 11, 3, 12, 0, 5, tzinfo=UTC),
    pronouns="she/her",
    organisation="Engines, Analytical; London",
    role="Programmer",
    headline="Numbers that are not quantities",
    emails=("ada@engine.example", "countess@lovelace.example"),
    phones=("+44 20 7946 0018",),
    links=("https://engine.example/notes;g?translator=yes,really",),
    met="Met at SFHH, Nice, 4 June 2009",
    note="Send her the Menabrea paper;\nask about Bernoulli",
)
# What a card may hold: no controls (ours are left out), no line separators (ours become line breaks).
NOT_TEXT = ("Cc", "Cs", "Zl", "Zp")
words = st.text(st.characters(exclude_categories=NOT_TEXT)).map(str.strip)
paragraphs = st.text(st.one_of(st.characters(exclude_categories=NOT_TEXT), st.just("\n"))).map(str.strip)


def read(cards: bytes) -> list[dict[str, list]]:
    return [
        {name: [line.value for line in found] for name, found in card.contents.items()}
        for card in vobject.readComponents(cards.decode())
    ]


def unfolded(cards: bytes) -> list[str]:
    return cards.replace(b"\r\n ", b"").decode().split("\r\n")


def test_a_card_in_3_0_is_this():
    assert unfolded(vcards([ADA])) == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "PRODID:-//Hallway//Hallway//EN",
        "UID:urn:uuid:018f0000-0000-7000-8000-000000000005",
        "FN:Ada Lovelace",
        "N:;Ada Lovelace;;;",
        "X-PRONOUNS:she/her",
        r"ORG:Engines\, Analytical\; London",
        "TITLE:Programmer",
        "EMAIL:ada@engine.example",
        "EMAIL:countess@lovelace.example",
        "TEL:+44 20 7946 0018",
        "URL:https://engine.example/notes;g?translator=yes,really",
        (
            r"NOTE:Numbers that are not quantities\nshe/her\nMet at SFHH\, Nice\, 4 June 2009\n"
            r"Send her the Menabrea paper\;\nask about Bernoulli"
        ),
        "REV:2026-11-03T12:00:05Z",
        "END:VCARD",
        "",
    ]


def test_a_card_in_4_0_knows_pronouns_and_writes_times_its_own_way():
    assert unfolded(vcards([replace(ADA, note="", emails=(), links=())], version=Version.V4)) == [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "PRODID:-//Hallway//Hallway//EN",
        "UID:urn:uuid:018f0000-0000-7000-8000-000000000005",
        "FN:Ada Lovelace",
        "PRONOUNS:she/her",
        r"ORG:Engines\, Analytical\; London",
        "TITLE:Programmer",
        "TEL:+44 20 7946 0018",
        r"NOTE:Numbers that are not quantities\nMet at SFHH\, Nice\, 4 June 2009",
        "REV:20261103T120005Z",
        "END:VCARD",
        "",
    ]


def test_somebody_of_whom_only_the_name_is_known_has_no_empty_fields():
    bare = Contact(ADA.id, "Ada", ADA.revised)
    assert read(vcards([bare])) == [
        {
            "version": ["3.0"],
            "prodid": ["-//Hallway//Hallway//EN"],
            "uid": [f"urn:uuid:{ADA.id}"],
            "fn": ["Ada"],
            "n": [vobject.vcard.Name(given="Ada")],
            "rev": ["2026-11-03T12:00:05Z"],
        }
    ]


def test_several_cards_stand_in_one_file_in_the_order_given():
    grace = replace(ADA, id=UUID(int=6), name="Grace Hopper")
    assert [card["fn"] for card in read(vcards([grace, ADA]))] == [["Grace Hopper"], ["Ada Lovelace"]]
    assert vcards([grace, ADA]) == vcards([grace]) + vcards([ADA])
    assert vcards([]) == b""


@given(st.tuples(words, words, words, words), st.lists(words, max_size=3), paragraphs, paragraphs)
@settings(max_examples=150, deadline=None)
def test_any_text_comes_back_as_it_was(fields, phones, headline, note):
    name, organisation, role, pronouns = fields
    contact = Contact(
        ADA.id,
        name,
        ADA.revised,
        pronouns=pronouns,
        organisation=organisation,
        role=role,
        phones=tuple(phones),
        headline=headline,
        note=note,
    )
    (card,) = read(vcards([contact]))
    assert card["fn"] == [name]
    assert card["n"] == [vobject.vcard.Name(given=name)]
    assert card.get("org", [[""]]) == [[organisation]]
    assert card.get("title", [""]) == [role]
    assert card.get("x-pronouns", [""]) == [pronouns]
    assert card.get("tel", []) == [phone for phone in phones if phone]
    assert card.get("note", [""]) == ["\n".join(part for part in (headline, pronouns, note) if part)]


@given(st.text(st.characters(exclude_categories=())), st.sampled_from(Version))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_out_of_its_line(text, version):
    """Controls, lone surrogates and line separators included: the fields are those of harmless text."""
    texts = dict.fromkeys(("pronouns", "organisation", "role", "headline", "met", "note"), f"a{text}")
    several = {"emails": (f"a{text}",), "phones": (f"a{text}",), "links": (f"a{text}",)}
    cards = vcards([replace(ADA, name=text, **texts, **several)], version=version)
    harmless = vcards([replace(ADA, emails=("one",))], version=version)
    assert [line.partition(":")[0] for line in unfolded(cards)] == [
        line.partition(":")[0] for line in unfolded(harmless)
    ]
    assert not {mark for mark in cards.decode() if unicodedata.category(mark) in NOT_TEXT} - {"\r", "\n"}


@given(st.text(st.characters(exclude_categories=NOT_TEXT), max_size=400))
@settings(max_examples=150)
def test_lines_fold_at_75_octets_and_never_inside_a_character(text):
    pieces = folded(text).removesuffix(b"\r\n").split(b"\r\n ")
    assert "".join(piece.decode() for piece in pieces) == text
    assert all(len(piece) <= 74 for piece in pieces[1:])
    assert len(pieces[0]) <= 75
    # As few lines as can be: the next character would not have fitted.
    for piece, after in pairwise(pieces):
        assert len(piece) + (piece is not pieces[0]) + len(after.decode()[0].encode()) > 75


@pytest.mark.parametrize(
    ("link", "written"),
    [
        ("https://x.example/a,b;c?d=e&f#g", "https://x.example/a,b;c?d=e&f#g"),
        ("https://x.example/été 1", "https://x.example/%C3%A9t%C3%A9%201"),
        ("https://x.example/%20\\", "https://x.example/%20%5C"),
        ("https://x.example/\r\nNOTE:evil", "https://x.example/%20NOTE:evil"),
    ],
)
@pytest.mark.parametrize("version", Version)
def test_a_link_is_a_uri_and_not_escaped_as_text(link, written, version):
    """Compared as written: vobject takes a URI for text and ends it at the first comma."""
    cards = vcards([replace(ADA, links=(link,))], version=version)
    assert [line for line in unfolded(cards) if line.startswith("URL")] == [f"URL:{written}"]
