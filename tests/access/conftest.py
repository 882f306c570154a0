"""The world that everybody asks of."""

import pytest

from server import database as transactions
from tests.access.world import World, make_world
from tests.exhibitors.fair import hold_fair


@pytest.fixture
async def world(client, database, settings, outbox, clock, monkeypatch) -> World:
    """Whatever is asked of it is done, and undone: so everybody asks of the same one."""
    fair = await hold_fair(client, database, settings, now=clock.now)
    world = await make_world(fair, database, settings, outbox, clock)

    async def undo(session) -> None:
        await session.flush()
        await session.rollback()

    monkeypatch.setattr(transactions, "commit", undo)
    return world
