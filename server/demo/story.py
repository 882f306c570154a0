"""The story of one conference, from nothing to a booked talk, played against a Hallway that runs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx2

from server.demo.api import AT_ONCE, Api, Phone, wait_until_ready
from server.demo.arriving import Badge, Guest, claim_places, fetch_badges, fill_profiles
from server.demo.attendee_list import attendee_list
from server.demo.conference import Conference, conference_people, plan_conference
from server.demo.following_up import (
    Suggestion,
    Talk,
    await_digest,
    await_suggestions,
    awake,
    book_a_talk,
    read_suggestions,
)
from server.demo.meeting import Deliveries, deliver_scans, say_signals
from server.demo.organizing import (
    ORGANIZER,
    create_event,
    export,
    import_attendees,
    issue_badges,
    read_stats,
    save_badge,
    save_report,
)
from server.demo.outbox import Outbox
from server.demo.people import DemoPerson, make_people
from server.demo.phones import play_order
from server.demo.progress import Progress
from server.demo.signing_in import sign_in

SEED: Final = 2009


@dataclass(slots=True)
class Story:
    """Who plays, where, and what came of it so far. What is by number is by the sensors' numbers."""

    api: Api
    outbox: Outbox
    folder: Path
    progress: Progress
    people: dict[int, DemoPerson]
    conference: Conference
    guests: dict[int, Guest] = field(default_factory=dict)
    event_id: str = ""
    places: dict[int, str] = field(default_factory=dict)
    badges: dict[int, Badge] = field(default_factory=dict)
    deliveries: Deliveries = field(default_factory=Deliveries)
    suggestions: dict[int, list[Suggestion]] = field(default_factory=dict)
    digest: dict[str, Any] | None = None
    talk: Talk | None = None
    stats: dict[str, Any] = field(default_factory=dict)
    exports: dict[str, Path] = field(default_factory=dict)
    badge_image: Path | None = None
    report: Path | None = None


async def play(url: str, folder: Path, progress: Progress, *, still_serving: Callable[[], bool]) -> Story:
    """Play it all, showing how far it is. `folder` holds the outbox, and gets what is downloaded."""
    async with httpx2.AsyncClient(
        base_url=url,
        timeout=60,
        trust_env=False,  # no proxy stands between this machine and itself
        limits=httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE, keepalive_expiry=60),
    ) as client:
        api = Api(client, on_wait=progress.tell)
        with progress.stage("Hallway starts"):
            people = make_people(conference_people(), seed=SEED)
            conference = plan_conference(people, now=datetime.now(UTC), seed=SEED)
            await wait_until_ready(api, still_serving)
        story = Story(api, Outbox(folder / "outbox"), folder, progress, people, conference)
        organizer = await before(story)
        await during(story)
        await after(story, organizer)
    return story


async def before(story: Story) -> Phone:
    """Weeks before: the event, its list, everybody's sign-in, place and badge."""
    stage, people = story.progress.stage, story.people.values()
    emails = [person.email for person in people]

    with stage("The organizer signs in and creates the event"):
        phones = await sign_in(story.api, story.outbox, [ORGANIZER], done=lambda: None)
        organizer = phones[ORGANIZER]
        story.event_id = await create_event(organizer, story.conference)
    with stage("The attendee list is imported from CSV", len(emails)):
        await import_attendees(organizer, story.event_id, attendee_list(people))
    with stage("Attendees sign in with a mailed code", len(emails)) as done:
        phones = await sign_in(story.api, story.outbox, emails, done=done)
    story.guests = {who.number: Guest(who, phones[who.email]) for who in people}
    with stage("They fill in profiles, goals and cards", len(emails)) as done:
        await fill_profiles(story.guests, done=done)
    with stage("They claim their places, with consents", len(emails)) as done:
        story.places = await claim_places(story.event_id, story.guests, done=done)
    with stage("Badges are issued", len(emails)) as done:
        await issue_badges(organizer, story.event_id)
        story.badges = await fetch_badges(story.event_id, story.guests, done=done)
    return organizer


async def during(story: Story) -> None:
    """The two days: scans, notes and signals, as they reached the server."""
    batches = play_order(story.conference, seed=SEED)
    later = [signal for signal in story.conference.signals if signal.scan is None]

    with story.progress.stage("Phones deliver what they scanned", len(batches)) as done:
        story.deliveries = await deliver_scans(story.event_id, story.guests, story.badges, batches, done=done)
    with story.progress.stage("Some say whom they want to talk to again", len(later)) as done:
        await say_signals(story.guests, later, done=done)


async def after(story: Story, organizer: Phone) -> None:
    """The days after. Whoever is to be reminded must not have looked yet, and reads last."""
    stage, event_id = story.progress.stage, story.event_id
    met = sorted({number for scan in story.conference.scans for number in (scan.scanner, scan.scanned)})
    first, asking = met[0], met[: len(met) // 2]
    waiting = awake([story.guests[number] for number in reversed(met)], now=datetime.now(UTC))
    looking = {number: guest for number, guest in story.guests.items() if guest is not waiting}

    with stage("The event has closed; suggestions are made"):
        await await_suggestions(event_id, story.guests[first])
    with stage("One becomes a talk, mailed as an invitation"):
        story.talk = await book_a_talk(event_id, story.guests, story.outbox, asking)
    with stage("The organizer reads and exports the figures"):
        story.stats = await read_stats(organizer, event_id)
        story.report = await save_report(organizer, event_id, story.folder)
        for kind in ("connection_stats", "connections"):
            story.exports[kind] = await export(organizer, event_id, kind, story.folder)
        story.badge_image = await save_badge(organizer, event_id, story.places[first], story.folder)
    with stage("People read their suggestions", len(looking)) as done:
        story.suggestions = await read_suggestions(event_id, looking, done=done)
    if waiting:
        with stage("The morning-after digest reminds the others"):
            story.digest = await await_digest(event_id, waiting)
            last = {waiting.who.number: waiting}
            story.suggestions |= await read_suggestions(event_id, last, done=lambda: None)
