"""Files as organizers get them: ordered, made, and downloaded."""

import csv
import io
from typing import Any
from uuid import uuid4

import httpx2

from server.events.models import Event
from tests.phones import Outbox, Phone


async def order(phone: Phone, event: Event, kind: str = "connection_stats", **more: Any) -> httpx2.Response:
    body = {"id": str(uuid4()), "kind": kind, "format": "csv", **more}
    return await phone.post(f"/v1/events/{event.id}/exports", json=body)


async def made(phone: Phone, event: Event, outbox: Outbox, kind: str, **more: Any) -> dict[str, Any]:
    """What is told of a new export, once it is made or has failed."""
    ordered = await order(phone, event, kind, **more)
    assert ordered.status_code == 201, ordered.text
    assert await outbox.run_jobs() == ["make_export"]
    return (await phone.get(f"/v1/events/{event.id}/exports/{ordered.json()['id']}")).json()


async def download(phone: Phone, event: Event, export_id: str, **headers: str) -> httpx2.Response:
    """The file, at the address that the phone is told, without signing in."""
    told = (await phone.get(f"/v1/events/{event.id}/exports/{export_id}")).json()
    assert told["state"] == "ready", told
    return await phone.client.get(told["download_url"], headers=headers)


async def bytes_of(phone: Phone, event: Event, outbox: Outbox, kind: str, **more: Any) -> bytes:
    export = await made(phone, event, outbox, kind, **more)
    answer = await download(phone, event, export["id"])
    assert answer.status_code == 200, answer.text
    assert len(answer.content) == export["size"]
    return answer.content


async def file_of(phone: Phone, event: Event, outbox: Outbox, kind: str, **more: Any) -> list[dict[str, str]]:
    """The rows of a new export, as a spreadsheet reads them."""
    return rows_in(await bytes_of(phone, event, outbox, kind, **more))


def rows_in(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode(), newline=""), strict=True))
