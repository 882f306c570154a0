"""Where photos are read: in processes of their own, a few at a time."""

import asyncio
import json
import sys
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog

from server.failures import Fault, InvalidRequest
from server.limits import Limit
from server.photos.rules import WORDS, Refusal

log = structlog.get_logger()

ROOT: Final = Path(__file__).parents[2]
AT_ONCE: Final = 2
PHOTOS_A_DAY: Final = Limit("photos", 30, timedelta(days=1))
PATIENCE: Final = 30  # seconds, for a process that takes 0.3


@dataclass(frozen=True, slots=True)
class Darkroom:
    seats: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def develop(self, photo: bytes) -> dict[int, bytes]:
        """The pictures to keep, by pixels a side. Raises InvalidRequest."""
        async with self.seats:
            said = await _read(photo)
        if "pictures" not in said:
            why = Refusal(said["refused"])
            raise InvalidRequest(faults=(Fault("", why, WORDS[why]),))
        return {int(size): b64decode(picture) for size, picture in said["pictures"].items()}


async def _read(photo: bytes) -> dict[str, dict[str, str] | str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.photos", cwd=ROOT, env={},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate(photo)
    except TimeoutError:
        said = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:  # it ran into its limits, or into a defect of a decoder
        log.warning("photo_unread", status=process.returncode)
        return {"refused": Refusal.UNREADABLE}
    return json.loads(said)
