"""Devices at doors, and the tickets they read."""

from uuid import uuid4

from server.badges.keys import ticket_of
from server.badges.tickets import Ticket, derive_key, sign_ticket
from tests.phones import Phone
from tests.scans.conference import Conference, Guest


async def stand(conference: Conference, olga: Phone, station: str) -> Guest:
    path = f"/v1/events/{conference.event.id}/devices"
    invited = await olga.post(path, json={"id": str(uuid4()), "station": station, "purpose": "door"})
    made = await olga.client.post(
        "/v1/event_devices", json={"code": invited.json()["code"], "label": "Tablet", "platform": "ios"}
    )
    phone = Phone(olga.client, "", {"access_token": made.json()["device_token"]})
    return Guest(conference.event, None, None, phone)  # type: ignore[arg-type]


async def ticket(conference: Conference, guest: Guest, settings, *, serial: int | None = None) -> str:
    async with conference.database.transaction() as db:
        if serial is None:
            place = await db.merge(guest.attendance)
            signed = await ticket_of(db, place, master=settings.secret("ticket"), now=conference.now)
            return signed.token
    claim = Ticket(
        event_id=conference.event.id, attendance_id=guest.attendance.id, serial=serial, key_version=1
    )
    return sign_ticket(claim, derive_key(settings.secret("ticket"), conference.event.id, 1))
