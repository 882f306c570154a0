"""Whom may a door without signal expect? Names by ticket and by code, and what changed since it asked."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.badges.codes import DIGEST_BYTES
from server.deltas import Delta, delta_of, read_delta


def digest(column: str) -> str:
    return f"left(encode(sha256(convert_to({column}, 'UTF8')), 'hex'), {2 * DIGEST_BYTES})"


# Of a joined place the name and the check-in are those of the place that it leads to; the ticket is its own.
CHANGED = delta_of(f"""
    select 'place' as kind, place.id as attendance_id, changed.door_xid as xid, place.id,
        stands.name, stands.type, stands.checked_in_at,
        case when stands.status in ('expected', 'left') then place.ticket_serial end as lowest_serial,
        {digest("place.external_code")} as code_digest,
        true as counts
    from attendances changed
    join attendances place
        on place.event_id = changed.event_id and (place.id = changed.id or place.joined_into_id = changed.id)
    join attendances stands
        on stands.event_id = place.event_id and stands.id = coalesce(place.joined_into_id, place.id)
    where changed.event_id = :event_id and changed.door_xid >= :since
    union all
    select 'badge', attendance_id, door_xid, id, null, null, null, null, {digest("code")}, revoked_at is null
    from badges where event_id = :event_id and door_xid >= :since
""")  # noqa: S608 - of constants


async def list_door_attendees(db: AsyncSession, event_id: UUID, *, cursor: str | None, limit: int) -> Delta:
    """What changed since the cursor, or everything. Raises CursorInvalid, CursorExpired."""
    return await read_delta(db, CHANGED, {"event_id": event_id}, cursor=cursor, limit=limit)
