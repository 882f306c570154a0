"""What can be known of photos: those see one who may see the name."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.connections.queries import gives_photo
from server.directory.queries import is_listed
from server.photos.errors import PhotoNotFound
from server.photos.models import Picture


async def get_photo(db: AsyncSession, me: SignedIn, person_id: UUID, size: int) -> bytes:
    """My own; that of somebody whose card I have; that of somebody listed where I have a place. As things stand today.
    Raises PhotoNotFound."""
    seen = or_(
        Picture.person_id == me.person_id,
        gives_photo(me.person_id, Picture.person_id.expression),
        is_listed(me, Picture.person_id.expression),
    )
    webp = await db.scalar(
        select(Picture.webp).where(Picture.person_id == person_id, Picture.size == size, seen)
    )
    if webp is None:
        raise PhotoNotFound
    return webp
