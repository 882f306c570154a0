"""Apps too old are told so, other origins are let in where configured: what clients are, not who signs in on them."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from server.app import create_app
from server.settings import Settings, SettingsWrong
from tests.living import asking_another

EVENT = "01981d4e-3c00-7000-8000-0000000000e1"


@pytest.fixture
async def strict(settings: Settings, clock, clean) -> AsyncIterator[httpx2.AsyncClient]:
    """A server that serves new apps only, and scripts of one page."""
    chosen = {"minimum_client_versions": ("ios/1.4.0",), "cors_origins": ("https://app.example.org",)}
    async with asking_another(settings.model_copy(update=chosen), clock) as client:
        yield client


async def code_as(client: httpx2.AsyncClient, version: str) -> str:
    answer = await client.get("/v1/me", headers={"hallway-client": version})
    return answer.json()["code"]


@pytest.mark.parametrize("version", ["ios/1.3.9", "ios/1", "iOS/0.9"])
async def test_an_app_too_old_is_told_so_before_anything_else(strict, version):
    assert await code_as(strict, version) == "client_too_old"


@pytest.mark.parametrize(
    "version", ["ios/1.4.0", "ios/1.10", "ios/2", "android/0.1", "ios", "ios/new", "", "a" * 5000]
)
async def test_every_other_app_is_served(strict, version):
    assert await code_as(strict, version) == "sign_in_required"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"/v1/events/{EVENT}/scans/sync"),
        ("POST", f"/v1/events/{EVENT}/scans"),
        ("POST", f"/v1/events/{EVENT}/scans/{EVENT}/undo"),
        ("GET", f"/v1/events/{EVENT}/sync_state?device_id={EVENT}&last_sequence=1"),
    ],
)
async def test_what_an_old_app_captured_is_taken(strict, method, path):
    answer = await strict.request(method, path, headers={"hallway-client": "ios/0.1"})
    assert answer.json()["code"] == "sign_in_required"


def test_a_version_that_is_none_stops_the_start(settings):
    with pytest.raises(SettingsWrong, match="'ios' is not like"):
        create_app(settings.model_copy(update={"minimum_client_versions": ("ios",)}))


async def test_scripts_of_other_pages_are_let_in_where_configured(strict):
    answer = await strict.get("/v1/health", headers={"origin": "https://app.example.org"})
    stranger = await strict.get("/v1/health", headers={"origin": "https://elsewhere.example"})
    assert answer.headers["access-control-allow-origin"] == "https://app.example.org"
    assert "etag" in answer.headers["access-control-expose-headers"].lower()
    assert "access-control-allow-origin" not in stranger.headers


async def test_scripts_of_other_pages_are_kept_out_unless_configured(client):
    asked = {"origin": "https://app.example.org", "access-control-request-method": "GET"}
    answer = await client.request("OPTIONS", "/v1/health", headers=asked)
    assert not [name for name in answer.headers if name.startswith("access-control-")]
