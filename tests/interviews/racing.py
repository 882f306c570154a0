"""Everybody books at once: `python -m tests.interviews.racing 10000` (a smaller one is in `test_races.py`).

So many requests for a talk wait among as few people as can have them, all for starts within the same three hours; then
each is accepted, all at once, as phones do: asked to come back (503), they do. At the end nobody may be in two
talks, and no call may have been answered with a defect.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
from pydantic import SecretStr
from structlog.testing import capture_logs

from migrations.run import migrate
from server.app import create_app, wrap
from server.database import open_database
from server.embedded import THROW_AWAY, EmbeddedPostgres
from server.settings import Settings
from tests.interviews.people import answer_talk, code, connect, sign_in_many
from tests.interviews.test_races import assert_sound, bookings, plant_requests
from tests.living import living

# As many as reach the server at once; without a bound most of the time goes into telling phones to come back.
IN_FLIGHT = 200
NOW = datetime(2026, 6, 4, 9, tzinfo=UTC)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hallway-racing-") as folder:
        postgres = EmbeddedPostgres.start(Path(folder), settings=THROW_AWAY, may_create_databases=True)
        try:
            asyncio.run(race(postgres.url("hallway"), Path(folder), attempts=int(sys.argv[1])))
        finally:
            postgres.stop()


async def race(url: str, folder: Path, *, attempts: int) -> None:
    await migrate(url)
    secret = SecretStr("for-tests-only-" + "x" * 32)
    settings = Settings(_env_file=None).model_copy(
        update={
            "database_url": url,
            "data": folder / "data",
            "public_url": "https://hallway.example",
            **dict.fromkeys(("session_secret", "code_secret", "ticket_secret", "limit_secret"), secret),
        }
    )
    app = create_app(settings, clock=lambda: NOW)
    database = open_database(settings)
    people = next(count for count in range(2, attempts + 2) if count * (count - 1) >= attempts)
    async with living(app):
        transport = httpx2.ASGITransport(app=wrap(app))
        async with httpx2.AsyncClient(transport=transport, base_url="https://hallway.example") as client:
            phones = await sign_in_many(
                client, database, settings, [f"person{n}" for n in range(people)], now=NOW
            )
            await connect(database, *phones, now=NOW)
            chance = random.Random(7)  # noqa: S311, a stream to repeat, not a secret
            morning = NOW + timedelta(days=1)
            talks = await plant_requests(database, phones, morning, chance, now=NOW, count=attempts)

            asked_back = 0
            in_flight = asyncio.Semaphore(IN_FLIGHT)

            async def attempt(talk, host):
                nonlocal asked_back
                while True:
                    async with in_flight:
                        answer = await answer_talk(host, talk, "accept")
                    if answer.status_code != 503:
                        return answer
                    asked_back += 1
                    await asyncio.sleep(int(answer.headers["retry-after"]) * (1 + chance.random()))

            began = time.perf_counter()
            with capture_logs() as logs:
                answers = await asyncio.gather(*(attempt(talk, host) for talk, _, host in talks))
            took = time.perf_counter() - began

    await assert_sound(database)
    booked = await bookings(database)
    await database.close()
    outcomes = Counter(code(answer) for answer in answers)
    deadlocks = sum(line.get("sqlstate") == "40P01" for line in logs)
    sys.stdout.write(
        f"{attempts} attempts at once by {people} people in {took:.0f} s: {dict(outcomes)}; "
        f"asked to come back {asked_back} times; {deadlocks} deadlocks; "
        f"{sum(map(len, booked.values()))} bookings, no overlap\n"
    )
    if any(status not in {200, 409} for status, _ in outcomes):
        raise SystemExit("answered with a defect")


if __name__ == "__main__":
    main()
