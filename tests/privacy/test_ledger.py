"""A backup knows nothing of who was erased since; the ledger beside it does."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select, update

from server.accounts.models import AccountEmail, ErasedAddress, Person
from server.people.models import Profile
from server.privacy.erasing import erase_due
from server.privacy.ledger import ledger_writer, ledgers_in, replay
from server.privacy.models import Erasure
from tests.phones import Phone, sign_in
from tests.privacy.leavers import leave, stay


async def written(database, tmp_path, now) -> list[str]:
    path = tmp_path / "apart" / "erasures.jsonl"
    await ledger_writer(path)(database, now=now)
    return lines_of(path)


def lines_of(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line]


async def restore_a_backup_of_before(database) -> None:
    """Nobody had asked for anything then."""
    async with database.transaction() as db:
        await db.execute(Erasure.__table__.delete())
        await db.execute(ErasedAddress.__table__.delete())
        await db.execute(update(Person).values(leaving_at=None))


async def test_the_ledger_holds_nothing_personal_and_each_change_once(ada: Phone, database, tmp_path, clock):
    await ada.edit("/v1/me/profile", {"name": "Ada Lovelace"})
    await leave(ada)
    await written(database, tmp_path, clock.now)
    (line,) = await written(database, tmp_path, clock.now)
    assert "ada" not in line.lower()
    assert json.loads(line)["person_id"] == ada.person_id
    await stay(ada)
    assert [json.loads(line)["cancelled_at"] for line in await written(database, tmp_path, clock.now)] == [
        None,
        "2026-06-04T09:00:00+00:00",
    ]


async def test_whoever_was_erased_or_leaving_is_so_again_after_a_restore(
    ada: Phone, grace: Phone, client, outbox, database, tmp_path, clock
):
    alan = await sign_in(client, outbox, "alan@example.org")
    await ada.edit("/v1/me/profile", {"name": "Ada Lovelace"})
    await leave(ada)
    await leave(alan)
    await written(database, tmp_path, clock.now)
    await stay(alan)
    clock.tick(minutes=5)
    await leave(grace)
    lines = await written(database, tmp_path, clock.now)

    await restore_a_backup_of_before(database)
    clock.now += timedelta(days=14) - timedelta(minutes=5)
    assert await replay(database, lines, now=clock.now) == 2
    assert await replay(database, reversed(lines), now=clock.now) == 2

    async with database.transaction() as db:
        assert await db.get(Profile, UUID(ada.person_id)) is None
        emails = set(await db.scalars(select(AccountEmail.email)))
        leaving = set(await db.scalars(select(Person.id).where(Person.leaving_at.is_not(None))))
        digests = await db.scalar(select(func.count()).select_from(ErasedAddress))
    assert emails == {"grace@example.org", "alan@example.org"}
    assert (leaving, digests) == ({UUID(ada.person_id), UUID(grace.person_id)}, 1)
    clock.tick(minutes=5)
    await erase_due(database, now=clock.now)
    async with database.transaction() as db:
        assert set(await db.scalars(select(AccountEmail.email))) == {"alan@example.org"}


async def test_ledgers_of_several_workers_make_one_story_whatever_a_crash_tore(
    ada: Phone, grace: Phone, database, tmp_path, clock
):
    """Ada asks, takes it back and asks again; each time another worker was there first."""
    north, south = tmp_path / "all" / "north.jsonl", tmp_path / "all" / "south.jsonl"
    for worker, step in ((north, leave), (south, stay), (north, leave)):
        await step(ada)
        await ledger_writer(worker)(database, now=clock.now)
        clock.tick(minutes=1)
    with south.open("a") as file:
        file.write('{"person_id": "torn')
    await leave(grace)
    await ledger_writer(south)(database, now=clock.now)
    await restore_a_backup_of_before(database)

    files = ledgers_in([tmp_path / "all"])
    assert files == ledgers_in([north, south]) == [north, south]
    lines = [line for file in reversed(files) for line in file.read_text().splitlines()]
    assert await replay(database, lines, now=clock.now) == 2

    async with database.transaction() as db:
        leaving = set(await db.scalars(select(Person.id).where(Person.leaving_at.is_not(None))))
    assert leaving == {UUID(ada.person_id), UUID(grace.person_id)}


async def test_a_backup_from_before_somebody_came_learns_their_address_only(database, clean, clock):
    """Their person is not in it: what is imported later is still not mailed to them."""
    line = json.dumps(
        {
            "person_id": str(UUID(int=1)),
            "addresses": ["ab" * 32],
            "asked_at": "2026-01-01T00:00:00+00:00",
            "erase_at": "2026-01-15T00:00:00+00:00",
            "cancelled_at": None,
        }
    )
    assert await replay(database, [line], now=clock.now) == 1
    async with database.transaction() as db:
        assert await db.get(ErasedAddress, bytes.fromhex("ab" * 32)) is not None
