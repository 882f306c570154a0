"""The secrets that the embedded default makes for itself."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.embedded import ensure_secrets
from server.embedded.errors import DataFolderUnusable


def test_secrets_are_made_once_and_for_their_owner_alone(tmp_path):
    data = tmp_path / "data"
    secrets = ensure_secrets(data)

    assert sorted(secrets) == [
        "HALLWAY_CODE_SECRET",
        "HALLWAY_LIMIT_SECRET",
        "HALLWAY_SESSION_SECRET",
        "HALLWAY_TICKET_SECRET",
    ]
    assert {len(base64.urlsafe_b64decode(secret + "=")) for secret in secrets.values()} == {32}
    assert len(set(secrets.values())) == 4
    assert stat.S_IMODE((data / "secrets.json").stat().st_mode) == 0o600
    assert ensure_secrets(data) == secrets


def test_processes_that_ask_at_once_get_the_same(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ensure_secrets(tmp_path), range(32)))
    assert answers == [answers[0]] * 32


def test_a_secret_that_a_later_version_needs_is_added_and_the_others_stay(tmp_path):
    (tmp_path / "secrets.json").write_text('{"HALLWAY_CODE_SECRET": "kept", "OTHER": "kept too"}')
    assert ensure_secrets(tmp_path)["HALLWAY_CODE_SECRET"] == "kept"
    assert '"OTHER": "kept too"' in (tmp_path / "secrets.json").read_text()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"HALLWAY_CODE_SECRET": 1}'])
def test_a_damaged_file_is_said_and_never_replaced(tmp_path, damage):
    (tmp_path / "secrets.json").write_text(damage)
    with pytest.raises(DataFolderUnusable, match="restore it from a backup"):
        ensure_secrets(tmp_path)
    assert (tmp_path / "secrets.json").read_text() == damage


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(DataFolderUnusable, match="cannot be read or kept"):
        ensure_secrets(tmp_path / "data")
