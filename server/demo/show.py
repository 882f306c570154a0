"""What somebody who types `hallway demo` sees."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from server.demo.progress import Progress
from server.demo.story import play
from server.demo.summary import summary


@dataclass(frozen=True, slots=True)
class Show:
    """Progress while it plays at `url`, then what came of it and what to open. `folder` gets what is downloaded."""

    url: str
    folder: Path
    progress: Progress = field(default_factory=Progress)
    began: float = field(default_factory=time.perf_counter)

    async def play(self, *, still_serving: Callable[[], bool]) -> None:
        story = await play(self.url, self.folder, self.progress, still_serving=still_serving)
        self.progress.tell("\n" + summary(story, self.url, seconds=time.perf_counter() - self.began))

    def say_it_serves(self) -> None:
        self.progress.tell(f"\nServing at {self.url} until Ctrl-C.")
