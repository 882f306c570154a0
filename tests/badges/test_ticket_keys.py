"""Tickets are private, verified with published keys alone, and mailed once."""

import asyncio
import re
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select, update

from server.badges.leaked_secret import report_old_keys
from server.badges.models import TicketKey
from server.badges.tickets import Ticket, verify_ticket
from server.events.models import Attendance, TeamMember
from server.ids import new_id
from server.settings import SettingsWrong
from tests.builders import make_attendance, make_event


@pytest.fixture
async def event(database, clock, ada):
    """Ada runs it."""
    return await make_event(database, now=clock(), owner="ada@example.org")


async def keys_of(phone, event) -> dict[int, bytes]:
    keys = (await phone.get(f"/v1/events/{event.id}/ticket_keys")).json()["items"]
    return {key["version"]: urlsafe_b64decode(key["public_key"] + "=") for key in keys}


async def test_a_ticket_is_verified_with_the_published_keys_alone(ada, grace, event, database, clock):
    attendance = await make_attendance(database, event, grace, now=clock(), ticket_serial=3)
    answer = await grace.get(f"/v1/events/{event.id}/me/ticket")
    ticket = answer.json()

    assert verify_ticket(ticket["token"], await keys_of(ada, event)) == Ticket(
        event_id=event.id, attendance_id=attendance.id, serial=3, key_version=1
    )
    assert ticket == {
        "token": ticket["token"],
        "event_id": str(event.id),
        "attendance_id": str(attendance.id),
        "serial": 3,
        "key_version": 1,
    }
    assert answer.headers["cache-control"] == "no-store"
    assert (await grace.get(f"/v1/events/{event.id}/me/ticket")).json() == ticket


async def test_keys_are_for_the_door_and_the_attendees_and_are_there_before_any_ticket(
    ada, grace, event, database, clock
):
    async with database.transaction() as db:
        db.add(TeamMember(event_id=event.id, id=new_id(), email=grace.email, role="door", added_at=clock()))

    listed = (await grace.get(f"/v1/events/{event.id}/ticket_keys")).json()

    assert listed == {
        "items": [
            {
                "version": 1,
                "algorithm": "Ed25519",
                "public_key": listed["items"][0]["public_key"],
                "created_at": "2026-06-04T09:00:00Z",
                "compromised_from": None,
            }
        ]
    }
    assert (await ada.get(f"/v1/events/{event.id}/ticket_keys")).json() == listed


