"""How does an event look in an attendee's calendar? One entry (RFC 5545), the same for everybody who comes.

It names nobody. Conventions are those of talks: decisions/0006-calendar.md.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from server.zones import timezone_of

PRODUCT = "-//Hallway//Hallway//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What the calendar says. Times are aware; `sequence` rises with every edit of the event (RFC 5545, 3.8.7.4)."""

    uid: str
    sequence: int
    name: str
    venue: str
    zone: ZoneInfo
    start: datetime
    end: datetime
    edited_at: datetime


def calendar_entry(event: Happening, *, organizer: str, now: datetime) -> bytes:
    """METHOD:PUBLISH, since nobody is asked for an answer; `organizer` is Hallway's address, which it needs (RFC 5546,
    3.2.1). Transparent: who is at a conference for three days can still be booked for a talk there."""
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("last-modified", event.edited_at.astimezone(UTC))
    entry.add("dtstart", _local(event.start, event.zone))
    entry.add("dtend", _local(event.end, event.zone))
    entry.add("summary", event.name)
    if event.venue:
        entry.add("location", event.venue)
    entry.add("status", "CONFIRMED")
    entry.add("transp", "TRANSPARENT")
    entry.add("organizer", vCalAddress(f"mailto:{organizer}"))

    days = [event.start.astimezone(event.zone).date(), event.end.astimezone(event.zone).date()]
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(timezone_of(event.zone, first=days[0], last=days[1]))
    calendar.add_component(entry)
    return calendar.to_ical()


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """On the venue's clock; in UTC where that shows the hour a second time."""
    local = moment.astimezone(zone)
    return moment.astimezone(UTC) if local.fold else local
