"""The worker as it runs: the queue wakes it, what fails is tried again, and it stops when told."""

import asyncio
from pathlib import Path

from sqlalchemy import text

from server.clock import utc_now
from server.worker import work


async def test_a_queued_mail_is_sent_within_moments_and_the_worker_stops_when_told(
    client, settings, database
):
    stop = asyncio.Event()
    worker = asyncio.create_task(work(settings, stop=stop, clock=utc_now))
    await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"})

    for _ in range(200):
        async with database.engine.connect() as connection:
            sent = await connection.scalar(text("select count(*) from mails where outcome = 'sent'"))
        if sent:
            break
        await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(worker, timeout=20)

    assert sent == 1
    outbox = Path(settings.mail.removeprefix("folder://"))
    assert any(b"ada@example.org" in path.read_bytes() for path in outbox.glob("*.eml"))


async def test_a_job_that_finds_the_database_busy_is_put_off_and_not_forgotten(client, settings, database):
    stop = asyncio.Event()
    await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"})
    async with database.engine.connect() as busy:
        await busy.execute(text("lock table mails in access exclusive mode"))
        worker = asyncio.create_task(work(settings, stop=stop, clock=utc_now))
        for _ in range(400):
            async with database.engine.connect() as connection:
                put_off = await connection.scalar(
                    text("select count(*) from pgqueuer where status = 'queued' and execute_after > now()")
                )
            if put_off:
                break
            await asyncio.sleep(0.05)
        stop.set()
        await busy.rollback()
    await asyncio.wait_for(worker, timeout=30)

    assert put_off == 1


async def test_what_is_promised_in_a_transaction_that_fails_is_not_promised(client, database):
    refused = await client.post("/v1/sign_in_codes", json={"email": "no address"})
    assert refused.status_code == 400
    async with database.engine.connect() as connection:
        assert await connection.scalar(text("select count(*) from pgqueuer")) == 0
