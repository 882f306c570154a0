"""What was measured, in the same words for the table and for the file."""

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Size:
    """How much is measured: `rounds` of so many `seconds` each, of which the best counts, at an event of so many
    `people`, beside so many `stored` scans."""

    people: int
    rounds: int
    seconds: float
    stored: int


FULL = Size(people=50_000, rounds=2, seconds=2.0, stored=1_000_000)
QUICK = Size(people=4_000, rounds=1, seconds=1.5, stored=100_000)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`wanted` is what the measuring issue asks for: of `ratio` where there is a ceiling, else of `value`."""

    what: str
    value: float
    unit: str
    ceiling: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return self.value / self.ceiling if self.ceiling else None

    @property
    def met(self) -> bool | None:
        judged = self.value if self.ratio is None else self.ratio
        if self.at_least is not None:
            return judged >= self.at_least
        return judged <= self.at_most if self.at_most is not None else None

    def line(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} of {self.ceiling:,.0f}"
        wanted = (
            f">= {self.at_least}" if self.at_least is not None
            else f"<= {self.at_most}" if self.at_most is not None
            else ""
        )  # fmt: skip
        mark = {True: "yes", False: "NO", None: ""}[self.met]
        more = "  ".join(f"{name} {value:,.3g}" for name, value in self.more.items())
        return f"| {self.what} | {self.value:,.6g} {self.unit} | {ratio} | {wanted} | {mark} | {more} |"

    def facts(self) -> dict[str, Any]:
        return {
            "what": self.what, "value": self.value, "unit": self.unit, "ceiling": self.ceiling, "ratio": self.ratio,
            "at_least": self.at_least, "at_most": self.at_most, "met": self.met, **self.more,
        }  # fmt: skip


HEAD = "| what | measured | of the ceiling | wanted | met | more |\n|---|---|---|---|---|---|"


def machine() -> dict[str, Any]:
    model = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": model[0].partition(":")[2].strip() if model else platform.processor(),
        "processors": os.cpu_count(),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "load_average": os.getloadavg(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
