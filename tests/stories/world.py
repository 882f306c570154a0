"""What stories need besides their people: the clock on the wall, the post, and the worker."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import httpx2

from server.worker import TIMETABLE, Tools
from tests.conftest import HandClock
from tests.phones import Outbox, Phone


@dataclass
class World:
    """The clock on the wall, the post, and the worker that looks at what is due."""

    client: httpx2.AsyncClient
    outbox: Outbox
    tools: Tools
    clock: HandClock

    async def it_is(self, moment: str, *phones: Phone) -> None:
        """Time passes: the worker does what is due by then, and the phones refresh their sessions."""
        self.clock.now = datetime.fromisoformat(moment)
        for _, look in TIMETABLE.values():
            await look(self.tools.database, now=self.clock.now)
        for phone in phones:
            body = {"refresh_token": phone.tokens["refresh_token"]}
            phone.tokens = said(await self.client.post("/v1/sessions/refresh", json=body))

    async def mails(self) -> dict[str, EmailMessage]:
        return {mail["To"]: mail for mail in await self.outbox.new_mails()}


def said(answer: httpx2.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def only(items: list[Any]) -> Any:
    [item] = items
    return item
