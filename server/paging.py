"""Keyset paging: a cursor is the sort key of the last row seen, so that no page shifts when rows arrive."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from litestar.params import QueryParameter

from server.failures import CursorInvalid

LARGEST_PAGE = 200
Row = TypeVar("Row")

Cursor = Annotated[
    str | None,
    QueryParameter(description="`next_cursor` of the page before; none for the first.", max_length=2000),
]
Limit = Annotated[int, QueryParameter(description="At most how many items.", ge=1, le=LARGEST_PAGE)]


def write_cursor(*key: str | float | datetime | UUID | None) -> str:
    """Opaque to clients: base64url of the key as JSON."""
    parts = [
        part.isoformat() if isinstance(part, datetime) else str(part) if isinstance(part, UUID) else part
        for part in key
    ]
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: type) -> tuple[Any, ...]:
    """The key in a cursor, its parts of the given kinds. Raises CursorInvalid for anything else."""
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not isinstance(parts, list) or len(parts) != len(kinds):
            raise CursorInvalid
        return tuple(_part(part, kind) for part, kind in zip(parts, kinds, strict=True))
    except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError) as wrong:
        raise CursorInvalid from wrong


def _part(part: Any, kind: type) -> Any:
    if kind in {datetime, UUID} and not isinstance(part, str):
        raise CursorInvalid
    if kind is datetime:
        moment = datetime.fromisoformat(part)
        if moment.tzinfo is None:
            raise CursorInvalid
        return moment.astimezone(UTC)
    if kind is UUID:
        return UUID(part)
    if kind is int and isinstance(part, int) and not isinstance(part, bool) and abs(part) < 2**63:
        return part
    if kind is float and isinstance(part, float):
        return part
    if kind is str and isinstance(part, str) and "\x00" not in part:
        part.encode()  # a lone surrogate is no text; names may well hold characters that are not printable
        return part
    raise CursorInvalid


def cut(rows: Sequence[Row], limit: int) -> tuple[Sequence[Row], bool]:
    """A page from a query that asked for one row more than the page: the rows, and whether more follow."""
    return rows[:limit], len(rows) > limit
