"""What tests of leaving do again and again."""

from typing import Any

from server.privacy.erasing import erase_due
from server.sync.jobs import spread_ripples
from tests.phones import Phone


async def leave(phone: Phone) -> dict[str, Any]:
    answer = await phone.post("/v1/me/deletion")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def stay(phone: Phone) -> None:
    answer = await phone.delete("/v1/me/deletion")
    assert answer.status_code == 204, answer.text


async def erased(database, clock) -> None:
    """Two weeks pass, and the job comes by."""
    clock.tick(days=14)
    await erase_due(database, now=clock.now)
    await spread_ripples(database, now=clock.now)
