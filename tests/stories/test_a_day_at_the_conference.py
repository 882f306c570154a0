"""One conference from the organizer's list to two booked calendars, as its people live it: through the API alone."""

import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from icalendar import Calendar

from openapi.examples.scan_queue import ScanQueue
from server.accounts.allow import allow_organizer
from server.stats.figures import STEPS
from tests.conftest import HandClock
from tests.phones import Phone, sign_in
from tests.stories.world import World, only, said

EVENT = "01981d4e-3c00-7000-8000-0000000000e1"
PATH = f"/v1/events/{EVENT}"
LIST = """Name;E-mail;Organisation;Role
Ada Lovelace;ada@example.org;Analytical Engines;Analyst
Grace Hopper;office@example.org;Navy;Rear admiral
Katherine Johnson;katherine@example.org;NASA;Mathematician
"""

FIGURES = (
    "claimed",
    "met",
    "scanned",
    "scanned_by",
    "encounters",
    "mutual",
    "scans",
    "across_types",
    "across_organisations",
)


@dataclass
class Basement:
    """Between a phone and Hallway, when the phone is two floors below the street."""

    phone: Phone
    online: bool = False

    async def send(self, operation: str, path: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        if not self.online:
            return 0, None, {}
        method = "GET" if operation == "get_sync_state" else "POST"
        answer = await self.phone.ask(method, path, **({"json": body} if body else {}))
        return answer.status_code, answer.json(), dict(answer.headers)


def reason(code: str, text: str, **evidence: Any) -> dict[str, Any]:
    return {"code": code, "text": text, "evidence": {"mine": None, "theirs": None, "count": None, **evidence}}


def invitation_in(mail: EmailMessage) -> Any:
    part = only([part for part in mail.walk() if part.get_content_type() == "text/calendar"])
    calendar = Calendar.from_ical(part.get_payload(decode=True).decode())
    return calendar["METHOD"], only(calendar.walk("VEVENT"))


@pytest.fixture
def open_queue(tmp_path: Path, clock: HandClock) -> Iterator[Callable[[Basement], ScanQueue]]:
    """The app's queue, in a file on the phone."""
    with ExitStack() as files:

        def open_queue(line: Basement) -> ScanQueue:
            file = files.enter_context(closing(sqlite3.connect(tmp_path / f"{line.phone.email}.sqlite")))
            return ScanQueue(file, EVENT, line.send, clock=clock, chance=random.SystemRandom())

        yield open_queue


async def test_a_day_at_the_conference(world: World, open_queue, client, outbox, settings, clock):  # noqa: PLR0915
    # On Thursday Olga, whom the operator has allowed to, creates the event and imports her list.
    await allow_organizer(settings, "olga@example.org", now=clock())
    olga = await sign_in(client, outbox, "olga@example.org")
    event = {
        "id": EVENT,
        "name": "Compilers at Sea",
        "venue": "Pier 7",
        "zone": "Europe/Paris",
        "starts_at": "2026-06-05T09:00:00+02:00",
        "ends_at": "2026-06-05T18:00:00+02:00",
    }
    said(await olga.post("/v1/events", json=event), 201)
    imported = await olga.post(f"{PATH}/attendees/import", content=LIST, headers={"content-type": "text/csv"})
    assert {name: count for name, count in said(imported).items() if type(count) is int and count} == {
        "rows": 3,
        "created": 3,
    }
    said(await olga.post(f"{PATH}/badges"))

    # Everybody gets a ticket. Ada claims her place by her address; Grace's came to her office, so she types it in.
    mailing = {"id": str(uuid4()), "recipients": "all"}
    said(await olga.post(f"{PATH}/ticket_mailings", json=mailing), 201)
    letters = await world.mails()
    assert set(letters) == {"ada@example.org", "office@example.org", "katherine@example.org"}
    letter = letters["office@example.org"].get_body(("plain",)).get_content()
    ticket = re.search(r"\bT[A-Z2-7]{163}\b", letter)[0]

    ada = await sign_in(client, outbox, "ada@example.org")
    grace = await sign_in(client, outbox, "grace@example.org")
    await ada.edit("/v1/me/profile", {"name": "Ada Lovelace", "zone": "America/New_York"})
    await ada.edit("/v1/me/goals", {"asks": ["Compiler design"], "offers": ["Mathematics"]})
    await grace.edit("/v1/me/profile", {"zone": "Europe/Paris", "headline": "I find bugs"})
    await grace.edit(
        "/v1/me/goals",
        {"asks": ["Mathematics"], "offers": ["Compiler design"], "open_to_talk": True, "talk_minutes": 20},
    )
    hers = said(await ada.post(f"{PATH}/claim", json={"consents": {"listed": True, "text_version": 1}}))
    nobody = await grace.post(f"{PATH}/claim", json={})
    theirs = said(await grace.post(f"{PATH}/claim", json={"ticket": ticket}))
    assert said(nobody, 404)["code"] == "nothing_to_claim"
    assert [(place["name"], place["organisation"], place["listed"]) for place in (hers, theirs)] == [
        ("Ada Lovelace", "Analytical Engines", True),
        ("Grace Hopper", "Navy", False),
    ]
    badges = {phone.email: said(await phone.get(f"{PATH}/me/badge"))["url"] for phone in (ada, grace)}

    # On Friday they meet in the basement, where no phone is online. Grace scans twice and takes one back.
    await world.it_is("2026-06-05T10:00:00+00:00", ada, grace)
    stairs, lift = Basement(ada), Basement(grace)
    on_adas, on_graces = open_queue(stairs), open_queue(lift)
    scanned = on_adas.scan(badges["grace@example.org"], label="by the coffee")
    on_graces.scan(badges["ada@example.org"])
    again = on_graces.scan(badges["ada@example.org"])
    clock.tick(seconds=20)
    assert on_graces.undo(again)
    clock.tick(minutes=5)
    on_adas.annotate(scanned, note="Found the moth. Ask about linkers!", signal="yes")
    await on_adas.deliver()
    assert (on_adas.waiting(), await on_adas.safe_to_wipe()) == (2, False)
    assert said(await ada.get("/v1/connections"))["items"] == []

    # Upstairs both phones deliver, and each has the other's card. Grace does not learn of Ada's yes; she has her own.
    await world.it_is("2026-06-05T12:00:00+00:00", ada, grace)
    stairs.online = lift.online = True
    await on_adas.deliver()
    await on_graces.deliver()
    assert [await queue.safe_to_wipe() for queue in (on_adas, on_graces)] == [True, True]
    assert on_adas.outcome(scanned)["person_id"] == grace.person_id
    met = only(said(await ada.get("/v1/connections"))["items"])
    assert {name: met[name] for name in ("person_id", "name", "signal", "i_gave", "they_gave")} == {
        "person_id": grace.person_id,
        "name": "Grace Hopper",
        "signal": "yes",
        "i_gave": True,
        "they_gave": True,
    }
    assert only(met["scan_notes"])["note"] == "Found the moth. Ask about linkers!"
    seen_by_grace = only(said(await grace.get("/v1/connections"))["items"])
    assert (seen_by_grace["name"], seen_by_grace["signal"]) == ("Ada Lovelace", "none")
    said(await grace.put(f"/v1/connections/{ada.person_id}/signal", json={"signal": "yes"}))

    # The doors close, and each is suggested to the other, with reasons.
    await world.it_is("2026-06-05T20:30:00+00:00", ada, grace)
    suggestion = only(said(await ada.get("/v1/suggestions"))["items"])
    both_yes = reason("both_want_to_talk", "You both want to talk.")
    assert suggestion == {
        "id": suggestion["id"],
        "event_id": EVENT,
        "event_name": "Compilers at Sea",
        "person": {
            "person_id": grace.person_id,
            "name": "Grace Hopper",
            "headline": "I find bugs",
            "role": "Rear admiral",
            "organisation": "Navy",
        },
        "reasons": [
            both_yes,
            reason(
                "they_offer_what_you_ask",
                "You ask for “Compiler design”, they offer “Compiler design”.",
                mine="Compiler design",
                theirs="Compiler design",
            ),
            reason(
                "you_offer_what_they_ask",
                "They ask for “Mathematics”, you offer “Mathematics”.",
                mine="Mathematics",
                theirs="Mathematics",
            ),
            reason("met_n_times", "You met once.", count=1),
        ],
        "for_me": both_yes,
        "for_them": both_yes,
        "action": {"code": "book_talk", "text": "Find a time to talk.", "operation": "request_interview"},
        "rank": 1,
        "state": "open",
        "snoozed_until": None,
        "created_at": "2026-06-05T20:30:00Z",
    }

    # Both learn that both want to talk. Grace has not looked at her suggestions: on the morning after, at eight by her
    # clock, she is told of them.
    await world.it_is("2026-06-06T05:59:00+00:00", ada, grace)
    notices = [only(said(await phone.get("/v1/nudges"))["items"]) for phone in (ada, grace)]
    assert [(notice["title"], notice["action"]["person_id"]) for notice in notices] == [
        ("Grace Hopper wants to talk to you, too", grace.person_id),
        ("Ada Lovelace wants to talk to you, too", ada.person_id),
    ]
    await world.it_is("2026-06-06T06:00:00+00:00", ada, grace)
    nudge, notice = said(await grace.get("/v1/nudges"))["items"]
    assert notice == notices[1]
    assert nudge == {
        "id": nudge["id"],
        "kind": "digest",
        "title": "The morning after Compilers at Sea",
        "reason": "You remember them best now: whom to talk to again, and why.",
        "action": {
            **nudge["action"],
            "operation": "list_suggestions",
            "text": "See your suggestions",
            "event_id": EVENT,
            "release_id": None,
            "person_id": None,
        },
        "outcomes": ["done", "dismissed", "snoozed"],
        "state": "open",
        "snoozed_until": None,
        "created_at": "2026-06-06T06:00:00Z",
        "useful_until": "2026-06-13T06:00:00Z",
    }
    assert said(await ada.get("/v1/nudges"))["items"] == notices[:1]

    # Ada asks for a talk, at a time that suits both; Grace accepts, and both find it in their calendars.
    with_grace = {"with_person_id": grace.person_id, "minutes": 20}
    slots = said(await ada.get("/v1/interviews/slots", params=with_grace))["items"]
    request = {
        "id": str(uuid4()),
        "host_id": grace.person_id,
        "event_id": EVENT,
        "purpose": "learn",
        "ask": "How did you write the first linker?",
        "offer": "I can show you a proof.",
        "minutes": 20,
        "slots": [slots[0]["starts_at"]],
    }
    assert slots[0] == {"starts_at": "2026-06-08T13:00:00Z", "ends_at": "2026-06-08T13:20:00Z"}
    said(await ada.post("/v1/interviews", json=request), 201)
    asked = only(
        said(await grace.get("/v1/interviews", params={"state": "requested", "side": "host"}))["items"]
    )
    booked = said(
        await grace.post(
            f"/v1/interviews/{asked['id']}/accept",
            json={"proposal": asked["proposal"], "place": "Pier 7, bench 3"},
        )
    )
    assert {name: booked[name] for name in ("state", "side", "starts_at", "place", "waiting_for")} == {
        "state": "scheduled",
        "side": "host",
        "starts_at": "2026-06-08T13:00:00Z",
        "place": "Pier 7, bench 3",
        "waiting_for": None,
    }
    letters = await world.mails()
    assert {to: letter["Subject"] for to, letter in letters.items()} == {
        "ada@example.org": "Talk with Grace Hopper: Monday 8 June 2026, 09:00",
        "grace@example.org": "Talk with Ada Lovelace: Monday 8 June 2026, 15:00",
    }
    for phone, zone, hour in ((ada, "America/New_York", 9), (grace, "Europe/Paris", 15)):
        method, talk = invitation_in(letters[phone.email])
        assert (method, talk["ATTENDEE"], talk["LOCATION"]) == (
            "REQUEST",
            f"mailto:{phone.email}",
            "Pier 7, bench 3",
        )
        assert (talk.start.tzinfo.key, talk.start.hour) == (zone, hour)
        assert talk.start == datetime.fromisoformat(booked["starts_at"])

    # Olga reads the figures: at so small an event they would tell of single people, so there are none.
    await world.it_is("2026-06-06T06:30:00+00:00", olga)
    stats = said(await olga.get(f"{PATH}/stats"))
    assert {name: figure for name, figure in stats.items() if name != "definitions"} == {
        "event_id": EVENT,
        "computed_at": "2026-06-06T06:30:00Z",
        "live": False,
        "final": False,
        "attendees": 3,
        **dict.fromkeys(FIGURES),
        "communities": {"between": [], "circles": []},
        "distribution": [],
        "per_person": dict.fromkeys(("mean", "median", "share_with_none", "share_with_five_or_more")),
        "by_type": [{"type": None, "people": 3, "met": None, "suppressed": True}],
        "by_hour": [],
        "mixing": [{"type": None, "other_type": None, "encounters": None, "suppressed": True}],
        "network": dict.fromkeys(("components", "largest_component", "density", "clustering")),
        "funnel": dict.fromkeys(
            ("met", *(f"{days}{step}" for step in STEPS[1:] for days in ("", "days_to_")))
        ),
    }

    # On Monday Ada reads what she noted and what to ask, and they talk. She says so; Grace says nothing, and after a
    # week it counts as held.
    talk = f"/v1/interviews/{asked['id']}"
    await world.it_is("2026-06-08T12:50:00+00:00", ada)
    kit = said(await ada.get(f"{talk}/kit"))
    assert only(kit["noted"])["note"] == "Found the moth. Ask about linkers!"
    assert {question["theme"]: question["text"] for question in kit["questions"]}["practices"] == (
        "You know your way around “Compiler design”. What would you do first in my place?"
    )
    await world.it_is("2026-06-08T13:20:00+00:00", ada)
    outcome = {"outcome": "held", "debrief": "Start with the tests."}
    assert said(await ada.put(f"{talk}/outcome", json=outcome))["outcome"] == {
        "mine": "held",
        "debrief": "Start with the tests.",
        "recorded_at": "2026-06-08T13:20:00Z",
        "together": "held",
    }
    await world.it_is("2026-06-15T13:20:00+00:00", grace)
    assert said(await grace.get(talk))["outcome"] == {
        "mine": None,
        "debrief": "",
        "recorded_at": None,
        "together": "held",
    }
