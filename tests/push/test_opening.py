"""Which services are set up, and what is said when it is only half done."""

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.push.opening import push_senders
from server.settings import Settings, SettingsWrong
from tests.push.google import Google


async def opened(settings) -> set[str]:
    async with push_senders(settings) as senders:
        return set(senders)


async def test_nothing_is_set_up_by_itself(settings):
    assert await opened(settings) == set()


async def test_each_service_may_be_set_up_alone(pushing):
    assert await opened(pushing) == {"ios", "android", "web"}
    assert await opened(pushing.model_copy(update={"fcm_credentials": None})) == {"ios"}
    nothing = dict.fromkeys(("apns_key", "apns_key_id", "apns_team_id", "apns_topic"))
    assert await opened(pushing.model_copy(update=nothing)) == {"android", "web"}


@pytest.mark.parametrize("missing", ["apns_key", "apns_key_id", "apns_team_id", "apns_topic"])
async def test_half_of_apple_is_refused_and_the_rest_is_named(pushing, missing):
    with pytest.raises(SettingsWrong, match=f"HALLWAY_{missing.upper()}"):
        await opened(pushing.model_copy(update={missing: None}))


async def test_settings_are_read_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("HALLWAY_APNS_KEY_ID", "ABC123DEFG")
    monkeypatch.setenv("HALLWAY_FCM_CREDENTIALS", str(tmp_path / "fcm.json"))
    settings = Settings(_env_file=None)
    assert (settings.apns_key_id, settings.fcm_credentials) == ("ABC123DEFG", tmp_path / "fcm.json")
    with pytest.raises(SettingsWrong, match="HALLWAY_APNS_KEY, HALLWAY_APNS_TEAM_ID, HALLWAY_APNS_TOPIC"):
        settings.require_whole()


P384 = ec.generate_private_key(ec.SECP384R1()).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)


@pytest.mark.parametrize("key", [b"", b"no key", P384])
async def test_a_key_that_cannot_sign_for_apple_is_refused_by_its_file(pushing, tmp_path, key):
    wrong = tmp_path / "wrong.p8"
    wrong.write_bytes(key)
    with pytest.raises(SettingsWrong, match=r"HALLWAY_APNS_KEY: .*wrong\.p8"):
        await opened(pushing.model_copy(update={"apns_key": wrong}))
    with pytest.raises(SettingsWrong, match="HALLWAY_APNS_KEY"):
        await opened(pushing.model_copy(update={"apns_key": tmp_path / "none.p8"}))


@pytest.mark.parametrize("left_out", ["project_id", "client_email", "private_key", "token_uri", "all"])
async def test_credentials_that_lack_something_are_refused_by_their_file(
    pushing, google: Google, tmp_path, left_out
):
    account = google.credentials("http://127.0.0.1:1")
    account.pop(left_out, None)
    wrong = tmp_path / "wrong.json"
    wrong.write_text("[]" if left_out == "all" else json.dumps(account))
    with pytest.raises(SettingsWrong, match=r"HALLWAY_FCM_CREDENTIALS: .*wrong\.json"):
        await opened(pushing.model_copy(update={"fcm_credentials": wrong}))
