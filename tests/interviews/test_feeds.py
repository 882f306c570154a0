"""A calendar to subscribe to: what stands in it, who reads it, and how its address ends."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import structlog
import vobject
from icalendar import Calendar
from sqlalchemy import event

from tests.interviews.people import answer_talk, book_talk, code, connect, hours, wire
from tests.phones import Phone


@pytest.fixture
async def talk(database, ada: Phone, grace: Phone, clock):
    await connect(database, ada, grace, now=clock())
    await ada.edit("/v1/me/profile", {"name": "Ada Lovelace", "zone": "America/New_York"})
    await grace.edit("/v1/me/profile", {"name": "Grace Hopper", "zone": "Europe/Paris"})
    return await book_talk(ada, grace, clock() + hours(24))


async def address_of(phone: Phone) -> str:
    answer = await phone.get("/v1/me/calendar_feed")
    assert answer.headers["cache-control"] == "no-store"
    return urlsplit(answer.json()["url"]).path


async def read(client, path: str, **headers: str):
    return await client.get(path, headers=headers)


def talks_in(answer) -> list:
    calendar = Calendar.from_ical(answer.text)
    assert calendar["METHOD"] == "PUBLISH"
    return calendar.events


async def test_the_feed_says_what_the_mails_say_on_the_readers_clock(client, outbox, ada, grace, talk, clock):
    feed = await read(client, await address_of(ada))
    [shown] = talks_in(feed)

    assert (feed.status_code, feed.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert (feed.headers["cache-control"], feed.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert (shown["SUMMARY"], shown["STATUS"], shown["SEQUENCE"]) == (
        "Talk with Grace Hopper",
        "CONFIRMED",
        1,
    )
    assert shown.start == datetime.fromisoformat(talk["starts_at"])
    assert shown.start.tzinfo.key == "America/New_York"
    assert "ATTENDEE" not in shown
    assert "example.org" not in feed.text

    letter = next(mail for mail in await outbox.new_mails() if mail["To"] == ada.email)
    part = next(part for part in letter.walk() if part.get_content_type() == "text/calendar")
    [mailed] = Calendar.from_ical(part.get_payload(decode=True).decode()).events
    assert (mailed["UID"], mailed["SEQUENCE"]) == (shown["UID"], shown["SEQUENCE"])

    again = vobject.readOne(feed.text)  # a second parser, which goes by the VTIMEZONE
    assert again.vevent.uid.value == shown["UID"]
    assert again.vevent.dtstart.value.astimezone(UTC) == shown.start.astimezone(UTC)


async def test_moving_raises_the_number_and_a_cancelled_talk_stays_for_a_month(
    client, ada, grace, talk, clock
):
    address = await address_of(ada)
    moving = (await answer_talk(ada, talk, "reschedule", slots=[wire(clock() + hours(26))])).json()
    await answer_talk(grace, moving, "accept")
    [moved] = talks_in(await read(client, address))
    assert (moved["SEQUENCE"], moved["STATUS"]) == (2, "CONFIRMED")
    assert moved.start == clock() + hours(26)

    await answer_talk(ada, talk, "cancel")
    [cancelled] = talks_in(await read(client, address))
    assert (cancelled["UID"], cancelled["SEQUENCE"], cancelled["STATUS"]) == (moved["UID"], 3, "CANCELLED")

    clock.tick(days=30)
    assert talks_in(await read(client, address)) == []


async def test_talks_that_are_over_leave_after_a_month(client, ada, talk, clock):
    address = await address_of(ada)
    clock.tick(days=30)
    assert len(talks_in(await read(client, address))) == 1
    clock.tick(days=2)
    empty = await read(client, address)
    assert talks_in(empty) == []
    assert vobject.readOne(empty.text).vtimezone is not None


async def test_a_calendar_that_has_it_is_told_so(client, ada, grace, talk, clock):
    address = await address_of(ada)
    first = await read(client, address)
    clock.tick(minutes=5)
    same = await read(client, address, **{"if-none-match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert (await read(client, address)).content == first.content

    await answer_talk(grace, talk, "cancel")
    changed = await read(client, address, **{"if-none-match": first.headers["etag"]})
    assert (changed.status_code, changed.headers["etag"] == first.headers["etag"]) == (200, False)


async def test_an_address_ends_when_it_is_replaced_and_a_repeat_ends_nothing_more(client, ada, talk, clock):
    before = (await ada.get("/v1/me/calendar_feed")).json()
    assert (before["rotation"], before["rotated_at"]) == (0, None)
    old = await address_of(ada)

    rotated = await ada.post("/v1/me/calendar_feed/rotate", json={"rotation": 0})
    again = await ada.post("/v1/me/calendar_feed/rotate", json={"rotation": 0})
    assert rotated.json() == again.json() == (await ada.get("/v1/me/calendar_feed")).json()
    assert (again.json()["rotation"], again.json()["rotated_at"]) == (1, "2026-06-04T09:00:00Z")

    assert code(await read(client, old)) == (404, "calendar_feed_not_found")
    assert len(talks_in(await read(client, await address_of(ada)))) == 1


async def test_only_the_right_address_is_one(client, ada, grace, talk):
    address = await address_of(ada)
    secret = address.split("/")[3]
    raw = base64.urlsafe_b64decode(secret)
    theirs = base64.urlsafe_b64decode((await address_of(grace)).split("/")[3])
    for wrong in (
        "x",
        "é",
        secret[:-4],
        secret + "AAAA",
        base64.urlsafe_b64encode(theirs[:16] + raw[16:]).decode(),
        base64.urlsafe_b64encode(raw[:47] + bytes([raw[47] ^ 1])).decode(),
        base64.urlsafe_b64encode(bytes(48)).decode(),
    ):
        answer = await read(client, address.replace(secret, wrong))
        assert code(answer) == (404, "calendar_feed_not_found"), wrong


async def test_the_log_holds_the_template_alone(client, ada, talk):
    address = await address_of(ada)
    with structlog.testing.capture_logs() as lines:
        await read(client, address)
    assert [line["route"] for line in lines] == ["/v1/calendar_feeds/{secret}/talks.ics"]
    assert address.split("/")[3] not in str(lines)


async def test_a_feed_costs_the_same_however_long_it_is(app, client, ada, grace, talk, clock):
    costs = []
    for more in (0, 1, 2):
        if more:
            await book_talk(ada, grace, clock() + timedelta(hours=24 + more))
        asked: list[str] = []

        def count(_connection, _cursor, statement, *_, asked=asked):
            asked.append(statement)

        engine = app.state.database.engine.sync_engine
        path = await address_of(ada)
        event.listen(engine, "before_cursor_execute", count)
        await read(client, path)
        event.remove(engine, "before_cursor_execute", count)
        costs.append(len(asked))
    assert costs[0] == costs[1] == costs[2]
