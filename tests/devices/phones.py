"""A device of a person: what is registered, and a phone that holds nothing but its token."""

from typing import Any
from uuid import uuid4

from tests.phones import Phone

SAID = {"label": "Ada's phone", "platform": "ios", "push_token": "push-1", "zone": "Europe/Paris"}


async def register(phone: Phone, device_id: str | None = None, **changes: Any) -> dict[str, Any]:
    answer = await phone.put(f"/v1/me/devices/{device_id or uuid4()}", json={**SAID, **changes})
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def holder_of(phone: Phone, device: dict[str, Any]) -> Phone:
    """The phone when nobody is signed in on it."""
    return Phone(
        client=phone.client,
        email=phone.email,
        tokens={"access_token": device["device_token"], "person_id": phone.person_id},
    )
