"""Who may create events: addresses that the operator allows."""

from datetime import datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.dialects.postgresql import insert

from schemas.wire import Email
from server.accounts.models import AllowedOrganizer
from server.clock import utc_now
from server.database import open_database
from server.settings import Settings, SettingsWrong


async def allow_organizer(settings: Settings, email: str, *, now: datetime | None = None) -> None:
    """Allow an address; allowing it again changes nothing."""
    try:
        address = TypeAdapter(Email).validate_python(email)
    except ValidationError as wrong:
        raise SettingsWrong(f"{email} is not an e-mail address.") from wrong
    database = open_database(settings, pool_size=2)
    try:
        async with database.transaction() as db:
            await db.execute(
                insert(AllowedOrganizer)
                .values(email=address, allowed_at=now or utc_now())
                .on_conflict_do_nothing()
            )
    finally:
        await database.close()
