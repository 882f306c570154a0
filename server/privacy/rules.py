"""For how long something can be taken back, and how long an event's data is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.privacy.fate import Kind

CANCEL_WITHIN = timedelta(days=14)
LEDGER_LASTS = timedelta(days=730)
"""How long an erasure is remembered by ids and HMACs alone: no backup may be kept for longer."""
SHORTEST = 31
"""Days after the doors closed: scans may come for thirty, and figures are fixed then."""

# Days after the doors closed. Organizers may shorten each, never lengthen it.
DEFAULTS: Mapping[Kind, int] = {
    Kind.UNCLAIMED: 90,
    Kind.EXPORTS: 90,
    Kind.SCANS: 180,
    Kind.LEADS: 365,
    Kind.ENCOUNTERS: 365,
    Kind.ATTENDEES: 365,
}


@dataclass(frozen=True, slots=True)
class Term:
    """How long an event keeps this kind of its data."""

    kind: Kind
    days: int

    def ends(self, *, doors_close_at: datetime) -> datetime:
        return doors_close_at + timedelta(days=self.days)


def terms(chosen: Mapping[str, int]) -> list[Term]:
    """Of every kind, as chosen or by default, in the order in which they are purged."""
    return [Term(kind, min(chosen.get(kind, days), days)) for kind, days in DEFAULTS.items()]
