"""A block holds in everything that can be read: each GET of the contract is asked by both sides, or named with a
reason.

Whoever adds one says here which it is. What shows the other is searched before the block too: a search that finds
nothing is then known to be able to find something.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from sqlalchemy import update

from server.contract_file import contract_app
from server.docs.document import contract
from server.nudges.jobs import write_due_nudges
from server.nudges.notices import write_notices
from server.photos.models import Picture
from server.suggestions.jobs import suggest_for_closed_events
from server.suggestions.models import Suggestion
from tests.interviews.people import ask_for_talk, book_talk
from tests.phones import Phone, sign_in
from tests.scans.conference import Conference, Guest, scan_of
from tests.suggestions.gathering import still_signed_in

# Shows the other before a block, and nothing of them after it.
HIDDEN = {
    "export_leads": "/v1/events/{event}/exhibitors/{exhibitor}/leads/export",
    "export_vcards": "/v1/connections/vcards",
    "get_connection": "/v1/connections/{other}",
    "get_connection_vcard": "/v1/connections/{other}/vcard",
    "list_connections": "/v1/connections",
    "list_helpful": "/v1/connections/helpful",
    "list_leads": "/v1/events/{event}/exhibitors/{exhibitor}/leads",
    "list_people": "/v1/events/{event}/people",
    "list_suggestions": "/v1/suggestions",
}
# What was booked is both people's own: it stays, with the name by which they knew each other and nothing else of them.
BOOKED = {
    "get_interview": "/v1/interviews/{talk}",
    "get_interview_calendar": "/v1/interviews/{talk}/calendar",
    "list_interviews": "/v1/interviews",
    "read_calendar_feed": "{feed}",
    "sync_changes": "/v1/me/changes",
}
# Names the other by their id, to whom it says what is theirs.
OWN_BY_ID = {"list_releases": "/v1/me/releases"}
# A picture, in which no name can be searched for.
PICTURES = {"get_photo": "/v1/people/{other}/photo?size=96"}
# Never shows the other.
SILENT = {
    "find_common_slots": "/v1/interviews/slots?minutes=20&with_person_id={other}",
    "get_availability": "/v1/me/availability",
    "get_balance": "/v1/me/balance",
    "get_calendar_feed": "/v1/me/calendar_feed",
    "get_event": "/v1/events/{event}",
    "get_interview_kit": "/v1/interviews/{talk}/kit",
    "get_me": "/v1/me",
    "get_my_attendance": "/v1/events/{event}/attendance",
    "get_my_badge": "/v1/events/{event}/me/badge",
    "get_my_badge_image": "/v1/events/{event}/me/badge.svg",
    "get_my_badge_png": "/v1/events/{event}/me/badge.png",
    "get_my_cards": "/v1/me/cards",
    "get_my_goals": "/v1/me/goals",
    "get_my_profile": "/v1/me/profile",
    "get_my_ticket": "/v1/events/{event}/me/ticket",
    "get_sync_state": "/v1/events/{event}/sync_state",
    "list_exhibitor_devices": "/v1/events/{event}/exhibitors/{exhibitor}/devices",
    "list_exhibitors": "/v1/events/{event}/exhibitors",
    "list_my_devices": "/v1/me/devices",
    "list_my_events": "/v1/events",
    "list_my_exhibitors": "/v1/me/exhibitors",
    "list_my_scans": "/v1/events/{event}/scans",
    "list_nudges": "/v1/nudges",
    "list_people_to_meet": "/v1/events/{event}/people_to_meet",  # they have met; tests/who_to_meet has the block
    "list_sessions": "/v1/sessions",
}
# The organizers' and the door's, which a block leaves alone; figures about at least five people.
OF_THE_EVENT = {
    "download_badge_print", "download_export", "get_badge_image", "get_badge_pdf", "get_badge_png", "get_badge_print",
    "get_connection_stats", "get_event_report", "get_export", "get_station", "get_ticket_keys", "get_ticket_mailing",
    "list_attendees", "list_audit_log", "list_badge_prints", "list_door_attendees", "list_event_devices",
    "get_retention", "list_exports", "list_reports", "list_revocations", "list_scan_issues", "list_team", "watch_event",
}  # fmt: skip
# Colleagues on one staff, named by their exhibitor.
OF_COLLEAGUES = {"list_exhibitor_staff", "list_shift_names"}
# My own words, of whomever; `tests/my_data` has the block.
MY_OWN_WORDS = {"export_my_data", "get_nudge_preferences", "list_activities", "list_blocks"}
# Three people each: `tests/introductions` has their blocks.
OF_THREE = {"get_introduction", "list_introduction_candidates", "list_introductions"}
OF_NOBODY = {"get_health", "get_readiness", "list_consent_texts"}


@dataclass
class Side:
    """One of the two, and what could be read of the other."""

    phone: Phone
    exhibitor: str
    feed: str = ""
    other: "Side | None" = None
    traces: set[str] = field(default_factory=set)

    async def read(self, path: str, **world: str) -> str:
        answer = await self.get(path, **world)
        # Line breaks of vCards and calendars may cut a name in two.
        return answer.text.replace("\r\n ", "")

    async def get(self, path: str, **world: str) -> httpx2.Response:
        assert self.other is not None
        known = {
            **world, "exhibitor": self.exhibitor, "feed": self.feed, "other": self.other.phone.person_id,
        }  # fmt: skip
        return await self.phone.get(path.format(**known))

    def found(self, text: str) -> set[str]:
        """Which traces of the other are in it."""
        assert self.other is not None
        return {trace for trace in self.other.traces if trace.lower() in text.lower()}


@dataclass
class World:
    sides: list[Side]
    event: str
    talk: str

    def __iter__(self) -> Iterator[Side]:
        return iter(self.sides)

    async def read(self, side: Side, path: str) -> str:
        return await side.read(path, event=self.event, talk=self.talk)


async def attend(conference: Conference, phone: Phone, name: str) -> Guest:
    """Somebody who gives and agrees to all there is, recognisable in each field."""
    guest = await conference.guest(phone, name=f"{name} Printed", listed=True)
    said = {
        "name": f"{name} Known", "headline": f"{name} headline", "role": f"{name} role", "industry": f"{name} trade",
        "organisation": f"{name} works", "links": [f"https://{name.lower()}.example.org"],
    }  # fmt: skip
    await phone.edit("/v1/me/profile", said)
    goals = {
        "asks": [f"{name} asks", "Weaving"],
        "offers": [f"{name} offers", "Weaving"],
        "open_to_talk": True,
    }
    await phone.edit("/v1/me/goals", {**goals, "talk_topics": [f"{name} topic"]})
    fields = ["headline", "role", "organisation", "industry", "links", "email", "phone"]
    for kind in ("met", "exhibitors"):
        await phone.edit(f"/v1/me/cards/{kind}", {"fields": fields, "phone": "+44 20 7946 0000"})
    agreed = await phone.edit(
        f"/v1/events/{conference.event.id}/attendance",
        {"listed": True, "exhibitors_may_scan": True, "text_version": 1},
    )
    assert agreed.status_code == 200, agreed.text
    return guest


@pytest.fixture
async def world(conference: Conference, client, outbox, database, clock) -> World:
    """Quilla and Wystan have met, asked, booked, and scanned each other at their stands; the event is over."""
    event = conference.event
    olga = await sign_in(client, outbox, "olga@example.org")
    guests, sides = [], []
    for name in ("Quilla", "Wystan"):
        phone = await sign_in(client, outbox, f"{name.lower()}@example.org")
        guests.append(await attend(conference, phone, name))
        exhibitor = str(uuid4())
        stand = {
            "id": exhibitor,
            "name": "Acme",
            "booth": "B1",
            "admin_email": phone.email,
            "admin_name": "Staff",
        }
        made = await olga.post(f"/v1/events/{event.id}/exhibitors", json=stand)
        assert made.status_code == 201, made.text
        sides.append(Side(phone, exhibitor, traces={name, phone.person_id}))
    for one, other in (guests, guests[::-1]):
        assert (await one.scan(other, at=clock.now, note="Met")).status_code == 201
        lead = await one.post("/leads", scan_of(other, at=clock.now, given_at_stand=True, text_version=1))
        assert lead.json()["outcome"] == "recorded"
    sides[0].other, sides[1].other = sides[1], sides[0]

    clock.now = event.doors_close_at + timedelta(minutes=5)
    await suggest_for_closed_events(database, now=clock())
    clock.tick(hours=10)
    for job in (write_due_nudges, write_notices):
        await job(database, now=clock())
    for side in sides:
        await still_signed_in(side.phone)
        feed = (await side.phone.get("/v1/me/calendar_feed")).json()
        side.feed = feed["url"].removeprefix("https://hallway.example")
    talk = await book_talk(sides[0].phone, sides[1].phone, clock.now + timedelta(days=2))
    await ask_for_talk(
        sides[1].phone, sides[0].phone, clock.now + timedelta(days=3), ask="Quilla or Wystan, again?"
    )
    async with database.transaction() as db:  # as if they had found to each other without it
        await db.execute(update(Suggestion).values(state="open"))
    return World(sides, str(event.id), talk["id"])


def test_every_get_of_the_contract_has_its_expectation():
    reads = {
        methods["get"]["operationId"]
        for methods in contract(contract_app())["paths"].values()
        if "get" in methods
    }
    named: list[Any] = [
        HIDDEN, BOOKED, OWN_BY_ID, PICTURES, SILENT, OF_THE_EVENT, OF_COLLEAGUES, MY_OWN_WORDS, OF_THREE, OF_NOBODY,
    ]  # fmt: skip
    assert reads == set().union(*named)
    assert sum(map(len, named)) == len(reads), "each stands in one of them"


async def test_the_search_finds_the_other_in_all_that_shows_them(world: World):
    blind = [
        (name, side.phone.email)
        for name, path in {**HIDDEN, **BOOKED, **OWN_BY_ID}.items()
        for side in world
        if not side.found(await world.read(side, path))
    ]
    assert blind == []


@pytest.mark.parametrize("blocker", [0, 1])
async def test_nothing_shows_the_other_after_a_block(world: World, blocker: int):
    one = world.sides[blocker]
    assert one.other is not None
    answer = await one.phone.put(f"/v1/me/blocks/{one.other.phone.person_id}")
    assert answer.status_code == 200, answer.text

    shown = {
        (name, side.phone.email): found
        for name, path in {**HIDDEN, **SILENT}.items()
        for side in world
        if (found := side.found(await world.read(side, path)))
    }
    assert shown == {}
    for side in world:
        assert side.other is not None
        them = side.other.phone
        (name,) = side.other.traces - {them.person_id}
        for path in BOOKED.values():
            text = await world.read(side, path)
            # Their name, and the id by which a phone finds it; nothing more, and no talk that was only asked for.
            said = re.sub(rf"{name} Known|{them.person_id}", "", text)
            assert side.found(said) == set(), path
            assert "again?" not in text
        ledger = await world.read(side, OWN_BY_ID["list_releases"])
        assert side.found(ledger) == {them.person_id}


async def test_no_picture_of_the_other_is_there_after_a_block(world: World, database, clock):
    async with database.transaction() as db:
        for side in world:
            person_id = UUID(side.phone.person_id)
            db.add(Picture(person_id=person_id, size=96, webp=b"a face"))
    paths = list(PICTURES.values())
    assert [(await side.get(path)).status_code for path in paths for side in world] == [200, 200]
    one = world.sides[1]
    assert one.other is not None
    await one.phone.put(f"/v1/me/blocks/{one.other.phone.person_id}")
    assert [(await side.get(path)).status_code for path in paths for side in world] == [404, 404]


async def test_a_phone_drops_at_once_what_a_block_hides(world: World):
    """Both phones, by the next call: connection, directory entry, suggestion, and the talk that was asked for."""
    cursors = {
        side.phone.email: (await side.phone.get("/v1/me/changes")).json()["next_cursor"] for side in world
    }
    one = world.sides[0]
    assert one.other is not None
    await one.phone.put(f"/v1/me/blocks/{one.other.phone.person_id}")
    for side in world:
        page = (await side.phone.get("/v1/me/changes", params={"cursor": cursors[side.phone.email]})).json()
        assert sorted(gone["kind"] for gone in page["removed"]) == [
            "connection", "directory_entry", "interview", "suggestion",
        ]  # fmt: skip
        assert [(talk["id"], talk["state"]) for talk in page["interviews"]] == [(world.talk, "cancelled")]
        assert (page["connections"], page["directory"], page["suggestions"]) == ([], [], [])
