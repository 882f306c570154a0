"""How fast phones are answered: `python -m tests.sync.pace` (not a test).

Ada met 200 of 5,000 people who are listed; half a million stamps are others'. The answer that nothing is new, against
the list of her connections, in one run and one process.
"""

import asyncio
import logging
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

import httpx2
import structlog
from pydantic import SecretStr
from sqlalchemy import insert

from migrations.run import migrate
from server.accounts.models import Account, Person
from server.app import create_app, wrap
from server.connections.models import Connection
from server.database import Database, open_database
from server.embedded import THROW_AWAY, EmbeddedPostgres
from server.events.models import Attendance
from server.ids import new_id
from server.settings import Settings
from tests.conftest import HandClock
from tests.living import living
from tests.scans.conference import Guest, hold_conference, quick_phone
from tests.sync.copies import Copy, spread

CROWD, MET, TIMES = 5_000, 200, 300
SECRETS = ("session_secret", "code_secret", "ticket_secret", "limit_secret")


async def fill(database: Database, ada: Guest, clock: HandClock) -> None:
    now, event = clock.now, ada.event.id
    people = [(new_id(), new_id()) for _ in range(CROWD)]
    met = {"first_event_id": event, "first_met_at": now, "last_met_at": now, "updated_at": now}
    place = {"event_id": event, "listed": True, "name": "Somebody", "created_at": now, "updated_at": now}
    rows = {
        Person: [{"id": one, "created_at": now} for one, _ in people],
        Account: [{"id": account, "person_id": one, "created_at": now} for one, account in people],
        Attendance: [
            {**place, "id": new_id(), "person_id": one, "account_id": account} for one, account in people
        ],
        Connection: [{**met, "owner_id": UUID(ada.person_id), "other_id": one} for one, _ in people[:MET]],
    }
    async with database.transaction() as db:
        for model, values in rows.items():
            await db.execute(insert(model), values)
    await spread(database, now)
    async with database.autocommit.connect() as connection:
        await connection.exec_driver_sql(
            "insert into changes (recipient_id, xid, kind, object_id)"
            " select gen_random_uuid(), (n % 500 + 1)::text::xid8, 'note', gen_random_uuid()"
            " from generate_series(1, 500000) n"
        )
        await connection.exec_driver_sql("analyze")


async def main(url: str, folder: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    await migrate(url)
    settings = Settings(_env_file=None).model_copy(
        update={"database_url": url, "data": Path(folder), **dict.fromkeys(SECRETS, SecretStr("x" * 40))}
    )
    clock = HandClock()
    app, database = create_app(settings, clock=clock), open_database(settings)
    transport = httpx2.ASGITransport(app=wrap(app))
    async with living(app), httpx2.AsyncClient(transport=transport, base_url="https://x.example") as client:
        conference = await hold_conference(database, now=clock.now)
        phone = await quick_phone(client, database, settings, email="ada@example.org", now=clock.now)
        await fill(database, await conference.guest(phone), clock)

        began = time.perf_counter()
        copy = Copy(phone, limit=200)
        await copy.sync()
        said = f"first reading of {sum(map(len, copy.kept.values()))}: {time.perf_counter() - began:.2f} s"
        sys.stdout.write(f"{said}\n")
        for path in (f"/v1/me/changes?cursor={copy.cursor}", "/v1/connections?limit=50") * 3:
            began = time.perf_counter()
            for _ in range(TIMES):
                await phone.get(path)
            said = f"{path.split('?')[0]}: {TIMES / (time.perf_counter() - began):.0f} a second"
            sys.stdout.write(f"{said}\n")
    await database.close()


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory(prefix="hallway-pace-") as folder,
        EmbeddedPostgres.start(Path(folder) / "pg", settings=THROW_AWAY) as postgres,
    ):
        asyncio.run(main(postgres.url(), folder))
