from uuid import UUID

import pytest

from server.database import Database
from tests.phones import Phone
from tests.suggestions.gathering import Gathering, make_gathering


@pytest.fixture
async def party(database: Database, ada: Phone, grace: Phone, clock) -> Gathering:
    """Ada and Grace have come to an event and met twice."""
    party = await make_gathering(database, now=clock())
    await party.come(ada, grace, now=clock())
    await party.meet(UUID(ada.person_id), UUID(grace.person_id), minutes=(10, 40))
    return party
