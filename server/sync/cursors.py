"""How far has a phone read? Its cursor is a snapshot: the transactions whose changes it has, by name.

A position in some order of changes would have to wait for whatever began earlier, or skip it. A snapshot needs no
order: what it does not hold is read next, however late that commits.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from server.failures import CursorInvalid
from server.paging import read_cursor, write_cursor

LONGEST_CURSOR = 6000  # characters
MOST_IN_PROGRESS = 100
LAST_XID = 2**63  # as far as snapshots go
NOWHERE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Position:
    """The last item of a page; items are ordered by these three."""

    kind: str = ""
    scope: UUID = NOWHERE
    id: UUID = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`seen` is what the phone has, None while it has not yet read everything once. While it reads, page by page,
    `upto` is what it will have after the last page."""

    generation: str
    person_id: UUID
    seen: str | None
    seen_at: datetime
    upto: str | None
    upto_at: datetime
    after: Position = Position()

    def text(self) -> str:
        position = f"{self.after.kind} {self.after.scope} {self.after.id}"
        return write_cursor(
            self.generation,
            self.person_id,
            self.seen or "",
            self.seen_at,
            self.upto or "",
            self.upto_at,
            position,
        )

    def done(self) -> "Cursor":
        """After the last page."""
        return replace(self, seen=self.upto, seen_at=self.upto_at, upto=None, after=Position())


def parse(text: str) -> Cursor:
    """Raises CursorInvalid. A forged cursor shows nothing of others: it only says what to leave out."""
    generation, person_id, seen, seen_at, upto, upto_at, position = read_cursor(
        text, str, UUID, str, datetime, str, datetime, str
    )
    if not (seen or upto):
        raise CursorInvalid
    return Cursor(
        generation=generation,
        person_id=person_id,
        seen=_snapshot(seen),
        seen_at=seen_at,
        upto=_snapshot(upto),
        upto_at=upto_at,
        after=_position(position),
    )


def shortened(snapshot: str) -> str:
    """The same where few transactions are in progress; else, as if those from the hundredth on had not begun. What it
    leaves out is read later, so nothing is skipped, and cursors stay short."""
    oldest, _, in_progress = snapshot.split(":")
    xids = in_progress.split(",")
    if len(xids) <= MOST_IN_PROGRESS:
        return snapshot
    return f"{oldest}:{xids[MOST_IN_PROGRESS]}:{','.join(xids[:MOST_IN_PROGRESS])}"


SNAPSHOT = re.compile(r"(\d{1,20}):(\d{1,20}):((?:\d{1,20}(?:,\d{1,20})*)?)", re.ASCII)
POSITION = re.compile(r"([a-z_]*) ([0-9a-f-]{36}) ([0-9a-f-]{36})", re.ASCII)


def _snapshot(text: str) -> str | None:
    """As PostgreSQL reads one: `oldest:next:in,progress`, in order."""
    if not text:
        return None
    found = SNAPSHOT.fullmatch(text)
    if found is None:
        raise CursorInvalid
    oldest, following = int(found[1]), int(found[2])
    xids = [int(xid) for xid in found[3].split(",") if xid]
    if not 0 < oldest <= following < LAST_XID or xids != sorted(set(xids)):
        raise CursorInvalid
    if xids and not (oldest <= xids[0] and xids[-1] < following):
        raise CursorInvalid
    return text


def _position(text: str) -> Position:
    found = POSITION.fullmatch(text)
    if found is None:
        raise CursorInvalid
    try:
        return Position(found[1], UUID(found[2]), UUID(found[3]))
    except ValueError as wrong:
        raise CursorInvalid from wrong
