"""Who had received what of me? From the ledger, one line for each recipient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.connections.models import Connection
from server.events.models import Attendance, Event
from server.people.models import Profile, Release
from server.people.queries import is_leaving, not_blocked


@dataclass(frozen=True, slots=True)
class Received:
    """`fields` are all that they ever got. The recipient is a person, an exhibitor, or the event whose organizers got a
    file. `name`: of an exhibitor as it was then, of somebody met as they are called today (empty: hidden by a block, or
    gone), of the event. `event_name`: where it began. `text_versions`: of the words of the consents that it rests
    on."""

    recipient_id: UUID
    recipient_kind: str
    name: str
    event_name: str
    fields: Sequence[str]
    text_versions: Sequence[int]
    first_at: datetime
    last_at: datetime


async def receipt_of(db: AsyncSession, person_id: UUID) -> list[Received]:
    """The first recipient first."""
    rows = (
        await db.execute(
            select(Release, Event.name)
            .outerjoin(Event, Event.id == Release.event_id)
            .where(Release.subject_id == person_id)
            .order_by(Release.released_at, Release.id)
        )
    ).all()
    by_recipient: dict[UUID, list[tuple[Release, str | None]]] = {}
    for release, event_name in rows:
        recipient_id = release.recipient_id or release.exhibitor_id or release.event_id
        by_recipient.setdefault(recipient_id, []).append((release, event_name))
    names = await _names(db, person_id)
    return [
        _received(recipient_id, lines, names.get(recipient_id, ""))
        for recipient_id, lines in by_recipient.items()
    ]


async def _names(db: AsyncSession, person_id: UUID) -> dict[UUID, str]:
    """Of everybody this person met and may see."""
    met_at = and_(
        Attendance.event_id == Connection.first_event_id, Attendance.person_id == Connection.other_id
    )
    rows = await db.execute(
        select(Connection.other_id, func.coalesce(func.nullif(Profile.name, ""), Attendance.name, ""))
        .outerjoin(Profile, Profile.person_id == Connection.other_id)
        .outerjoin(Attendance, met_at)
        .where(
            Connection.owner_id == person_id,
            not_blocked(person_id, Connection.other_id),
            ~is_leaving(Connection.other_id),
        )
    )
    return dict(rows.all())


def _received(recipient_id: UUID, lines: Sequence[tuple[Release, str | None]], name: str) -> Received:
    first, event_name = lines[0]
    last, _ = lines[-1]
    return Received(
        recipient_id=recipient_id,
        recipient_kind="organizers" if first.export_id else "exhibitor" if first.exhibitor_id else "person",
        name=(event_name if first.export_id else last.exhibitor_name) or name,
        event_name=event_name or "",
        fields=list(dict.fromkeys(field for release, _ in lines for field in release.fields)),
        text_versions=sorted({release.text_version for release, _ in lines if release.text_version}),
        first_at=first.released_at,
        last_at=last.released_at,
    )
