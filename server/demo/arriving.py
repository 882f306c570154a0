"""Attendees arrive: they say who they are and what they look for, claim their places, and get their badges."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from server.demo.api import Phone, together
from server.demo.people import DemoPerson
from server.demo.progress import Tick

# Whoever lets exhibitors scan them wants to hear from them, too.
_FOR_EXHIBITORS: Final = ("headline", "role", "organisation", "email")


@dataclass(frozen=True, slots=True)
class Guest:
    """An attendee with the phone they are signed in on."""

    who: DemoPerson
    phone: Phone


@dataclass(frozen=True, slots=True)
class Badge:
    """What is printed and worn: `url` is what a camera reads off it."""

    attendance_id: str
    url: str


async def fill_profiles(guests: Mapping[int, Guest], *, done: Tick) -> None:
    async def fill(guest: Guest) -> None:
        await guest.phone.edit("/v1/me/profile", profile_of(guest.who))
        await guest.phone.edit("/v1/me/goals", goals_of(guest.who))
        if guest.who.consents.exhibitors_may_scan:
            await guest.phone.edit("/v1/me/cards/exhibitors", {"fields": list(_FOR_EXHIBITORS)})

    await together(guests.values(), fill, done=done)


def profile_of(who: DemoPerson) -> dict[str, Any]:
    return {
        "name": who.name,
        "pronouns": who.pronouns,
        "headline": who.headline,
        "role": who.role,
        "organisation": who.organisation,
        "industry": who.industry,
        "skills": list(who.skills),
        "links": list(who.links),
        "zone": who.zone,
        "languages": list(who.languages),
    }


def goals_of(who: DemoPerson) -> dict[str, Any]:
    return {
        "situation": who.situation,
        "target_roles": list(who.targets.roles),
        "target_industries": list(who.targets.industries),
        "target_skills": list(who.targets.skills),
        "asks": list(who.asks),
        "offers": list(who.offers),
        "open_to_talk": True,
        "talk_topics": list(who.open_to_talk.topics),
        "talk_minutes": who.open_to_talk.minutes,
        "talks_per_week": who.open_to_talk.per_week,
    }


async def claim_places(event_id: str, guests: Mapping[int, Guest], *, done: Tick) -> dict[int, str]:
    """Everybody's place at the event, found by the address they proved; the ids by number. Apps show the words of each
    consent first, and say which they showed."""
    shown = await next(iter(guests.values())).phone.get("/v1/consent_texts")

    async def claim(guest: Guest) -> str:
        consents = guest.who.consents
        place = await guest.phone.post(
            f"/v1/events/{event_id}/claim",
            {
                "consents": {
                    "listed": consents.listed,
                    "exhibitors_may_scan": consents.exhibitors_may_scan,
                    "named_in_exports": consents.named_in_exports,
                    "text_version": shown["version"],
                }
            },
        )
        return place["attendance_id"]

    return dict(zip(guests, await together(guests.values(), claim, done=done), strict=True))


async def fetch_badges(event_id: str, guests: Mapping[int, Guest], *, done: Tick) -> dict[int, Badge]:
    """Everybody's own badge, as their app shows it, by number."""

    async def fetch(guest: Guest) -> Badge:
        badge = await guest.phone.get(f"/v1/events/{event_id}/me/badge")
        return Badge(attendance_id=badge["attendance_id"], url=badge["url"])

    return dict(zip(guests, await together(guests.values(), fetch, done=done), strict=True))
