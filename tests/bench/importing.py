"""An organizer's list comes in, through the API: ten thousand rows that are new, then the same list once more."""

import asyncio
import time
from collections.abc import Iterator
from urllib.request import Request, urlopen

from tests.bench.crowd import EVENT, credentials
from tests.bench.figures import Figure, Size
from tests.bench.house import SECRET, House, cpu

ROWS = 10_000
LIST = "Order;Name;E-mail;Company;Role\n" + "".join(
    f"AB{n:05d}-1;Guest {n};guest{n}@example{n % 50}.org;Company {n % 97};Engineer\n" for n in range(ROWS)
)


def import_attendees(house: House, size: Size) -> Iterator[Figure]:
    asyncio.run(let_first_organize(house))
    for what in ("new", "unchanged"):
        before, began = (cpu(house.hallway.process.pid), house.postgres_cpu()), time.perf_counter()
        post(house)
        took = time.perf_counter() - began
        yield Figure(
            what=f"import of {ROWS:,} {what} rows", value=took, unit="s", at_most=1,
            more={
                "api_cpu": cpu(house.hallway.process.pid) - before[0],
                "postgres_cpu": house.postgres_cpu() - before[1],
            },
        )  # fmt: skip


async def let_first_organize(house: House) -> None:
    connection = await house.connect()
    await connection.execute(
        """insert into team_members (event_id, id, email, account_id, role, created_as, version, added_at)
        select $1, gen_random_uuid(), email, account_id, 'manager', '', 1, now() from account_emails
        where email = 'person0@example.org'""",
        EVENT,
    )
    await connection.close()


def post(house: House) -> None:
    ((token, _, _),) = credentials(SECRET.encode(), 1)
    request = Request(
        f"http://127.0.0.1:{house.hallway.port}/v1/events/{EVENT}/attendees/import",
        data=LIST.encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "text/csv"},
    )
    urlopen(request, timeout=120).close()
