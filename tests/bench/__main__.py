"""`python -m tests.bench [--quick] [--json FILE] [ROW ...]`: measure, print a table, write it down."""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bench import importing, large, overload, reading, rounds, scanning, starting
from tests.bench.figures import FULL, HEAD, QUICK, Figure, Size, machine
from tests.bench.house import House, open_house

ROWS: dict[str, Callable[[House, Size], Iterator[Figure]]] = {
    "record_scan": scanning.record_scan,
    "sync_scans": scanning.sync_scans,
    "stored_scans": scanning.stored_scans,
    "reads": reading.reads,
    "overload": overload.overload,
    "export": large.export,
    "stats": large.stats,
    "import": importing.import_attendees,
    "rounds": rounds.rounds,
    "start": starting.start,
    "suggestions": large.suggestions,
    "badges": large.badges,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of: {', '.join(ROWS)}; else all")
    parser.add_argument("--quick", action="store_true", help="one short round of each")
    parser.add_argument("--json", type=Path, help="write the figures here")
    asked = parser.parse_args()
    size = QUICK if asked.quick else FULL

    began = time.perf_counter()
    figures: dict[str, Any] = {"machine": machine(), "quick": asked.quick, "figures": []}
    say(HEAD)
    with open_house(size.people) as house:
        for name in asked.rows or ROWS:
            for figure in ROWS[name](house, size):
                say(figure.line())
                figures["figures"].append(figure.facts())
            figures["machine"]["load_average_at_the_end"] = os.getloadavg()
            figures["seconds"] = round(time.perf_counter() - began)
            if asked.json:
                asked.json.write_text(json.dumps(figures, indent=1) + "\n")
    say(f"\n{figures['seconds']} s in all")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
