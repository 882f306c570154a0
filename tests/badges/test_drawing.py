import re
import xml.etree.ElementTree as ET
from io import BytesIO

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from server.badges.base32 import to_base32
from server.badges.codes import PREFIX_BYTES, BadgeCode, badge_url
from server.badges.drawing import CodeTooLong, Matrix, png, qr_matrix, svg, ticket_matrix

PREFIX = "https://hallway.example/b/"
ADA = BadgeCode(b"\x01\x02\x03", bytes(range(10)))
RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")

badge_codes = st.builds(BadgeCode, st.binary(min_size=3, max_size=3), st.binary(min_size=10, max_size=10))


def read(image: Image.Image) -> tuple[str, str]:
    """(text, error correction level) as a scanner reads them."""
    (found,) = zxingcpp.read_barcodes(image.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return found.text, found.ec_level


def rasterised(document: str, scale: int = 4) -> Image.Image:
    """The SVG's one path, filled run by run."""
    root = ET.fromstring(document)  # noqa: S314  (our own drawing)
    (path,) = root.iter("{http://www.w3.org/2000/svg}path")
    side = int(root.attrib["viewBox"].split()[2])
    image = Image.new("L", (side * scale, side * scale), 255)
    draw = ImageDraw.Draw(image)
    runs = RUN.findall(path.attrib["d"])
    assert "".join(f"M{x} {y}h{right}v1h-{left}z" for x, y, right, left in runs) == path.attrib["d"]
    for x, y, right, left in runs:
        assert right == left
        corner = (int(x) * scale, int(y) * scale)
        draw.rectangle((corner, (corner[0] + int(right) * scale - 1, corner[1] + scale - 1)), fill=0)
    return image


def dark_modules(image: Image.Image, scale: int) -> Matrix:
    """The modules of an image, without the quiet zone of four, which must be light."""
    side = image.width // scale
    modules = [
        [image.getpixel((x * scale + scale // 2, y * scale + scale // 2)) == 0 for x in range(side)]
        for y in range(side)
    ]
    inside = tuple(tuple(row[4:-4]) for row in modules[4:-4])
    assert sum(map(sum, modules)) == sum(map(sum, inside))
    return inside


@given(badge_codes)
@settings(max_examples=30, deadline=None)
def test_a_badge_drawn_as_png_or_svg_is_read_as_its_address(code: BadgeCode):
    matrix = qr_matrix(PREFIX, code.text)
    url = badge_url("https://hallway.example", code)

    assert read(Image.open(BytesIO(png(matrix, scale=4)))) == (url, "L")
    assert read(rasterised(svg(matrix))) == (url, "L")


@pytest.mark.parametrize(
    ("prefix_bytes", "level"), [(0, "M"), (24, "M"), (25, "M"), (26, "L"), (PREFIX_BYTES, "L")]
)
def test_a_badge_has_29_by_29_modules_and_the_best_error_correction_that_fits(prefix_bytes: int, level: str):
    prefix = ("https://" + "h" * 36)[: max(0, prefix_bytes - 3)] + "/b/" if prefix_bytes else ""
    matrix = qr_matrix(prefix, ADA.text)

    assert [len(row) for row in matrix] == [29] * 29
    assert read(Image.open(BytesIO(png(matrix)))) == (prefix + ADA.text, level)


def test_an_address_one_byte_too_long_is_refused_and_not_drawn_larger():
    with pytest.raises(CodeTooLong):
        qr_matrix("h" * (PREFIX_BYTES + 1), ADA.text)


def test_a_ticket_has_45_by_45_modules():
    token = to_base32(bytes(range(102)))
    matrix = ticket_matrix(token)

    assert [len(row) for row in matrix] == [45] * 45
    assert read(Image.open(BytesIO(png(matrix)))) == (token, "M")


def test_a_text_too_long_for_a_ticket_is_refused():
    with pytest.raises(CodeTooLong):
        ticket_matrix("A" * 179)


def test_both_drawings_show_exactly_the_modules_of_the_matrix_inside_a_quiet_zone():
    matrix = qr_matrix(PREFIX, ADA.text)

    assert dark_modules(Image.open(BytesIO(png(matrix, scale=3))), 3) == matrix
    assert dark_modules(rasterised(svg(matrix)), 4) == matrix


def test_a_png_has_one_bit_a_pixel_and_the_size_asked_for():
    image = Image.open(BytesIO(png(qr_matrix(PREFIX, ADA.text), scale=10)))

    assert (image.mode, image.size, image.format) == ("1", (370, 370), "PNG")


@pytest.mark.parametrize("scale", [0, -1, 65])
def test_a_png_of_an_unreasonable_size_is_refused(scale: int):
    with pytest.raises(ValueError, match="1 to 64"):
        png(qr_matrix(PREFIX, ADA.text), scale=scale)


def test_an_svg_says_its_size_and_what_it_is_to_a_screen_reader():
    document = svg(
        ((True, True, False), (False, False, False), (True, False, True)), module=2.5, title="R & D <badge>"
    )

    assert document == (
        '<svg xmlns="http://www.w3.org/2000/svg" width="27.5" height="27.5" viewBox="0 0 11 11" role="img"'
        ' shape-rendering="crispEdges"><title>R &amp; D &lt;badge&gt;</title>'
        '<rect width="11" height="11" fill="#fff"/><path d="M4 4h2v1h-2zM4 6h1v1h-1zM6 6h1v1h-1z"/></svg>'
    )
