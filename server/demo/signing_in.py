"""Everybody asks for a code, reads it in the mail, and types it in."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from server.demo.api import Api, Phone, together
from server.demo.errors import DemoStopped
from server.demo.outbox import Outbox, sign_in_code
from server.demo.progress import Tick

_MAIL_TAKES_AT_MOST: Final = timedelta(seconds=60)


async def sign_in(api: Api, outbox: Outbox, emails: Sequence[str], *, done: Tick) -> dict[str, Phone]:
    """Phones by address. All ask first and nobody waits for another's mail: whoever has a code uses it at once."""
    asked: dict[str, asyncio.Future[str]] = {email: asyncio.Future() for email in emails}
    postman = asyncio.create_task(_hand_out_codes(outbox, asked))

    async def ask(email: str) -> str:
        answer = await api.call("POST", "/v1/sign_in_codes", json={"email": email})
        return answer.json()["request_id"]

    async def enter(request: tuple[str, str]) -> Phone:
        email, request_id = request
        body = {
            "request_id": request_id,
            "code": await asked[email],
            "label": f"{email.split('@')[0]}'s phone",
        }
        return Phone(api, email, (await api.call("POST", "/v1/sessions", json=body)).json())

    try:
        requests = await together(emails, ask, done=lambda: None)
        phones = await together(zip(emails, requests, strict=True), enter, done=done)
    finally:
        postman.cancel()
    return dict(zip(emails, phones, strict=True))


async def _hand_out_codes(outbox: Outbox, waiting: dict[str, asyncio.Future[str]]) -> None:
    """Read the mail as it comes; after a minute without any, say that the worker does not send."""
    loop = asyncio.get_running_loop()
    patience_ends = loop.time() + _MAIL_TAKES_AT_MOST.total_seconds()
    while not all(code.done() for code in waiting.values()):
        for _, mail in outbox.new_mails():
            code, future = sign_in_code(mail), waiting.get(mail["To"])
            if code and future and not future.done():
                future.set_result(code)
                patience_ends = loop.time() + _MAIL_TAKES_AT_MOST.total_seconds()
        if loop.time() > patience_ends:
            stopped = DemoStopped("A sign-in code was asked for and no mail came within a minute.")
            for future in waiting.values():
                if not future.done():
                    future.set_exception(stopped)
            return
        await asyncio.sleep(0.05)
