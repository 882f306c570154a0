"""What is true of exports."""

from datetime import datetime, timedelta
from typing import Literal

from server.events.access import ANALYSTS, MANAGERS, Role

Kind = Literal["connection_stats", "connections"]

KEPT = timedelta(days=7)

# Analysts see aggregates only.
WHO_MAY: dict[str, frozenset[Role]] = {"connection_stats": ANALYSTS, "connections": MANAGERS}


def state_of(stored: str, *, expires_at: datetime, now: datetime) -> str:
    """An export is expired when its time is over, whether or not housekeeping has come by; a failed one has failed."""
    return "expired" if stored != "failed" and expires_at <= now else stored
