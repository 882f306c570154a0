"""Tickets as an organizer mails them, and how a phone claims with one."""

from server.badges.models import TicketKey
from server.badges.tickets import Ticket, derive_key, public_key_bytes, sign_ticket
from server.events.models import Attendance
from server.settings import Settings
from tests.scans.conference import Conference


class Ticketing:
    """The event's keys, and tickets signed with them."""

    def __init__(self, conference: Conference, settings: Settings) -> None:
        self.conference, self.secret = conference, settings.secret("ticket")

    async def publish(self, *, compromised: bool = False) -> None:
        event = self.conference.event
        key = TicketKey(
            event_id=event.id,
            version=1,
            public_key=public_key_bytes(derive_key(self.secret, event.id, 1)),
            created_at=self.conference.now,
            compromised_from=self.conference.now if compromised else None,
        )
        async with self.conference.database.transaction() as db:
            await db.merge(key)

    def ticket(self, place: Attendance, **changes) -> str:
        event_id = self.conference.event.id
        facts = {"event_id": event_id, "attendance_id": place.id, "serial": 1, "key_version": 1, **changes}
        return sign_ticket(Ticket(**facts), derive_key(self.secret, facts["event_id"], facts["key_version"]))


def claim(phone, conference: Conference, **body):
    return phone.post(f"/v1/events/{conference.event.id}/claim", json=body)
