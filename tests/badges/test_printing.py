"""One badge: what is on it, what is not, and what happens to what cannot be printed."""

import re

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.badges.drawing import dark_rectangles, qr_matrix
from server.badges.printing import codes
from server.badges.printing.colours import BY_TYPE, WHITE, contrast, ribbon_colour
from server.badges.printing.fitting import fit
from server.badges.printing.fonts import BOLD, FALLBACKS, FOLDER, MEDIUM
from server.badges.printing.layout import LAYOUTS, Wearer
from server.badges.printing.order import filed
from server.badges.printing.words import shape
from tests.badges.wearers import PEOPLE, PREFIX, pages, printed, wearers


def somebody(name: str, **more: str) -> Wearer:
    facts = {"pronouns": "", "organisation": "", "role": "", "type": "attendee", **more}
    return Wearer(name, **facts, code="HEBAGAYDQMBQGAYDAMBQGAY", manual_code="7K3M-Q2WX-9")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_only_what_cannot_be_printed_whole_is_reported(layout):
    _, outcome = printed(wearers(len(PEOPLE)), layout=layout)

    assert {PEOPLE[n][0][:5] for n in outcome.incomplete} == {
        "xxxxx", "Maxim", "\u1260\u1240\u1208", "\u202e\u200f\ufeff",
    }  # fmt: skip


def test_a_name_of_two_hundred_characters_is_printed_whole_on_a6():
    _, outcome = printed([somebody("x" * 200), somebody("Maximilian " * 18)])

    assert outcome.incomplete == ()


def test_many_badges_are_drawn_in_two_processes_and_make_the_same_file(monkeypatch):
    many = wearers(codes.FEW + 1)
    beside, _ = printed(many, layout="card")
    monkeypatch.setattr(codes, "FEW", len(many))

    assert printed(many, layout="card")[0] == beside


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_lanyards_slot_is_kept_free(layout):
    pdf, _ = printed(wearers(len(PEOPLE)), layout=layout, page="single")
    height = int(LAYOUTS[layout].slot * 150 / 25.4)

    assert min(picture[:height].min() for picture in pages(pdf, dpi=150)) == 255


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_leaves_the_badge_at_its_sides(layout):
    pdf, _ = printed(wearers(len(PEOPLE)), layout=layout, page="single")
    ribbon = int(LAYOUTS[layout].ribbon * 150 / 25.4) + 1

    for picture in pages(pdf, dpi=150):
        above = picture[:-ribbon]
        assert min(above[:, :6].min(), above[:, -6:].min()) == 255


def test_what_is_written_can_be_found():
    pdf, _ = printed([somebody("Zoë Müller", organisation="Łódź AG", role="Инженер", type="speaker")])
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()

    for said in ("Zoë", "Müller", "Łódź AG", "Инженер", "SPEAKER", "7K3M-Q2WX-9", "EuroPython 2026 · Kraków"):
        assert said in text


def test_the_same_badges_make_the_same_file():
    assert printed(wearers(5))[0] == printed(wearers(5))[0]


def test_a_name_that_cannot_be_printed_gets_a_line_to_write_on():
    (blank,) = pages(printed([somebody("\u1260")], page="single")[0], dpi=72)
    for name in ("\u200d", "\u202e\u200f\ufeff", ""):
        (nothing,) = pages(printed([somebody(name)], page="single")[0], dpi=72)
        assert np.array_equal(blank, nothing)
    assert blank[80:110].min() < 200


@settings(max_examples=40)
@given(st.text(max_size=200), st.text(max_size=40), st.sampled_from(sorted(LAYOUTS)))
def test_no_text_breaks_a_badge(name, other, layout):
    pdf, outcome = printed(
        [somebody(name, organisation=other, role=other, type=other, pronouns=other)], layout=layout
    )

    assert outcome.badges == 1
    assert pdf.startswith(b"%PDF")


@given(st.text(alphabet="abcdefghij ÄÖÜ山田", min_size=1, max_size=150))
def test_a_fitted_text_is_inside_its_box(text):
    found = fit(text, BOLD, width=200, height=90, largest=40, smallest=9, lines=3, leading=1.1)

    assert max(line.width * found.size for line in found.lines) <= 200.01
    assert found.size * (1 + 1.1 * (len(found.lines) - 1)) <= 90.01


def test_arabic_is_joined_and_written_from_the_right():
    joined = shape("محمد", BOLD)
    isolated = {glyph.id for letter in "محمد" for glyph in shape(letter, BOLD).stretches[0].glyphs}

    assert joined.right_to_left
    assert {glyph.id for glyph in joined.stretches[0].glyphs}.isdisjoint(isolated)


def test_a_name_in_two_directions_keeps_each_in_order():
    line = shape("דוד (David) כהן", BOLD)

    assert [stretch.text for stretch in line.stretches if stretch.text and stretch.text.strip()] == ["David"]
    assert line.right_to_left


@pytest.mark.parametrize("attendee_type", [*BY_TYPE, "Keynote", "", "飛"])
def test_words_on_a_ribbon_are_readable_for_everybody(attendee_type):
    assert contrast(WHITE, ribbon_colour(attendee_type)) >= 7


def test_the_ribbons_of_known_types_differ():
    assert len(set(BY_TYPE.values())) == len(BY_TYPE)


def test_accents_and_case_do_not_count_when_badges_are_filed():
    people = [somebody(name, organisation=org) for name, org in (("Zoë", "b"), ("émile", ""), ("Ada", "B"))]

    assert [w.name for w in sorted(people, key=lambda w: filed(w, "name"))] == ["Ada", "émile", "Zoë"]
    assert [w.name for w in sorted(people, key=lambda w: filed(w, "organisation"))] == ["Ada", "Zoë", "émile"]


def test_rectangles_cover_what_is_dark_once_and_nothing_else():
    matrix = qr_matrix(PREFIX, "HEBAGAYDQMBQGAYDAMBQGAY")
    covered = np.zeros((29, 29), int)
    for left, top, width, height in dark_rectangles(matrix):
        covered[top : top + height, left : left + width] += 1

    assert np.array_equal(covered, np.array(matrix, int))


def test_every_typeface_is_shipped_with_its_licence():
    readme = (FOLDER / "README.md").read_text()

    for name in (MEDIUM, BOLD, *FALLBACKS):
        assert (FOLDER / f"{name}.ttf").exists()
        assert re.search(rf"\b{name}\b", readme)
    assert len(list(FOLDER.glob("OFL-*.txt"))) == 7
