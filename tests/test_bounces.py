"""A letter that comes back is noted where somebody looks: refused at once, or reported later."""

from email.message import EmailMessage
from email.policy import SMTP
from uuid import uuid4

import pytest
from sqlalchemy import select

from server.bounces import note_report, read_report
from server.mail import Mail
from server.worker import BOUNCE_BOOKS
from tests.builders import make_attendance, make_event

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <20260604091500.6F00D2A@mx.example.net>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="6F00D2A.1"

--6F00D2A.1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--6F00D2A.1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 6F00D2A

Final-Recipient: rfc822; zoe@example.org
Original-Recipient: rfc822;zoe@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <zoe@example.org>: Recipient address rejected

--6F00D2A.1
{returned}

--6F00D2A.1--
"""
WHOLE = "Content-Type: message/rfc822\n\nMessage-ID: <{id}@hallway.example>\nSubject: Your ticket\n\nHello"
HEADERS = "Content-Type: text/rfc822-headers\n\nMessage-ID: <{id}@hallway.example>\nSubject: Your ticket\n"
NOTHING = "Content-Type: text/plain\n\nThe letter is not returned."


def report(
    mail_id, *, to="bounces@hallway.example", action="failed", status="5.1.1", returned=WHOLE
) -> bytes:
    text = POSTFIX.format(to=to, action=action, status=status, returned=returned.format(id=mail_id))
    return text.replace("\n", "\r\n").encode()


@pytest.fixture
async def event(database, clock, ada):
    """Ada runs it."""
    return await make_event(database, now=clock(), owner="ada@example.org")


@pytest.fixture
async def sent(ada, event, database, clock, outbox):
    """A ticket that was mailed to Zoë."""
    await make_attendance(database, event, now=clock(), name="Zoë", email="zoe@example.org")
    return await mailing(ada, event, outbox)


async def mailing(phone, event, outbox) -> tuple[str, str]:
    """The id of the order, and that of its only letter's mail."""
    order = str(uuid4())
    await phone.post(f"/v1/events/{event.id}/ticket_mailings", json={"id": order, "recipients": "all"})
    (mail,) = await outbox.new_mails()
    return order, mail["Message-ID"].strip("<>").split("@")[0]


@pytest.mark.parametrize(
    ("how", "changes"),
    [
        ("the letter is returned whole", {"returned": WHOLE}),
        ("its headers are returned", {"returned": HEADERS}),
        ("the address alone says which it was", {"returned": NOTHING, "to": "bounces+{id}@hallway.example"}),
        ("a server that shouts", {"returned": NOTHING, "to": "<BOUNCES+{ID}@HALLWAY.EXAMPLE>"}),
        ("a server that tried for days", {"status": "4.4.7"}),
        ("words in capitals", {"action": "Failed"}),
    ],
)
async def test_a_ticket_reported_undelivered_is_noted(ada, event, sent, database, clock, how, changes):
    order, mail_id = sent
    if "to" in changes:
        changes = {**changes, "to": changes["to"].format(id=mail_id, ID=mail_id.upper())}
    noted = await note_report(database, report(mail_id, **changes), BOUNCE_BOOKS, now=clock.tick(minutes=5))
    again = await note_report(database, report(mail_id, **changes), BOUNCE_BOOKS, now=clock.tick(minutes=1))
    path = f"/v1/events/{event.id}"
    (listed,) = (await ada.get(f"{path}/attendees?bounced=true")).json()["items"]

    assert (noted, again) == (1, 0), how
    assert (listed["name"], listed["email_bounced_at"]) == ("Zoë", "2026-06-04T09:05:00Z")
    assert (await ada.get(f"{path}/ticket_mailings/{order}")).json()["bounced"] == 1
    assert (await ada.get(f"{path}/attendees?bounced=false")).json()["items"] == []


async def test_another_address_has_not_bounced(ada, event, sent, database, clock):
    await note_report(database, report(sent[1]), BOUNCE_BOOKS, now=clock())
    path = f"/v1/events/{event.id}/attendees"
    (zoe,) = (await ada.get(path)).json()["items"]
    mended = await ada.edit(f"{path}/{zoe['attendance_id']}", {"email": "zoe.quinn@example.org"})
    back = await ada.edit(f"{path}/{zoe['attendance_id']}", {"email": "zoe@example.org"})

    assert zoe["email_bounced_at"] == back.json()["email_bounced_at"] == "2026-06-04T09:00:00Z"
    assert mended.json()["email_bounced_at"] is None


async def test_a_late_report_is_about_the_address_that_was_written_to(ada, event, sent, database, clock):
    path = f"/v1/events/{event.id}/attendees"
    (zoe,) = (await ada.get(path)).json()["items"]
    await ada.edit(f"{path}/{zoe['attendance_id']}", {"email": "zoe.quinn@example.org"})
    await note_report(database, report(sent[1]), BOUNCE_BOOKS, now=clock())

    (zoe,) = (await ada.get(path)).json()["items"]
    assert zoe["email_bounced_at"] is None


def plain(subject: str, text: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "zoe@example.org", "bounces@hallway.example", subject
    message.set_content(text)
    return message.as_bytes(policy=SMTP)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00 not a mail",
        plain("Out of office", "I am away until Monday."),
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n",
        b"Content-Type: message/delivery-status\r\n\r\n",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
    ],
)
async def test_what_is_no_report_is_passed_over(sent, database, clock, raw):
    assert read_report(raw) is None
    assert await note_report(database, raw, BOUNCE_BOOKS, now=clock()) == 0


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
async def test_a_letter_that_may_still_arrive_is_not_noted(sent, database, clock, action):
    assert await note_report(database, report(sent[1], action=action), BOUNCE_BOOKS, now=clock()) == 0


async def test_a_report_about_somebody_elses_letter_is_passed_over(sent, database, clock):
    assert await note_report(database, report(uuid4()), BOUNCE_BOOKS, now=clock()) == 0


async def test_a_report_about_another_kind_of_mail_is_kept_with_the_mail(ada, database, clock):
    async with database.transaction() as db:
        mail = (await db.scalars(select(Mail))).one()
    assert (mail.kind, await note_report(database, report(mail.id), BOUNCE_BOOKS, now=clock())) == (
        "sign_in_code",
        1,
    )
    async with database.transaction() as db:
        assert await db.scalar(select(Mail.outcome)) == "bounced"
