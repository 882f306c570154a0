"""Who may take a file: whoever a link was made for, in the role of today."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.events.access import Organizer, find_role
from server.exports.errors import DownloadLinkExpired, ExportNotFound
from server.exports.links import Link
from server.exports.models import Export


async def organizer_of(
    db: AsyncSession, link_text: str, secret: bytes, *, now: datetime
) -> tuple[Organizer, Export]:
    """Raises ExportNotFound for what is no link of ours, and for whoever left the team."""
    link = Link.read(link_text, secret)
    if link is None:
        raise ExportNotFound
    export = await db.get(Export, link.export_id)
    role = await find_role(db, export.event_id, link.account_id) if export else None
    if export is None or role is None:
        raise ExportNotFound
    if link.expires_at <= now:
        raise DownloadLinkExpired
    return Organizer(event_id=export.event_id, account_id=link.account_id, role=role), export
