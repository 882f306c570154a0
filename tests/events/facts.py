"""What tests of events say again and again."""

from typing import Any
from uuid import uuid4

import httpx2

from tests.phones import Phone

EVENT = {
    "id": "01981d4e-3c00-7000-8000-0000000000e1",
    "name": "PyCon",
    "venue": "Town hall",
    "zone": "Europe/Paris",
    "starts_at": "2026-06-04T09:00:00+02:00",
    "ends_at": "2026-06-05T18:00:00+02:00",
}
PATH = f"/v1/events/{EVENT['id']}"


async def send_list(phone: Phone, text: str | bytes, path: str = PATH, **query: Any) -> httpx2.Response:
    raw = text.encode() if isinstance(text, str) else text
    return await phone.post(
        f"{path}/attendees/import", content=raw, params=query, headers={"content-type": "text/csv"}
    )


async def counts(answer: httpx2.Response) -> dict[str, int]:
    """The figures of an import that are not 0."""
    assert answer.status_code == 200, answer.text
    return {name: value for name, value in answer.json().items() if type(value) is int and value}


async def attendees(phone: Phone, path: str = PATH, **query: Any) -> list[dict[str, Any]]:
    """The organizer's list, whole."""
    items: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await phone.get(f"{path}/attendees", params={"limit": 200, **query, **cursor})
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            return items
        cursor = {"cursor": answer.json()["next_cursor"]}


async def join(owner: Phone, phone: Phone, role: str, path: str = PATH) -> str:
    """Add somebody to the team; the member's id."""
    member_id = str(uuid4())
    answer = await owner.post(f"{path}/team", json={"id": member_id, "email": phone.email, "role": role})
    assert answer.status_code == 201, answer.text
    return member_id


def problem(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def faults(answer: httpx2.Response) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
