"""What an attendee agrees to at one event, and the ledger of it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import Attendance, ConsentChange
from server.ids import new_id

CONSENTS = ("listed", "exhibitors_may_scan", "named_in_exports", "paused")
SHARING = ("listed", "exhibitors_may_scan", "named_in_exports")

TEXT_VERSION = 1
"""Which wording of the consents people see now; raise it with the wording."""


def changed_consents(attendance: Attendance, chosen: Mapping[str, bool]) -> dict[str, bool]:
    """What of the chosen differs from what stands."""
    return {
        consent: chosen[consent]
        for consent in CONSENTS
        if consent in chosen and chosen[consent] != getattr(attendance, consent)
    }


def choose_consents(
    db: AsyncSession, attendance: Attendance, chosen: Mapping[str, bool], *, now: datetime
) -> None:
    """Set consents and write each change into the ledger; what stands already changes nothing. The row must have
    been read under lock, so that ledger and row agree."""
    for consent, given in changed_consents(attendance, chosen).items():
        setattr(attendance, consent, given)
        db.add(
            ConsentChange(
                event_id=attendance.event_id,
                id=new_id(),
                attendance_id=attendance.id,
                consent=consent,
                given=given,
                text_version=TEXT_VERSION,
                changed_at=now,
            )
        )
