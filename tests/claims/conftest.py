import pytest

from tests.claims.ticketing import Ticketing
from tests.scans.conference import Conference
from tests.scans.conftest import ada_there, conference, grace_there

__all__ = ["ada_there", "conference", "grace_there", "ticketing"]


@pytest.fixture
async def ticketing(conference: Conference, settings) -> Ticketing:
    ticketing = Ticketing(conference, settings)
    await ticketing.publish()
    return ticketing
