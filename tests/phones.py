"""What tests hold in their hands: a signed-in phone, and the mailbox it reads codes from."""

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import text

from server.worker import JOBS, Tools


@dataclass
class Outbox:
    """Runs the jobs that are queued, and reads what was mailed."""

    tools: Tools
    seen: set[Path] = field(default_factory=set)

    async def run_jobs(self) -> list[str]:
        """Do what the queue holds now, also what that promises in turn; returns the names in order."""
        done: list[str] = []
        while True:
            async with self.tools.database.autocommit.connect() as connection:
                rows = await connection.execute(
                    text("delete from pgqueuer returning id, entrypoint, payload")
                )
                jobs = sorted(rows.all())
            if not jobs:
                return done
            for job in jobs:
                await JOBS[job.entrypoint](self.tools, UUID(bytes=job.payload))
                done.append(job.entrypoint)

    async def new_mails(self) -> list[EmailMessage]:
        """What was mailed since the last look, in no particular order."""
        await self.run_jobs()
        folder = Path(self.tools.settings.mail.removeprefix("folder://"))
        fresh = set(folder.glob("*.eml")) - self.seen
        self.seen |= fresh
        return [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(fresh)]

    async def code_for(self, address: str) -> str:
        """The newest code mailed to an address."""
        for mail in reversed(await self.new_mails()):
            if mail["To"] == address and (found := re.search(r"\b(\d{6})\b", mail["Subject"])):
                return found[1]
        raise AssertionError(f"no code was mailed to {address}")


@dataclass
class Phone:
    """A client with a session."""

    client: httpx2.AsyncClient
    email: str
    tokens: dict[str, Any]

    @property
    def person_id(self) -> str:
        return self.tokens["person_id"]

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens['access_token']}"}

    async def ask(self, method: str, path: str, **options: Any) -> httpx2.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        return await self.client.request(method, path, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> httpx2.Response:
        return await self.ask("GET", path, **options)

    async def post(self, path: str, **options: Any) -> httpx2.Response:
        return await self.ask("POST", path, **options)

    async def put(self, path: str, **options: Any) -> httpx2.Response:
        return await self.ask("PUT", path, **options)

    async def delete(self, path: str, **options: Any) -> httpx2.Response:
        return await self.ask("DELETE", path, **options)

    async def edit(self, path: str, changes: dict[str, Any]) -> httpx2.Response:
        """PATCH whatever version is there."""
        return await self.ask("PATCH", path, json=changes, headers={"if-match": "*"})


async def sign_in(client: httpx2.AsyncClient, outbox: Outbox, email: str) -> Phone:
    """Sign in as people do: ask for a code, read the mail, type it in."""
    asked = await client.post("/v1/sign_in_codes", json={"email": email})
    assert asked.status_code == 202, asked.text
    code = await outbox.code_for(email)
    answer = await client.post(
        "/v1/sessions",
        json={"request_id": asked.json()["request_id"], "code": code, "label": f"{email}'s phone"},
    )
    assert answer.status_code == 201, answer.text
    return Phone(client=client, email=email, tokens=answer.json())
