import pytest

from tests.exhibitors.fair import Fair, hold_fair


@pytest.fixture
async def fair(client, database, settings, clock) -> Fair:
    return await hold_fair(client, database, settings, now=clock.now)
