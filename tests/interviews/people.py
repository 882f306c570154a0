"""People who have met, and what they say to each other."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import httpx2

from server.accounts.models import Account, AccountEmail, Person, Session
from server.accounts.tokens import AccessToken, write_access_token
from server.connections.models import Connection
from server.connections.rules import ON_EVERY_CARD
from server.database import Database
from server.ids import new_id
from server.people.models import Release
from server.settings import Settings
from tests.phones import Phone

NOTHING_SAID = {"mine": None, "debrief": "", "recorded_at": None, "together": "unknown"}
ASK = "How did you move from research into product work?"


async def connect(database: Database, *people: Phone, now: datetime, **changes: Any) -> None:
    """Everybody has met everybody, and gives what a first card gives."""
    async with database.transaction() as db:
        for one, other in permutations(people, 2):
            db.add(
                Release(
                    id=new_id(),
                    subject_id=UUID(one.person_id),
                    recipient_id=UUID(other.person_id),
                    purpose="card",
                    source="scan",
                    fields=[*ON_EVERY_CARD, "headline", "role", "organisation", "industry"],
                    released_at=now,
                )
            )
            db.add(
                Connection(
                    owner_id=UUID(one.person_id),
                    other_id=UUID(other.person_id),
                    first_met_at=now,
                    last_met_at=now,
                    updated_at=now,
                    **changes,
                )
            )


async def sign_in_many(
    client: httpx2.AsyncClient, database: Database, settings: Settings, names: Iterable[str], *, now: datetime
) -> list[Phone]:
    """Signed-in phones without the mails, where there are many."""
    phones = []
    async with database.transaction() as db:
        for name in names:
            person_id, account_id, session_id = new_id(), new_id(), uuid4()
            db.add(Person(id=person_id, created_at=now))
            await db.flush()
            db.add(Account(id=account_id, person_id=person_id, created_at=now))
            await db.flush()
            email = f"{name}@example.org"
            db.add(AccountEmail(email=email, id=uuid4(), account_id=account_id, confirmed_at=now))
            db.add(
                Session(
                    id=session_id,
                    account_id=account_id,
                    label=name,
                    counter=0,
                    created_at=now,
                    refreshed_at=now,
                )
            )
            token = write_access_token(
                settings.secret("session"), AccessToken(account_id=account_id, session_id=session_id), now=now
            )
            phones.append(
                Phone(
                    client, email, {"person_id": str(person_id), "access_token": token, "refresh_token": ""}
                )
            )
    return phones


async def sign_in_again(phone: Phone) -> Phone:
    """A fresh access token after some days."""
    body = {"refresh_token": phone.tokens["refresh_token"]}
    answer = await phone.client.post("/v1/sessions/refresh", json=body)
    assert answer.status_code == 200, answer.text
    return Phone(phone.client, phone.email, answer.json())


def wire(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def request_to(host: Phone, *slots: datetime | str, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "host_id": host.person_id,
        "purpose": "learn",
        "ask": ASK,
        "minutes": 20,
        "slots": [slot if isinstance(slot, str) else wire(slot) for slot in slots],
        **changes,
    }


async def ask_for_talk(asker: Phone, host: Phone, *slots: datetime | str, **changes: Any) -> dict[str, Any]:
    """A request that was made."""
    answer = await asker.post("/v1/interviews", json=request_to(host, *slots, **changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def answer_talk(phone: Phone, talk: dict[str, Any], verb: str, **said: Any) -> httpx2.Response:
    """One answer, to the proposal that `talk` shows unless said otherwise."""
    body = said if verb == "cancel" else {"proposal": talk["proposal"], **said}
    return await phone.post(f"/v1/interviews/{talk['id']}/{verb}", json=body)


async def book_talk(asker: Phone, host: Phone, *slots: datetime | str, **changes: Any) -> dict[str, Any]:
    """A talk that was asked for and accepted."""
    talk = await ask_for_talk(asker, host, *slots, **changes)
    answer = await answer_talk(host, talk, "accept")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def at_once(*answers: Any) -> list[httpx2.Response]:
    """All together, as many in flight as the server has connections: so that on a slow machine none is answered
    `busy` for having waited too long for one."""
    in_flight = asyncio.Semaphore(Settings(_env_file=None).pool_size)

    async def one(answer: Any) -> httpx2.Response:
        async with in_flight:
            return await answer

    return list(await asyncio.gather(*(one(answer) for answer in answers)))


def code(answer: httpx2.Response) -> tuple[int, str]:
    """Status and failure code, or the state of the interview."""
    body = answer.json()
    return answer.status_code, body.get("code") or body.get("state")


def hours(count: float) -> timedelta:
    return timedelta(hours=count)
