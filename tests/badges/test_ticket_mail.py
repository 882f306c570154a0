"""A mailed ticket is a page, a text and one calendar entry; the same ticket when it is ordered again."""

import base64
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import icalendar
import pytest
import vobject
import zxingcpp
from PIL import Image

from tests.builders import make_attendance, make_event


@pytest.fixture
async def event(database, clock, ada):
    """Ada runs it: two days in Kraków, across a change of clocks in its year."""
    return await make_event(
        database,
        now=clock(),
        owner="ada@example.org",
        name="EuroPython & <Friends>",
        venue="ICE, Kraków; hall 1, \\main",
        zone="Europe/Warsaw",
        starts_at=datetime(2026, 6, 4, 7, tzinfo=UTC),
        ends_at=datetime(2026, 6, 5, 16, tzinfo=UTC),
    )


async def mailed(phone, event, outbox):
    body = {"id": str(uuid4()), "recipients": "all"}
    assert (await phone.post(f"/v1/events/{event.id}/ticket_mailings", json=body)).status_code == 201
    (mail,) = await outbox.new_mails()
    return mail


def structure(part) -> object:
    kind = part.get_content_type()
    return (kind, [structure(inner) for inner in part.iter_parts()]) if part.is_multipart() else kind


def entry_of(mail) -> bytes:
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    return part.get_content().encode()


def page_of(mail) -> str:
    """The page with its picture in it, as a reader of mail shows it."""
    html = mail.get_body(("html",)).get_content()
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    shown = f"cid:{picture['Content-ID'].strip('<>')}"
    assert html.count(shown) == 1
    return html.replace(shown, "data:image/png;base64," + base64.b64encode(picture.get_content()).decode())


async def test_a_ticket_comes_as_text_page_picture_and_calendar(ada, event, database, clock, outbox):
    await make_attendance(database, event, now=clock(), name='Zoë "Q" <Quinn>')
    mail = await mailed(ada, event, outbox)

    assert structure(mail) == (
        "multipart/mixed",
        [
            ("multipart/alternative", ["text/plain", ("multipart/related", ["text/html", "image/png"])]),
            "text/calendar",
        ],
    )
    html = mail.get_body(("html",)).get_content()
    assert "Zoë &quot;Q&quot; &lt;Quinn&gt;" in html
    assert "EuroPython &amp; &lt;Friends&gt;" in html
    assert "Thursday, 4 June 2026, 09:00" in html
    assert "to Friday, 5 June 2026, 18:00" in html
    assert re.search(r"T[A-Z2-7]{163}", html)[0] in mail.get_body(("plain",)).get_content()
    (opt_out,) = re.findall(r'href="(https://hallway\.example/opt-out/[\w-]{43})"', html)
    assert not re.search(r"<script|<link|<form|url\(|https?:|@import", html.replace(opt_out, ""))
    assert opt_out in mail.get_body(("plain",)).get_content()
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    (attached,) = mail.iter_attachments()
    assert picture.get_content_disposition() == "inline"
    assert (attached.get_content_disposition(), attached.get_filename()) == ("attachment", "event.ics")
    assert attached.get_param("method") == "PUBLISH"


async def test_the_calendar_entry_is_read_by_two_parsers(ada, event, database, clock, outbox):
    place = await make_attendance(database, event, now=clock())
    raw = entry_of(await mailed(ada, event, outbox))
    entry = icalendar.Calendar.from_ical(raw)
    (happening,) = entry.events
    other = vobject.readOne(raw.decode()).vevent

    assert (entry["method"], entry["version"]) == ("PUBLISH", "2.0")
    assert happening.errors == entry.errors == []
    assert [component.name for component in entry.subcomponents] == ["VTIMEZONE", "VEVENT"]
    assert {
        name: happening[name].to_ical().decode()
        for name in ("uid", "sequence", "summary", "location", "status", "transp", "organizer")
    } == {
        "uid": f"event-{event.id}@hallway.example",
        "sequence": "0",
        "summary": "EuroPython & <Friends>",
        "location": "ICE\\, Kraków\\; hall 1\\, \\\\main",
        "status": "CONFIRMED",
        "transp": "TRANSPARENT",
        "organizer": "mailto:hallway@localhost.localdomain",
    }
    assert happening["dtstart"].params["TZID"] == "Europe/Warsaw"
    assert (happening.start, happening.end) == (event.starts_at, event.ends_at)
    assert (other.dtstart.value, other.dtend.value) == (event.starts_at, event.ends_at)
    assert (other.summary.value, other.location.value) == (event.name, event.venue)
    assert other.dtstart.value.utcoffset() == timedelta(hours=2)
    assert "attendee" not in happening
    assert place.email not in raw.decode()


async def test_a_ticket_ordered_again_is_the_same_and_its_entry_replaces_the_last(
    ada, event, database, clock, outbox
):
    await make_attendance(database, event, now=clock())
    first = await mailed(ada, event, outbox)
    clock.tick(minutes=1)
    await ada.edit(f"/v1/events/{event.id}", {"venue": "Hall 2"})
    second = await mailed(ada, event, outbox)

    def token(mail) -> str:
        return re.search(r"^T[A-Z2-7]{163}\b", mail.get_body(("plain",)).get_content(), re.MULTILINE)[0]

    def edition(mail) -> tuple:
        (entry,) = icalendar.Calendar.from_ical(entry_of(mail)).events
        return entry["uid"], entry["sequence"], entry["location"]

    assert token(first) == token(second)
    assert first["Message-ID"] != second["Message-ID"]
    uid = f"event-{event.id}@hallway.example"
    assert [edition(mail) for mail in (first, second)] == [(uid, 0, event.venue), (uid, 1, "Hall 2")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["Zoë Quinn", "x" * 120, "محمد بن عبد الله", "🦄🚀"])
async def test_the_page_fits_a_small_phone_and_its_code_is_read_from_the_screen(
    ada, event, database, clock, outbox, browser, scheme, name
):
    await make_attendance(database, event, now=clock(), name=name)
    mail = await mailed(ada, event, outbox)
    context = await browser.new_context(
        viewport={"width": 320, "height": 640}, color_scheme=scheme, device_scale_factor=2,
    )  # fmt: skip
    asked = []
    context.on("request", lambda request: asked.append(request.url[:5]))
    tab = await context.new_page()
    await tab.set_content(page_of(mail))
    seen = Image.open(BytesIO(await tab.screenshot(full_page=True))).convert("L")
    wide = await tab.evaluate("document.documentElement.scrollWidth")
    await context.close()
    (code,) = zxingcpp.read_barcodes(seen, formats=zxingcpp.BarcodeFormat.QRCode)

    assert wide == 320
    assert set(asked) <= {"data:"}
    assert code.text in mail.get_body(("plain",)).get_content()
    assert (seen.getpixel((1, 1)) < 60) == (scheme == "dark")
