"""Apple and Google on this machine, and lines to them as the settings open them."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.push.messages import PushSender
from server.push.opening import push_senders
from server.settings import Settings
from tests.conftest import HandClock
from tests.push import apple as apples
from tests.push.apple import Apple, make_certificate
from tests.push.google import Google


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def apple(certificate: tuple[Path, Path], clock: HandClock) -> Apple:
    return Apple(certificate, clock)


@pytest.fixture
def google(clock: HandClock) -> Google:
    return Google(clock)


@pytest.fixture
async def pushing(
    apple: Apple, google: Google, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Settings]:
    """The settings with both services set up."""
    monkeypatch.setenv("SSL_CERT_FILE", str(apple.certificate[0]))
    async with apple.serving() as apns_url, google.serving() as fcm_url:
        (tmp_path / "AuthKey.p8").write_text(apple.key_pem)
        (tmp_path / "fcm.json").write_text(json.dumps(google.credentials(fcm_url)))
        yield settings.model_copy(
            update={
                "apns_url": apns_url,
                "apns_key": tmp_path / "AuthKey.p8",
                "apns_key_id": apples.KEY_ID,
                "apns_team_id": apples.TEAM_ID,
                "apns_topic": apples.TOPIC,
                "fcm_url": fcm_url,
                "fcm_credentials": tmp_path / "fcm.json",
            }
        )


@pytest.fixture
async def lines(pushing: Settings) -> AsyncIterator[dict[str, PushSender]]:
    async with push_senders(pushing) as senders:
        yield senders
