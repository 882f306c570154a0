"""What can happen to exports: they are asked for."""

from datetime import datetime, timedelta
from importlib.util import find_spec
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.access import Organizer
from server.events.errors import RoleRequired
from server.events.models import Event
from server.exports.errors import CutEmpty, EventNotClosed, ExportContradictory, FormatUnavailable
from server.exports.models import Export
from server.exports.rules import KEPT, ROWS_OF_PEOPLE, contradiction, who_may
from server.failures import IdReused
from server.limits import Limit, Limits
from server.queue import enqueue
from server.stats.queries import people_by_type

EXPORTS_PER_ACCOUNT = Limit("exports_per_account", most=60, per=timedelta(hours=1))


async def create_export(
    db: AsyncSession,
    organizer: Organizer,
    export_id: UUID,
    *,
    kind: str,
    form: str,
    cut: str,
    cut_type: str | None,
    people: str,
    limits: Limits,
    now: datetime,
) -> tuple[Export, bool]:
    """Promise a file, and say whether it is new. Rows about people are not exported while they are still meeting: two
    files an hour apart would show what a single person did."""
    if organizer.role not in who_may(kind):
        raise RoleRequired
    why_not = contradiction(kind=kind, form=form, cut=cut, cut_type=cut_type, people=people)
    if why_not is not None:
        raise ExportContradictory(why_not)
    if form == "parquet" and find_spec("pyarrow") is None:
        raise FormatUnavailable
    event = await db.get_one(Event, organizer.event_id)
    if kind in ROWS_OF_PEOPLE and now < event.doors_close_at:
        raise EventNotClosed
    if cut_type is not None and cut_type not in await people_by_type(db, event.id):
        raise CutEmpty
    await limits.take(EXPORTS_PER_ACCOUNT, str(organizer.account_id), now=now)

    facts = {
        "event_id": organizer.event_id,
        "account_id": organizer.account_id,
        "kind": kind,
        "format": form,
        "cut": cut,
        "cut_type": cut_type,
        "people": people,
    }
    made = await db.scalar(
        insert(Export)
        .values(id=export_id, **facts, state="waiting", requested_at=now, expires_at=now + KEPT)
        .on_conflict_do_nothing()
        .returning(Export.id)
    )
    export = await db.scalar(select(Export).filter_by(id=export_id, **facts))
    if export is None:
        raise IdReused
    if made is not None:
        await enqueue(db, "make_export", export_id)
    return export, made is not None
