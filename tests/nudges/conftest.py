"""Apple, Google and a mail server on this machine, and what sends nudges through them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import UnthreadedController

from server.nudges.sending import Dispatch
from server.senders import open_sender
from tests.push.services import apple, certificate, google, lines, pushing

__all__ = ["apple", "certificate", "google", "lines", "pushing"]


class MailServer:
    """Answers as told and keeps what it took."""

    def __init__(self) -> None:
        self.answer = "250 OK"
        self.answer_to_address = "250 OK"
        self.taken: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.returned_to: list[str] = []
        self.cut_after_taking = False
        self.url = ""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.answer_to_address.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer_to_address

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answer.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content, policy=default))
            self.raw.append(envelope.content)
            self.returned_to.append(envelope.mail_from)
        if self.cut_after_taking:
            server.transport.abort()
        return self.answer


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    receiver = MailServer()
    controller = UnthreadedController(receiver, hostname="127.0.0.1", port=0, loop=asyncio.get_running_loop())
    server = await controller._create_server()
    receiver.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield receiver
    server.close()
    await server.wait_closed()


@pytest.fixture
def dispatch(database, settings, lines, mail_server, clean) -> Dispatch:
    return Dispatch(database, lines, open_sender(mail_server.url), settings)


@pytest.fixture
def without_mail(dispatch: Dispatch) -> Dispatch:
    """The same with a mail server that nobody answers at."""
    return replace(dispatch, sender=open_sender("smtp://127.0.0.1:1"))
