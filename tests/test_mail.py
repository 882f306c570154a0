"""Mail is promised in a transaction, sent by a worker, tried again, and never sent twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from uuid import uuid4

import pytest
from aiosmtpd.controller import UnthreadedController
from sqlalchemy import select

from server.accounts.actions import request_code
from server.limits import Limits
from server.mail import Mail, PostOffice
from server.senders import open_sender
from server.settings import SettingsWrong
from server.worker import BOUNCE_NOTES, composers
from tests.builders import make_attendance, make_event


class Receiver:
    """A mail server that answers as told and keeps what it took."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.answer_to_address = "250 OK"
        self.taken = []
        self.returned_to = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.answer_to_address.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_address

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answer.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content, policy=default))
            self.returned_to.append(envelope.mail_from)
        return self.answer


@pytest.fixture
async def receiver():
    receiver = Receiver()
    controller = UnthreadedController(receiver, hostname="127.0.0.1", port=0, loop=asyncio.get_running_loop())
    server = await controller._create_server()
    receiver.port = server.sockets[0].getsockname()[1]
    yield receiver
    server.close()
    await server.wait_closed()


@pytest.fixture
def office(receiver, database, settings):
    return PostOffice(
        database=database,
        sender=open_sender(f"smtp://127.0.0.1:{receiver.port}"),
        composers=composers(settings),
        mail_from="Hallway <hallway@hallway.example>",
        host="hallway.example",
        bounce_notes=BOUNCE_NOTES,
    )


@pytest.fixture
async def mail(database, settings, clock, clean) -> Mail:
    limits = Limits(database.autocommit, settings.secret("limit"))
    async with database.transaction() as db:
        await request_code(db, "ada@example.org", client="127.0.0.1", limits=limits, now=clock())
        return (await db.scalars(select(Mail))).one()


async def settled(database, mail) -> str | None:
    async with database.transaction() as db:
        return await db.scalar(select(Mail.outcome).where(Mail.id == mail.id))


async def test_a_mail_is_sent_over_smtp_once(office, receiver, database, mail, clock):
    assert await office.deliver(mail.id, now=clock()) is None
    assert await office.deliver(mail.id, now=clock.tick(hours=1)) is None

    assert [message["To"] for message in receiver.taken] == ["ada@example.org"]
    assert receiver.taken[0]["Message-ID"] == f"<{mail.id}@hallway.example>"
    assert await settled(database, mail) == "sent"


async def test_two_workers_send_one_mail(office, receiver, mail, clock):
    await asyncio.gather(*(office.deliver(mail.id, now=clock()) for _ in range(5)))
    assert len(receiver.taken) == 1


async def test_a_receiver_that_is_busy_is_tried_again_later(office, receiver, database, mail, clock):
    receiver.answer = "451 try again"
    wait = await office.deliver(mail.id, now=clock())
    assert wait == timedelta(seconds=15)
    assert await settled(database, mail) is None

    receiver.answer = "250 OK"
    assert await office.deliver(mail.id, now=clock.tick(seconds=15)) is None
    assert len(receiver.taken) == 1


async def test_a_receiver_that_refuses_is_not_tried_again(office, receiver, database, mail, clock):
    receiver.answer = "550 no such person"
    assert await office.deliver(mail.id, now=clock()) is None
    assert await settled(database, mail) == "refused"


@pytest.mark.parametrize("stage", ["answer", "answer_to_address"])
async def test_a_ticket_that_is_refused_is_noted_where_the_organizer_looks(
    office, receiver, ada, database, clock, stage
):
    event = await make_event(database, now=clock(), owner="ada@example.org")
    await make_attendance(database, event, now=clock(), name="Zoë")
    path, order = f"/v1/events/{event.id}", str(uuid4())
    await ada.post(f"{path}/ticket_mailings", json={"id": order, "recipients": "all"})
    async with database.transaction() as db:
        mail = (await db.scalars(select(Mail).where(Mail.kind == "ticket"))).one()
    setattr(receiver, stage, "550 no such person")

    assert await office.deliver(mail.id, now=clock()) is None
    assert await settled(database, mail) == "refused"
    (zoe,) = (await ada.get(f"{path}/attendees?bounced=true")).json()["items"]
    assert (zoe["name"], zoe["email_bounced_at"]) == ("Zoë", "2026-06-04T09:00:00Z")
    assert (await ada.get(f"{path}/ticket_mailings/{order}")).json()["bounced"] == 1


async def test_an_address_that_is_put_off_is_tried_again_later(office, receiver, database, mail, clock):
    receiver.answer_to_address = "450 greylisted"
    assert await office.deliver(mail.id, now=clock()) == timedelta(seconds=15)

    receiver.answer_to_address = "250 OK"
    assert await office.deliver(mail.id, now=clock.tick(seconds=15)) is None
    assert await settled(database, mail) == "sent"


async def test_what_is_ours_to_mend_is_tried_again_and_given_up_at_last(office, database, mail, clock):
    unreachable = replace(office, sender=open_sender("smtp://127.0.0.1:1"))
    waits = []
    while (wait := await unreachable.deliver(mail.id, now=clock())) is not None:
        waits.append(wait)
        clock.tick(seconds=wait.total_seconds())

    assert len(waits) == 7
    assert await settled(database, mail) == "given_up"


async def test_a_mail_says_where_it_comes_back_to(office, receiver, mail, clock):
    await replace(office, bounces_to="bounces@hallway.example").deliver(mail.id, now=clock())

    assert receiver.returned_to == [f"bounces+{mail.id}@hallway.example"]
    assert receiver.taken[0]["From"] == "Hallway <hallway@hallway.example>"


async def test_a_mail_whose_worker_died_is_sent_when_its_lease_ends(office, receiver, database, mail, clock):
    async with database.transaction() as db:
        row = await db.get(Mail, mail.id)
        row.leased_until = clock() + timedelta(minutes=2)

    await office.deliver(mail.id, now=clock.tick(minutes=1))
    assert receiver.taken == []
    await office.deliver(mail.id, now=clock.tick(minutes=1))
    assert len(receiver.taken) == 1


@pytest.mark.parametrize("url", ["", "imap://mail.example.org", "smtp://", "mail.example.org:25"])
def test_a_mail_address_that_cannot_work_is_refused_at_start(url):
    with pytest.raises(SettingsWrong):
        open_sender(url)
