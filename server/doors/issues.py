"""What at an event's scans should a person look at? Nothing is stored of it: it follows from the scans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import INTERVAL, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession

from server.doors import rules
from server.doors.errors import ScanIssueNotFound
from server.events.access import Organizer
from server.paging import read_cursor


@dataclass(frozen=True, slots=True)
class ScanIssue:
    """Something about a scan that a person should look at. It follows from what is stored, and goes by itself when
    the scans no longer say so. `scanner_*` and `scan_id` stay inside."""

    id: UUID
    kind: rules.Kind
    purpose: str
    reason: str | None
    code: str | None
    captured_at: datetime
    received_at: datetime
    station: str | None
    attendance_id: UUID | None
    name: str | None
    earlier_at: datetime | None
    earlier_station: str | None
    scanner_id: UUID
    scan_id: UUID

    @property
    def decisions(self) -> tuple[rules.Decision, ...]:
        return rules.decisions(
            self.kind, purpose=self.purpose, reason=self.reason, by_station=self.station is not None
        )


async def list_scan_issues(
    db: AsyncSession, organizer: Organizer, *, cursor: str | None, limit: int
) -> Sequence[ScanIssue]:
    """What is open, the earliest first, one more than the limit when there are more."""
    after = read_cursor(cursor, datetime, UUID) if cursor is not None else (None, None)
    return await _issues(db, organizer, after_at=after[0], after_id=after[1], issue_id=None, limit=limit + 1)


async def get_scan_issue(db: AsyncSession, organizer: Organizer, issue_id: UUID) -> ScanIssue:
    """Raises ScanIssueNotFound, also for one that is settled."""
    found = await _issues(db, organizer, after_at=None, after_id=None, issue_id=issue_id, limit=1)
    if not found:
        raise ScanIssueNotFound
    return found[0]


async def _issues(db: AsyncSession, organizer: Organizer, **asked: Any) -> Sequence[ScanIssue]:
    rows = await db.execute(
        ISSUES,
        {
            **asked,
            "event_id": organizer.event_id,
            "most": rules.MOST_A_MINUTE,
            "alone_after": rules.DECIDED_ALONE_AFTER,
        },
    )
    return [ScanIssue(*row) for row in rows]


ISSUES = text("""
    with passages as (
        select scanner_id, id, purpose, captured_at,
               lag(purpose) over way as before, lag(captured_at) over way as before_at,
               lag(scanner_id) over way as before_by
        from scans
        where event_id = :event_id and purpose in ('entry', 'exit')
          and state = 'recorded' and undone_at is null
        window way as (partition by target_attendance_id order by captured_at, scanner_id, id)
    ), paced as (
        select scanner_id, id, captured_at,
               lag(captured_at, :most) over (partition by scanner_id order by captured_at, id) as most_ago
        from scans
        where event_id = :event_id and purpose = 'meet' and state = 'recorded' and undone_at is null
    ), issues (kind, scanner_id, scan_id, before_at, before_by) as (
        select 'double_entry', scanner_id, passages.id, before_at, before_by
        from passages join events on events.id = :event_id
        where purpose = 'entry' and before = 'entry'
          and (captured_at at time zone zone)::date = (before_at at time zone zone)::date
        union all
        (select distinct on (scanner_id) 'too_fast', scanner_id, id, most_ago, null::uuid
        from paced where captured_at < most_ago + interval '1 minute' order by scanner_id, captured_at, id)
        union all
        select case state when 'parked' then 'parked' else 'refused_entry' end, scanner_id, id, null, null
        from scans
        where event_id = :event_id and undone_at is null and (
            state = 'parked'
            or (state = 'refused' and reason <> 'discarded' and purpose = 'entry'
                and received_at > captured_at + :alone_after)
        )
    ), named as (
        select md5(kind || scanner_id || scan_id)::uuid as id, issues.* from issues
    )
    select named.id, named.kind, scans.purpose, scans.reason,
           case when scans.target_attendance_id is null and not scans.is_ticket then scans.code end as code,
           scans.captured_at, scans.received_at, doors.station,
           who.id as attendance_id, who.name, named.before_at as earlier_at, earlier.station as earlier_station,
           named.scanner_id, named.scan_id
    from named
    join scans on scans.event_id = :event_id and scans.scanner_id = named.scanner_id and scans.id = named.scan_id
    left join attendances who on who.event_id = :event_id and who.id =
        case when named.kind = 'too_fast' then scans.scanner_attendance_id
             when scans.purpose in ('entry', 'exit') then scans.target_attendance_id end
    left join event_devices doors on doors.event_id = :event_id and doors.id = named.scanner_id
    left join event_devices earlier on earlier.event_id = :event_id and earlier.id = named.before_by
    where not exists (
        select from scan_issue_settlements settled
        where settled.event_id = :event_id and settled.issue_id = named.id
    )
    and (cast(:issue_id as uuid) is null or named.id = :issue_id)
    and (cast(:after_id as uuid) is null or (scans.captured_at, named.id) > (:after_at, :after_id))
    order by scans.captured_at, named.id
    limit :limit
""").bindparams(
    bindparam("event_id", type_=Uuid()),
    bindparam("issue_id", type_=Uuid()),
    bindparam("after_id", type_=Uuid()),
    bindparam("after_at", type_=TIMESTAMP(timezone=True)),
    bindparam("alone_after", type_=INTERVAL()),
)
