"""What is true of photos: how small they are kept, and which are refused."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum

SIZES = (96, 384)  # pixels a side, on a list and on a page
LARGEST_PHOTO = 10_000_000  # bytes
MOST_PIXELS = 50_000_000  # what phones take at most


class Refusal(StrEnum):
    """Why a photo is not taken; part of the contract."""

    TYPE_UNKNOWN = "photo_type_unknown"
    UNREADABLE = "photo_unreadable"
    ANIMATED = "photo_animated"
    TOO_SMALL = "photo_too_small"
    TOO_MANY_PIXELS = "photo_too_many_pixels"


WORDS = {
    Refusal.TYPE_UNKNOWN: "A JPEG, PNG or WebP picture.",
    Refusal.UNREADABLE: "The picture is cut short or broken.",
    Refusal.ANIMATED: "A single picture, not an animation.",
    Refusal.TOO_SMALL: f"At least {min(SIZES)} pixels wide and high.",
    Refusal.TOO_MANY_PIXELS: f"At most {MOST_PIXELS // 1_000_000} megapixels.",
}


def name_of(pictures: Mapping[int, bytes]) -> str:
    """Changes when the photo does, and tells nothing of it: 16 characters."""
    return hashlib.sha256(b"".join(pictures[size] for size in sorted(pictures))).hexdigest()[:16]
