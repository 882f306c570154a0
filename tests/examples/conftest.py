from collections.abc import Iterator

import pytest

from tests.examples.lossy import App, Line
from tests.scans.conference import Conference, Guest, hold_conference


@pytest.fixture
async def conference(client, database, clock) -> Conference:
    return await hold_conference(database, now=clock.now)


@pytest.fixture
async def ada_there(conference: Conference, ada) -> Guest:
    return await conference.guest(ada)


@pytest.fixture
async def grace_there(conference: Conference, grace) -> Guest:
    return await conference.guest(grace)


@pytest.fixture
def app_of_ada(ada_there: Guest, clock, tmp_path) -> Iterator[App]:
    app = App(tmp_path / "ada.sqlite", Line(ada_there), clock.now)
    yield app
    app.stop()
