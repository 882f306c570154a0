"""What a file says of itself."""

from collections.abc import Iterator
from csv import reader
from dataclasses import asdict, dataclass
from io import TextIOWrapper
from typing import Any, BinaryIO, Self

from server.exports.columns import Column


@dataclass(frozen=True, slots=True)
class About:
    """`notes` are whole sentences: what the file is of, and what was done to it."""

    title: str
    columns: list[Column]
    notes: list[str]

    def facts(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, facts: dict[str, Any]) -> Self:
        columns = [Column(**column) for column in facts["columns"]]
        return cls(title=facts["title"], columns=columns, notes=facts["notes"])


def read_rows(rows: BinaryIO) -> Iterator[list[str]]:
    """Rows as text; an empty line is an empty row."""
    return reader(TextIOWrapper(rows, encoding="utf-8", newline=""))
