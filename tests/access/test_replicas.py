"""Two replicas are one Hallway: what one counted or ended, the other knows at once."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from server.accounts.rules import CODES_PER_EMAIL
from tests.conftest import HandClock
from tests.devices.phones import holder_of, register
from tests.events.facts import problem
from tests.living import asking_another
from tests.phones import Phone


@pytest.fixture
async def elsewhere(settings, clock: HandClock, clean: None) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of another replica, with connections of its own to the same database."""
    async with asking_another(settings, clock) as client:
        yield client


async def test_a_limit_is_counted_over_all_replicas(client, elsewhere, clock: HandClock):
    async def ask(where: httpx2.AsyncClient) -> int:
        return (await where.post("/v1/sign_in_codes", json={"email": "ada@example.org"})).status_code

    turns = [client, elsewhere] * CODES_PER_EMAIL.most
    answered = [await ask(where) for where in turns[: CODES_PER_EMAIL.most]]
    assert answered == [202] * CODES_PER_EMAIL.most
    assert [await ask(client), await ask(elsewhere)] == [429, 429]
    clock.tick(hours=1)
    assert [await ask(client), await ask(elsewhere)] == [202, 202]


async def test_wrong_codes_are_counted_over_all_replicas(client, elsewhere, clock: HandClock):
    asked = (await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"})).json()
    wrong = {"request_id": asked["request_id"], "code": "000000", "label": "x"}
    answers = [await where.post("/v1/sessions", json=wrong) for where in [client, elsewhere] * 3]
    assert [problem(answer)[1] for answer in answers] == ["code_wrong"] * 5 + ["code_expired"]


async def test_who_is_out_is_out_everywhere_at_once(client, elsewhere, ada: Phone):
    lost = holder_of(ada, device := await register(ada))
    there = [Phone(elsewhere, phone.email, phone.tokens) for phone in (ada, lost)]
    state = "/v1/events/00000000-0000-0000-0000-000000000000/sync_state?device_id="
    known = await there[1].get(f"{state}{device['id']}&last_sequence=0")
    assert problem(known) == (404, "event_not_found")

    await ada.delete(f"/v1/me/devices/{device['id']}")
    revoked = await there[1].get(f"{state}{device['id']}&last_sequence=0")
    assert problem(revoked) == (401, "device_revoked")
    assert (await there[0].get("/v1/me")).status_code == 200
    await ada.delete("/v1/sessions/current")
    assert problem(await there[0].get("/v1/me")) == (401, "sign_in_required")
