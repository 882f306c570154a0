"""What somebody who types `hallway demo` sees."""

import time
from collections.abc import Callable
from pathlib import Path

from server.demo.progress import Progress
from server.demo.story import play
from server.demo.summary import summary


async def show(url: str, folder: Path, *, once: bool, still_serving: Callable[[], bool]) -> None:
    """Play the conference with a bar or lines of progress, then say what came of it and what to open."""
    began = time.perf_counter()
    progress = Progress()
    story = await play(url, folder, progress, still_serving=still_serving)
    progress.say("\n" + summary(story, url, seconds=time.perf_counter() - began))
    if not once:
        progress.say(f"\nServing at {url} until Ctrl-C.")
