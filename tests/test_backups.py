"""The drill: a backup is made, more happens, the database is lost, and everybody comes back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import asyncpg
import httpx2
import pytest
from sqlalchemy import make_url, text

from server.backups import BackupFailed, back_up, begin_stamps_anew, find_program, put_back, stamp_columns
from server.clock import utc_now
from server.database import Database, driver_url, open_database
from server.embedded import EmbeddedPostgres
from server.housekeeping import tidy_up
from server.privacy.erasing import erase_due
from server.privacy.ledger import ledger_writer
from server.settings import Settings
from tests.examples.lossy import App, Line
from tests.living import asking_another
from tests.phones import Phone, sign_in
from tests.privacy.leavers import leave
from tests.privacy.searching import found_in_database
from tests.scans.conference import Guest, hold_conference
from tests.sync.copies import Copy
from tests.test_command_line import environment, hallway

__all__ = ["environment"]

LINUS = ("linus-private", "Linus Quillfeather", "Eelfarm")


@pytest.fixture
async def empty_database(database_url: str) -> AsyncIterator[str]:
    """The URL of another database, in which nothing is."""
    address = make_url(database_url)
    maintenance = await asyncpg.connect(
        driver_url(address.set(database="postgres").render_as_string(hide_password=False))
    )
    name = f"{address.database}_anew"
    await maintenance.execute(f"create database {name}")
    yield address.set(database=name).render_as_string(hide_password=False)
    await maintenance.execute(f"drop database {name} with (force)")
    await maintenance.close()


@pytest.fixture
def empty_settings(settings: Settings, empty_database: str) -> Settings:
    return settings.model_copy(update={"database_url": empty_database})


def done(*words: str, environment: dict[str, str]) -> str:
    ended = hallway(*words, environment=environment)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


async def refresh(phone: Phone) -> httpx2.Response:
    answer = await phone.client.post(
        "/v1/sessions/refresh", json={"refresh_token": phone.tokens["refresh_token"]}
    )
    if answer.is_success:
        phone.tokens = answer.json()
    return answer


async def everything_of(guest: Guest) -> dict[str, list[dict]]:
    """Whom a guest met and what they scanned, but for when and how often the server heard of it."""
    assert guest.phone is not None
    scans = (await guest.phone.get(f"/v1/events/{guest.event.id}/scans")).json()["items"]
    unlike = ("version", "received_at")
    return {
        "scans": [{name: value for name, value in scan.items() if name not in unlike} for scan in scans],
        "people": [
            {name: value for name, value in one.items() if name not in unlike}
            for one in await guest.connections()
        ],
    }


async def encounters(database: Database) -> list[tuple]:
    async with database.transaction() as db:
        return [
            tuple(row) for row in await db.execute(text("select * from encounters order by low_id, high_id"))
        ]


async def test_what_was_acknowledged_after_the_backup_comes_back_from_phones_and_the_erased_stay_away(  # noqa: PLR0915
    client, outbox, database, empty_settings, clock, tmp_path, environment
):
    backup, ledger = tmp_path / "monday.dump", tmp_path / "apart" / "erasures.jsonl"
    write_ledger = ledger_writer(ledger)
    anew = environment | {"DATABASE_URL": empty_settings.database_url}

    # Two weeks ago Linus asked to be erased, which is due an hour after the backup.
    clock.now = utc_now().replace(microsecond=0) - timedelta(days=15)
    linus = await sign_in(client, outbox, "linus-private@example.org")
    await linus.edit("/v1/me/profile", {"name": "Linus Quillfeather", "headline": "Eelfarm"})
    await leave(linus)
    await write_ledger(database, now=clock.now)
    clock.tick(days=13, hours=23)
    conference = await hold_conference(database, now=clock.now)
    phones = [
        await sign_in(client, outbox, f"{name}@example.org") for name in ("ada", "grace", "hedy", "joan")
    ]
    ada, grace, hedy, joan = [await conference.guest(phone) for phone in phones]
    app = App(tmp_path / "ada.sqlite", Line(ada), clock.now)
    app.meet([grace], note="Looms")
    await app.deliver_all()

    done("backup", str(backup), environment=environment)

    # More happens, and is acknowledged: scans, a note, a signal, an undo.
    clock.tick(hours=1)
    app.now = clock.now
    for phone in phones:
        assert (await refresh(phone)).status_code == 200
    _, taken_back = app.meet([hedy, joan])
    app.queue.annotate(app.meet([hedy])[0], note="Frequencies", signal="yes")
    app.queue.undo(taken_back)
    await app.deliver_all()
    copy = Copy(grace.phone)
    await copy.sync()
    late = await sign_in(client, outbox, "late@example.org")
    await leave(joan.phone)
    await erase_due(database, now=clock.now)
    await write_ledger(database, now=clock.now)
    assert await found_in_database(database, LINUS) == set()
    clock.tick(minutes=5)
    before = {one.person_id: await everything_of(one) for one in (ada, grace, hedy)}
    met_before = await encounters(database)

    # The database is lost. Another one takes its place.
    await refresh(ada.phone)
    done("restore", str(backup), environment=anew)
    restored = open_database(empty_settings)
    assert "profiles.name" in await found_in_database(restored, LINUS)
    assert done("erase-again", str(ledger), environment=anew).startswith("2 people")
    assert await found_in_database(restored, LINUS) == set()
    assert await encounters(restored) != met_before

    async with asking_another(empty_settings, clock) as client_anew:
        for phone in (*phones, late):
            phone.client = client_anew
        # Who refreshed since the backup stays signed in; who first signed in since does so again.
        for phone in (ada.phone, ada.phone, grace.phone, hedy.phone):
            assert (await refresh(phone)).status_code == 200
        assert (await refresh(late)).json()["code"] == "refresh_invalid"
        assert (await joan.phone.get("/v1/me/profile")).json()["code"] == "account_leaving"
        # What Grace's phone had read on to is nothing here: it reads everything.
        old_cursor = await grace.phone.get("/v1/me/changes", params={"cursor": copy.cursor})
        assert (old_cursor.status_code, old_cursor.json()["code"]) == (410, "cursor_expired")

        # Ada's app asks within the hour what is there, and sends again what may be missing.
        app.wait(hours=1)
        clock.now = app.now
        await refresh(ada.phone)
        await app.deliver_all()
        assert await app.queue.safe_to_wipe() is True
        await refresh(grace.phone)
        await refresh(hedy.phone)
        after = {one.person_id: await everything_of(one) for one in (ada, grace, hedy)}
        anew_copy = Copy(grace.phone)
        await anew_copy.sync()
        assert [one["person_id"] for one in anew_copy["connections"]] == [ada.person_id]
    app.stop()
    assert await found_in_database(restored, LINUS) == set()
    await restored.close()
    assert after == before


async def test_stamps_of_another_cluster_begin_anew(
    client, ada, clock, database, settings, empty_settings, tmp_path
):
    """Its transactions had higher numbers than this one has reached."""
    conference = await hold_conference(database, now=clock.now)
    guest = await conference.guest(ada)
    async with database.autocommit.connect() as connection:
        for table, column in stamp_columns():
            await connection.exec_driver_sql(f"update {table} set {column} = 1::bigint << 50")  # noqa: S608
        await connection.exec_driver_sql("update changes set xid = '1125899906842624'")
        await connection.exec_driver_sql(
            "insert into ripples (xid, kind, object_id) values ('1125899906842624', 'card', $1)",
            (UUID(ada.person_id),),
        )
    await back_up(database, settings, tmp_path / "one.dump")
    restored = open_database(empty_settings)
    await put_back(restored, empty_settings, tmp_path / "one.dump")
    await begin_stamps_anew(restored)

    async with restored.transaction() as db:
        for table, column in stamp_columns():
            query = f"select count(*) from {table} where {column} >= 1::bigint << 50"  # noqa: S608
            assert await db.scalar(text(query)) == 0, f"{table}.{column}"
        assert await db.scalar(text("select count(*) from ripples")) == 0
        badges = await db.scalar(text("select count(*) from badges where door_xid is not null"))
    assert badges == 1
    async with asking_another(empty_settings, clock) as client_anew:
        ada.client = client_anew
        copy = Copy(ada)
        await copy.sync()
        await ada.edit(f"/v1/events/{guest.event.id}/attendance", {"paused": True})
        await tidy_up(restored, now=clock.now)
        brought = await copy.sync()
    await restored.close()
    assert [one["paused"] for one in brought["attendances"]] == [True]


async def test_a_backup_replaces_nothing_and_is_put_back_into_nothing_else(database, settings, tmp_path):
    file = tmp_path / "one.dump"
    file.write_text("the only one")
    with pytest.raises(BackupFailed, match="is there already"):
        await back_up(database, settings, file)
    with pytest.raises(BackupFailed, match="This database is not empty"):
        await put_back(database, settings, file)
    assert file.read_text() == "the only one"


async def test_a_file_that_is_no_backup_leaves_the_database_empty(
    database, settings, empty_settings, tmp_path
):
    whole, cut = tmp_path / "whole.dump", tmp_path / "cut.dump"
    await back_up(database, settings, whole)
    assert [whole.stat().st_mode & 0o777, *tmp_path.iterdir()] == [0o600, whole]
    restored = open_database(empty_settings)
    for broken in (b"nothing", whole.read_bytes()[: whole.stat().st_size // 2]):
        cut.write_bytes(broken)
        with pytest.raises(BackupFailed, match="pg_restore failed"):
            await put_back(restored, empty_settings, cut)
    await put_back(restored, empty_settings, whole)
    await restored.close()


async def test_the_embedded_database_is_restored_beside_its_secrets(environment, tmp_path):
    environment = {name: value for name, value in environment.items() if not name.endswith("_SECRET")}
    del environment["DATABASE_URL"]
    old, new = [environment | {"HALLWAY_DATA": str(tmp_path / name)} for name in ("old", "new")]
    done("organizer", "add", "olga@example.org", environment=old)
    done("backup", str(tmp_path / "one.dump"), environment=old)
    without = hallway("restore", str(tmp_path / "one.dump"), environment=new)
    assert (without.returncode, "secrets.json" in without.stderr) == (1, True)

    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "secrets.json").write_text((tmp_path / "old" / "secrets.json").read_text())
    done("restore", str(tmp_path / "one.dump"), environment=new)
    with EmbeddedPostgres.start(tmp_path / "new") as postgres:
        connection = await asyncpg.connect(driver_url(postgres.url()))
        assert await connection.fetchval("select email from allowed_organizers") == "olga@example.org"
        await connection.close()


def test_no_program_for_a_newer_server_is_said():
    with pytest.raises(BackupFailed, match="postgresql-client-99"):
        find_program("pg_dump", server=99)
