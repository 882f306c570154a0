"""A process that writes one file and ends: XLSX and Parquet keep a core busy, which no server has time for.

Standard input: a line of JSON with the file's path, its format and what it says of itself (`About`); then the rows as
CSV, for a graph those of its people first and an empty line between. An empty cell is an absent one, and none has a
line break in it.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from server.exports.writing.about import About
from server.exports.writing.graphml import write_graphml
from server.exports.writing.xlsx import write_xlsx


def main() -> None:
    os.nice(5)  # requests come first
    order = json.loads(sys.stdin.buffer.readline())
    writer = WRITERS[order["format"]]
    writer(Path(order["path"]), About.read(order["about"]), sys.stdin.buffer)


def write_parquet(path: Path, about: About, rows: BinaryIO) -> None:
    from server.exports.writing import parquet  # noqa: PLC0415  (what it stands on need not be installed)

    parquet.write_parquet(path, about, rows)


WRITERS: dict[str, Callable[[Path, About, BinaryIO], None]] = {
    "xlsx": write_xlsx,
    "parquet": write_parquet,
    "graphml": write_graphml,
}

if __name__ == "__main__":
    main()
