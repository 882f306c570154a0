"""What an attendee agrees to at one event, and the ledger of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, case, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import Attendance, ConsentChange
from server.ids import new_id

CONSENTS = ("listed", "exhibitors_may_scan", "named_in_exports", "paused")
SHARING = ("listed", "exhibitors_may_scan", "named_in_exports")


def changed_consents(attendance: Attendance, chosen: Mapping[str, bool]) -> dict[str, bool]:
    """What of the chosen differs from what stands."""
    return {
        consent: chosen[consent]
        for consent in CONSENTS
        if consent in chosen and chosen[consent] != getattr(attendance, consent)
    }


def choose_consents(
    db: AsyncSession,
    attendance: Attendance,
    chosen: Mapping[str, bool],
    *,
    text_version: int | None,
    now: datetime,
) -> None:
    """Set consents and write each change into the ledger, with the version of the words that were shown; what stands
    already changes nothing. The row must have been read under lock, so that ledger and row agree. Nothing is given
    without words: the database refuses that."""
    for consent, given in changed_consents(attendance, chosen).items():
        setattr(attendance, consent, given)
        db.add(
            ConsentChange(
                event_id=attendance.event_id,
                id=new_id(),
                attendance_id=attendance.id,
                consent=consent,
                given=given,
                text_version=text_version,
                changed_at=now,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedWords:
    """Under which version of the words each consent that stands was given; None for what is off."""

    listed: int | None
    exhibitors_may_scan: int | None
    named_in_exports: int | None


async def agreed_words(db: AsyncSession, places: Sequence[Attendance]) -> dict[UUID, AgreedWords]:
    """By place."""
    if not places:
        return {}
    await db.flush()  # what was chosen a moment ago counts
    versions = [
        case((getattr(Attendance, consent), words_of(consent, Attendance.event_id, Attendance.id)))
        for consent in SHARING
    ]
    rows = await db.execute(
        select(Attendance.id, *versions).where(
            tuple_(Attendance.event_id, Attendance.id).in_([(place.event_id, place.id) for place in places])
        )
    )
    return {place_id: AgreedWords(**dict(zip(SHARING, found, strict=True))) for place_id, *found in rows}


def words_of(
    consent: str, event_id: Any, attendance_id: Any, *, at: ColumnElement[datetime] | None = None
) -> ScalarSelect[int | None]:
    """A column: the version of the words under which a place last gave a consent, until a time if one is said."""
    given = (
        select(ConsentChange.text_version)
        .where(
            ConsentChange.event_id == event_id,
            ConsentChange.attendance_id == attendance_id,
            ConsentChange.consent == consent,
            ConsentChange.given,
        )
        .order_by(ConsentChange.changed_at.desc(), ConsentChange.id.desc())
        .limit(1)
    )
    return (given if at is None else given.where(ConsentChange.changed_at <= at)).scalar_subquery()