async def test_the_first_key_is_made_once_however_many_need_it(ada, event, database, clock):
    answers = await asyncio.gather(*(ada.get(f"/v1/events/{event.id}/ticket_keys") for _ in range(8)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1


async def test_after_a_leak_tickets_are_signed_by_another_key(ada, grace, event, database, clock):
    await make_attendance(database, event, grace, now=clock())
    old = (await grace.get(f"/v1/events/{event.id}/me/ticket")).json()
    async with database.transaction() as db:
        await db.execute(update(TicketKey).values(compromised_from=clock()))
    new = (await grace.get(f"/v1/events/{event.id}/me/ticket")).json()
    keys = (await ada.get(f"/v1/events/{event.id}/ticket_keys")).json()["items"]

    assert (old["key_version"], new["key_version"]) == (1, 2)
    assert [(key["version"], key["compromised_from"]) for key in keys] == [
        (1, "2026-06-04T09:00:00Z"),
        (2, None),
    ]
    assert verify_ticket(new["token"], await keys_of(ada, event)).key_version == 2


async def test_a_changed_ticket_secret_signs_under_a_new_version(ada, grace, event, database, clock):
    await make_attendance(database, event, grace, now=clock())
    await ada.get(f"/v1/events/{event.id}/ticket_keys")
    async with database.transaction() as db:  # as another secret would have left it
        await db.execute(update(TicketKey).values(public_key=bytes(32)))

    ticket = (await grace.get(f"/v1/events/{event.id}/me/ticket")).json()

    assert verify_ticket(ticket["token"], await keys_of(ada, event)).key_version == 2


async def test_after_the_secret_leaked_no_ticket_of_the_former_one_is_trusted(
    ada, grace, event, database, clock, settings
):
    await make_attendance(database, event, grace, now=clock())
    await ada.get(f"/v1/events/{event.id}/ticket_keys")
    async with database.transaction() as db:  # as the former secret left it
        await db.execute(update(TicketKey).values(public_key=bytes(32)))
    new = (await grace.get(f"/v1/events/{event.id}/me/ticket")).json()
    reported = [await report_old_keys(settings, clock() - timedelta(days=since)) for since in (1, 0)]

    assert reported == [1, 1]
    keys = (await ada.get(f"/v1/events/{event.id}/ticket_keys")).json()["items"]
    assert [(key["version"], key["compromised_from"]) for key in keys] == [
        (1, "2026-06-03T09:00:00Z"),
        (2, None),
    ]
    assert new["key_version"] == 2
    for since in (clock().replace(tzinfo=None), datetime.now(UTC) + timedelta(days=1)):
        with pytest.raises(SettingsWrong):
            await report_old_keys(settings, since)


async def order(phone, event, recipients="all", **more):
    body = {"id": str(uuid4()), "recipients": recipients, **more}
    return await phone.post(f"/v1/events/{event.id}/ticket_mailings", json=body)


async def test_a_mailed_ticket_says_when_and_where_and_opens_the_door(ada, event, database, clock, outbox):
    place = await make_attendance(
        database, event, now=clock(), name="Zoë =Quinn", email="zoe@example.org", ticket_serial=2
    )
    ordered = await order(ada, event)
    (mail,) = await outbox.new_mails()

    assert ordered.status_code == 201
    assert (mail["To"], mail["Subject"]) == ("zoe@example.org", "Your ticket for PyCon")
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    token = re.search(r"^T[A-Z2-7]{163}$", text, re.MULTILINE)[0]
    opt_out = re.search(r"https://hallway.example/opt-out/[\w-]+", text)[0]
    assert text == (
        "Hello Zoë =Quinn,\n\n"
        "this is your ticket for PyCon.\n\n"
        "From: Thursday, 4 June 2026, 10:00\n"
        "To: Thursday, 4 June 2026, 19:00\n"
        "(Europe/Paris)\n"
        "Town hall\n\n"
        "Show the attached code at the door. To use the app there, sign in with this address, or give it this "
        "ticket:\n\n"
        f"{token}\n\n"
        "Whoever has the ticket is let in: keep it to yourself.\n\n"
        "You get this because the organizer of PyCon gave us your name and address, so that you have your ticket and "
        "others there can meet you.\n"
        f"Get no more mail and be shown to nobody: {opt_out}\n"
    )
    picture = next(part for part in mail.walk() if part.get_content_type() == "image/png")
    image = Image.open(BytesIO(picture.get_content())).convert("L")
    (seen,) = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)
    assert seen.text == token
    assert verify_ticket(token, await keys_of(ada, event)) == Ticket(
        event_id=event.id, attendance_id=place.id, serial=2, key_version=1
    )


async def test_the_same_order_again_mails_nobody_twice(ada, event, database, clock, outbox):
    for _ in range(3):
        await make_attendance(database, event, now=clock())
    body = {"id": str(uuid4()), "recipients": "all"}
    path = f"/v1/events/{event.id}/ticket_mailings"
    answers = await asyncio.gather(*(ada.post(path, json=body) for _ in range(4)))
    other = await ada.post(path, json={**body, "recipients": "unclaimed"})

    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert {answer.json()["promised"] for answer in answers} == {3}
    assert len(await outbox.new_mails()) == 3
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")


async def test_tickets_go_to_those_meant_who_have_an_address_and_are_expected(
    ada, grace, event, database, clock, outbox
):
    claimed = await make_attendance(database, event, grace, now=clock())
    waiting = await make_attendance(database, event, now=clock(), email="waiting@example.org")
    silent = await make_attendance(database, event, now=clock(), email=None)
    gone = await make_attendance(database, event, now=clock(), status="cancelled")

    everybody = (await order(ada, event)).json()
    to_all = {mail["To"] for mail in await outbox.new_mails()}
    unclaimed = (await order(ada, event, "unclaimed")).json()
    to_unclaimed = {mail["To"] for mail in await outbox.new_mails()}
    places = [str(place.id) for place in (claimed, silent, gone)]
    chosen = (await order(ada, event, "chosen", attendance_ids=places)).json()
    to_chosen = {mail["To"] for mail in await outbox.new_mails()}

    assert [(made["promised"], made["left_out"]) for made in (everybody, unclaimed, chosen)] == [
        (2, 1), (1, 1), (1, 2),
    ]  # fmt: skip
    assert (to_all, to_unclaimed, to_chosen) == (
        {"grace@example.org", "waiting@example.org"},
        {"waiting@example.org"},
        {"grace@example.org"},
    )
    assert waiting.email == "waiting@example.org"


async def test_whoever_is_cancelled_before_the_mail_leaves_gets_none(ada, event, database, clock, outbox):
    await make_attendance(database, event, now=clock())
    await order(ada, event)
    async with database.transaction() as db:
        await db.execute(update(Attendance).values(status="cancelled"))

    assert await outbox.new_mails() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"recipients": "all"}, "invalid_request"),
        ({"id": "x", "recipients": "all"}, "invalid_request"),
        ({"id": str(uuid4()), "recipients": "some"}, "invalid_request"),
        ({"id": str(uuid4()), "recipients": "chosen"}, "recipients_contradictory"),
        ({"id": str(uuid4()), "recipients": "all", "attendance_ids": [str(uuid4())]},
         "recipients_contradictory"),
        ({"id": str(uuid4()), "recipients": "chosen", "attendance_ids": [str(uuid4())]},
         "attendee_not_found"),
        ({"id": str(uuid4()), "recipients": "chosen", "attendance_ids": [str(uuid4())] * 1001},
         "invalid_request"),
    ],
)  # fmt: skip
async def test_an_order_that_makes_no_sense_mails_nobody(ada, event, database, clock, outbox, body, code):
    await make_attendance(database, event, now=clock())
    answer = await ada.post(f"/v1/events/{event.id}/ticket_mailings", json=body)

    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == code
    assert await outbox.new_mails() == []


async def test_a_mailing_of_another_event_under_the_same_id_is_its_own(ada, event, database, clock, outbox):
    other = await make_event(database, now=clock(), owner="ada@example.org")
    await make_attendance(database, event, now=clock())
    body = {"id": str(uuid4()), "recipients": "all"}
    answers = [await ada.post(f"/v1/events/{one.id}/ticket_mailings", json=body) for one in (event, other)]

    assert [(answer.status_code, answer.json()["promised"]) for answer in answers] == [(201, 1), (201, 0)]
    async with database.transaction() as db:
        assert (await db.scalars(select(TicketKey))).all() == []
