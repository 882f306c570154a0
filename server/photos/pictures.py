"""What becomes of a photo? Small squares, upright, in sRGB, without anything else that came with it.

What is read here was made by strangers: it is read by a process of its own (`darkroom.py`), and everything that Pillow
may raise over it means that it is no photo.
"""

import warnings
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from server.photos.rules import MOST_PIXELS, SIZES, Refusal

FORMATS = ("JPEG", "PNG", "WEBP")
RESIZABLE = {"RGB", "RGBA", "L", "LA", "CMYK"}
WHITE = (255, 255, 255)
SRGB = ImageCms.createProfile("sRGB")
QUALITY = 80


class PhotoRefused(Exception):
    """No photo, or none that we take; `why` says which."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


def pictures_of(data: bytes) -> dict[int, bytes]:
    """WebP by pixels a side: the middle of the photo. Raises PhotoRefused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=FORMATS) as photo:
                return _pictures(photo)
    except PhotoRefused:
        raise
    except UnidentifiedImageError as wrong:
        raise PhotoRefused(Refusal.TYPE_UNKNOWN) from wrong
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as wrong:
        raise PhotoRefused(Refusal.TOO_MANY_PIXELS) from wrong
    except Exception as wrong:  # decoders have no common way of saying that bytes are broken
        raise PhotoRefused(Refusal.UNREADABLE) from wrong


def _pictures(photo: Image.Image) -> dict[int, bytes]:
    _require_usable(photo)
    photo.draft("RGB", (2 * max(SIZES), 2 * max(SIZES)))  # a JPEG need not be unpacked larger than it is used
    ImageOps.exif_transpose(photo, in_place=True)
    if photo.mode not in RESIZABLE:
        photo = photo.convert("RGBA" if photo.has_transparency_data else "RGB")

    square = _in_srgb(_on_white(_square(photo, max(SIZES))))
    return {size: _webp(_square(square, size)) for size in SIZES}


def _require_usable(photo: Image.Image) -> None:
    if photo.width * photo.height > MOST_PIXELS:
        raise PhotoRefused(Refusal.TOO_MANY_PIXELS)
    if min(photo.size) < min(SIZES):
        raise PhotoRefused(Refusal.TOO_SMALL)
    # Phones put a preview or a depth map behind a still photo (MPO): the first picture is the photo.
    if getattr(photo, "is_animated", False) and photo.format != "MPO":
        raise PhotoRefused(Refusal.ANIMATED)


def _square(photo: Image.Image, size: int) -> Image.Image:
    return ImageOps.fit(photo, (size, size), Image.Resampling.LANCZOS)


def _on_white(square: Image.Image) -> Image.Image:
    if not square.has_transparency_data:
        return square
    layer = square.convert("RGBA")
    flat = Image.new("RGB", square.size, WHITE)
    flat.paste(layer, mask=layer)
    flat.info = square.info
    return flat


def _in_srgb(square: Image.Image) -> Image.Image:
    """Colours as they were meant, since the profile that says so is not kept. One that does not fit says nothing."""
    profile = square.info.get("icc_profile")
    if profile:
        try:
            return ImageCms.profileToProfile(square, BytesIO(profile), SRGB, outputMode="RGB") or square
        except (ImageCms.PyCMSError, OSError):
            return square.convert("RGB")
    return square.convert("RGB")


def _webp(square: Image.Image) -> bytes:
    square.info = {}  # where and when it was taken, by which phone
    file = BytesIO()
    square.save(file, "WEBP", quality=QUALITY, method=6)
    return file.getvalue()
