"""Three who may be led to each other: Ada asks, Charles met both, Grace does compilers."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
from sqlalchemy import update

from server.connections.models import Connection
from server.connections.releases import release
from server.database import Database
from server.people.models import Block
from tests.phones import Phone


def wish(*connectors: Phone, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "seeks": "topic",
        "what": "Compilers",
        "why": "I know nobody who works on one.",
        "blurb": "Ada builds engines, and would like to hear how compilers are made.",
        "connector_ids": [one.person_id for one in connectors],
        **changes,
    }


async def ask(asker: Phone, *connectors: Phone, **changes: Any) -> dict[str, Any]:
    """A request that was made."""
    answer = await asker.post("/v1/introductions", json=wish(*connectors, **changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def listed(phone: Phone, side: str | None = None) -> list[dict[str, Any]]:
    answer = await phone.get("/v1/introductions", params={"side": side} if side else {})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def only(phone: Phone, side: str) -> dict[str, Any]:
    (item,) = await listed(phone, side)
    return item


async def act(phone: Phone, item: dict[str, Any], verb: str, target: Phone | None = None) -> httpx2.Response:
    body = {"target_person_id": target.person_id} if target else None
    return await phone.post(f"/v1/introductions/{item['id']}/{verb}", json=body)


async def offer(connector: Phone, target: Phone) -> dict[str, Any]:
    """The connector's one request, answered with an offer."""
    answer = await act(connector, await only(connector, "connector"), "offer", target)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def candidates(connector: Phone) -> list[dict[str, Any]]:
    item = await only(connector, "connector")
    answer = await connector.get(f"/v1/introductions/{item['id']}/candidates")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def meet(database: Database, one: Phone, other: Phone, *, now: datetime) -> None:
    """They scanned each other."""
    async with database.transaction() as db:
        for owner, met in ((one, other), (other, one)):
            db.add(
                Connection(
                    owner_id=UUID(owner.person_id),
                    other_id=UUID(met.person_id),
                    first_met_at=now,
                    last_met_at=now,
                    scanned_at=now,
                    updated_at=now,
                )
            )
        await db.flush()
        pair = (UUID(one.person_id), UUID(other.person_id))
        await release(db, [pair], event_id=None, source="scan", now=now)


async def keep(database: Database, owner: Phone, other: Phone, **changes: Any) -> None:
    """Change the owner's side of a connection."""
    async with database.transaction() as db:
        await db.execute(
            update(Connection)
            .where(Connection.owner_id == UUID(owner.person_id), Connection.other_id == UUID(other.person_id))
            .values(**changes)
        )


async def block(database: Database, one: Phone, other: Phone, *, now: Any) -> None:
    async with database.transaction() as db:
        db.add(Block(blocker_id=UUID(one.person_id), blocked_id=UUID(other.person_id), created_at=now))
