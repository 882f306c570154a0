"""What is kept of a photo, and what is refused."""

import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw

from server.photos.pictures import PhotoRefused, pictures_of
from server.photos.rules import SIZES, Refusal
from tests.photos.photographs import BLUE, GREEN, RED, file, like, opened, photo, png_of

ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def refusal(data: bytes) -> Refusal:
    with pytest.raises(PhotoRefused) as refused:
        pictures_of(data)
    return refused.value.why


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_as_small_squares(kind):
    kept = pictures_of(file(photo(), kind))

    seen = {size: opened(webp) for size, webp in kept.items()}
    assert {size: (one.format, one.size, one.mode) for size, one in seen.items()} == {
        size: ("WEBP", (size, size), "RGB") for size in SIZES
    }
    assert all(like(one.getpixel((size // 2, size // 2)), RED) for size, one in seen.items())
    assert all(len(webp) < 20_000 for webp in kept.values())


def test_nothing_that_phones_write_into_photos_is_kept():
    exif = Image.Exif()
    exif[MAKE] = "Spy Camera"
    exif.get_ifd(GPS)[2] = (43.0, 42.0, 0.0)
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    told = {"exif": exif, "icc_profile": icc, "xmp": b"<x>Nice</x>"}
    taken = {kind: file(photo(), kind, **told) for kind in ("JPEG", "PNG", "WEBP")}
    assert all(b"Spy Camera" in data for data in taken.values())

    for data in taken.values():
        for webp in pictures_of(data).values():
            assert {b"EXIF", b"ICCP", b"XMP "} & {webp[at : at + 4] for at in range(len(webp))} == set()
            assert (dict(opened(webp).getexif()), opened(webp).info.get("icc_profile")) == ({}, None)


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, "top left"), (3, "bottom right"), (6, "top right"), (8, "bottom left")]
)
def test_a_photo_taken_sideways_stands_upright(orientation, corner):
    """The sensor's top left is marked; where it belongs, EXIF says (CIPA DC-008, 4.6.5)."""
    taken = photo((400, 400), BLUE)
    ImageDraw.Draw(taken).rectangle((0, 0, 180, 180), fill=GREEN)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation

    upright = opened(pictures_of(file(taken, exif=exif, quality=95))[384])

    corners = {
        "top left": (60, 60),
        "top right": (320, 60),
        "bottom left": (60, 320),
        "bottom right": (320, 320),
    }
    assert [name for name, at in corners.items() if like(upright.getpixel(at), GREEN)] == [corner]


def test_colours_become_what_their_profile_means():
    """In this profile red and blue have changed places; one for no such photo, or of nonsense, says nothing."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"....").replace(b"bXYZ", b"rXYZ").replace(b"....", b"bXYZ")
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    seen = [
        opened(pictures_of(file(photo(), "PNG", icc_profile=profile))[96]).getpixel((48, 48))
        for profile in (srgb, swapped, lab, b"nonsense")
    ]
    assert [like(colour, RED) for colour in seen] == [True, False, True, True]
    assert like(seen[1], RED[::-1])


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("L", 90, (90, 90, 90)),
        ("LA", (90, 0), (255, 255, 255)),
        ("RGBA", (*RED, 0), (255, 255, 255)),
        ("RGBA", (*RED, 255), RED),
        ("P", 0, (0, 0, 0)),
        ("1", 1, (255, 255, 255)),
        ("I;16", 65535, (255, 255, 255)),
    ],
)
def test_any_kind_of_colours_becomes_a_photo_on_white(mode, colour, seen):
    kept = opened(pictures_of(file(photo(colour=colour, mode=mode), "PNG"))[96])
    assert like(kept.getpixel((48, 48)), seen)


def test_a_photo_for_print_becomes_one_for_screens():
    kept = opened(pictures_of(file(photo(colour=(0, 255, 255, 0), mode="CMYK")))[96])
    assert like(kept.getpixel((48, 48)), (255, 0, 0))


def test_a_still_photo_with_a_preview_behind_it_is_a_photo():
    pair = file(photo(colour=RED), "MPO", save_all=True, append_images=[photo((200, 150), BLUE)])
    assert like(opened(pictures_of(pair)[96]).getpixel((48, 48)), RED)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_is_refused(kind):
    frames = [photo(colour=colour) for colour in (RED, GREEN, BLUE)]
    assert refusal(file(frames[0], kind, save_all=True, append_images=frames[1:])) == Refusal.ANIMATED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no photo",
        b"%PDF-1.7",
        b"<svg/>",
        file(photo(), "GIF"),
        file(photo(), "TIFF"),
        file(photo(), "BMP"),
    ],
    ids=["empty", "text", "pdf", "svg", "gif", "tiff", "bmp"],
)
def test_another_type_is_refused(data):
    assert refusal(data) == Refusal.TYPE_UNKNOWN


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_cut_short_is_refused(kind):
    noise = Image.effect_noise((400, 300), 90).convert("RGB")
    whole = file(noise, kind)
    assert refusal(whole[: len(whole) // 2]) in {Refusal.UNREADABLE, Refusal.TYPE_UNKNOWN}
    assert refusal(whole[: len(whole) * 9 // 10]) == Refusal.UNREADABLE


@pytest.mark.parametrize("side", [7_072, 14_200, 65_000], ids=["50 MP", "200 MP", "4000 MP"])
def test_a_bomb_is_refused_by_what_it_claims(side):
    jpeg = bytearray(file(photo()))
    head = jpeg.index(b"\xff\xc0")
    jpeg[head + 5 : head + 9] = struct.pack(">HH", side, side)
    assert refusal(bytes(jpeg)) == Refusal.TOO_MANY_PIXELS
    assert len(png_of(side, 8)) < 10_000
    assert refusal(png_of(side, side, rows=8)) == Refusal.TOO_MANY_PIXELS


def test_a_speck_is_refused():
    assert refusal(file(photo((95, 4000)), "PNG")) == Refusal.TOO_SMALL


SEEDS = [file(Image.effect_noise((120, 100), 60).convert("RGB"), kind) for kind in ("JPEG", "PNG", "WEBP")]


@given(
    seed=st.sampled_from(SEEDS),
    wounds=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), max_size=6
    ),
    kept=st.floats(0.05, 1),
)
@settings(max_examples=150, suppress_health_check=list(HealthCheck), deadline=None)
def test_whatever_is_sent_becomes_pictures_or_is_refused(seed, wounds, kept):
    data = bytearray(seed)
    for where, bytes_ in wounds:
        at = int(where * len(data))
        data[at : at + len(bytes_)] = bytes_
    try:
        pictures = pictures_of(bytes(data[: int(kept * len(data))]))
    except PhotoRefused:  # and nothing else
        return
    assert {opened(webp).size for webp in pictures.values()} == {(size, size) for size in SIZES}


@given(data=st.binary(max_size=400))
def test_noise_is_refused(data):
    for start in (b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\x00\x00\x00WEBPVP8 "):
        assert refusal(start + data) in set(Refusal)
