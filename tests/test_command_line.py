"""The command as an operator meets it: what can be mended is said in one line."""

import asyncio
import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from server.badges.keys import published_keys
from server.settings import SECRETS
from tests.builders import make_event
from tests.test_bounces import report


@pytest.fixture
def environment(database_url, tmp_path) -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HALLWAY_") and name != "DATABASE_URL"
    }
    secrets = {f"HALLWAY_{name.upper()}": f"{name[:4]}-for-tests-only-xxxxxxxxxxxxx" for name in SECRETS}
    return {**inherited, **secrets, "DATABASE_URL": database_url, "HALLWAY_DATA": str(tmp_path)}


def hallway(*words: str, environment: dict[str, str], given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "server", *words],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=180,  # starting takes long where many tests run at once
        check=False,
    )


def test_the_doctor_finds_what_is_wrong_and_says_what_to_do(environment):
    ended = hallway("doctor", environment=environment)
    lines = ended.stdout.splitlines()

    assert ended.returncode == 1  # the tests' database forgets what it commits when the power fails
    assert [line.split()[:2] for line in lines] == [
        ["good", "address"],
        ["good", "mail"],
        ["good", "database"],
        ["WRONG", "durability"],
        ["good", "role"],
        ["good", "migrations"],
        ["good", "clock"],
        ["good", "keys"],
        ["good", "apns"],
        ["good", "fcm"],
        ["good", "deliveries"],
        ["good", "queue"],
        ["good", "feed"],
    ]


async def test_the_doctor_says_when_another_secret_made_the_keys_of_tickets(environment, database):
    event = await make_event(database, now=datetime.now(UTC))
    async with database.transaction() as db:
        await published_keys(
            db, event.id, master=b"the secret of before, which is not today's", now=datetime.now(UTC)
        )

    ended = await asyncio.to_thread(hallway, "doctor", environment=environment)
    (line,) = [line for line in ended.stdout.splitlines() if line.split()[1] == "keys"]
    assert line.split()[:4] == ["WRONG", "keys", "1", "events"]
    assert "1 of them by another HALLWAY_TICKET_SECRET" in line


def test_a_mail_servers_pipe_is_told_to_come_back_while_the_database_is_away(environment):
    taken = hallway("bounced", environment=environment, given="Subject: I am on holiday\n\nUntil Monday.\n")
    nowhere = {**environment, "DATABASE_URL": "postgresql://127.0.0.1:1/hallway"}
    away = hallway("bounced", environment=nowhere, given=report(uuid4()).decode())

    assert (taken.returncode, taken.stdout) == (0, "0 of our letters came back.\n")
    assert (away.returncode, away.stderr) == (75, "hallway: not now (ConnectionRefusedError)\n")


def test_an_operator_sees_what_became_of_pushes_and_mails(environment):
    ended = hallway("deliveries", environment=environment)
    assert (ended.returncode, ended.stdout) == (0, "      0 of these should have been tried by now.\n")


def test_what_is_half_set_up_is_refused_in_one_line(environment):
    ended = hallway("serve", environment={**environment, "HALLWAY_APNS_TOPIC": "org.example.hallway"})
    assert (ended.returncode, ended.stderr) == (
        1,
        (
            "hallway: APNs is half set up; set these too, or none of them: "
            "HALLWAY_APNS_KEY, HALLWAY_APNS_KEY_ID, HALLWAY_APNS_TEAM_ID.\n"
        ),
    )


def test_secrets_have_no_default(environment):
    del environment["HALLWAY_TICKET_SECRET"]
    ended = hallway("serve", environment=environment)
    assert ended.returncode == 1
    assert ended.stderr.startswith(
        "hallway: DATABASE_URL is set, so these must be set too: HALLWAY_TICKET_SECRET."
    )


def test_a_taken_port_is_said_clearly(environment):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        ended = hallway("serve", environment={**environment, "HALLWAY_PORT": str(port)})
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"hallway: Port {port} on 127.0.0.1 is taken")


def test_a_database_that_is_away_is_said_without_a_traceback(environment):
    environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/nothing"
    ended = hallway("migrate", environment=environment)
    assert ended.returncode == 1
    assert ended.stderr.startswith("hallway: the database cannot be used (ConnectionRefusedError")


def test_a_setting_out_of_range_is_named(environment):
    ended = hallway("serve", environment={**environment, "HALLWAY_PORT": "99999"})
    assert ended.returncode == 1
    assert ended.stderr.startswith("hallway: HALLWAY_PORT: ")


def test_migrating_again_changes_nothing(environment):
    assert hallway("migrate", environment=environment).returncode == 0


def test_the_operator_allows_an_organizer_once_or_twice(environment, clean):
    for _ in range(2):
        ended = hallway("organizer", "add", "olga@example.org", environment=environment)
        assert (ended.returncode, ended.stdout) == (0, "olga@example.org may create events.\n")
    assert hallway("organizer", "add", "no address", environment=environment).returncode == 1
