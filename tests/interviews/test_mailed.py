"""Booked talks in both mailboxes and calendars: parsed by icalendar and, independently, by vobject."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
import vobject
from icalendar import Calendar

from server.mail import Mail, PostOffice
from server.worker import composers, post_office
from tests.interviews.people import (
    answer_talk,
    ask_for_talk,
    book_talk,
    code,
    connect,
    hours,
    sign_in_many,
    wire,
)
from tests.phones import Outbox, Phone


@pytest.fixture
async def pair(database, ada: Phone, grace: Phone, clock):
    """Ada in New York and Grace in Paris have met."""
    await connect(database, ada, grace, now=clock())
    await ada.edit(
        "/v1/me/profile", {"name": "Ada Lovelace", "zone": "America/New_York", "languages": ["de", "en"]}
    )
    await grace.edit("/v1/me/profile", {"name": 'Grace "Amazing" Hopper', "zone": "Europe/Paris"})
    return ada, grace


def calendar_of(mail: EmailMessage) -> tuple[str, str]:
    """The method that the part names, and its text."""
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return part.get_param("method"), part.get_payload(decode=True).decode()


def event_of(text: str):
    [event] = Calendar.from_ical(text).walk("VEVENT")
    return event


async def mails_by_reader(outbox: Outbox) -> dict[str, EmailMessage]:
    mails = await outbox.new_mails()
    found = {mail["To"]: mail for mail in mails}
    assert len(found) == len(mails)
    return found


async def test_both_get_an_invitation_of_their_own(pair, outbox, clock):
    ada, grace = pair
    start = datetime(2026, 6, 8, 13, 0, tzinfo=UTC)
    talk = await ask_for_talk(ada, grace, start, offer="Happy to review your talk.")
    assert await outbox.new_mails() == []
    await answer_talk(grace, talk, "accept", place="Table 12, by the stairs")

    mails = await mails_by_reader(outbox)

    assert set(mails) == {ada.email, grace.email}
    to_ada = mails[ada.email]
    assert to_ada["Subject"] == 'Talk with Grace "Amazing" Hopper: Monday 8 June 2026, 09:00'
    assert to_ada.get_body(("plain",)).get_content().splitlines() == [
        'You and Grace "Amazing" Hopper will talk for 20 minutes.',
        "",
        "When: Monday 8 June 2026, 09:00 (America/New_York)",
        "Where: Table 12, by the stairs",
        "Asked: How did you move from research into product work?",
        "Offered in return: Happy to review your talk.",
        "",
        "To move or cancel it, open Hallway.",
    ]
    assert "15:00 (Europe/Paris)" in mails[grace.email].get_body(("plain",)).get_content()
    for reader, zone, wall in [(ada, "America/New_York", 9), (grace, "Europe/Paris", 15)]:
        method, text = calendar_of(mails[reader.email])
        event = event_of(text)
        other = vobject.readOne(text)
        assert (method, Calendar.from_ical(text)["METHOD"], other.method.value) == ("REQUEST",) * 3
        assert event["SEQUENCE"] == 1
        assert str(event["UID"]) == other.vevent.uid.value == f"interview-{talk['id']}@hallway.example"
        assert event.start == other.vevent.dtstart.value == start
        assert event.start.tzinfo.key == zone
        assert event.start.hour == wall
        assert event["LOCATION"] == "Table 12, by the stairs"
        assert event["ORGANIZER"] == "mailto:hallway@localhost.localdomain"
        assert event["ATTENDEE"] == f"mailto:{reader.email}"


async def test_no_address_leaks(pair, outbox, clock):
    """Neither into the other's mail nor into the other's file."""
    ada, grace = pair
    talk = await book_talk(ada, grace, clock() + hours(24))
    moving = (await answer_talk(ada, talk, "reschedule", slots=[wire(clock() + hours(30))])).json()
    mails = await mails_by_reader(outbox)
    await answer_talk(grace, moving, "accept")
    mails |= {f"{to} again": mail for to, mail in (await mails_by_reader(outbox)).items()}
    await answer_talk(grace, moving, "cancel")
    mails |= {f"{to} at last": mail for to, mail in (await mails_by_reader(outbox)).items()}

    assert len(mails) == 6
    for to, mail in mails.items():
        reader, other = (ada, grace) if to.startswith(ada.email) else (grace, ada)
        texts = [str(mail), *(part.get_payload(decode=True).decode() for part in mail.iter_parts())]
        assert reader.email in texts[-1]
        assert not any(other.email in text for text in texts)
    for reader, other in [(ada, grace), (grace, ada)]:
        file = (await reader.get(f"/v1/interviews/{talk['id']}/calendar")).text
        assert other.email not in file
        assert other.email not in (await reader.get(f"/v1/interviews/{talk['id']}")).text


async def test_the_sequence_rises_the_uid_stays_and_a_cancellation_is_a_cancel(pair, outbox, clock):
    ada, grace = pair
    first, second = clock() + hours(24), clock() + hours(48)
    talk = await book_talk(ada, grace, first)
    moving = (await answer_talk(ada, talk, "reschedule", slots=[wire(second)], reply="A train.")).json()

    booked = await mails_by_reader(outbox)
    assert [event_of(calendar_of(mail)[1]).start for mail in booked.values()] == [first, first]
    await answer_talk(grace, moving, "accept")
    await answer_talk(grace, moving, "accept")  # delivered again: nobody is told twice
    moved = await mails_by_reader(outbox)
    await answer_talk(ada, talk, "cancel", reply="I fell ill, sorry.")
    await answer_talk(ada, talk, "cancel", reply="I fell ill, sorry.")
    cancelled = await mails_by_reader(outbox)

    for reader in (ada, grace):
        told = [calendar_of(mails[reader.email]) for mails in (booked, moved, cancelled)]
        events = [event_of(text) for _, text in told]
        assert [method for method, _ in told] == ["REQUEST", "REQUEST", "CANCEL"]
        assert [Calendar.from_ical(text)["METHOD"] for _, text in told] == ["REQUEST", "REQUEST", "CANCEL"]
        assert [event["SEQUENCE"] for event in events] == [1, 2, 3]
        assert [event["STATUS"] for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
        assert [event.start for event in events] == [first, second, second]
        others = [vobject.readOne(text) for _, text in told]
        assert [(one.method.value, one.vevent.sequence.value, one.vevent.status.value) for one in others] == [
            ("REQUEST", "1", "CONFIRMED"),
            ("REQUEST", "2", "CONFIRMED"),
            ("CANCEL", "3", "CANCELLED"),
        ]
        assert [one.vevent.dtstart.value for one in others] == [first, second, second]
        assert {one.vevent.uid.value for one in others} == {f"interview-{talk['id']}@hallway.example"}

        answer = await reader.get(f"/v1/interviews/{talk['id']}/calendar")
        assert answer.headers["content-type"].startswith("text/calendar")
        file = event_of(answer.text)
        assert {str(event["UID"]) for event in [*events, file]} == {f"interview-{talk['id']}@hallway.example"}
        assert (file["SEQUENCE"], file["STATUS"]) == (3, "CANCELLED")
        assert Calendar.from_ical(answer.text)["METHOD"] == "PUBLISH"

    assert moved[ada.email]["Subject"].startswith("New time for your talk with Grace")
    to_grace, to_ada = (cancelled[phone.email].get_body(("plain",)).get_content() for phone in (grace, ada))
    assert to_grace.splitlines() == [
        "Your talk with Ada Lovelace on Saturday 6 June 2026, 11:00 (Europe/Paris) is cancelled.",
        "",
        "They say: I fell ill, sorry.",
        "",
        "It is taken out of your calendar.",
    ]
    assert "They say" not in to_ada


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # 02:30 in Paris, summer time
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # 02:30 in Paris, winter time
        datetime(2026, 10, 25, 9, 0, tzinfo=UTC),
        datetime(2026, 10, 31, 23, 45, tzinfo=UTC),
        datetime(2026, 11, 1, 5, 45, tzinfo=UTC),  # 01:45 in New York, before it comes again
        datetime(2026, 11, 1, 6, 15, tzinfo=UTC),
    ],
)
async def test_talks_near_a_clock_change_are_mailed_at_their_instant(
    client, database, settings, outbox, clock, start
):
    await outbox.new_mails()  # of the tests before
    clock.now = start - timedelta(days=6)
    ada, grace = await sign_in_many(client, database, settings, ["ada", "grace"], now=clock())
    await connect(database, ada, grace, now=clock())
    await ada.edit("/v1/me/profile", {"name": "Ada", "zone": "America/New_York"})
    await grace.edit("/v1/me/profile", {"name": "Grace", "zone": "Europe/Paris"})
    await book_talk(ada, grace, start)

    for address, mail in (await mails_by_reader(outbox)).items():
        text = calendar_of(mail)[1]
        read = vobject.readOne(text).vevent
        assert event_of(text).start.astimezone(UTC) == read.dtstart.value.astimezone(UTC) == start
        assert read.dtend.value.astimezone(UTC) == start + timedelta(minutes=20)
        zone = ZoneInfo("America/New_York" if address == ada.email else "Europe/Paris")
        assert f"{start.astimezone(zone):%H:%M} ({zone.key})" in mail.get_body(("plain",)).get_content()


async def test_a_late_mail_tells_how_it_stands_by_then(pair, outbox, clock):
    ada, grace = pair
    talk = await book_talk(ada, grace, clock() + hours(24))
    moving = (await answer_talk(ada, talk, "reschedule", slots=[wire(clock() + hours(30))])).json()
    await answer_talk(grace, moving, "accept")
    late = await outbox.new_mails()
    assert [event_of(calendar_of(mail)[1])["SEQUENCE"] for mail in late] == [2, 2, 2, 2]

    other = await book_talk(grace, ada, clock() + hours(50))
    await answer_talk(ada, other, "cancel")
    only_cancelled = await outbox.new_mails()
    assert [calendar_of(mail)[0] for mail in only_cancelled] == ["CANCEL", "CANCEL"]

    await book_talk(grace, ada, clock() + hours(60))
    clock.tick(hours=61)
    assert await outbox.new_mails() == []  # over by now


class DeafSender:
    """A mail server that hangs up, however often it is tried."""

    def __init__(self) -> None:
        self.heard: list[EmailMessage] = []

    async def send(self, message: EmailMessage, *, return_to: str | None) -> None:
        self.heard.append(message)
        raise ConnectionResetError


async def test_another_try_keeps_its_message_id_and_uid(pair, tools, outbox, clock):
    ada, grace = pair
    await book_talk(ada, grace, clock() + hours(24))
    async with tools.database.transaction() as db:
        mail = await db.scalar(Mail.__table__.select().where(Mail.kind == "interview_scheduled").limit(1))
    deaf = DeafSender()
    settings = tools.settings
    office = PostOffice(tools.database, deaf, composers(settings), settings.mail_from, "hallway.example")

    wait = await office.deliver(mail, now=clock())
    clock.tick(minutes=1)
    assert wait is not None
    await office.deliver(mail, now=clock())
    await post_office(tools).deliver(mail, now=clock.tick(minutes=5))

    [first, second] = deaf.heard
    [sent] = [other for other in await outbox.new_mails() if other["To"] == first["To"]]
    assert first["Message-ID"] == second["Message-ID"] == sent["Message-ID"]
    uids = {str(event_of(calendar_of(message)[1])["UID"]) for message in (first, second, sent)}
    assert len(uids) == 1


async def test_a_talk_that_was_never_booked_has_no_file(pair, clock):
    ada, grace = pair
    talk = await ask_for_talk(ada, grace, clock() + hours(24))
    assert code(await ada.get(f"/v1/interviews/{talk['id']}/calendar")) == (409, "not_scheduled")


async def test_names_and_words_cannot_write_headers_or_calendar_lines(pair, outbox, clock):
    ada, grace = pair
    await ada.edit("/v1/me/profile", {"name": "Ada;ATTENDEE=mailto:eve@example.org"})
    await book_talk(
        ada, grace, clock() + hours(24), ask="Hello there\r\nATTENDEE:mailto:eve@example.org\r\n\r\nx"
    )
    for mail in (await mails_by_reader(outbox)).values():
        event = event_of(calendar_of(mail)[1])
        assert not isinstance(event["ATTENDEE"], list)
        assert "eve" not in event["ATTENDEE"]
        assert "\n" not in mail["Subject"]
