"""Edits of rows that carry a version."""

from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Mapped

from server.requests import require_version


class Versioned(Protocol):
    """A row read under lock."""

    version: Mapped[int]
    updated_at: Mapped[datetime]


Row = TypeVar("Row", bound=Versioned)


def edit(row: Row, changes: dict[str, Any], *, if_match: str | None, now: datetime) -> Row:
    """Apply changes, and count the version up if anything really changed. Raises VersionRequired, VersionStale."""
    require_version(if_match, row.version)
    changed = {name: value for name, value in changes.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.version += 1
        row.updated_at = now
    return row
