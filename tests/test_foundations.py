"""The small foundations: ids, cursors, limits, addresses, settings, logs."""

import base64
import json
import re
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from server.failures import CursorInvalid, Stale, VersionMissing
from server.ids import new_id
from server.limits import Limit, Limits, RateLimited
from server.paging import read_cursor, write_cursor
from server.requests import provide_client, require_version
from server.settings import SECRETS, Settings, SettingsWrong


def test_ids_are_uuids_of_version_7_in_the_order_they_were_made():
    ids = [new_id() for _ in range(100)]
    assert {(one.version, one.variant) for one in ids} == {(7, "specified in RFC 4122")}
    times = [one.int >> 80 for one in ids]
    assert times == sorted(times)
    assert len(set(ids)) == 100


@given(
    st.uuids(), st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)), st.integers(0, 2**62)
)
def test_a_cursor_gives_back_its_key(one: UUID, at: datetime, number: int):
    assert read_cursor(write_cursor(at, one, number), datetime, UUID, int) == (at, one, number)


@given(st.text(max_size=60))
def test_any_other_text_is_not_a_cursor(text: str):
    with pytest.raises(CursorInvalid):
        read_cursor(text, datetime, UUID)


@pytest.mark.parametrize("part", [7, 0.5, None, True, [], {}, "x", "\x00"])
@pytest.mark.parametrize("kind", [UUID, datetime])
def test_a_part_of_another_kind_is_no_cursor(part: object, kind: type):
    with pytest.raises(CursorInvalid):
        read_cursor(base64.urlsafe_b64encode(json.dumps([part]).encode()).decode(), kind)


async def test_a_limit_lets_so_many_through_and_says_when_to_come_back(database, clean):
    limits = Limits(database.direct, b"secret")
    limit = Limit("knocks", most=3, per=timedelta(minutes=1))
    now = datetime(2026, 6, 4, 9, 0, 20, tzinfo=UTC)

    for _ in range(3):
        await limits.take(limit, "ada", now=now)
    with pytest.raises(RateLimited) as refused:
        await limits.take(limit, "ada", now=now)

    assert refused.value.retry_after == timedelta(seconds=40)
    await limits.take(limit, "grace", now=now)
    await limits.take(limit, "ada", now=now + timedelta(seconds=40))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),  # not a proxy of ours: it may say what it likes
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "nonsense", "None"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "", "203.0.113.7"),
    ],
)
def test_a_forwarded_address_counts_only_from_a_trusted_proxy(peer, forwarded, client):
    settings = Settings(_env_file=None, trusted_proxies="10.0.0.0/8")
    request = SimpleNamespace(client=SimpleNamespace(host=peer), headers={"x-forwarded-for": forwarded})
    assert provide_client(request, settings) == client


@pytest.mark.parametrize("tag", ['"3"', 'W/"3"', "3", "*"])
def test_the_current_version_may_be_named_in_any_usual_way(tag):
    require_version(tag, 3)


@pytest.mark.parametrize(
    ("tag", "failure"), [(None, VersionMissing), ('"2"', Stale), ("", Stale), ("x", Stale), ("3.0", Stale)]
)
def test_another_version_is_stale_and_none_is_missing(tag, failure):
    with pytest.raises(failure):
        require_version(tag, 3)


STRONG = {name: SecretStr(secrets.token_urlsafe(32)) for name in SECRETS}
WITH_A_DATABASE = Settings(_env_file=None, database_url="postgresql://localhost/hallway").model_copy(
    update=STRONG
)


def test_with_a_database_of_its_own_hallway_takes_generated_secrets_only():
    WITH_A_DATABASE.require_secrets()
    hexadecimal = {name: SecretStr(secrets.token_hex(32)) for name in SECRETS}
    WITH_A_DATABASE.model_copy(update=hexadecimal).require_secrets()


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize(
    ("value", "why"),
    [
        (None, "these must be set too: HALLWAY_{}"),
        ("", "HALLWAY_{} (under 32 characters)"),
        ("hg6C08mfR7u9q2KsRato_m60r3xdtHW", "HALLWAY_{} (under 32 characters)"),
        ("x" * 40, "HALLWAY_{} (few different characters)"),
        ("0123" * 10, "HALLWAY_{} (few different characters)"),
        ("ChangeMe-before-you-go-into-production", "HALLWAY_{} (a placeholder)"),
        ("correct-horse-battery-my-password-is-long", "HALLWAY_{} (a placeholder)"),
    ],
)
def test_a_missing_or_guessable_secret_is_refused_by_its_name(name: str, value: str | None, why: str):
    weak = WITH_A_DATABASE.model_copy(update={name: value if value is None else SecretStr(value)})
    with pytest.raises(SettingsWrong, match=re.escape(why.format(name.upper()))) as refused:
        weak.require_secrets()
    assert not value or value not in str(refused.value)


def test_one_secret_for_two_purposes_is_refused():
    twice = WITH_A_DATABASE.model_copy(update={"ticket_secret": STRONG["session_secret"]})
    with pytest.raises(SettingsWrong, match="the same: HALLWAY_SESSION_SECRET, HALLWAY_TICKET_SECRET"):
        twice.require_secrets()


def test_the_example_file_lists_every_setting():
    listed = {
        line.lstrip("#").split("=")[0]
        for line in Path(".env.example").read_text().splitlines()
        if "=" in line and not line.startswith("# ")
    }
    assert listed == {
        "DATABASE_URL" if name == "database_url" else f"HALLWAY_{name.upper()}"
        for name in Settings.model_fields
    }


async def test_a_request_is_logged_by_its_route_and_without_anybodys_data(client, ada, capsys):
    await ada.get("/v1/me/releases?cursor=secret-in-the-url")
    lines = [
        line for line in capsys.readouterr().out.splitlines() if "route=" in line or line.startswith("{")
    ]
    assert any("/v1/me/releases" in line for line in lines)
    for line in lines:
        assert "secret-in-the-url" not in line
        assert "ada@example.org" not in line
