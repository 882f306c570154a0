import pytest

from tests.doors.stations import stand
from tests.phones import Phone, sign_in
from tests.scans.conference import Conference, Guest
from tests.scans.conftest import ada_there, conference, grace_there

__all__ = ["ada_there", "conference", "grace_there"]


@pytest.fixture
async def olga(client, database, outbox) -> Phone:
    """She runs the event."""
    return await sign_in(client, outbox, "olga@example.org")


@pytest.fixture
async def north(conference: Conference, olga: Phone) -> Guest:
    return await stand(conference, olga, "North door")


@pytest.fixture
async def south(conference: Conference, olga: Phone) -> Guest:
    return await stand(conference, olga, "South door")
