"""Apple and Google learn which apps open badges, in the form that they document; without an app there is nothing."""

import httpx2
import pytest
from pydantic import ValidationError

from server.app import create_app, wrap
from server.settings import Settings
from tests.living import living

FINGERPRINT = (
    "14:6D:E9:83:C5:73:06:50:D8:EE:B9:95:2F:34:FC:64:16:A0:83:42:E6:1D:BE:A8:8A:04:96:B2:3F:CF:44:E5"
)
OTHER = FINGERPRINT.replace("14:6D", "FF:00")
WRITTEN = {
    "apple_app_ids": "ABCDE12345.org.example.hallway, ABCDE12345.org.example.hallway.beta",
    "android_apps": f"org.example.hallway {FINGERPRINT} {OTHER}, org.example.beta {OTHER}",
    "app_store_url": "https://apps.apple.com/app/id123456789",
    "play_store_url": "https://play.google.com/store/apps/details?id=org.example.hallway&hl=en",
}


@pytest.fixture
async def with_apps(settings, monkeypatch):
    """A client of a Hallway that has apps, as an operator sets them."""
    for name, value in WRITTEN.items():
        monkeypatch.setenv(f"HALLWAY_{name.upper()}", value)
    written = Settings(_env_file=None)
    app = create_app(settings.model_copy(update={name: getattr(written, name) for name in WRITTEN}))
    async with (
        living(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=wrap(app)), base_url="https://hallway.example"
        ) as client,
    ):
        yield client


async def test_apple_is_told_which_apps_open_badges(with_apps):
    answer = await with_apps.get("/.well-known/apple-app-site-association")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == {
        "applinks": {
            "details": [
                {
                    "appIDs": ["ABCDE12345.org.example.hallway", "ABCDE12345.org.example.hallway.beta"],
                    "components": [
                        {"/": "/b/*", "caseSensitive": False, "comment": "Badges"},
                        {"/": "/n/*", "comment": "Nudges"},
                    ],
                }
            ]
        }
    }


async def test_google_is_told_which_apps_open_badges(with_apps):
    answer = await with_apps.get("/.well-known/assetlinks.json")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == [
        {
            "relation": ["delegate_permission/common.handle_all_urls"],
            "target": {
                "namespace": "android_app",
                "package_name": package,
                "sha256_cert_fingerprints": fingerprints,
            },
        }
        for package, fingerprints in (
            ("org.example.hallway", [FINGERPRINT, OTHER]),
            ("org.example.beta", [OTHER]),
        )
    ]


async def test_the_page_links_to_the_app_and_its_stores(with_apps):
    page = (await with_apps.get("/b/HEBAGAYDQMBQGAYDAMBQGAY")).text

    assert '<a href="">Open in the app</a>' in page
    assert '<a href="https://apps.apple.com/app/id123456789">' in page
    assert '<a href="https://play.google.com/store/apps/details?id=org.example.hallway&amp;hl=en">' in page


@pytest.mark.parametrize("name", ["apple-app-site-association", "assetlinks.json"])
async def test_without_an_app_there_is_nothing(client, name):
    answer = await client.get(f"/.well-known/{name}")

    assert (answer.status_code, answer.json()["code"]) == (404, "route_not_found")
    assert "<a " not in (await client.get("/b/HEBAGAYDQMBQGAYDAMBQGAY")).text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("apple_app_ids", "org.example.hallway"),
        ("apple_app_ids", "abcde12345.org.example.hallway"),
        ("android_apps", "org.example.hallway 14:6d:e9"),
        ("android_apps", "hallway " + FINGERPRINT),
        ("app_store_url", "javascript:alert(1)"),
        ("play_store_url", "http://play.google.com/"),
        ("mail_bounces", "bounces"),
        ("mail_bounces", "bounces+id@hallway.example"),
    ],
)
def test_what_neither_would_take_is_refused_at_start(monkeypatch, name, value):
    monkeypatch.setenv(f"HALLWAY_{name.upper()}", value)
    with pytest.raises(ValidationError):
        Settings(_env_file=None)
