"""Which leads look different since somebody of the staff read them?

What a lead shows is in four tables, and a trigger stamps each with its transaction: the lead with what was noted of
it, the ledger that says whether it stands, the visitor's card, which may have become narrower, and the visitor, who may
be leaving Hallway. A claim, a second place that is joined and whoever leaves the event change one of these. A block
changes what one of the staff sees, and stamps the leads itself (`stamp_leads_between`).
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.deltas import Delta, delta_of, read_delta
from server.exhibitors.access import ExhibitorStaff

CHANGED = delta_of("""
    select 'lead' as kind, max(xid) as xid, id from (
        select lead_xid as xid, id from leads
        where event_id = :event_id and exhibitor_id = :exhibitor_id and lead_xid >= :since
        union all
        select given.lead_xid, lead.id
        from releases given
        join attendances place on place.event_id = given.event_id and place.person_id = given.subject_id
        join leads lead
            on lead.event_id = given.event_id and lead.exhibitor_id = given.exhibitor_id
            and lead.attendance_id = place.id
        where given.event_id = :event_id and given.exhibitor_id = :exhibitor_id and given.lead_xid >= :since
        union all
        select greatest(visitor.lead_xid, card.lead_xid), lead.id
        from leads lead
        join attendances place on place.event_id = lead.event_id and place.id = lead.attendance_id
        join persons visitor on visitor.id = place.person_id
        left join cards card on card.person_id = visitor.id and card.kind = 'exhibitors'
        where lead.event_id = :event_id and lead.exhibitor_id = :exhibitor_id
            and greatest(visitor.lead_xid, card.lead_xid) >= :since
    ) stamps
    group by id
""")


async def read_changed(db: AsyncSession, staff: ExhibitorStaff, *, cursor: str | None, limit: int) -> Delta:
    """The ids of what changed since the cursor, or of everything. Raises CursorInvalid, CursorExpired."""
    facts = {"event_id": staff.event_id, "exhibitor_id": staff.exhibitor_id}
    return await read_delta(db, CHANGED, facts, cursor=cursor, limit=limit)


async def stamp_leads_between(db: AsyncSession, one: UUID, other: UUID) -> None:
    """Let whoever of two people is on a staff look again at its leads about the other; in the order in which
    leads are taken."""
    await db.execute(STAMP, {"one": one, "other": other})


STAMP = text("""
    with concerned as (
        select lead.event_id, lead.id
        from (values (cast(:one as uuid), cast(:other as uuid)), (:other, :one)) as pair (reader, visitor)
        join accounts on accounts.person_id = reader
        join exhibitor_staff staff on staff.account_id = accounts.id
        join attendances place on place.event_id = staff.event_id and place.person_id = visitor
        join leads lead
            on lead.event_id = staff.event_id and lead.exhibitor_id = staff.exhibitor_id
            and lead.attendance_id = place.id
        order by lead.exhibitor_id, lead.attendance_id
        for update of lead
    )
    update leads set lead_xid = null
    from concerned where leads.event_id = concerned.event_id and leads.id = concerned.id
""")
