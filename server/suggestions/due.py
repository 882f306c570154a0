"""What is due: which events need a run, which runs must not happen at once, which suggestions have ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, literal_column, not_, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.events.models import Attendance, Event
from server.scans.models import Scan
from server.suggestions.models import Suggestion, SuggestionRun
from server.suggestions.queries import MINE, THEIRS, Mine, TheirPlace, Theirs, still_meant

# After so long late scans change nothing any more, and an event's suggestions take nobody's capacity.
OF_USE = timedelta(days=60)
# A run waits until nothing has come for QUIET, since phones deliver in batches and the row of a scan may become
# visible a moment after the time it carries; but for no longer than PATIENCE.
QUIET = timedelta(seconds=10)
PATIENCE = timedelta(minutes=10)
# What was looked at and left alone for so long gives its place to somebody else.
LEFT_ALONE = timedelta(days=14)
# A place that became free is filled by another run, since the scales are the event's: soon where a run takes a moment,
# and where it takes long, so seldom that it takes one part in a hundred of the time.
REFILL_AFTER = timedelta(minutes=1)
REFILL_SHARE = 100

# A meeting that counts; one that was undone changed what counts.
COUNTED = (Scan.state == "recorded", Scan.purpose == "meet")
STANDS = (*COUNTED, Scan.undone_at.is_(None))


async def closed_events_without_suggestions(
    db: AsyncSession, *, now: datetime, event_id: UUID | None = None
) -> list[UUID]:
    """Events whose doors have closed and that know of scans, of places claimed, or of places in lists that became free,
    newer than their last run."""
    since = func.coalesce(SuggestionRun.scans_until, literal_column("timestamptz '-infinity'"))
    scans = (
        select(func.min(Scan.changed_at).label("oldest"), func.max(Scan.changed_at).label("newest"))
        .where(Scan.event_id == Event.id, Scan.changed_at > since, *COUNTED)
        .lateral()
    )
    # Who claims late gets suggestions late; before the first run everybody who has claimed is in it anyway.
    claims = (
        select(
            func.min(Attendance.claimed_at).label("oldest"), func.max(Attendance.claimed_at).label("newest")
        )
        .where(Attendance.event_id == Event.id, Attendance.claimed_at > SuggestionRun.scans_until)
        .lateral()
    )
    freed = (
        select(Suggestion.id)
        .where(
            Suggestion.event_id == Event.id,
            Suggestion.state.in_(("dismissed", "ended")),
            Suggestion.updated_at > SuggestionRun.scans_until,
        )
        .exists()
    )
    newest = func.greatest(scans.c.newest, claims.c.newest)
    took = func.make_interval(0, 0, 0, 0, 0, 0, SuggestionRun.took_ms / 1000.0)
    query = (
        select(Event.id)
        .outerjoin(SuggestionRun, SuggestionRun.event_id == Event.id)
        .join(scans, true())
        .join(claims, true())
        .where(
            Event.doors_close_at <= now,
            Event.doors_close_at > now - OF_USE,
            Event.cancelled_at.is_(None),
            or_(
                newest <= now - QUIET,
                func.least(scans.c.oldest, claims.c.oldest) <= now - PATIENCE,
                and_(SuggestionRun.ran_at <= now - func.greatest(REFILL_AFTER, REFILL_SHARE * took), freed),
            ),
        )
        .order_by(Event.doors_close_at, Event.id)
    )
    if event_id is not None:
        query = query.where(Event.id == event_id)
    return list(await db.scalars(query))


async def events_with_the_same_people(db: AsyncSession, event_id: UUID, *, now: datetime) -> Sequence[UUID]:
    """This event and those that may have a run while it has one, and count against the same hosts; ascending."""
    here, there = aliased(Attendance), aliased(Attendance)
    found = await db.scalars(
        select(there.event_id)
        .distinct()
        .join(here, here.account_id == there.account_id)
        .join(Event, Event.id == there.event_id)
        .where(here.event_id == event_id, Event.doors_close_at <= now, Event.doors_close_at > now - OF_USE)
    )
    return sorted({event_id, *found})


async def list_ended(db: AsyncSession, *, now: datetime) -> Sequence[UUID]:
    """Suggestions that wait for their reader in vain: left alone, or hidden from now on by what either of the two did.
    Those of somebody who paused come back."""
    takes_part = and_(
        TheirPlace.event_id == Suggestion.event_id,
        TheirPlace.person_id == Suggestion.other_id,
        TheirPlace.status == "expected",
    )
    found = await db.scalars(
        select(Suggestion.id)
        .join(Event, Event.id == Suggestion.event_id)
        .outerjoin(Mine, MINE)
        .outerjoin(Theirs, THEIRS)
        .outerjoin(TheirPlace, takes_part)
        .where(
            Event.doors_close_at > now - OF_USE,
            Suggestion.state.in_(("open", "snoozed")),
            or_(
                and_(Suggestion.state == "open", Suggestion.seen_at <= now - LEFT_ALONE),
                not_(still_meant()),
                TheirPlace.id.is_(None),
            ),
        )
        .order_by(Suggestion.id)
    )
    return found.all()
