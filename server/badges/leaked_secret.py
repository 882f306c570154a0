"""What can happen when the ticket secret leaked: every key that was made with it proves nothing, at all events."""

from datetime import datetime

from sqlalchemy import func, select, tuple_, update

from server.badges.models import TicketKey
from server.badges.tickets import derive_key, public_key_bytes
from server.clock import utc_now
from server.database import open_database
from server.settings import Settings, SettingsWrong


async def report_old_keys(settings: Settings, since: datetime) -> int:
    """Report the keys that the present ticket secret did not make as compromised from then on; how many there are.
    Again changes nothing. Raises SettingsWrong for a time without an offset or in the future."""
    if since.tzinfo is None or since > utc_now():
        raise SettingsWrong("Say since when, not later than now, with an offset: 2026-06-04T07:00:00Z.")
    master = settings.secret("ticket")
    database = open_database(settings, pool_size=2)
    try:
        async with database.transaction() as db:
            keys = await db.scalars(select(TicketKey))
            old = [
                (key.event_id, key.version)
                for key in keys
                if public_key_bytes(derive_key(master, key.event_id, key.version)) != key.public_key
            ]
            await db.execute(
                update(TicketKey)
                .where(tuple_(TicketKey.event_id, TicketKey.version).in_(old))
                .values(compromised_from=func.least(TicketKey.compromised_from, since))
                .execution_options(synchronize_session=False)
            )
    finally:
        await database.close()
    return len(old)
