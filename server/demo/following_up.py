"""The morning after: suggestions, a reminder of them, and one of them turned into a booked conversation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from icalendar import Calendar

from server.demo.api import looks, together
from server.demo.arriving import Guest
from server.demo.errors import DemoStopped
from server.demo.outbox import Outbox, invitation
from server.demo.progress import Tick

_SUGGESTIONS_TAKE_AT_MOST: Final = timedelta(seconds=120)
_A_DIGEST_TAKES_AT_MOST: Final = timedelta(seconds=60)
_AN_INVITATION_TAKES_AT_MOST: Final = timedelta(seconds=60)
# Nobody is reminded of anything earlier in the day than this, by their own clock.
_MORNING: Final = 8

Suggestion = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation that is booked: its two people, the answer the host got, and the mail with its calendar."""

    asker: Guest
    host: Guest
    interview: dict[str, Any]
    mail: Path


async def await_suggestions(event_id: str, guest: Guest) -> None:
    """Until the event's suggestions are published, as one attendee's app would see it."""
    async for _ in looks(_SUGGESTIONS_TAKE_AT_MOST, "The event has closed, but no suggestions came."):
        if await suggestions_of(event_id, guest):
            return


async def suggestions_of(event_id: str, guest: Guest) -> list[Suggestion]:
    page = await guest.phone.get("/v1/suggestions", event_id=event_id)
    return page["items"]


async def read_suggestions(
    event_id: str, guests: Mapping[int, Guest], *, done: Tick
) -> dict[int, list[Suggestion]]:
    """Everybody's, by number."""

    async def read(guest: Guest) -> list[Suggestion]:
        return await suggestions_of(event_id, guest)

    return dict(zip(guests, await together(guests.values(), read, done=done), strict=True))


def awake(guests: Collection[Guest], *, now: datetime) -> Guest | None:
    """Somebody for whom it is past eight, and not so late that it might be tomorrow any moment."""
    return next(
        (guest for guest in guests if _MORNING <= now.astimezone(ZoneInfo(guest.who.zone)).hour < 23), None
    )


async def await_digest(event_id: str, guest: Guest) -> dict[str, Any]:
    """The reminder that suggestions are there, for somebody who has not looked at theirs."""
    async for _ in looks(_A_DIGEST_TAKES_AT_MOST, "Suggestions are there, but no digest came."):
        page = await guest.phone.get("/v1/nudges")
        for nudge in page["items"]:
            if nudge["kind"] == "digest" and nudge["action"]["event_id"] == event_id:
                return nudge
    raise AssertionError


async def book_a_talk(
    event_id: str, guests: Mapping[int, Guest], outbox: Outbox, numbers: Collection[int]
) -> Talk:
    """The first of these people whose suggestion leads to a talk asks for it; the host takes the first time that
    suits both, and the invitation is mailed."""
    by_person = {guest.phone.person_id: guest for guest in guests.values()}
    for asker in (guests[number] for number in numbers):
        for suggestion in await suggestions_of(event_id, asker):
            host = by_person[suggestion["person"]["person_id"]]
            interview = await _ask(event_id, asker, host, suggestion)
            if interview:
                return await _accept(asker, host, interview, outbox)
    raise DemoStopped("None of the suggestions led to a time that suits both.")


async def _ask(event_id: str, asker: Guest, host: Guest, suggestion: Suggestion) -> dict[str, Any] | None:
    """The request, or None if there is no time for it or nothing to ask."""
    topic = suggestion["for_me"]["evidence"]["theirs"]
    if suggestion["for_me"]["code"] != "they_offer_what_you_ask" or not topic:
        return None
    minutes = host.who.open_to_talk.minutes
    common = await asker.phone.get(
        "/v1/interviews/slots", with_person_id=host.phone.person_id, minutes=minutes
    )
    slots = [slot["starts_at"] for slot in common["items"]]
    if not slots:
        return None
    return await asker.phone.post(
        "/v1/interviews",
        {
            "id": str(uuid4()),
            "host_id": host.phone.person_id,
            "event_id": event_id,
            "purpose": "advice",
            "ask": f"You offered to talk about {topic}. How did you begin, and what would you do differently?",
            "offer": f"I can tell you about {asker.who.offers[0]}.",
            "minutes": minutes,
            "slots": slots[:3],
        },
    )


async def _accept(asker: Guest, host: Guest, interview: dict[str, Any], outbox: Outbox) -> Talk:
    waiting = await host.phone.get("/v1/interviews", state="requested", side="host")
    request = next(each for each in waiting["items"] if each["id"] == interview["id"])
    booked = await host.phone.post(
        f"/v1/interviews/{request['id']}/accept",
        {"proposal": request["proposal"], "place": "https://meet.example.org/hallway"},
    )
    return Talk(asker, host, booked, await _await_invitation(outbox, asker.who.email, booked))


async def _await_invitation(outbox: Outbox, email: str, booked: dict[str, Any]) -> Path:
    """The mail whose calendar says when the talk is (METHOD:REQUEST)."""
    async for _ in looks(_AN_INVITATION_TAKES_AT_MOST, "A talk is booked, but no invitation was mailed."):
        for path, mail in outbox.new_mails():
            invited = invitation(mail)
            if mail["To"] == email and invited and invited[0] == "REQUEST":
                [talk] = Calendar.from_ical(invited[1]).walk("VEVENT")
                if talk["DTSTART"].dt == datetime.fromisoformat(booked["starts_at"]):
                    return path
    raise AssertionError
