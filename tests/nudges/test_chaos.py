"""Workers are killed in the midst of sending, again and again, and what arrived is counted.

`make kills KILLS=500` kills so many.
"""

import asyncio
import os
from collections import defaultdict
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text, update

from server.accounts.models import CodeRequest
from server.devices.models import Device
from server.ids import new_id
from server.mail import Mail
from server.nudges.deliveries import EMAIL, PUSH, Delivery, promise
from tests.interviews.people import book_talk, connect, hours, sign_in_many
from tests.nudges.chaos import Arrival, Chaos, Clock
from tests.nudges.promising import make_nudge, message

KILLS = int(os.environ.get("KILLS", "6"))
LONGEST = (
    240 + 10 * KILLS
)  # seconds: only what never ends takes so long, on a machine with much else to do too


@pytest.fixture
async def promised(client, database, settings, clock) -> int:
    """Nudges for some people by push and by mail, codes for a few of them, and two talks' invitations. How many people
    there are."""
    people = max(KILLS * 3, 12)
    phones = await sign_in_many(
        client, database, settings, [f"guest{number}" for number in range(people)], now=clock()
    )
    for phone in phones[:5]:
        await client.post("/v1/sign_in_codes", json={"email": phone.email})
    await connect(database, *phones[:4], now=clock())
    for asker, host in (phones[:2], phones[2:4]):
        await book_talk(asker, host, clock() + hours(48))

    async with database.transaction() as db:
        await db.execute(update(CodeRequest).values(expires_at=clock() + timedelta(days=1)))
        await db.execute(
            insert(Device.__table__),
            [
                {
                    "person_id": UUID(phone.person_id),
                    "id": new_id(),
                    "label": "Phone",
                    "platform": ("ios", "android")[number % 2],
                    "push_token": f"{number:064x}"[::-1] if number % 2 == 0 else f"android-{number}",
                    "zone": "Europe/Paris",
                    "registered_at": clock(),
                    "reported_at": clock(),
                    "seen_at": clock(),
                }
                for number, phone in enumerate(phones, start=2)
            ],
        )
    for phone in phones:
        nudge = await make_nudge(
            database, phone.person_id, now=clock(), useful_until=clock() + timedelta(days=30)
        )
        async with database.transaction() as db:
            await promise(db, [message(nudge, PUSH), message(nudge, EMAIL)], now=clock())
    return people


async def until_all_is_settled(database) -> None:
    open_ = text(
        "select (select count(*) from deliveries where settled_at is null)"
        " + (select count(*) from mails where settled_at is null)"
    )
    async with asyncio.timeout(LONGEST):
        while True:
            async with database.autocommit.connect() as connection:
                if await connection.scalar(open_) == 0:
                    return
            await asyncio.sleep(0.05)


async def rage(settings, database, clock, certificate, folder, *, kills: int, speed: float) -> Chaos:
    chaos = Chaos(settings, Clock(clock(), speed), certificate, folder, kills=kills, random=Random(5))  # noqa: S311
    async with chaos.raging():
        await until_all_is_settled(database)
    return chaos


def by_key(arrivals: list[Arrival]) -> dict[str, list[Arrival]]:
    found = defaultdict(list)
    for one in arrivals:
        found[one.key].append(one)
    return found


async def outcomes(database) -> dict[tuple[str, str], str]:
    """What became of each delivery, by channel and by the key under which it arrives."""
    async with database.transaction() as db:
        rows = await db.execute(select(Delivery))
        return {
            (
                one.channel,
                one.collapse_key if one.channel == PUSH else f"<{one.id}@hallway.example>",
            ): one.outcome
            for one in rows.scalars()
        }


async def letters(database) -> dict[str, tuple[str, str | None]]:
    async with database.transaction() as db:
        rows = await db.execute(select(Mail.id, Mail.kind, Mail.outcome))
        return {f"<{row.id}@hallway.example>": (row.kind, row.outcome) for row in rows}


async def test_two_workers_send_each_message_once(promised, settings, database, clock, certificate, tmp_path):
    chaos = await rage(settings, database, clock, certificate, tmp_path, kills=0, speed=1)
    arrived, became, mailed = by_key(chaos.arrivals), await outcomes(database), await letters(database)

    assert set(became.values()) == {"sent"}
    assert {one[1] for one in mailed.values()} == {"sent"}
    assert {key: len(these) for key, these in arrived.items()} == {
        **{key: 1 for _, key in became},
        **dict.fromkeys(mailed, 1),
    }
    assert len(became) == 2 * promised


async def test_killed_workers_repeat_a_push_once_at_most_a_nudge_mail_never_and_lose_no_code_or_invitation(
    promised, settings, database, clock, certificate, tmp_path
):
    chaos = await rage(settings, database, clock, certificate, tmp_path, kills=KILLS, speed=30)
    arrived, became, mailed = by_key(chaos.arrivals), await outcomes(database), await letters(database)
    print(report(chaos, arrived, became, mailed))  # noqa: T201

    assert len(chaos.killed) == KILLS
    for (channel, key), outcome in became.items():
        these = arrived.pop(key, [])
        assert outcome in {"sent", "unknown"}
        assert these or outcome == "unknown"
        assert len(these) <= {PUSH: 2, EMAIL: 1}[channel]
        assert len({one.to for one in these}) <= 1, "a repeat takes the first one's place, on the same phone"
        assert all(one.pid in chaos.killed for one in these[:-1]), "only what somebody died over is repeated"
    for key, (kind, outcome) in mailed.items():
        these = arrived.pop(key, [])
        assert (outcome, bool(these)) == ("sent", True), kind
        assert all(one.pid in chaos.killed for one in these[:-1])
    assert arrived == {}, "nothing arrived that nobody promised"
    assert len(became) == 2 * promised


def report(chaos, arrived, became, mailed) -> str:
    """What came how often, in a line for each kind."""
    kinds = {key: channel for (channel, key) in became} | {key: kind for key, (kind, _) in mailed.items()}
    counts = defaultdict(lambda: defaultdict(int))
    for key, kind in kinds.items():
        counts[kind][len(arrived.get(key, []))] += 1
    lines = [
        f"{kind}: " + ", ".join(f"{number} came {times} times" for times, number in sorted(these.items()))
        for kind, these in counts.items()
    ]
    return "\n".join([f"{len(chaos.killed)} workers killed", *lines])
