"""Booked talks as calendars read them: parsed by icalendar and, independently, by vobject."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from server.interviews.calendar import (
    BookedTalk,
    Reader,
    Sender,
    cancellation,
    feed,
    invitation,
    published,
    uid_of,
)

NOW = datetime(2026, 11, 1, 12, 0, 30, tzinfo=UTC)
SENDER = Sender("talks@hallway.example", "hallway.example")
GRACE = Reader("Grace Hopper", "grace@navy.example", ZoneInfo("America/New_York"))
ADA = Reader("Ada Lovelace", "ada@engine.example", ZoneInfo("Asia/Kolkata"))
TALK = BookedTalk(
    interview_id=UUID("018f0000-0000-7000-8000-000000000007"),
    sequence=3,
    start=datetime(2026, 11, 5, 14, 0, tzinfo=UTC),
    end=datetime(2026, 11, 5, 14, 20, tzinfo=UTC),
    other="Ada Lovelace",
    purpose="how engineers move into research",
    ask="What would you read first?",
    place="Table 12, by the stairs",
    link="https://hallway.example/talks/7",
)
WRITERS = [
    pytest.param(invitation, id="invitation"),
    pytest.param(cancellation, id="cancellation"),
    pytest.param(published, id="published"),
    pytest.param(lambda talk, *a, **k: feed([talk], *a, **k), id="feed"),
]
ZONES = [
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/Santiago",
    "Pacific/Apia",
    "UTC",
]


def lines(ics: bytes) -> list[str]:
    return ics.decode().replace("\r\n ", "").split("\r\n")


def read(ics: bytes):
    """By vobject, which takes times from the VTIMEZONE alone, once it forgets zones it has read before."""
    for line in lines(ics):
        if line.startswith("TZID:"):
            vobject.icalendar.registerTzid(line.removeprefix("TZID:"), None)
    return vobject.readOne(ics.decode())


def observance(kind: str, onset: str, name: str, before: str, after: str) -> list[str]:
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{onset}",
        f"TZNAME:{name}",
        f"TZOFFSETFROM:{before}",
        f"TZOFFSETTO:{after}",
        f"END:{kind}",
    ]


def test_an_invitation_is_this_and_nothing_else():
    assert lines(invitation(TALK, GRACE, sender=SENDER, now=NOW)) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Hallway//Hallway//EN",
        "METHOD:REQUEST",
        "BEGIN:VTIMEZONE",
        "TZID:America/New_York",
        *observance("STANDARD", "20260101T000000", "EST", "-0500", "-0500"),
        *observance("DAYLIGHT", "20260308T020000", "EDT", "-0500", "-0400"),
        *observance("STANDARD", "20261101T020000", "EST", "-0400", "-0500"),
        *observance("DAYLIGHT", "20270314T020000", "EDT", "-0500", "-0400"),
        *observance("STANDARD", "20271107T020000", "EST", "-0400", "-0500"),
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "SUMMARY:Talk with Ada Lovelace",
        "DTSTART;TZID=America/New_York:20261105T090000",
        "DTEND;TZID=America/New_York:20261105T092000",
        "DTSTAMP:20261101T120030Z",
        "UID:interview-018f0000-0000-7000-8000-000000000007@hallway.example",
        "SEQUENCE:3",
        (
            'ATTENDEE;CN="Grace Hopper";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;'
            "ROLE=REQ-PARTICIPANT;RSVP=FALSE:mailto:grace@navy.example"
        ),
        "CLASS:PRIVATE",
        (
            r"DESCRIPTION:With Ada Lovelace\, arranged through Hallway.\n"
            r"Purpose: how engineers move into research\nAsked: What would you read first?\n"
            r"Move or cancel it here: https://hallway.example/talks/7"
        ),
        r"LOCATION:Table 12\, by the stairs",
        "ORGANIZER;CN=Hallway:mailto:talks@hallway.example",
        "STATUS:CONFIRMED",
        "URL:https://hallway.example/talks/7",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_calendar_that_keeps_the_first_rules_it_saw_of_a_zone_reads_later_mails_right():
    first = invitation(TALK, GRACE, sender=SENDER, now=NOW)
    summer = replace(TALK, start=TALK.start + timedelta(days=240), end=TALK.end + timedelta(days=240))
    later = invitation(summer, GRACE, sender=SENDER, now=NOW)
    read(first)
    assert vobject.readOne(later.decode()).vevent.dtstart.value.astimezone(UTC) == summer.start


def test_a_cancellation_is_sent_as_one_and_not_as_a_request():
    ics = cancellation(replace(TALK, sequence=4, cancelled=True), GRACE, sender=SENDER, now=NOW)
    calendar, other = Calendar.from_ical(ics), read(ics)
    assert (calendar["method"], calendar.events[0]["status"]) == ("CANCEL", "CANCELLED")
    assert (other.method.value, other.vevent.status.value) == ("CANCEL", "CANCELLED")


def test_a_cancelled_talk_cannot_be_sent_as_an_invitation():
    with pytest.raises(ValueError, match="a cancelled talk is not an invitation"):
        invitation(replace(TALK, cancelled=True), GRACE, sender=SENDER, now=NOW)


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("sequence", [0, 1, 2, 17])
def test_the_sequence_is_the_one_given_and_never_stuck(write, sequence):
    ics = write(replace(TALK, sequence=sequence), GRACE, sender=SENDER, now=NOW)
    assert Calendar.from_ical(ics).events[0].sequence == sequence
    assert read(ics).vevent.sequence.value == str(sequence)


def test_mail_download_and_feed_of_both_people_carry_one_uid():
    moved = replace(TALK, sequence=9, start=TALK.start + timedelta(days=1), end=TALK.end + timedelta(days=1))
    written = [
        write(talk, reader, sender=SENDER, now=NOW)
        for (write,) in (param.values for param in WRITERS)
        for talk in (TALK, moved, replace(TALK, other="Grace Hopper"))
        for reader in (GRACE, ADA)
    ]
    uid = "interview-018f0000-0000-7000-8000-000000000007@hallway.example"
    assert uid_of(TALK.interview_id, SENDER) == uid
    assert {str(Calendar.from_ical(ics).events[0]["uid"]) for ics in written} == {uid}
    assert {read(ics).vevent.uid.value for ics in written} == {uid}


@pytest.mark.parametrize(
    ("reader", "zone", "local"),
    [(GRACE, "America/New_York", "2026-11-05 09:00"), (ADA, "Asia/Kolkata", "2026-11-05 19:30")],
)
@pytest.mark.parametrize("write", WRITERS)
def test_each_reader_gets_their_own_zone_with_its_rules(write, reader, zone, local):
    ics = write(TALK, reader, sender=SENDER, now=NOW)
    assert [str(z["tzid"]) for z in Calendar.from_ical(ics).timezones] == [zone]
    start = read(ics).vevent.dtstart.value
    assert (start.strftime("%Y-%m-%d %H:%M"), start.astimezone(UTC)) == (local, TALK.start)
    assert len(ics) < 1500


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.integers(5, 90),
)
@settings(max_examples=80, deadline=None)
def test_both_parsers_read_the_instants_that_were_meant(zone, start, minutes):
    check_instants(ZoneInfo(zone), start.replace(microsecond=0), minutes)


@pytest.mark.parametrize("minutes", [20, 60, 90])
@pytest.mark.parametrize("quarter", range(-12, 13))
@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Paris", "2026-10-25T01:00"),
        ("Europe/Paris", "2026-03-29T01:00"),
        ("America/New_York", "2026-11-01T06:00"),
        ("Australia/Lord_Howe", "2026-04-04T15:00"),
        ("America/Santiago", "2026-04-05T03:00"),
    ],
)
def test_the_hours_around_a_clock_change_are_read_as_meant(zone, change, quarter, minutes):
    at = datetime.fromisoformat(change).replace(tzinfo=UTC) + quarter * timedelta(minutes=15)
    check_instants(ZoneInfo(zone), at, minutes)


def check_instants(zone: ZoneInfo, start: datetime, minutes: int) -> None:
    end = start + timedelta(minutes=minutes)
    ics = invitation(replace(TALK, start=start, end=end), replace(GRACE, zone=zone), sender=SENDER, now=NOW)
    one, other = Calendar.from_ical(ics).events[0], read(ics).vevent
    assert (one.start.astimezone(UTC), one.end.astimezone(UTC)) == (start, end)
    assert (other.dtstart.value.astimezone(UTC), other.dtend.value.astimezone(UTC)) == (start, end)


@pytest.mark.parametrize("write", WRITERS)
def test_no_address_but_the_reader_s_and_hallway_s_is_told(write):
    ics = write(TALK, GRACE, sender=SENDER, now=NOW).decode().replace("\r\n ", "")
    told = {word.partition(":")[2] for word in ics.split() if "@" in word and not word.startswith("UID:")}
    assert {address.rpartition("mailto:")[2] for address in told} <= {
        "grace@navy.example",
        "talks@hallway.example",
    }
    assert "ada@" not in ics


@pytest.mark.parametrize("write", [published, lambda talk, *a, **k: feed([talk], *a, **k)])
def test_what_is_published_has_no_attendee(write):
    ics = write(TALK, GRACE, sender=SENDER, now=NOW)
    event = Calendar.from_ical(ics).events[0]
    assert ("ATTENDEE" in event, Calendar.from_ical(ics)["method"]) == (False, "PUBLISH")
    assert "grace@" not in ics.decode()


def test_a_feed_holds_every_talk_and_says_which_were_cancelled():
    gone = replace(TALK, interview_id=UUID(int=8), cancelled=True, start=datetime(2026, 3, 1, tzinfo=UTC))
    ics = feed([TALK, gone], GRACE, sender=SENDER, now=NOW)
    calendar = Calendar.from_ical(ics)
    assert [(str(event["uid"]), str(event["status"])) for event in calendar.events] == [
        (uid_of(TALK.interview_id, SENDER), "CONFIRMED"),
        (uid_of(UUID(int=8), SENDER), "CANCELLED"),
    ]
    starts = [event.dtstart.value.astimezone(UTC) for event in read(ics).vevent_list]
    assert starts == [TALK.start, gone.start]
    assert calendar["x-wr-calname"] == "Hallway"


@pytest.mark.parametrize("zone", ["UTC", "Europe/Paris"])
def test_an_empty_feed_is_still_a_calendar(zone):
    ics = feed([], replace(GRACE, zone=ZoneInfo(zone)), sender=SENDER, now=NOW)
    assert [part.name for part in Calendar.from_ical(ics).subcomponents] == ["VTIMEZONE"]
    assert [part.name for part in read(ics).components()] == ["VTIMEZONE"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada\r\nATTENDEE:mailto:eve@evil.example", "Ada ATTENDEE:mailto:eve@evil.example"),
        ("Lovelace, Ada; PhD \\ \\n", "Lovelace, Ada; PhD \\ \\n"),
        ('Ada "the Countess" King', 'Ada "the Countess" King'),
        ("Ada 👩🏽‍💻 Łovelace", "Ada 👩🏽‍💻 Łovelace"),
        ("é" * 200, "é" * 200),
        ("Ada\x00\x07\x1b Love\u2028lace\ud800", "Ada Love lace"),
        ("{name} %s {0}", "{name} %s {0}"),
    ],
)
def test_names_of_any_kind_stay_text(name, shown):
    ics = invitation(replace(TALK, other=name), replace(GRACE, name=name), sender=SENDER, now=NOW)
    event = Calendar.from_ical(ics).events[0]
    assert event["summary"] == f"Talk with {shown}"
    assert event["attendee"] == "mailto:grace@navy.example"
    assert event["attendee"].params["CN"] == shown.replace('"', "'")
    other = read(ics).vevent
    assert other.summary.value == f"Talk with {shown}"
    assert [attendee.value for attendee in other.attendee_list] == ["mailto:grace@navy.example"]
    assert all(len(line) <= 75 for line in ics.split(b"\r\n"))


@given(st.text(st.characters(exclude_categories=()), max_size=300))
@settings(max_examples=60, deadline=None)
def test_an_ask_of_any_text_stays_in_the_description(ask):
    ics = invitation(replace(TALK, ask=ask, purpose="", link=""), GRACE, sender=SENDER, now=NOW)
    calendar = Calendar.from_ical(ics)
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE", "VEVENT"]
    assert [part.name for part in calendar.events[0].subcomponents] == []
    assert str(calendar.events[0]["description"]).startswith("With Ada Lovelace, arranged through Hallway.")
    assert str(calendar.events[0]["attendee"]) == "mailto:grace@navy.example"


def test_a_talk_without_place_ask_or_link_says_only_what_it_knows():
    bare = replace(TALK, purpose="", ask="", place="", link="")
    event = Calendar.from_ical(published(bare, GRACE, sender=SENDER, now=NOW)).events[0]
    assert event["description"] == "With Ada Lovelace, arranged through Hallway."
    assert {"LOCATION", "URL"} & set(event) == set()


def test_words_come_from_the_reader_s_catalogue():
    def german(text: str) -> str:
        return {"Talk with {name}": "Gespräch mit {name}"}.get(text, text)

    ics = invitation(TALK, GRACE, sender=SENDER, now=NOW, gettext=german)
    assert Calendar.from_ical(ics).events[0]["summary"] == "Gespräch mit Ada Lovelace"
