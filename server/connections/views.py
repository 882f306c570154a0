"""What one sees of somebody they met: what is released and still on the other's card, from today's profile."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from server.connections.rules import visible
from server.connections.vcard import Contact
from server.people.actions import FIRST_CARDS
from server.texts import say


class Seen(NamedTuple):
    """One row of what may be shown, in the order of the query's columns. The place is where they first met; who is
    unclaimed has no account, profile, goals or card, and who is leaving (`former_id`) no place or account."""

    other_id: UUID
    first_event_id: UUID | None
    first_met_at: datetime
    last_met_at: datetime
    scanned_at: datetime | None
    shared_at: datetime | None
    note: str
    tags: list[str]
    private: bool
    signal: str
    version: int
    updated_at: datetime
    they_scanned_at: datetime | None
    they_shared_at: datetime | None
    their_signal: str | None
    card_given: list[str] | None
    contact_given: list[str] | None
    scan_notes: str | None
    event_name: str | None
    event_zone: str | None
    printed_name: str | None
    printed_role: str | None
    printed_organisation: str | None
    account_id: UUID | None
    first_email: str | None
    name: str | None
    pronouns: str | None
    headline: str | None
    role: str | None
    organisation: str | None
    industry: str | None
    links: list[str] | None
    photo: str | None
    profile_updated_at: datetime | None
    asks: list[str] | None
    offers: list[str] | None
    open_to_talk: bool | None
    talk_topics: list[str] | None
    card_fields: list[str] | None
    card_email: str | None
    card_phone: str | None
    former_id: UUID | None


@dataclass(frozen=True, slots=True)
class ScanNoted:
    """What the owner noted at one scan."""

    scan_id: UUID
    event_id: UUID
    captured_at: datetime
    label: str
    note: str
    tags: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    person_id: UUID
    former: bool
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
    first_event_id: UUID | None
    first_met_at: datetime
    last_met_at: datetime
    i_gave: bool
    they_gave: bool
    note: str
    scan_notes: Sequence[ScanNoted]
    tags: Sequence[str]
    private: bool
    signal: str
    mutual_yes: bool
    version: int
    met: str
    revised_at: datetime


def view(seen: Seen) -> View:
    claimed = seen.account_id is not None
    card = (FIRST_CARDS["met"] if seen.card_fields is None else seen.card_fields) if claimed else None
    shown = visible(seen.card_given or (), card)
    contact = visible(seen.contact_given or (), card)
    return View(
        person_id=seen.other_id,
        former=seen.former_id is not None,
        **_about(seen, shown),
        email=seen.card_email or seen.first_email or "" if "email" in contact else "",
        phone=seen.card_phone or "" if "phone" in contact else "",
        asks=(seen.asks if "asks" in shown else None) or [],
        offers=(seen.offers if "offers" in shown else None) or [],
        open_to_talk=(seen.open_to_talk if "talk_topics" in shown else None) or False,
        talk_topics=(seen.talk_topics if "talk_topics" in shown else None) or [],
        first_event_id=seen.first_event_id,
        first_met_at=seen.first_met_at,
        last_met_at=seen.last_met_at,
        i_gave=gave(seen.scanned_at, seen.shared_at),
        they_gave=gave(seen.they_scanned_at, seen.they_shared_at),
        note=seen.note,
        scan_notes=_scan_notes(seen.scan_notes),
        tags=seen.tags,
        private=seen.private,
        signal=seen.signal,
        mutual_yes=seen.signal == seen.their_signal == "yes",
        version=seen.version,
        met=_met(seen),
        revised_at=max(seen.updated_at, seen.profile_updated_at or seen.updated_at),
    )


def gave(scanned_at: datetime | None, shared_at: datetime | None) -> bool:
    return scanned_at is not None or shared_at is not None


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


def _about(seen: Seen, shown: frozenset[str]) -> dict[str, Any]:
    """Who they are. The unclaimed are as printed; a name printed was read on the badge, so it stays."""
    printed_name = say("A former attendee") if seen.former_id else seen.printed_name or ""
    if seen.account_id is None:
        said = {"role": seen.printed_role, "organisation": seen.printed_organisation}
        name = printed_name
    else:
        said = {field: getattr(seen, field) for field in ABOUT}
        name = (seen.name or printed_name) if "name" in shown else printed_name
    return {
        "name": name,
        "links": seen.links or [] if "links" in shown else [],
        "photo": seen.photo if "photo" in shown else None,
        **{field: said.get(field) or "" if field in shown else "" for field in ABOUT},
    }


ABOUT = ("pronouns", "headline", "role", "organisation", "industry")


def _scan_notes(found: str | None) -> list[ScanNoted]:
    return [
        ScanNoted(
            scan_id=UUID(one["scan_id"]),
            event_id=UUID(one["event_id"]),
            captured_at=datetime.fromisoformat(one["captured_at"]),
            label=one["label"],
            note=one["note"],
            tags=one["tags"],
        )
        for one in json.loads(found or "[]")
    ]


def _met(seen: Seen) -> str:
    if seen.event_name is None or seen.event_zone is None:
        return ""
    day = seen.first_met_at.astimezone(ZoneInfo(seen.event_zone)).date()
    return say("Met at %(event)s on %(day)s", event=seen.event_name, day=day.isoformat())
