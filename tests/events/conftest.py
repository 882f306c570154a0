"""Olga, whom the operator allowed, and the event she created."""

from typing import Any

import pytest

from server.accounts.allow import allow_organizer
from tests.events.facts import EVENT
from tests.phones import Phone, sign_in


@pytest.fixture
async def olga(client, outbox, settings, clock) -> Phone:
    await allow_organizer(settings, "olga@example.org", now=clock())
    return await sign_in(client, outbox, "olga@example.org")


@pytest.fixture
async def event(olga: Phone) -> dict[str, Any]:
    answer = await olga.post("/v1/events", json=EVENT)
    assert answer.status_code == 201, answer.text
    return answer.json()
