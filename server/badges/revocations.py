"""What must a door know that decides alone? Which tickets and badges count no more, and what changed since it asked."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.badges.access import Door
from server.badges.codes import DIGEST_BYTES
from server.deltas import Delta, delta_of, read_delta

# The digest is that of `BadgeCode`. The ticket of a joined place counts as long as the place that it leads to, and
# changes with it; who left the event in the app still comes in.
CHANGED = delta_of(f"""
    select 'ticket' as kind, place.id as attendance_id, changed.revocation_xid as xid, place.id,
        case when stands.status in ('expected', 'left') then place.ticket_serial end as lowest_serial,
        null as badge_digest
    from attendances changed
    join attendances place
        on place.event_id = changed.event_id and (place.id = changed.id or place.joined_into_id = changed.id)
    join attendances stands
        on stands.event_id = place.event_id and stands.id = coalesce(place.joined_into_id, place.id)
    where changed.event_id = :event_id and changed.revocation_xid >= :since
    union all
    select 'badge', attendance_id, revocation_xid, id, null,
        left(encode(sha256(convert_to(code, 'UTF8')), 'hex'), {2 * DIGEST_BYTES})
    from badges where event_id = :event_id and revocation_xid >= :since
""")  # noqa: S608 - of a constant


async def list_revocations(db: AsyncSession, door: Door, *, cursor: str | None, limit: int) -> Delta:
    """What changed since the cursor, or everything. Raises CursorInvalid, CursorExpired."""
    return await read_delta(db, CHANGED, {"event_id": door.event_id}, cursor=cursor, limit=limit)
