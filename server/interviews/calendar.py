"""How does a booked talk look in somebody's calendar? iCalendar (RFC 5545), sent by iTIP (RFC 5546).

Everything is written for one reader: in their zone, with them as the only attendee, the other person by name
alone. Why it is so: server/decisions/0006-calendar.md.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from server.zones import timezone_of

PRODUCT = "-//Hallway//Hallway//EN"
FEED_REFRESH = timedelta(hours=1)

Gettext = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class BookedTalk:
    """One talk as one of its two people sees it. Times are aware.

    `sequence` rises with every change that was mailed, cancellation included (RFC 5545, 3.8.7.4). `other` is
    the other person's name; `place` a phone number, a link or a table; `link` opens the talk in Hallway.
    """

    interview_id: UUID
    sequence: int
    start: datetime
    end: datetime
    other: str
    purpose: str = ""
    ask: str = ""
    place: str = ""
    link: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose calendar it is; their address goes to nobody but themselves."""

    name: str
    email: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Sender:
    """Hallway itself: the organizer of every talk, and the public host that makes its ids unique."""

    email: str
    host: str
    name: str = "Hallway"


def uid_of(interview_id: UUID, sender: Sender) -> str:
    """The one id of this talk in every mail, answer and feed, for both people and for good."""
    return f"interview-{interview_id}@{sender.host}"


def invitation(
    talk: BookedTalk, reader: Reader, *, sender: Sender, now: datetime, gettext: Gettext = str
) -> bytes:
    """METHOD:REQUEST: puts the talk into the calendar, or replaces what a lower `sequence` put there.

    Raises ValueError for a cancelled talk, which is sent as a `cancellation` and never as a request.
    """
    if talk.cancelled:
        raise ValueError("a cancelled talk is not an invitation")
    event = _event(talk, reader, sender=sender, now=now, gettext=gettext)
    event.add("attendee", _attendee(reader))
    return _calendar("REQUEST", [event], reader.zone, [talk.start, talk.end]).to_ical()


def cancellation(
    talk: BookedTalk, reader: Reader, *, sender: Sender, now: datetime, gettext: Gettext = str
) -> bytes:
    """METHOD:CANCEL: takes the talk out of the calendar; its `sequence` is above the last invitation's."""
    event = _event(talk, reader, sender=sender, now=now, gettext=gettext, cancelled=True)
    event.add("attendee", _attendee(reader))
    return _calendar("CANCEL", [event], reader.zone, [talk.start, talk.end]).to_ical()


def published(
    talk: BookedTalk, reader: Reader, *, sender: Sender, now: datetime, gettext: Gettext = str
) -> bytes:
    """METHOD:PUBLISH: one talk to download, without attendees (RFC 5546, 3.2.1); cancelled if it is."""
    event = _event(talk, reader, sender=sender, now=now, gettext=gettext, cancelled=talk.cancelled)
    return _calendar("PUBLISH", [event], reader.zone, [talk.start, talk.end]).to_ical()


def feed(
    talks: Sequence[BookedTalk], reader: Reader, *, sender: Sender, now: datetime, gettext: Gettext = str
) -> bytes:
    """METHOD:PUBLISH: all talks of the reader, to be subscribed to; without attendees, in the order given.

    A cancelled talk stays in the feed as cancelled, so that a calendar that keeps what it saw learns of it.
    """
    events = [
        _event(talk, reader, sender=sender, now=now, gettext=gettext, cancelled=talk.cancelled)
        for talk in talks
    ]
    times = [now, *(edge for talk in talks for edge in (talk.start, talk.end))]
    calendar = _calendar("PUBLISH", events, reader.zone, times)
    calendar.add("x-wr-calname", sender.name)
    calendar.add("refresh-interval", FEED_REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar.to_ical()


def _calendar(method: str, events: Iterable[Event], zone: ZoneInfo, times: Iterable[datetime]) -> Calendar:
    """The events, after the zone's rules, which stand there even if nothing needs them: an empty feed has to
    contain something (RFC 5545, 3.6).
    """
    days = [at.astimezone(zone).date() for at in times]
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for part in (timezone_of(zone, first=min(days), last=max(days)), *events):
        calendar.add_component(part)
    return calendar


def _event(
    talk: BookedTalk,
    reader: Reader,
    *,
    sender: Sender,
    now: datetime,
    gettext: Gettext,
    cancelled: bool = False,
) -> Event:
    other = one_line(talk.other)
    start, end = _edges(talk, reader.zone)
    event = Event()
    event.add("uid", uid_of(talk.interview_id, sender))
    event.add("sequence", talk.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", gettext("Talk with {name}").format(name=other))
    event.add("description", _description(talk, other, gettext))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("organizer", _address(sender.email, sender.name))
    if talk.place:
        event.add("location", one_line(talk.place))
    if talk.link:
        event.add("url", talk.link)
    return event


def _description(talk: BookedTalk, other: str, gettext: Gettext) -> str:
    lines = [
        gettext("With {name}, arranged through Hallway.").format(name=other),
        (talk.purpose and gettext("Purpose: {purpose}").format(purpose=plain(talk.purpose))),
        (talk.ask and gettext("Asked: {ask}").format(ask=plain(talk.ask))),
        (talk.link and gettext("Move or cancel it here: {link}").format(link=talk.link)),
    ]
    return "\n".join(line for line in lines if line)


def _edges(talk: BookedTalk, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end on the reader's clock.

    In UTC where the clock shows an hour a second time: a local time there means its first occurrence
    (RFC 5545, 3.3.5), which would be an hour too early.
    """
    start, end = talk.start.astimezone(zone), talk.end.astimezone(zone)
    if start.fold or end.fold:
        return start.astimezone(UTC), end.astimezone(UTC)
    return start, end


def _attendee(reader: Reader) -> vCalAddress:
    """Both agreed in Hallway: accepted, and no answer wanted, since nobody reads what the organizer gets."""
    attendee = _address(reader.email, reader.name)
    attendee.params |= {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "ACCEPTED",
        "RSVP": "FALSE",
    }
    return attendee


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    # Double quotes end a parameter; their escape (RFC 6868) is shown as it is by most calendars.
    address.params["CN"] = one_line(name).replace('"', "'")
    return address


def one_line(text: str) -> str:
    """The text without line breaks and characters that iCalendar forbids (RFC 5545, 3.1: controls)."""
    return " ".join(plain(text).split())


def plain(text: str) -> str:
    """The text with its line breaks as LF, and without other control characters."""
    lines = "\n".join(text.splitlines())
    return "".join(mark for mark in lines if mark in "\n\t" or unicodedata.category(mark) not in {"Cc", "Cs"})
