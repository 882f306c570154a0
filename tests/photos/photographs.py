"""Photos as phones take them, and what is not one."""

import struct
import zlib
from io import BytesIO
from typing import Any

import httpx2
from PIL import Image

from tests.phones import Phone

RED, GREEN, BLUE = (200, 30, 30), (30, 200, 30), (30, 30, 200)


def photo(size: tuple[int, int] = (400, 300), colour: Any = RED, *, mode: str = "RGB") -> Image.Image:
    return Image.new(mode, size, colour)


def file(image: Image.Image, kind: str = "JPEG", **more: Any) -> bytes:
    held = BytesIO()
    image.save(held, kind, **more)
    return held.getvalue()


def opened(webp: bytes) -> Image.Image:
    return Image.open(BytesIO(webp))


def like(one: tuple[int, ...], other: tuple[int, ...], *, within: int = 12) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=True))


def png_of(width: int, height: int, *, rows: int | None = None) -> bytes:
    """A photo with transparency in a small file, since nothing is on it; with fewer rows than it says if asked."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    row = bytes(1 + 4 * width)
    packer = zlib.compressobj()
    packed = b"".join(packer.compress(row) for _ in range(rows or height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


async def set_photo(phone: Phone, content: bytes, media_type: str = "image/jpeg") -> httpx2.Response:
    return await phone.put("/v1/me/photo", content=content, headers={"content-type": media_type})


def photo_of(person_id: str) -> str:
    return f"/v1/people/{person_id}/photo"
