"""Who is named in a file: whoever agreed, each by a row in the ledger that they see and can take back."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.consents import words_of
from server.events.models import Attendance
from server.exports.models import Export
from server.exports.rules import named_only
from server.ids import new_id
from server.people.models import Release
from server.stats.queries import people_by_type
from server.stats.rules import FEWEST_PEOPLE, groups_of
from server.stats.statements import COUNTED

FIELDS = {
    "attendees": ["name", "organisation", "role", "encounters"],
    "connections": ["name", "organisation", "encounters"],
}
AT_ONCE = 1000


class TakenBack(Exception):
    """Somebody who is named took it back meanwhile."""


async def people_to_name(db: AsyncSession, event_id: UUID) -> dict[UUID, UUID]:
    """Attendances and their persons, the same of an event whatever is cut from it."""
    groups = groups_of(await people_by_type(db, event_id))
    agreed: defaultdict[str, list[bool]] = defaultdict(list)
    people: defaultdict[str, list[tuple[UUID, UUID]]] = defaultdict(list)
    for attendance_id, person_id, kind, agrees in await db.execute(WHO_AGREES, {"event_id": event_id}):
        group = groups[kind] or ""
        agreed[group].append(agrees)
        people[group].append((attendance_id, person_id))

    named = named_only(agreed, fewest=FEWEST_PEOPLE)
    return {
        attendance_id: person_id
        for group, those in people.items()
        for (attendance_id, person_id), is_named in zip(those, named[group], strict=True)
        if is_named
    }


# Who took a naming at this event back is not named again before agreeing anew.
WHO_AGREES = text(f"""
select a.id, a.person_id, a.type, a.status = 'expected' and a.account_id is not null and a.named_in_exports
    and not exists (select from persons p where p.id = a.person_id and p.leaving_at is not null)
    and not exists (
        select from releases r
        where r.subject_id = a.person_id and r.event_id = a.event_id and r.purpose = 'export'
            and r.withdrawn_at is not null and r.withdrawn_because is null
            and not exists (
                select from consent_changes c
                where c.event_id = a.event_id and c.attendance_id = a.id and c.consent = 'named_in_exports' and c.given
                    and c.changed_at > r.withdrawn_at))
from attendances a where event_id = :event_id and {COUNTED}
order by a.id
""")


async def release_names(db: AsyncSession, export: Export, people: dict[UUID, UUID], *, now: datetime) -> None:
    """Write who is named into the ledger. Raises TakenBack for whoever no longer agrees."""
    words = await _words(db, export.event_id)
    subjects = sorted(people.values())
    for begin in range(0, len(subjects), AT_ONCE):
        rows = [
            {
                "id": new_id(),
                "subject_id": subject_id,
                "export_id": export.id,
                "event_id": export.event_id,
                "purpose": "export",
                "source": "named_in_exports",
                "text_version": words.get(subject_id),
                "fields": FIELDS[export.kind],
                "released_at": now,
            }
            for subject_id in subjects[begin : begin + AT_ONCE]
        ]
        await db.execute(insert(Release.__table__), rows)
    if await is_taken_back(db, export.id):
        raise TakenBack


async def _words(db: AsyncSession, event_id: UUID) -> Mapping[UUID, int | None]:
    """The version of the words that each person agreed to."""
    version = words_of("named_in_exports", Attendance.event_id, Attendance.id)
    found = await db.execute(
        select(Attendance.person_id, version).where(
            Attendance.event_id == event_id, Attendance.named_in_exports
        )
    )
    return dict(found.all())


async def is_taken_back(db: AsyncSession, export_id: UUID) -> bool:
    """Whether somebody whom the file names does not agree any more, or is gone."""
    return bool(await db.scalar(TAKEN_BACK, {"export_id": export_id}))


TAKEN_BACK = text("""
select exists (
    select from releases r join persons p on p.id = r.subject_id left join attendances a
        on a.event_id = r.event_id and a.person_id = r.subject_id and a.status = 'expected' and a.named_in_exports
    where r.export_id = :export_id
        and (r.withdrawn_at is not null or p.leaving_at is not null or a.id is null))
""")
