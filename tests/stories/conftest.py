import pytest

from tests.stories.world import World


@pytest.fixture
def world(client, outbox, tools, clock) -> World:
    return World(client, outbox, tools, clock)
