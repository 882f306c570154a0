"""What is true of exports: what can be ordered, by whom, and until when it is kept."""

from datetime import datetime, timedelta
from typing import Literal

from server.events.access import ANALYSTS, MANAGERS, Role

Kind = Literal["connection_stats", "follow_up", "leads", "attendees", "connections", "scans"]
Format = Literal["csv", "xlsx", "parquet", "graphml"]
Cut = Literal["everybody", "type"]
People = Literal["pseudonyms", "names"]

KEPT = timedelta(days=7)

ROWS_OF_PEOPLE = frozenset(("attendees", "connections", "scans"))
"""Kinds with a row for each person or pair; of the others each row tells of five people or more."""
NAMEABLE = frozenset(("attendees", "connections"))
GRAPHS = frozenset(("connections",))


def who_may(kind: str) -> frozenset[Role]:
    """Analysts see aggregates only."""
    return MANAGERS if kind in ROWS_OF_PEOPLE else ANALYSTS


def contradiction(*, kind: str, form: str, cut: str, cut_type: str | None, people: str) -> str | None:
    """Why there is no such file; None where there is."""
    if form == "graphml" and kind not in GRAPHS:
        return "Only `connections` are a graph: choose another format."
    if people == "names" and kind not in NAMEABLE:
        return "Only `attendees` and `connections` can bear names."
    if cut != "everybody" and kind not in ROWS_OF_PEOPLE:
        return "Only `attendees`, `connections` and `scans` can be cut; the others show their cuts as rows."
    if (cut == "type") != (cut_type is not None):
        return "Name a `type` with the cut `type`, and with this cut only."
    return None


def file_name(kind: str, requested_at: datetime, ending: str) -> str:
    return f"{kind.replace('_', '-')}-{requested_at:%Y-%m-%d}.{ending}"


def state_of(stored: str, *, expires_at: datetime, now: datetime) -> str:
    """An export is expired when its time is over, whether or not housekeeping has come by; a failed one has failed."""
    return "expired" if stored != "failed" and expires_at <= now else stored


def named_only(agreed: dict[str, list[bool]], *, fewest: int) -> dict[str, list[bool]]:
    """Who of each group is named: whoever agreed, unless one to four of the group would be left out: then so many of
    the first stay out that they are five, or all. `agreed` is in an order that does not change, so that another file
    leaves the same people out."""
    named = {}
    for group, answers in agreed.items():
        out = answers.count(False)
        missing = max(0, fewest - out) if out else 0
        kept = []
        for answer in answers:
            leave_out = answer and missing > 0
            missing -= leave_out
            kept.append(answer and not leave_out)
        named[group] = kept
    return named
