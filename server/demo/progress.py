"""What the demo shows while it plays: in a terminal a bar for each stage, and everywhere a line when it is done."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

Tick = Callable[[], None]

_WIDEST: Final = 44  # so that a bar and its figures stay within 80 columns


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a stage took; `count` is 0 where there was nothing to count."""

    stage: str
    count: int
    seconds: float


@dataclass
class Progress:
    """The stages as they come, and how long each took."""

    console: Console = field(default_factory=Console)
    timings: list[Timing] = field(default_factory=list)

    @contextmanager
    def stage(self, what: str, total: int = 0) -> Iterator[Tick]:
        """One stage; what it yields is to be called for each of `total` that is done. Without a total one waits."""
        began = time.perf_counter()
        with self._bar(what, total) as tick:
            yield tick
        timing = Timing(what, total, time.perf_counter() - began)
        self.timings.append(timing)
        counted = f"{total:,}" if total else ""
        self.tell(f"  {what:<{_WIDEST}}{counted:>8}{timing.seconds:>8.1f} s")

    @contextmanager
    def _bar(self, what: str, total: int) -> Iterator[Tick]:
        if not self.console.is_terminal:
            yield lambda: None
            return
        counted = (BarColumn(bar_width=12), MofNCompleteColumn()) if total else (SpinnerColumn(),)
        columns = (TextColumn(f"  {{task.description:<{_WIDEST}}}"), *counted, TimeElapsedColumn())
        with Bar(*columns, console=self.console, transient=True) as bar:
            task = bar.add_task(what, total=total or None)
            yield lambda: bar.advance(task)

    def tell(self, line: str = "") -> None:
        self.console.print(line, highlight=False, markup=False, soft_wrap=True)
