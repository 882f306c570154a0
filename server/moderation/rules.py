"""What is true of reports."""

from datetime import datetime

SETTLED = frozenset({"acted", "dismissed"})


def is_settled(state: str) -> bool:
    return state in SETTLED


def age_seconds(reported_at: datetime, settled_at: datetime | None, *, now: datetime) -> int:
    """How long somebody has waited: until it was settled, or until now."""
    return max(0, int(((settled_at or now) - reported_at).total_seconds()))
