"""What one sees of somebody they met: what is released and still on the other's card, from today's profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from server.connections.models import Connection, ScanNote
from server.connections.rules import visible
from server.connections.vcard import Contact
from server.events.models import Attendance
from server.people.actions import FIRST_CARDS
from server.people.models import Card, Goals, Profile
from server.texts import say


@dataclass(frozen=True, slots=True)
class Seen:
    """One row of what may be shown, in the order of the query's columns. `place` is where they first met."""

    mine: Connection
    theirs: Connection | None
    place: Attendance | None
    event_name: str | None
    event_zone: str | None
    account_id: UUID | None
    first_email: str | None
    profile: Profile | None
    goals: Goals | None
    card: Card | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    person_id: UUID
    name: str
    pronouns: str
    headline: str
    role: str
    organisation: str
    industry: str
    links: Sequence[str]
    photo: str | None
    email: str
    phone: str
    asks: Sequence[str]
    offers: Sequence[str]
    open_to_talk: bool
    talk_topics: Sequence[str]
    first_event_id: UUID
    first_met_at: datetime
    last_met_at: datetime
    i_gave: bool
    they_gave: bool
    note: str
    scan_notes: Sequence[ScanNote]
    tags: Sequence[str]
    private: bool
    signal: str
    mutual_yes: bool
    version: int
    met: str
    revised_at: datetime


NOTHING = Profile(
    name="", pronouns="", headline="", role="", organisation="", industry="", skills=[], links=[], photo=None
)


def view(seen: Seen, *, released: Mapping[str, Sequence[str]], scan_notes: Sequence[ScanNote]) -> View:
    mine, theirs = seen.mine, seen.theirs
    card = _card(seen)
    shown = visible(released.get("card", ()), card)
    contact = visible(released.get("contact", ()), card)
    told = seen.goals if "name" in shown and seen.account_id else None
    return View(
        person_id=mine.other_id,
        **_about(seen, shown),
        email=((seen.card and seen.card.email) or seen.first_email or "") if "email" in contact else "",
        phone=(seen.card.phone if seen.card else "") if "phone" in contact else "",
        asks=told.asks if told else [],
        offers=told.offers if told else [],
        open_to_talk=told.open_to_talk if told else False,
        talk_topics=told.talk_topics if told else [],
        **_when(mine),
        i_gave=gave(mine),
        they_gave=theirs is not None and gave(theirs),
        note=mine.note,
        scan_notes=scan_notes,
        tags=mine.tags,
        private=mine.private,
        signal=mine.signal,
        mutual_yes=theirs is not None and mine.signal == theirs.signal == "yes",
        version=mine.version,
        met=_met(seen),
        revised_at=max(mine.updated_at, seen.profile.updated_at if seen.profile else mine.updated_at),
    )


def gave(side: Connection) -> bool:
    return side.scanned_at is not None or side.shared_at is not None


def contact_of(seen: View) -> Contact:
    """The same for an address book: with my notes, since it is mine."""
    notes = [noted.note for noted in seen.scan_notes if noted.note]
    return Contact(
        id=seen.person_id,
        name=seen.name or say("Somebody you met"),
        revised=seen.revised_at,
        pronouns=seen.pronouns,
        organisation=seen.organisation,
        role=seen.role,
        headline=seen.headline,
        emails=(seen.email,) if seen.email else (),
        phones=(seen.phone,) if seen.phone else (),
        links=tuple(seen.links),
        met=seen.met,
        note="\n".join(note for note in (seen.note, *notes) if note),
    )


def _card(seen: Seen) -> Sequence[str] | None:
    """The fields on their card today; None for somebody unclaimed."""
    if seen.account_id is None:
        return None
    return FIRST_CARDS["met"] if seen.card is None else seen.card.fields


def _about(seen: Seen, shown: frozenset[str]) -> dict[str, Any]:
    """Who they are. The unclaimed are as printed; a name printed was read on the badge, so it stays."""
    profile = seen.profile or NOTHING
    printed_name = seen.place.name if seen.place else ""
    unclaimed = seen.account_id is None
    source: Any = seen.place if unclaimed else profile
    fields = {"pronouns", "headline", "role", "organisation", "industry"}
    about = {
        name: getattr(source, name, "") if source is not None and name in shown else "" for name in fields
    }
    name = (profile.name or printed_name) if "name" in shown and not unclaimed else printed_name
    return {
        **about,
        "name": name,
        "links": profile.links if "links" in shown else [],
        "photo": profile.photo if "name" in shown and not unclaimed else None,
    }


def _when(mine: Connection) -> dict[str, Any]:
    return {
        "first_event_id": mine.first_event_id,
        "first_met_at": mine.first_met_at,
        "last_met_at": mine.last_met_at,
    }


def _met(seen: Seen) -> str:
    if seen.event_name is None or seen.event_zone is None or seen.mine.first_met_at is None:
        return ""
    day = seen.mine.first_met_at.astimezone(ZoneInfo(seen.event_zone)).date()
    return say("Met at %(event)s on %(day)s", event=seen.event_name, day=day.isoformat())
