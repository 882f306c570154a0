"""A door fetches whom it may expect while there is signal, and what changed when there is signal again."""

import hashlib
from uuid import uuid4

from sqlalchemy import update

from server.events.models import Attendance
from tests.claims.ticketing import Ticketing
from tests.doors.stations import ticket
from tests.scans.conference import Conference, Guest, scan_of


class List:
    """What a door knows: it adds each page to what it has."""

    def __init__(self, door: Guest) -> None:
        self.door, self.cursor = door, None
        self.places: dict[str, dict] = {}
        self.badges: dict[str, dict] = {}

    async def fetch(self, *, limit: int = 200) -> int:
        """Everything there is; how many items came."""
        came = 0
        while True:
            query = f"?limit={limit}" + (f"&cursor={self.cursor}" if self.cursor else "")
            answer = await self.door.phone.get(f"/v1/events/{self.door.event.id}/door_attendees{query}")
            assert answer.status_code == 200, answer.text
            page = answer.json()
            self.places |= {place["attendance_id"]: place for place in page["places"]}
            self.badges |= {badge["code_digest"]: badge for badge in page["badges"]}
            self.cursor = page["next_cursor"]
            came += len(page["places"]) + len(page["badges"])
            if not page["has_more"]:
                return came


def digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()[:16]


async def test_a_door_knows_everybody_and_then_what_changed(
    conference: Conference,
    north: Guest,
    olga,
    ada_there: Guest,
    grace_there: Guest,
    clock,
    database,
    settings,
):
    async with database.transaction() as db:
        await db.execute(
            update(Attendance)
            .where(Attendance.id == grace_there.attendance.id)
            .values(external_code="PRETIX-7")
        )
    known = List(north)

    assert await known.fetch(limit=1) == 4
    ada, grace = str(ada_there.attendance.id), str(grace_there.attendance.id)
    place = {"type": "attendee", "lowest_serial": 1, "code_digest": None, "checked_in_at": None}
    assert known.places == {
        ada: {**place, "attendance_id": ada, "name": "Ada"},
        grace: {**place, "attendance_id": grace, "name": "Grace", "code_digest": digest("PRETIX-7")},
    }
    assert known.badges == {
        digest(guest.badge.code): {
            "attendance_id": str(guest.attendance.id),
            "code_digest": digest(guest.badge.code),
            "counts": True,
        }
        for guest in (ada_there, grace_there)
    }
    while await known.fetch():  # items come again while a transaction older than they is under way, anywhere
        pass

    token = await ticket(conference, grace_there, settings)
    await north.sync([scan_of(token, at=clock.now, purpose="entry")], now=clock.now)
    path = f"/v1/events/{conference.event.id}"
    await olga.post(f"{path}/attendees/{ada}/cancel")
    await olga.post(f"{path}/badges/{ada_there.badge.id}/revoke", json={"reason": "lost"})

    await known.fetch()
    assert known.places[grace]["checked_in_at"] == "2026-06-04T09:00:00Z"
    assert known.places[ada]["lowest_serial"] is None
    assert known.badges[digest(ada_there.badge.code)]["counts"] is False


async def test_a_joined_ticket_is_known_under_the_name_of_the_place_it_leads_to(
    conference: Conference, north: Guest, olga, ada_there: Guest, settings, clock
):
    second = await conference.guest(name="A. Lovelace")
    tickets = Ticketing(conference, settings)
    await tickets.publish()
    answer = await ada_there.post("/claim", {"ticket": tickets.ticket(second.attendance)})
    assert answer.status_code == 200, answer.text
    known = List(north)
    await known.fetch()
    joined = known.places[str(second.attendance.id)]
    assert (joined["name"], joined["lowest_serial"]) == ("Ada", 1)

    path = f"/v1/events/{conference.event.id}/attendees/{ada_there.attendance.id}"
    assert (await olga.post(f"{path}/cancel")).status_code == 200

    await known.fetch()
    assert known.places[str(second.attendance.id)]["lowest_serial"] is None
    revoked = (await north.phone.get(f"/v1/events/{conference.event.id}/revocations")).json()["items"]
    assert {item["attendance_id"]: item["lowest_serial"] for item in revoked} == {
        str(ada_there.attendance.id): None,
        str(second.attendance.id): None,
    }


async def test_a_list_is_for_those_at_the_door(conference: Conference, north: Guest, ada_there: Guest, olga):
    path = f"/v1/events/{conference.event.id}/door_attendees"
    assert (await olga.get(path)).status_code == 200
    stranger = await ada_there.phone.get(path)
    assert (stranger.status_code, stranger.json()["code"]) == (404, "event_not_found")
    elsewhere = await north.phone.get(f"/v1/events/{uuid4()}/door_attendees")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (404, "event_not_found")
    wrong = await olga.get(f"{path}?cursor=x")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "cursor_invalid")
