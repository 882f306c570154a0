"""Printed badges are read by decoders that nobody here wrote."""

import cv2
import numpy as np
import pytest
import zxingcpp

from tests.badges.wearers import PREFIX, pages, printed, wearers

LAYOUTS = [("a6", "a4"), ("card", "a4"), ("a6", "letter"), ("card", "letter"), ("card", "single")]


def read(picture: np.ndarray) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(np.ascontiguousarray(picture)) if found.text]


def wanted(people) -> list[str]:
    return sorted(PREFIX + wearer.code for wearer in people)


def rotated(picture: np.ndarray, degrees: float) -> np.ndarray:
    picture = np.pad(picture, 200, constant_values=255)
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(picture, turn, (width, height), borderValue=255)


SPOILED = {
    "turned by 3 degrees": lambda picture: rotated(picture, 3),
    "turned by 17 degrees": lambda picture: rotated(picture, 17),
    "upside down": lambda picture: rotated(picture, 180),
    "blurred": lambda picture: cv2.GaussianBlur(picture, (0, 0), 1.5),
    "in bad light": lambda picture: (picture * 0.2 + 60).astype(np.uint8),
    "noisy": lambda picture: np.clip(
        picture + np.random.default_rng(1).normal(0, 30, picture.shape), 0, 255
    ).astype(np.uint8),
}


@pytest.mark.parametrize("dpi", [72, 150, 300])
@pytest.mark.parametrize(("layout", "page"), LAYOUTS)
def test_every_badge_on_every_page_is_read(layout, page, dpi):
    people = wearers(20)
    pdf, _ = printed(people, layout=layout, page=page)

    assert sorted(text for picture in pages(pdf, dpi=dpi) for text in read(picture)) == wanted(people)


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED.keys())
@pytest.mark.parametrize("layout", ["a6", "card"])
def test_a_bad_picture_at_150_dpi_is_read(layout, spoil):
    people = wearers(20)
    pdf, _ = printed(people, layout=layout)

    read_all = [text for picture in pages(pdf, dpi=150) for text in read(spoil(picture))]
    assert sorted(read_all) == wanted(people)


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("layout", ["a6", "card"])
def test_a_second_decoder_reads_every_badge(layout, dpi):
    people = wearers(20)
    pdf, _ = printed(people, layout=layout, page="single")

    detector = cv2.QRCodeDetector()
    assert [detector.detectAndDecode(picture)[0] for picture in pages(pdf, dpi=dpi)] == [
        PREFIX + wearer.code for wearer in people
    ]


@pytest.mark.parametrize(("layout", "page"), LAYOUTS)
def test_a_back_lies_behind_its_front_and_is_read_too(layout, page):
    people = wearers(7)
    pdf, outcome = printed(people, layout=layout, page=page, double_sided=True)
    sides = [
        {found.text: found.position for found in zxingcpp.read_barcodes(np.ascontiguousarray(picture))}
        for picture in pages(pdf, dpi=150)
    ]

    assert outcome.pages == len(sides)
    for front, back in zip(sides[::2], sides[1::2], strict=True):
        assert front.keys() == back.keys()
    width = pages(pdf, dpi=150)[0].shape[1]
    for front, back in zip(sides[::2], sides[1::2], strict=True):
        for text, place in front.items():
            badge = 105 if layout == "a6" else 86
            columns = 1 if page == "single" else 2
            left = (width - columns * badge / 25.4 * 150) / 2
            column = int((place.top_left.x - left) // (badge / 25.4 * 150))
            behind = int((back[text].top_left.x - left) // (badge / 25.4 * 150))
            assert (behind, back[text].top_left.y) == (columns - 1 - column, place.top_left.y)


@pytest.mark.parametrize(("layout", "side"), [("a6", 30), ("card", 24)])
def test_the_code_is_large_enough_and_has_its_quiet_zone(layout, side):
    pdf, _ = printed(wearers(1), layout=layout, page="single")
    (picture,) = pages(pdf, dpi=300)
    (found,) = zxingcpp.read_barcodes(np.ascontiguousarray(picture))
    dots = 300 / 25.4
    left, right = found.position.top_left.x, found.position.top_right.x
    top, bottom = found.position.top_left.y, found.position.bottom_left.y
    measured = (right - left) / dots
    quiet = int(4 * (right - left) / 29) - 3

    assert measured > side - 0.3
    around = picture[top - quiet : bottom + quiet, left - quiet : right + quiet].copy()
    around[quiet - 2 : -quiet + 2, quiet - 2 : -quiet + 2] = 255
    assert around.min() > 250
