"""What is true of requests to be introduced: how many, and how long they wait."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from server.failures import Fault
from server.limits import Limit

CONNECTOR_ANSWERS_WITHIN = timedelta(days=14)
TARGET_ANSWERS_WITHIN = timedelta(days=10)
CLOSES_AFTER = CONNECTOR_ANSWERS_WITHIN + TARGET_ANSWERS_WITHIN
"""For the asker: the same whatever anybody did meanwhile."""
MOST_OPEN = 3
MOST_WAITING = 5
"""How many requests wait for one connector's first answer."""
REQUESTS_A_DAY = Limit("introduction_requests", 10, timedelta(days=1))


def faults_of_connectors(connector_ids: Sequence[UUID]) -> tuple[Fault, ...]:
    return tuple(
        Fault(f"/connector_ids/{index}", "connector_repeated", "You ask this person already.")
        for index, connector_id in enumerate(connector_ids)
        if connector_id in connector_ids[:index]
    )
