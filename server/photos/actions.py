"""What can happen to photos: people set theirs, and take it away."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.people.actions import lock_profile
from server.people.models import Profile
from server.photos.models import Picture
from server.photos.rules import name_of


async def set_my_photo(
    db: AsyncSession, me: SignedIn, pictures: Mapping[int, bytes], *, now: datetime
) -> Profile:
    """Put these in the place of any before. The profile names them, and so tells phones (decision 0032); its version
    counts what is edited by it."""
    profile = await lock_profile(db, me, now=now)
    if profile.photo == name_of(pictures):
        return profile
    new = insert(Picture).values(
        [{"person_id": me.person_id, "size": size, "webp": webp} for size, webp in pictures.items()]
    )
    await db.execute(
        new.on_conflict_do_update(
            index_elements=[Picture.person_id, Picture.size], set_={"webp": new.excluded.webp}
        )
    )
    profile.photo, profile.updated_at = name_of(pictures), now
    return profile


async def remove_my_photo(db: AsyncSession, me: SignedIn, *, now: datetime) -> None:
    """Without one this changes nothing."""
    profile = await lock_profile(db, me, now=now)
    if profile.photo is not None:
        await db.execute(delete(Picture).where(Picture.person_id == me.person_id))
        profile.photo, profile.updated_at = None, now
