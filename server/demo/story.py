"""The story of one conference, from nothing to a booked talk, played against a Hallway that runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx2

from server.demo.api import AT_ONCE, Api, Phone, wait_until_ready
from server.demo.arriving import Badge, Guest, fill_profiles
from server.demo.conference import Conference, conference_people, plan_conference
from server.demo.meeting import Deliveries
from server.demo.organizing import ORGANIZER
from server.demo.outbox import Outbox
from server.demo.people import DemoPerson, make_people
from server.demo.progress import Progress
from server.demo.signing_in import sign_in

SEED: Final = 2009


@dataclass(slots=True)
class Play:
    """Who plays, where, and what came of it so far. `guests` and the like are by the sensors' numbers."""

    api: Api
    outbox: Outbox
    folder: Path
    progress: Progress
    people: dict[int, DemoPerson]
    conference: Conference
    guests: dict[int, Guest] = field(default_factory=dict)
    organizer: Phone | None = None
    event_id: str = ""
    badges: dict[int, Badge] = field(default_factory=dict)
    deliveries: Deliveries = field(default_factory=Deliveries)


async def tell_the_story(url: str, folder: Path, *, still_serving: Callable[[], bool]) -> None:
    """Play, showing how far it is, and say at the end what to open. `folder` holds the outbox."""
    progress = Progress()
    async with httpx2.AsyncClient(
        base_url=url,
        timeout=60,
        trust_env=False,
        limits=httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE, keepalive_expiry=30),
    ) as client:
        api = Api(client, on_wait=progress.say)
        with progress.stage("Hallway starts"):
            await wait_until_ready(api, still_serving)
        people = make_people(conference_people(), seed=SEED)
        now = datetime.now(UTC)
        play = Play(
            api,
            Outbox(folder / "outbox"),
            folder,
            progress,
            people,
            plan_conference(people, now=now, seed=SEED),
        )
        await play_it(play)


async def play_it(play: Play) -> None:
    stage = play.progress.stage
    with stage("The organizer signs in"):
        phones = await sign_in(play.api, play.outbox, [ORGANIZER], done=lambda: None)
        play.organizer = phones[ORGANIZER]
    emails = {person.email: person for person in play.people.values()}
    with stage("Attendees sign in with a mailed code", len(emails)) as done:
        phones = await sign_in(play.api, play.outbox, list(emails), done=done)
    play.guests = {who.number: Guest(who, phones[email]) for email, who in emails.items()}
    with stage("They fill in profiles, goals and cards", len(emails)) as done:
        await fill_profiles(play.guests, done=done)
