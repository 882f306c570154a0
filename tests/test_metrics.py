"""What an operator's Prometheus reads: how much, how long and what waits, with nothing that names anybody."""

import asyncio
import socket
from urllib.request import urlopen

import pytest

from server.metrics import Timed, look_at_backlog, serving_metrics


@pytest.fixture
def measured(settings):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return settings.model_copy(update={"metrics_port": port})


async def read(settings) -> dict[str, float]:
    """Each sample by its name and labels."""
    answer = await asyncio.to_thread(urlopen, f"http://127.0.0.1:{settings.metrics_port}/metrics")
    with answer:
        lines = answer.read().decode().splitlines()
    samples = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
    return {name: float(value) for name, value in samples}


async def test_requests_are_counted_by_route_and_status_and_never_by_path(ada, measured):
    counted = 'hallway_request_seconds_count{method="GET",route="/v1/connections/{person_id}",status="404"}'
    async with serving_metrics(measured):
        before = (await read(measured)).get(counted, 0)
        await ada.get("/v1/connections/01981d4e-3c00-7000-8000-000000000002")
        await ada.get("/v1/no/such/place/of/Ada")
        after = await read(measured)

    assert after[counted] == before + 1
    assert after['hallway_request_seconds_count{method="GET",route="unknown",status="404"}'] >= 1
    assert not [name for name in after if "01981d4e" in name or "Ada" in name or "ada@" in name]


async def test_what_waits_is_told(client, database, measured):
    await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"})

    async with serving_metrics(measured):
        await look_at_backlog(database.direct)
        seen = await read(measured)

    assert seen["hallway_mails_waiting"] == 1
    assert seen["hallway_queue_jobs"] == 1
    assert seen["hallway_parked_scans"] == 0
    assert seen["hallway_backlog_looked_at_seconds"] > 0


async def test_a_job_that_fails_is_counted_as_failed(measured):
    async with serving_metrics(measured):
        with pytest.raises(ZeroDivisionError), Timed("divide"):
            _ = 1 / 0
        with Timed("divide"):
            pass
        seen = await read(measured)

    assert seen['hallway_job_seconds_count{name="divide",outcome="failed"}'] == 1
    assert seen['hallway_job_seconds_count{name="divide",outcome="done"}'] == 1
